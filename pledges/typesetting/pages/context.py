"""The contents, why there is an Assembly, and how to read what follows."""

from collections.abc import Sequence

from pledges.domain.themes import Theme
from pledges.typesetting.composition import BODY, NOTE, SECTION, TITLE, WIDTH, Composition, ContentsLine, Type
from pledges.typesetting.fonts import Style
from pledges.typesetting.marks import show_marks
from pledges.typesetting.structure import BULLETS

_PARAGRAPHS = ("context_constituency", "context_assembly", "context_goals", "context_morning", "context_afternoon")
_SESSIONS = ("priorities", "collaboration", "seat", "youth", "closing")
_CONTENTS = {0: Type(11.5, 22, Style(bold=True)), 1: Type(10, 15)}


def contents_part(composition: Composition, lines: Sequence[ContentsLine]) -> None:
    """A linked line for each part and each region in it; their targets count the pages of the whole document."""
    words = composition.words
    composition.running_head = words("contents_heading")
    composition.new_page()
    with composition.within("Sect") as section:
        composition.heading(1, words("contents_heading"), TITLE, after=10)
        table = composition.document.structure.add("TOC", section)
        for line in lines:
            composition.room(_CONTENTS[line.level].leading)
            _contents_line(composition, table, line, words.number(line.target.page + 1))


def _contents_line(composition: Composition, table: int, line: ContentsLine, number: str) -> None:
    structure, words, kind = composition.document.structure, composition.words, _CONTENTS[line.level]
    item = structure.add("TOCI", table)
    link = structure.add("Link", structure.add("Reference", item))
    top, indent = composition.y, 16.0 * line.level
    composition.y -= 4 if line.level == 0 else 0
    composition.text(line.title, kind, tag="Span", parent=link, indent=indent, width=WIDTH - indent - 40)
    bottom = composition.y
    figure = composition.lines(number, kind, width=40, rtl=False)
    length = figure[0].width * kind.size / 1000
    x = composition.left + (0 if words.rtl else WIDTH - length)
    composition.show(structure.add("Span", link), figure, kind, x=x, top=bottom + kind.leading, width=length)
    composition.page.link(link, (composition.left, bottom, composition.left + WIDTH, top), line.title, line.target)


def context(composition: Composition) -> None:
    """The Assembly, from its concept note, in our own words; then the marks and how names and texts are printed."""
    words = composition.words
    composition.new_page()
    with composition.within("Sect"):
        composition.heading(1, words("context_heading"), TITLE, after=12, listed=0)
        for key in _PARAGRAPHS:
            composition.text(words(key), BODY, after=8)
        with composition.within("L", BULLETS):
            for session in _SESSIONS:
                bullet(composition, words(f"context_session_{session}"))
        composition.new_page()  # both stay whole, instead of a few lines left over
        composition.heading(2, words("reading_heading"), SECTION, after=6)
        composition.text(words("reading_pledge"), BODY, after=6)
        with composition.within("L", BULLETS):
            for theme in Theme:
                _theme_line(composition, theme)
        composition.space(6)
        composition.text(words("reading_words"), BODY, after=8)
        composition.text(words("reading_names"), BODY, after=8)
        composition.text(words("self_organised"), NOTE)


def bullet(composition: Composition, text: str, *, sign: str = "–", kind: Type = BODY) -> None:
    """One item of a list, with its sign before it."""
    composition.room(2 * kind.leading)
    with composition.within("LI"):
        top = composition.y
        composition.text(sign, kind, tag="Lbl", width=14)
        composition.y = top
        composition.text(text, kind, tag="LBody", indent=18, after=3)


def _theme_line(composition: Composition, theme: Theme) -> None:
    composition.room(BODY.leading)
    with composition.within("LI"):
        label = composition.document.structure.add("Lbl", composition.section)
        x = composition.left + (WIDTH - 10 if composition.words.rtl else 0)
        show_marks(composition, [theme], x=x, y=composition.y - 11.5, size=9, parent=label)
        composition.text(composition.words(f"theme_{theme}"), BODY, tag="LBody", indent=18)
