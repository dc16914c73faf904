"""A chapter in the making: pages that begin a new sheet, with their structure, links and bookmarks, numbered for themselves."""

import zlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple

from pledges.typesetting.colour import INK, Colour
from pledges.typesetting.readers import right_to_left
from pledges.typesetting.structure import Structure
from pledges.typesetting.text import Line

PAGE_WIDTH = 595.28
PAGE_HEIGHT = 841.89
"""A4, in points."""
HEADER = b"<</Type/Pagination/Subtype/Header>>"
FOOTER = b"<</Type/Pagination/Subtype/Footer>>"
WATERMARK = b"<</Type/Pagination/Subtype/Watermark>>"
LAYOUT = b"<</Type/Layout>>"


class Target(NamedTuple):
    """Where a link or a bookmark leads: a height on a page, counted from 0, or an address.

    A bookmark counts the pages of its chapter, a link those of the whole document.
    """

    page: int = 0
    top: float = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the reader's side bar; level 0 is the outermost."""

    level: int
    title: str
    target: Target


@dataclass(frozen=True, slots=True)
class Annotation:
    """An area (left, bottom, right, top) of a page that does something. Without a target it is the field for the seal."""

    page: int
    element: int
    area: tuple[float, ...]
    words: str
    target: Target | None


class _Ended:
    """Ends marked content; one for all of a page, since a register marks seventy thousand times."""

    def __init__(self, operators: list[bytes]) -> None:
        self._operators = operators

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._operators.append(b"EMC")


class Page:
    """One page; coordinates in points from the lower left corner. Everything shown is either marked for an element or an artifact."""

    def __init__(self, chapter: "Chapter", index: int) -> None:
        self.index = index
        """Within the chapter, counted from 0."""
        self._chapter = chapter
        self._operators: list[bytes] = []
        self._ended = _Ended(self._operators)
        self._shown: list[tuple[int, Line, float, float, float]] = []
        """Each line with the place of its operators, x, y and size."""
        self._fill: Colour | None = None

    def marked(self, element: int) -> AbstractContextManager[None]:
        """What is shown meanwhile is the content of the element."""
        structure = self._chapter.structure
        self._operators.append(b"/%s<</MCID %d>>BDC" % (structure.tag(element), structure.mark(element, self.index)))
        return self._ended

    def artifact(self, kind: bytes = LAYOUT) -> AbstractContextManager[None]:
        """What is shown meanwhile is no content: a rule, a running foot, a watermark."""
        self._operators.append(b"/Artifact%sBDC" % kind)
        return self._ended

    def show(self, line: Line, x: float, y: float, size: float, colour: Colour = INK) -> None:
        """Show a line of text with its left end at x and its baseline at y; size in points."""
        self._colour(colour)
        self._shown.append((len(self._operators), line, x, y, size))
        self._operators.append(b"BT %.2f %.2f Td %s ET" % (x, y, line.operators(size)))
        self._chapter.use(line)

    def fill(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self._colour(colour)
        self._operators.append(b"%.2f %.2f %.2f %.2f re f" % (x, y, width, height))

    def frame(self, x: float, y: float, width: float, height: float, colour: Colour, thickness: float = 0.5) -> None:
        """Draw the edge of a rectangle."""
        self._operators.append(b"%s %.2f w %.2f %.2f %.2f %.2f re S" % (colour.stroke, thickness, x, y, width, height))

    def draw(self, operators: bytes, colour: Colour) -> None:
        """Draw a shape with operators that leave the state as it was."""
        self._colour(colour)
        self._operators.append(operators)

    def place(self, operators: bytes, x: float, y: float) -> None:
        """Draw with operators that were written for the origin, whatever state they leave."""
        self._operators.append(b"q 1 0 0 1 %.2f %.2f cm %s Q" % (x, y, operators))

    def link(self, element: int, area: Sequence[float], words: str, target: Target) -> None:
        """Make an area (left, bottom, right, top) a link that belongs to a Link element; `words` say where it leads."""
        self._annotate(element, area, words, target)

    def seal_field(self, element: int, area: Sequence[float], words: str) -> None:
        """Place the empty field that the seal is written into; its words are read out, its appearance is bare until then."""
        self._annotate(element, area, words, None)

    def content(self) -> bytes:
        """What was drawn so far, compressed; the order in which poppler reads it depends on the whole page."""
        if right_to_left(line.text for _, line, *_ in self._shown):
            for place, line, x, y, size in self._shown:
                self._operators[place] = b"BT %.2f %.2f Td %s ET" % (x, y, line.operators(size, page_rtl=True))
        return zlib.compress(b"\n".join(self._operators))

    def _colour(self, colour: Colour) -> None:
        if colour != self._fill:
            self._fill = colour
            self._operators.append(colour.fill)

    def _annotate(self, element: int, area: Sequence[float], words: str, target: Target | None) -> None:
        chapter = self._chapter
        chapter.structure.annotate(element, self.index, len(chapter.annotations))
        chapter.annotations.append(Annotation(self.index, element, tuple(area), words, target))


class Chapter:
    """What a chapter's pages hold. It knows nothing of the pages before it, so it can be made anywhere and kept."""

    def __init__(self) -> None:
        self.structure = Structure()
        self.contents: list[bytes] = []
        """What is drawn on each page that is finished, compressed."""
        self.annotations: list[Annotation] = []
        self.bookmarks: list[Bookmark] = []
        self.used: dict[str, set[int]] = {}
        """Key of a face → the codes of its glyphs that are shown."""
        self._page: Page | None = None

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self.contents) + (self._page is not None)

    def add_page(self) -> Page:
        """A new last page; the page before is finished, and packed, since a long chapter is held in memory."""
        self.close()
        self.structure.add_page()
        self._page = Page(self, len(self.contents))
        return self._page

    def close(self) -> None:
        """Finish the last page."""
        if self._page is not None:
            self.contents.append(self._page.content())
            self._page = None

    def use(self, line: Line) -> None:
        """Note the glyphs of a line, so that they are embedded."""
        for run in line.runs:
            key = run.face.key
            if key in self.used:
                self.used[key].update(run.cids)
            else:
                self.used[key] = set(run.cids)
