"""Typesets what a draft will look like in the declaration: its own words under their headings, as the pages of the themes have them."""

from collections.abc import Mapping

from pledges.domain.declaration import Entry, signatory
from pledges.typesetting.chapter import FOOTER, Chapter
from pledges.typesetting.colour import WARNING
from pledges.typesetting.composition import BODY, BOTTOM, LEFT, SECTION, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.itemising import han_forms, itemise
from pledges.typesetting.loose import bind
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.pages.actions import entries_in_their_words
from pledges.typesetting.pages.running import begin_draft
from pledges.typesetting.words import Words

_SAID = Type(9, 12.5, Style(Family.SANS, bold=True), WARNING)

_KEEP = 170.0
"""A theme's heading stays with the headings of region and country and the first lines below them."""


def unprintable(text: str, language: str) -> tuple[str, ...]:
    """The characters of a text in that language which no font of the declaration has, each once."""
    return itemise(text, Style(), han_forms(text, language))[1]


def typeset_preview(entry: Entry, language: str, names: Mapping[str, str] | None = None) -> bytes:
    """The PDF of one entry's words in an edition's language, each page marked as a preview that nobody signed.

    `names` are those of countries that were ruled in that language, by code.
    """
    words = Words(language, names)
    composition = Composition(Chapter(), words, begin=begin_draft)
    composition.new_page()
    shown = signatory(entry, 0)
    with composition.within("Sect"):
        composition.heading(1, words("preview_not_signed"), _SAID, after=8)
        for theme in shown.spoken:
            composition.heading(2, words(f"theme_{theme}"), SECTION, before=10, after=4, keep=_KEEP)
            entries_in_their_words(composition, [entry], theme)
        if shown.across:
            entries_in_their_words(composition, [entry], None)
        if not (shown.spoken or shown.across):
            composition.text(words("preview_no_words"), BODY)
    composition.document.close()
    return bind(composition.document, _feet(words, len(composition.document)), _metadata(entry, words))


def _feet(words: Words, pages: int) -> Chapter:
    feet = Composition(Chapter(), words)
    for index in range(pages):
        feet.new_page()
        page = words("foot_page", page=words.number(index + 1), pages=words.number(pages))
        said = feet.line(words("list_separator").join((words("preview_not_signed"), page)), _SAID)
        with feet.page.artifact(FOOTER):
            x = LEFT + (WIDTH - said.width * _SAID.size / 1000 if words.rtl else 0)
            feet.page.show(said, x, BOTTOM - 22, _SAID.size, _SAID.colour)
    feet.document.close()
    return feet.document


def _metadata(entry: Entry, words: Words) -> Metadata:
    return Metadata(
        title=words("list_separator").join((words("preview_not_signed"), entry.government)),
        author=words("secretariat"),
        subject=words("assembly_name"),
        language=words.language,
        moment=entry.signed_at,
        mark="WALRG-Preview",
    )
