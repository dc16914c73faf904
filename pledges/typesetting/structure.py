"""The structure of a document as a screen reader hears it: headings, paragraphs, lists, tables, links."""

from array import array
from collections.abc import Iterator, Sequence

from pledges.typesetting.objects import text_string

DOCUMENT = 0
"""The element that holds all others."""
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


def expansion(words: str) -> bytes:
    """The attribute with the words that an abbreviation stands for."""
    return b"/E" + text_string(words)


def box(x: float, y: float, width: float, height: float) -> bytes:
    """The attribute with the place of a picture, in points from the lower left corner of its page."""
    return b"/A<</O/Layout/BBox[%.1f %.1f %.1f %.1f]>>" % (x, y, x + width, y + height)


class Structure:
    """The tree of elements, in arrays: some 13 bytes an element, since a register has a million.

    An element is its index. Pages and annotations share one series of keys (PDF 32000-1, 14.7.4.4).
    """

    def __init__(self) -> None:
        self._tags: list[bytes] = []
        self._tag_of: dict[str, int] = {}
        self._tag = array("B")
        self._parent = array("i")
        self._page = array("i")
        self._content = array("i")
        self._attributes: dict[int, bytes] = {}
        self._more: dict[int, list[tuple[int, bytes]]] = {}
        self._keys = 0
        self._marks: list[array[int]] = []
        self._page_keys: list[int] = []
        self._owners: dict[int, int] = {}
        self.add("Document", -1)

    def __len__(self) -> int:
        return len(self._tag)

    def add(self, tag: str, parent: int, attributes: bytes = b"") -> int:
        """A new element as the last child of its parent."""
        code = self._tag_of.get(tag)
        if code is None:
            code = self._tag_of[tag] = len(self._tags)
            self._tags.append(tag.encode())
        self._tag.append(code)
        self._parent.append(parent)
        self._page.append(-1)
        self._content.append(-1)
        element = len(self._tag) - 1
        if attributes:
            self._attributes[element] = attributes
        return element

    def tag(self, element: int) -> bytes:
        """The tag of an element, as it stands in the content of a page."""
        return self._tags[self._tag[element]]

    def describe(self, element: int, attributes: bytes) -> None:
        """Add attributes that were not known when the element was made."""
        self._attributes[element] = self._attributes.get(element, b"") + attributes

    def add_page(self) -> int:
        """Open the series of marks of the next page; answers its key (StructParents)."""
        self._marks.append(array("i"))
        self._page_keys.append(self._next_key())
        return self._page_keys[-1]

    def _next_key(self) -> int:
        self._keys += 1
        return self._keys - 1

    def mark(self, element: int, page: int) -> int:
        """Give the element the next mark on a page (counted from 0); answers the mark's number."""
        marks = self._marks[page]
        number = len(marks)
        marks.append(element)
        if self._content[element] < 0 and element not in self._more:
            self._content[element], self._page[element] = number, page
        else:
            self._more.setdefault(element, []).append((page, b"%d" % number))
        return number

    def add_annotation(self, element: int, page: int) -> int:
        """Reserve the key (StructParent) of an annotation that belongs to the element; `attach` ties them once its object has a number."""
        if self._page[element] < 0:
            self._page[element] = page
        key = self._next_key()
        self._owners[key] = element
        return key

    def attach(self, key: int, object_number: int) -> None:
        """Tie an annotation's object to the element that reserved the key."""
        self._more.setdefault(self._owners[key], []).append((-1, b"<</Type/OBJR/Obj %d 0 R>>" % object_number))

    @property
    def size(self) -> int:
        """How many objects the tree takes, its root apart."""
        return len(self) + len(self._page_keys) + 1 + -(-self._keys // _LEAF)

    def objects(self, root: int, first: int, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Number and body of each object of the tree: the root has the number given, the others follow from `first`.

        `pages` are the object numbers of the pages, in order.
        """
        lists = first + len(self)
        yield (
            root,
            b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>"
            % (first, lists + len(self._page_keys), self._keys),
        )
        yield from self._elements(root, first, pages)
        yield from self._parent_tree(first, lists)

    def _elements(self, root: int, first: int, pages: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        children: list[list[int] | None] = [None] * len(self)
        for element, parent in enumerate(self._parent):
            if parent >= 0:
                siblings = children[parent]
                if siblings is None:
                    children[parent] = [element]
                else:
                    siblings.append(element)
        for element, parent in enumerate(self._parent):
            kids = [b"%d" % self._content[element]] if self._content[element] >= 0 else []
            kids += [
                content if page < 0 else b"<</Type/MCR/Pg %d 0 R/MCID %s>>" % (pages[page], content)
                for page, content in self._more.get(element, ())
            ]
            kids += [b"%d 0 R" % (first + child) for child in children[element] or ()]
            yield (
                first + element,
                b"<</S/%s/P %d 0 R%s%s%s>>"
                % (
                    self.tag(element),
                    first + parent if parent >= 0 else root,
                    b"/Pg %d 0 R" % pages[self._page[element]] if self._page[element] >= 0 else b"",
                    b"/K " + kids[0] if len(kids) == 1 else b"/K[%s]" % b" ".join(kids) if kids else b"",
                    self._attributes.get(element, b""),
                ),
            )

    def _parent_tree(self, first: int, lists: int) -> Iterator[tuple[int, bytes]]:
        owners = {key: first + element for key, element in self._owners.items()}
        for number, (key, marks) in enumerate(zip(self._page_keys, self._marks, strict=True), lists):
            owners[key] = number
            yield number, b"[%s]" % b" ".join(b"%d 0 R" % (first + element) for element in marks)
        numbers = [b"%d %d 0 R" % (key, owners[key]) for key in range(self._keys)]
        following = lists + len(self._page_keys)
        leaves = [range(start, min(start + _LEAF, len(numbers))) for start in range(0, len(numbers), _LEAF)]
        yield following, b"<</Kids[%s]>>" % b" ".join(b"%d 0 R" % (following + 1 + index) for index in range(len(leaves)))
        for index, leaf in enumerate(leaves):
            entries = b" ".join(numbers[leaf.start : leaf.stop])
            yield following + 1 + index, b"<</Limits[%d %d]/Nums[%s]>>" % (leaf.start, leaf.stop - 1, entries)
