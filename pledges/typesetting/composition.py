"""Sets text onto pages: the grid, the kinds of type, the flow from line to line and from page to page."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pledges.domain.declaration import Entry
from pledges.typesetting.chapter import PAGE_HEIGHT, PAGE_WIDTH, Bookmark, Chapter, Page, Target
from pledges.typesetting.colour import INK, QUIET, RULE, Colour
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.structure import ROOT, language_attribute
from pledges.typesetting.text import Line, line, paragraph
from pledges.typesetting.words import Words

_MILLIMETRE = 72 / 25.4
OUTER = 25 * _MILLIMETRE
INNER = 30 * _MILLIMETRE
TOP = PAGE_HEIGHT - 27 * _MILLIMETRE
BOTTOM = 28 * _MILLIMETRE
LEFT = INNER
WIDTH = PAGE_WIDTH - OUTER - INNER
"""The text's own box, in points; where the outer margin is to the left, it is the sheet that is moved under the text."""


_NARROW = 300
"""Thousandths of an em that a character mostly takes at least: what has more characters than would fit so is broken at once."""
_SERIF, _SANS, _SANS_BOLD = Style(), Style(Family.SANS), Style(Family.SANS, bold=True)


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of type: size and distance of lines in points."""

    size: float
    leading: float
    style: Style = _SERIF
    colour: Colour = INK


BODY = Type(10.5, 15)
LEAD = Type(12.5, 17.5)
RUNNING = (BODY, LEAD)
"""Running text, in which words may be divided."""
TITLE = Type(26, 32, Style(bold=True))
SECTION = Type(15, 20, Style(bold=True))
COUNTRY = Type(12, 16, Style(bold=True))
NAME = Type(11, 14.5, Style(bold=True))
DATA = Type(9, 12.5, _SANS)
DATA_BOLD = Type(9, 12.5, _SANS_BOLD)
NOTE = Type(8.5, 12, _SANS, QUIET)
LABEL = Type(8.5, 12, _SANS_BOLD)
HASH = Type(8, 11.5, Style(Family.MONO))


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """One line of the contents."""

    level: int
    title: str
    target: Target


@dataclass(slots=True)
class Composition:
    """A chapter in the making: its current page, how far down it is filled, and what was found missing."""

    document: Chapter
    words: Words
    begin: Callable[["Composition"], None] = lambda composition: None
    """Draws what every new page begins with."""
    page: Page = field(init=False)
    y: float = field(init=False, default=TOP)
    section: int = field(init=False, default=ROOT)
    """The element that new blocks belong to."""
    running_head: str = field(init=False, default="")
    entry: Entry | None = field(init=False, default=None)
    """The entry whose words are being set, so that a missing glyph is reported by its name."""
    signed: list[Target] = field(init=False, default_factory=list)
    """Where each signature of the chapter stands, in their order."""
    contents: list[ContentsLine] = field(init=False, default_factory=list)
    missing: dict[str, tuple[Entry | None, dict[str, None]]] = field(init=False, default_factory=dict)

    def new_page(self) -> None:
        """Go to the top of a new page."""
        self.page = self.document.add_page()
        self.y = TOP
        self.begin(self)

    @property
    def left(self) -> float:
        """The left edge of the text."""
        return LEFT

    def room(self, height: float) -> None:
        """Go to a new page unless so much is left on this one."""
        if self.y - height < BOTTOM:
            self.new_page()

    def space(self, height: float) -> None:
        """Leave some air, but none at the top of a page."""
        if self.y < TOP:
            self.y -= height

    def lines(
        self, text: str, kind: Type, *, width: float, language: str | None = None, rtl: bool | None = None, first_indent: float = 0
    ) -> list[Line]:
        """Break a text into lines; a line end in the text is kept. Notes what no font has."""
        language = language or self.words.language
        lines: list[Line] = []
        for part in text.split("\n"):
            if not part.strip():
                continue
            indent = 0 if lines else first_indent
            room = (width - indent) * 1000 / kind.size
            if len(part) * _NARROW < room and (whole := line(part.strip(), kind.style, language, rtl=rtl)).width <= room:
                lines.append(whole)  # a name or an office, which often comes again and is kept
                continue
            measure = {"size": kind.size, "width": width, "first_indent": indent}
            lines += _spaced(part, paragraph(part, kind.style, language, **measure, rtl=rtl, hyphenate=kind in RUNNING), kind)
        for set_line in lines:
            if set_line.missing:
                self._note_missing(set_line.missing)
        return lines

    def line(self, text: str, kind: Type) -> Line:
        """The document's own words as one line."""
        return line(text, kind.style, self.words.language, rtl=self.words.rtl)

    def _note_missing(self, characters: tuple[str, ...]) -> None:
        entry = self.entry
        _, known = self.missing.setdefault(entry.public_id if entry else "", (entry, {}))
        known.update(dict.fromkeys(characters))

    def show(
        self,
        element: int,
        lines: list[Line],
        kind: Type,
        *,
        x: float,
        top: float,
        width: float,
        first_indent: float = 0,
        own_side: bool = False,
    ) -> float:
        """Show lines below `top` on this page as content of the element; answers the new top.

        They start at the side where the document's lines do, or with `own_side` where their own text does.
        """
        with self.page.marked(element):
            for shown in lines:
                length = shown.width * kind.size / 1000
                right = shown.rtl if own_side else self.words.rtl
                start = x + width - length - first_indent if right else x + first_indent
                first_indent = 0
                self.page.show(shown, start, top - kind.size - (kind.leading - kind.size) * 0.35, kind.size, kind.colour)
                top -= kind.leading
        return top

    def text(
        self,
        text: str,
        kind: Type = BODY,
        *,
        tag: str = "P",
        parent: int | None = None,
        language: str | None = None,
        own_side: bool = False,
        indent: float = 0,
        width: float | None = None,
        after: float = 0,
        keep: float = 0,
        attributes: bytes = b"",
    ) -> int:
        """Set a block over as many pages as it needs and answer its element.

        `own_side` starts its lines at the side where its own language does, else they start where the document's do.
        `indent` is measured from the side where reading starts; `keep` is the height that has to fit below its last line on the same page.
        Never leaves the first line of a longer block alone at the foot, nor its last alone at the head.
        """
        width = WIDTH - indent if width is None else width
        lines = self.lines(text, kind, width=width, language=language, rtl=None if own_side else self.words.rtl)
        kind = _aired(kind, lines)
        if language and language != self.words.language:
            attributes += language_attribute(language)
        element = self.document.structure.add(tag, self.section if parent is None else parent, attributes)
        if keep:
            self.room(len(lines) * kind.leading + keep)
        while lines:
            fitting = self._fitting(len(lines), kind.leading)
            x = self.left + (WIDTH - indent - width if self.words.rtl else indent)
            if fitting:
                self.y = self.show(element, lines[:fitting], kind, x=x, top=self.y, width=width, own_side=own_side)
                lines = lines[fitting:]
            if lines:
                self.new_page()
        self.y -= after
        return element

    def _fitting(self, count: int, leading: float) -> int:
        """How many of the lines go on this page."""
        fitting = min(count, int((self.y - BOTTOM) / leading + 0.01))
        if fitting == count:
            return count
        if fitting == count - 1 and count > 2:
            fitting -= 1
        return 0 if fitting < 2 and self.y < TOP else max(fitting, 1)

    def heading(
        self,
        level: int,
        text: str,
        kind: Type,
        *,
        before: float = 0,
        after: float = 0,
        keep: float = 45,
        listed: int | None = None,
        language: str | None = None,
        indent: float = 0,
        width: float | None = None,
    ) -> int:
        """Set a heading (level 1 to 6) together with what follows; `listed` is its level in contents and bookmarks, None for neither."""
        self.space(before)
        lines = self.lines(text, kind, width=width or WIDTH - indent, language=language, rtl=self.words.rtl)
        self.room(len(lines) * kind.leading + after + keep)
        target = Target(page=self.page.index, top=self.y + 6)
        element = self.text(text, kind, tag=f"H{level}", after=after, language=language, indent=indent, width=width)
        if listed is not None:
            self.document.bookmarks.append(Bookmark(listed, text, target))
            if listed < 2:
                self.contents.append(ContentsLine(listed, text, target))
        return element

    @contextmanager
    def within(self, tag: str, attributes: bytes = b"") -> Iterator[int]:
        """Blocks set meanwhile belong to a new element."""
        outer, self.section = self.section, self.document.structure.add(tag, self.section, attributes)
        yield self.section
        self.section = outer

    def rule(self, *, colour: Colour = RULE, thickness: float = 0.6, after: float = 8) -> None:
        """Draw a line over the width of the text."""
        with self.page.artifact():
            self.page.fill(self.left, self.y - thickness, WIDTH, thickness, colour)
        self.y -= thickness + after


def _aired(kind: Type, lines: Sequence[Line]) -> Type:
    """Running text with more leading where a face is set larger than asked for, as Arabic is."""
    optical = max((run.face.optical for shown in lines for run in shown.runs), default=1.0) if kind == BODY else 1.0
    return kind if optical == 1.0 else replace(kind, leading=kind.leading * optical)


def _spaced(text: str, lines: list[Line], kind: Type) -> list[Line]:
    """The lines of a text with the space at which each was broken, so that a screen reader does not join two words.

    Lines from right to left stay as they are: the space would stand before them on the page.
    """
    (space,) = line(" ", kind.style, "en").runs
    spaced, place = [], 0
    for broken in lines:
        place = max(text.find(broken.text, place), 0) + len(broken.text)
        follows = not broken.rtl and text[place : place + 1] == " " and text[place:].strip()
        spaced.append(replace(broken, runs=(*broken.runs, space)) if follows else broken)
    return spaced
