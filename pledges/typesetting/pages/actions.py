"""What governments say in their own words, by world region and country, each text once and in its original."""

from collections.abc import Iterable, Sequence

from pledges.domain.declaration import Entry
from pledges.domain.themes import Theme
from pledges.typesetting.composition import BODY, COUNTRY, LABEL, NAME, NOTE, SECTION, TITLE, WIDTH, Composition
from pledges.typesetting.marks import show_marks, width_of
from pledges.typesetting.pages.grouping import by_country, by_region
from pledges.typesetting.pages.strands import strands, theme_texts

_MARK = 8.0
_ENTRY = 2 * NOTE.leading + LABEL.leading + 2 * BODY.leading + 8
_COUNTRY = NAME.leading + 6 + _ENTRY
_REGION = COUNTRY.leading + 18 + _COUNTRY
"""What has to stand below a heading of each kind on its page: down to the second line of a government's words."""


def words_part(composition: Composition, entries: Sequence[Entry], *, opens: bool) -> None:
    """The words that governments wrote for all their themes at once, and their own words of political commitment."""
    words = composition.words
    composition.running_head = words("words_heading")
    composition.new_page()
    if opens:
        composition.heading(1, words("words_heading"), TITLE, listed=0, after=8)
        composition.text(words("words_intro" if entries else "words_none"), BODY, after=10)
    entries_in_their_words(composition, entries, None)


def theme_words_part(composition: Composition, entries: Sequence[Entry], theme: Theme, *, opens: bool) -> None:
    """What governments wrote for one theme alone."""
    words = composition.words
    composition.running_head = words(f"theme_{theme}")
    composition.new_page()
    if opens:
        composition.heading(2, words("theme_words_heading", theme=words(f"theme_{theme}")), SECTION, after=8)
    entries_in_their_words(composition, entries, theme)


def entries_in_their_words(composition: Composition, entries: Sequence[Entry], theme: Theme | None) -> None:
    """The words for one theme, or those for all themes where `theme` is None, under headings of region and country."""
    words = composition.words
    for region, in_region in by_region(entries).items():
        with composition.within("Sect"):
            composition.heading(2 if theme is None else 3, words(f"region_{region}"), SECTION, before=14, after=4, listed=1, keep=_REGION)
            composition.rule(after=6)
            for country, in_country in by_country(in_region).items():
                level = 3 if theme is None else 4
                composition.heading(level, words.country(country), COUNTRY, before=8, after=3, listed=2, keep=_COUNTRY)
                for entry in in_country:
                    _entry(composition, entry, theme, level=level + 1)


def _entry(composition: Composition, entry: Entry, theme: Theme | None, *, level: int) -> None:
    words = composition.words
    composition.entry = entry
    themes = [theme] if theme else [own.theme for own in entry.themes]
    with composition.within("Sect"):
        marks = width_of(themes, _MARK)
        composition.heading(level, government_names(entry), NAME, before=6, keep=_ENTRY, language=entry.language, width=WIDTH - marks - 12)
        x = composition.left + (0 if words.rtl else WIDTH - marks)
        show_marks(composition, themes, x=x, y=composition.y + 4, size=_MARK)
        leader = words("list_separator").join((entry.leader_name, entry.office_local or entry.office))
        composition.text(leader, NOTE, language=entry.language)
        if entry.joint_with:
            composition.text(words("joint_with", governments=words("list_separator").join(entry.joint_with)), NOTE)
        composition.text(words("original_language", language=words.language_name(entry.language)), NOTE, after=4)
        strands(composition, _texts(entry, theme), entry.language)
    composition.entry = None


def _texts(entry: Entry, theme: Theme | None) -> Iterable[tuple[str, str]]:
    if theme is None:
        return [("actions", entry.actions), ("multilateral", entry.multilateral), ("statement", entry.statement)]
    own = next(part for part in entry.themes if part.theme is theme)
    return theme_texts(own)


def government_names(entry: Entry) -> str:
    """The government in its own script, and in English where that differs."""
    if not entry.government_native or entry.government_native == entry.government:
        return entry.government
    return f"{entry.government_native} · {entry.government}"
