"""The opening page of each theme: its published political commitment set large, and who takes it up."""

from collections.abc import Sequence

from pledges.domain.declaration import AdoptedText, Declaration, Entry
from pledges.domain.themes import Theme
from pledges.typesetting.colour import Colour
from pledges.typesetting.composition import DATA, DATA_BOLD, HASH, LABEL, LEAD, NOTE, SECTION, TITLE, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.marks import COLOURS, show_marks
from pledges.typesetting.pages.actions import entries_in_their_words
from pledges.typesetting.pages.grouping import by_region
from pledges.typesetting.tables import Bars, Column, table

_COMMITMENT = Type(14, 18, Style(italic=True))
_EYEBROW = Style(Family.SANS, bold=True)


def theme_part(composition: Composition, declaration: Declaration, theme: Theme, *, number: int) -> None:
    """One theme: the published text, the figures, and what governments wrote for this theme alone."""
    words = composition.words
    takers = [entry for entry in declaration.entries if any(own.theme is theme for own in entry.themes)]
    composition.running_head = words(f"theme_{theme}")
    composition.new_page()
    with composition.within("Sect"):
        x = composition.left + (WIDTH - 30 if words.rtl else 0)
        with composition.page.artifact():
            composition.page.fill(composition.left, composition.y, WIDTH, 3, COLOURS[theme])
        composition.y -= 14
        show_marks(composition, [theme], x=x, y=composition.y - 32, size=30)
        composition.text(words("theme_part", number=words.number(number)), Type(10, 14, _EYEBROW, COLOURS[theme]), indent=42)
        composition.heading(1, words(f"theme_{theme}"), TITLE, listed=0, indent=42, after=4)
        composition.text(words(f"theme_{theme}_commitment"), _COMMITMENT, after=10)
        for text in (text for text in declaration.texts if text.theme is theme):
            _published_text(composition, text, adopted=_adopting(takers, theme, text.version))
        _figures(composition, declaration, theme, takers)
        _strands(composition, theme)
        own = [entry for entry in takers if any(part.theme is theme and (part.actions or part.multilateral) for part in entry.themes)]
        if own:
            composition.new_page()
            composition.heading(2, words("theme_words_heading", theme=words(f"theme_{theme}")), SECTION, after=8)
            entries_in_their_words(composition, own, theme)


def _adopting(entries: Sequence[Entry], theme: Theme, version: int | None) -> int:
    return sum(any(own.theme is theme and own.version == version for own in entry.themes) for entry in entries)


def _published_text(composition: Composition, text: AdoptedText, *, adopted: int) -> None:
    words = composition.words
    with composition.within("BlockQuote"):
        for part in text.text.split("\n"):
            if part.strip():
                composition.text(part, LEAD, language=text.language, own_side=True, after=7)
    key = "published_text" if adopted else "published_text_newest"
    composition.text(words(key, version=text.version), LABEL)
    if text.language != words.language:
        composition.text(words("published_text_other_language", language=words.language_name(text.language)), NOTE)
    composition.text(words("published_text_hash"), NOTE)
    composition.text(text.sha256, HASH, language="en", after=8)


def _figures(composition: Composition, declaration: Declaration, theme: Theme, takers: Sequence[Entry]) -> None:
    words = composition.words
    composition.heading(2, words("theme_figures_heading"), SECTION, before=6, after=4, keep=110)
    figures = {words("theme_commitments"): declaration.counts.commitments[theme]}
    figures[words("theme_governments")] = len({entry.government_id for entry in takers})
    figures[words("theme_countries")] = len({entry.country_code for entry in takers})
    for text in declaration.texts:
        if text.theme is theme:
            figures[words("theme_adopted", version=text.version)] = _adopting(takers, theme, text.version)
    figures[words("theme_adopted_none")] = _adopting(takers, theme, None)
    for label, figure in figures.items():
        composition.text(words("figure_line", label=label, figure=words.number(figure)), DATA_BOLD)
    composition.space(6)
    regions = [(words(f"region_{name}"), members) for name, members in by_region(takers).items()]
    if regions:
        region_table(composition, regions, COLOURS[theme])


def region_table(composition: Composition, regions: Sequence[tuple[str, Sequence[Entry]]], colour: Colour) -> None:
    """Pledges, governments and countries by world region; the bars show the pledges."""
    words = composition.words
    columns = [
        Column(words("counts_column_region"), 0, 95),
        Column(words("counts_column_pledges"), 195, 65, figures=True),
        Column(words("counts_column_governments"), 266, 88, figures=True),
        Column(words("counts_column_countries"), 360, 78, figures=True),
    ]
    most = max((len(members) for _, members in regions), default=1)
    rows = [
        (
            name,
            words.number(len(members)),
            words.number(len({entry.government_id for entry in members})),
            words.number(len({entry.country_code for entry in members})),
        )
        for name, members in regions
    ]
    table(composition, columns, rows, bars=Bars([len(members) / most for _, members in regions], 100, 95, colour))


def _strands(composition: Composition, theme: Theme) -> None:
    words = composition.words
    for strand in ("actions", "multilateral"):
        composition.room(30)
        composition.text(words(f"strand_{strand}"), LABEL)
        composition.text(words(f"theme_{theme}_{strand}"), DATA, after=5)
    composition.text(words("theme_words_elsewhere", section=words("words_heading")), NOTE)
