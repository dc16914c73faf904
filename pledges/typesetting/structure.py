"""The structure of a document as a screen reader hears it: headings, paragraphs, lists, tables, links."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor

from pledges.typesetting.objects import text_string
from pledges.typesetting.output import PACKED

ROOT = 0
"""The element that holds all others of a chapter."""
COLUMN_HEADING = b"/A<</O/Table/Scope/Column>>"
ROW_HEADING = b"/A<</O/Table/Scope/Row>>"
BULLETS = b"/A<</O/List/ListNumbering/Disc>>"
NUMBERS = b"/A<</O/List/ListNumbering/Decimal>>"
_LEAF = 500
"""Entries in one leaf of the parent tree."""


def language_attribute(language: str) -> bytes:
    """The attribute that tells a change of language (BCP 47)."""
    return b"/Lang" + text_string(language)


def alternative(words: str) -> bytes:
    """The attribute with the words that stand for a picture or a field."""
    return b"/Alt" + text_string(words)


def box(x: float, y: float, width: float, height: float) -> bytes:
    """The attribute with the place of a picture, in whole points around it from the lower left corner of its page."""
    return b"/A<</O/Layout/BBox[%d %d %d %d]>>" % (floor(x), floor(y), ceil(x + width), ceil(y + height))


@dataclass(frozen=True, slots=True)
class Numbers:
    """The object numbers of a chapter, all from `first` on: its pages, what they show, feet, annotations, marks, elements, leaves.

    The key of a page or an annotation in the parent tree is the number of its marks or its own, so keys need no series of their own.
    """

    first: int
    pages: int
    annotations: int
    elements: int

    def page(self, index: int) -> int:
        """A page's dictionary."""
        return self.first + index

    def content(self, index: int) -> int:
        """What is drawn on a page."""
        return self.first + self.pages + index

    def foot(self, index: int) -> int:
        """What is drawn at the foot of a page once its number is known."""
        return self.first + 2 * self.pages + index

    def marks(self, index: int) -> int:
        """The list of a page's marks; also its key in the parent tree."""
        return self.first + 3 * self.pages + index

    def annotation(self, index: int) -> int:
        """An annotation; also its key in the parent tree."""
        return self.first + 4 * self.pages + index

    def element(self, index: int) -> int:
        """An element of the structure."""
        return self.first + 4 * self.pages + self.annotations + index

    @property
    def leaves(self) -> range:
        """The leaves of the parent tree."""
        start = self.element(self.elements)
        return range(start, start + -(-(self.pages + self.annotations) // _LEAF))

    @property
    def streams(self) -> range:
        """The streams that marks, annotations, elements and leaves are packed into."""
        packed = self.leaves.stop - self.marks(0)
        return range(self.leaves.stop, self.leaves.stop + -(-packed // PACKED))

    @property
    def appearance(self) -> int:
        """What the field for the seal shows; the last number."""
        return self.streams.stop


class Structure:
    """The tree of a chapter's elements, in arrays: some 13 bytes an element, since a register has a million. An element is its index."""

    def __init__(self) -> None:
        self._tags: list[bytes] = []
        self._tag_of: dict[str, int] = {}
        self._tag = array("B")
        self._parent = array("i")
        self._page = array("i")
        self._content = array("i")
        self._attributes: dict[int, bytes] = {}
        self._more: dict[int, list[tuple[int, int]]] = {}
        """Further content of an element: (page, mark), or (-1, annotation)."""
        self._owners: list[int] = []
        self._marks: list[array[int]] = []
        self.add("Sect", -1)

    def __len__(self) -> int:
        return len(self._tag)

    def add(self, tag: str, parent: int, attributes: bytes = b"") -> int:
        """A new element as the last child of its parent."""
        code = self._tag_of.get(tag)
        if code is None:
            code = self._tag_of[tag] = len(self._tags)
            self._tags.append(tag.encode())
        element = len(self._tag)
        self._tag.append(code)
        self._parent.append(parent)
        self._page.append(-1)
        self._content.append(-1)
        if attributes:
            self._attributes[element] = attributes
        return element

    def tag(self, element: int) -> bytes:
        """The tag of an element, as it stands in the content of a page."""
        return self._tags[self._tag[element]]

    def describe(self, element: int, attributes: bytes) -> None:
        """Add attributes that were not known when the element was made."""
        self._attributes[element] = self._attributes.get(element, b"") + attributes

    def add_page(self) -> None:
        """Open the series of marks of the next page."""
        self._marks.append(array("i"))

    def mark(self, element: int, page: int) -> int:
        """Give the element the next mark on a page (counted from 0); answers the mark's number."""
        marks = self._marks[page]
        number = len(marks)
        marks.append(element)
        if self._content[element] < 0 and element not in self._more:
            self._content[element], self._page[element] = number, page
        else:
            self._more.setdefault(element, []).append((page, number))
        return number

    def annotate(self, element: int, page: int, annotation: int) -> None:
        """Tie an annotation (counted from 0) on a page to the element that it belongs to."""
        if self._page[element] < 0:
            self._page[element] = page
        self._owners.append(element)
        self._more.setdefault(element, []).append((-1, annotation))

    def objects(self, numbers: Numbers, parent: int) -> Iterator[tuple[int, bytes]]:
        """Number and body of each object of the tree, numbers ascending; `parent` is the object number of the element above the chapter."""
        first = numbers.element(0)
        yield from zip(range(first, first + len(self)), self._elements(numbers, parent), strict=True)
        owners = [(numbers.marks(page), numbers.marks(page)) for page in range(len(self._marks))]
        owners += [(numbers.annotation(place), first + element) for place, element in enumerate(self._owners)]
        for number, start in zip(numbers.leaves, range(0, len(owners), _LEAF), strict=True):
            leaf = owners[start : start + _LEAF]
            entries = b" ".join(b"%d %d 0 R" % pair for pair in leaf)
            yield number, b"<</Limits[%d %d]/Nums[%s]>>" % (leaf[0][0], leaf[-1][0], entries)

    def marks(self, numbers: Numbers) -> Iterator[tuple[int, bytes]]:
        """For each page the elements of its marks, as the parent tree has them (PDF 32000-1, 14.7.4.4)."""
        first = numbers.element(0)
        for page, owners in enumerate(self._marks):
            yield numbers.marks(page), b"[%s]" % b" ".join([b"%d 0 R" % (first + element) for element in owners])

    def _elements(self, numbers: Numbers, parent: int) -> Iterator[bytes]:
        first, more, attributes = numbers.element(0), self._more, self._attributes
        heads = [b"<</S/%s/P %%d 0 R" % tag for tag in self._tags]
        pages = [b"/Pg %d 0 R" % numbers.page(page) for page in range(len(self._marks))]
        starts, children = self._children()
        above = parent
        for element, (code, owner, page, content) in enumerate(zip(self._tag, self._parent, self._page, self._content, strict=True)):
            if element:
                above = first + owner
            kids = children[starts[element] : starts[element + 1]]
            place = pages[page] if page >= 0 else b""
            if not kids and element not in more:
                shown = b"/K %d" % content if content >= 0 else b""
            else:
                parts = [b"%d" % content] if content >= 0 else []
                parts += [self._further(numbers, *one) for one in more.get(element, ())]
                parts += [b"%d 0 R" % (first + child) for child in kids]
                shown = b"/K[%s]" % b" ".join(parts)
            yield b"%s%s%s%s>>" % (heads[code] % above, place, shown, attributes.get(element, b""))

    @staticmethod
    def _further(numbers: Numbers, page: int, number: int) -> bytes:
        if page < 0:
            return b"<</Type/OBJR/Obj %d 0 R>>" % numbers.annotation(number)
        return b"<</Type/MCR/Pg %d 0 R/MCID %d>>" % (numbers.page(page), number)

    def _children(self) -> tuple[list[int], list[int]]:
        """The children of all elements one after the other, and where those of each element start."""
        counts = [0] * (len(self) + 1)
        for parent in self._parent[1:]:
            counts[parent + 1] += 1
        starts = list(accumulate(counts))
        children, free = [0] * (len(self) - 1), starts[:]
        for child, parent in enumerate(self._parent[1:], 1):
            children[free[parent]] = child
            free[parent] += 1
        return starts, children
