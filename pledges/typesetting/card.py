"""Typesets the card by the document's own engine, so that every script is right: a page of which `BOX` is the picture."""

from dataclasses import replace
from datetime import UTC, datetime

from pledges.domain.card import Card
from pledges.typesetting.chapter import PAGE_HEIGHT, PAGE_WIDTH, Chapter
from pledges.typesetting.colour import INK, WARNING
from pledges.typesetting.composition import DATA, LABEL, LEFT, NAME, NOTE, TITLE, TOP, WIDTH, Composition, Type
from pledges.typesetting.loose import bind
from pledges.typesetting.marks import show_marks
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.words import Words

SIZE = (1200, 630)
"""In pixels: what pages that show links ask for (ogp.me)."""
SCALE = 2.5
"""Pixels for each point."""
_WIDE, _HIGH = SIZE[0] / SCALE, SIZE[1] / SCALE
_MARGIN = (_WIDE - WIDTH) / 2
BOX = (LEFT - _MARGIN, TOP + _MARGIN - _HIGH, LEFT + WIDTH + _MARGIN, TOP + _MARGIN)
"""Left, bottom, right and top of the picture on the page, in points."""
CROPPED = (BOX[0], BOX[1], PAGE_WIDTH - BOX[2], PAGE_HEIGHT - BOX[3])
"""What is cut off the page: left, bottom, right, top, in points."""
_MARK, _FOOT = 9.0, 14.0
_MOMENT = datetime(2024, 9, 19, tzinfo=UTC)
"""The Assembly’s day: nobody reads it in a picture, and the same value gives the same bytes."""
_SIZES = ((32, 19, 11), (25, 16, 10), (19, 13, 9), (14, 11, 8.5), (11, 9.5, 8), (9, 8, 7), (7.5, 6.5, 6))
"""Of the government, the leader and the rest: the first with which all stands in the picture. Names are never cut."""


def typeset_card(card: Card) -> bytes:
    """The PDF. The same value gives the same bytes."""
    words = Words(card.language)
    largest, *others = _SIZES
    composition = _set(card, words, *largest)
    for sizes in others:
        if len(composition.document) > 1 or composition.y < BOX[1] + _MARGIN / 2 + _FOOT:
            composition = _set(card, words, *sizes)
    composition.y = BOX[1] + _MARGIN / 2 + _FOOT
    composition.text(card.host, NOTE, language="en")
    composition.document.close()
    feet = Chapter()
    for _page in range(len(composition.document)):
        feet.add_page()
    feet.close()
    return bind(composition.document, feet, _metadata(card, words))


def _sized(kind: Type, size: float) -> Type:
    return replace(kind, size=size, leading=size * kind.leading / kind.size)


def _set(card: Card, words: Words, government: float, leader: float, rest: float) -> Composition:
    composition, data = Composition(Chapter(), words), _sized(DATA, rest)
    composition.new_page()
    composition.text(words("assembly_name"), _sized(LABEL, min(rest, 10)), after=2)
    composition.rule(colour=INK, thickness=1.6, after=rest * 0.8)
    if card.example:
        composition.text(words("example_banner"), replace(LABEL, colour=WARNING), after=2)
    composition.text(words("paper_pledge_of"), _sized(NOTE, min(rest, 9)))
    # Arabic letters reach further above and below their line
    composition.text(card.government, _sized(TITLE, government), language=card.own_language, after=government * 0.2 if words.rtl else 0)
    place = [] if card.government == card.government_english else [card.government_english]
    composition.text(words("list_separator").join([*place, card.country]), data, after=rest)
    composition.text(words("signed"), _sized(NOTE, min(rest, 9)))
    composition.text(card.leader, _sized(NAME, leader), language=card.own_language)
    latin = [] if card.leader_latin in ("", card.leader) else [card.leader_latin]
    composition.text(words("list_separator").join([*latin, card.office]), data, after=rest)
    for theme in card.themes:
        x = composition.left + (WIDTH - _MARK if words.rtl else 0)
        show_marks(composition, [theme], x=x, y=composition.y - LABEL.leading + 2, size=_MARK)
        composition.text(words(f"theme_{theme}"), LABEL, indent=_MARK + 7, after=1)
    return composition


def _metadata(card: Card, words: Words) -> Metadata:
    title = words("list_separator").join((card.leader, card.government))
    return Metadata(title=title, author=words("secretariat"), subject=title, language=card.language, moment=_MOMENT, mark="")
