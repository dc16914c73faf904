"""Binds chapters into one file: numbers, pages, bookmarks, fonts, attached files, and what makes it an archive's document."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from reportlab.pdfbase.pdfdoc import PDFArray, PDFCatalog, PDFDictionary, PDFDocument, PDFName, PDFObjectReference, PDFString

from pledges.domain.publication import Attachment
from pledges.typesetting.chapter import PAGE_HEIGHT, PAGE_WIDTH, Bookmark
from pledges.typesetting.colour import srgb_profile
from pledges.typesetting.fonts import face_of
from pledges.typesetting.glyphs import font_object
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.objects import Catalog, Info, Stream, Written, date_string, text_string
from pledges.typesetting.output import File, Objects
from pledges.typesetting.placing import Size, destination
from pledges.typesetting.structure import Numbers

_ROUND = 1024
"""Chapters begin at multiples of this, so that one that grows a little mostly leaves the numbers of the others alone."""


MOST_OBJECTS = 8_388_607
"""Objects that a PDF/A file may hold (ISO 19005-3, 6.1.13)."""
_SPARE = 50_000
"""Kept free of them for the streams of the book's own objects and for the seal."""


class TooManyObjects(Exception):
    """The document would hold more objects than a PDF/A file may."""

    def __init__(self, objects: int) -> None:
        super().__init__(f"The document would hold {objects:,} objects; a PDF/A file may hold {MOST_OBJECTS:,} (ISO 19005-3, 6.1.13).")


class Book(PDFDocument):
    """A PDF 1.7 file that follows PDF/UA-1 and PDF/A-3a as long as all that is shown in its chapters is marked.

    First it is told everything of the document as a whole (`use`, `add_bookmarks`, `attach`), then it gives the chapters
    their numbers (`place`), and at last it writes them (`write`).
    """

    Catalog: PDFCatalog

    def __init__(self, metadata: Metadata, parts: Sequence[str], *, scratch: Path | None = None) -> None:
        """`parts` are the names of the document's parts; each chapter belongs to one. Attached files wait in `scratch`."""
        super().__init__(invariant=1, lang=metadata.language)
        self.metadata, self._scratch = metadata, scratch
        self._tree, self._keys, self._document = (self._object() for _ in range(3))
        self._parts = {name: self._object() for name in parts}
        self._pages, self._resources = self._object(), self._object()
        self._foot = b""
        self._bookmarks: list[tuple[Bookmark, Written]] = []
        self._contents: dict[int, tuple[bytes, BinaryIO]] = {}
        """Number of an attached file's content → its entries, and where it lies compressed."""
        catalog = Catalog()
        catalog.Lang = self.Catalog.Lang
        self.Catalog = self._catalog = catalog
        self.info = Info(metadata.info(), metadata.moment)
        self._standards()

    def _object(self, body: bytes = b"") -> Written:
        """A new object; its body may be given later."""
        written = Written(body)
        self.Reference(written)
        return written

    def number_of(self, written: object) -> int:
        """The number of an object, or of what a reference names."""
        name = written.name if isinstance(written, PDFObjectReference) else written.__InternalName__  # type: ignore[attr-defined]  # ReportLab's own mark
        return int(self.idToObjectNumberAndVersion[name][0])

    def _standards(self) -> None:
        catalog = self.Catalog
        catalog.PageMode = PDFName("UseOutlines")
        catalog.MarkInfo = Written(b"<</Marked true>>")
        catalog.ViewerPreferences = Written(b"<</DisplayDocTitle true>>")
        catalog.PageLabels = Written(b"<</Nums[0<</S/D>>]>>")
        packet = Stream(self.metadata.packet(), {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}, plain=True)
        catalog.Metadata, catalog.StructTreeRoot = self.Reference(packet), self.Reference(self._tree)
        profile = self.Reference(Stream(srgb_profile(), {"N": 3}))
        name = PDFString("sRGB IEC61966-2.1")
        intent = {"Type": PDFName("OutputIntent"), "S": PDFName("GTS_PDFA1"), "OutputConditionIdentifier": name, "Info": name}
        catalog.OutputIntents = self.Reference(PDFArray([PDFDictionary({**intent, "DestOutputProfile": profile})]))
        catalog.Pages = self.Reference(self._pages)

    def use(self, used: Mapping[str, Iterable[int]]) -> None:
        """Embed the fonts, by the keys of their faces, with the glyphs of these codes."""
        fonts = {key: font_object(self, face_of(key), frozenset(codes)) for key, codes in sorted(used.items())}
        self._resources.body = bytes(PDFDictionary({"Font": PDFDictionary(fonts)}).format(self))

    def add_foot(self, content: bytes) -> None:
        """What stands at the foot of every page, compressed; it is written once."""
        self._foot = b"%d 0 R " % self.number_of(self.Reference(Stream(content, compressed=True)))

    def add_bookmarks(self, bookmarks: Sequence[Bookmark]) -> None:
        """The lines of the reader's side bar, whose targets count the pages of the whole document."""
        self._outlines = self._object()
        self._bookmarks = [(bookmark, self._object()) for bookmark in bookmarks]
        self.Catalog.Outlines = self.Reference(self._outlines)

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """Put files into the document, listed by name (PDF 32000-1, 7.11.4; ISO 19005-3, 6.8)."""
        named = [(file.name, self._file(file)) for file in sorted(attachments, key=lambda file: file.name)]
        if not named:
            return
        names = b"".join(b"%s %d 0 R" % (text_string(name), number) for name, number in named)
        self.Catalog.Names = Written(b"<</EmbeddedFiles<</Names[%s]>>>>" % names)
        self.Catalog.AF = Written(b"[%s]" % _references(number for _, number in named))

    def _file(self, attachment: Attachment) -> int:
        """The file's own object; its content waits, compressed, until the document is written."""
        packed, size, digest = _packed(attachment.texts(), self._scratch)
        checked = (size, date_string(self.metadata.moment), digest.encode())
        content = self.number_of(self._object(b"null"))
        kind = attachment.media_type.replace("/", "#2F").encode()
        self._contents[content] = (b"/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/ModDate%s/CheckSum<%s>>>" % (kind, *checked), packed)
        name, description = text_string(attachment.name), text_string(attachment.description)
        entries = (name, name, description, content, content)
        return self.number_of(self._object(b"<</Type/Filespec/F%s/UF%s/AFRelationship/Data/Desc%s/EF<</F %d 0 R/UF %d 0 R>>>>" % entries))

    def place(self, chapters: Sequence[tuple[str, Size]]) -> list[Numbers]:
        """The numbers of the chapters' objects, in the order of the book; each is given with the name of its part.

        Raises TooManyObjects.
        """
        self._chapters = list(chapters)
        self._nodes = [self._object() for _ in chapters]
        self.info_reference, self._root = self.Reference(self.info), self.Reference(self.Catalog)
        following, placed = self.objectcounter + 1, []
        for _, size in chapters:
            numbers = Numbers(-(-following // _ROUND) * _ROUND, size.pages, len(size.annotated), size.elements)
            placed.append(numbers)
            following = numbers.appearance + 1
        self._numbers, self._following = placed, following
        objects = self.objectcounter + sum(numbers.appearance - numbers.first for numbers in placed)
        if objects + _SPARE > MOST_OBJECTS:
            raise TooManyObjects(objects)
        return placed

    def element_of(self, part: str) -> int:
        """The number of a part's element, which its chapters stand under."""
        return self.number_of(self._parts[part])

    def page_numbers(self) -> list[int]:
        """The object numbers of all pages, in order."""
        return [numbers.page(index) for numbers in self._numbers for index in range(numbers.pages)]

    def write(self, out: BinaryIO, chapters: Iterable[Objects], feet: Sequence[tuple[bytes, float]]) -> str:
        """Write the file: the chapters' objects, in order, and for each page its foot, with how far the sheet stands to the right.

        Answers the SHA-256 of the file, in lower-case hexadecimal. The same calls give the same bytes.
        """
        file = File(out, self.metadata.mark)
        for objects in chapters:
            file.append(objects)
        own = Objects()
        self._finish()
        small = list(self._page_dictionaries(own, feet))
        for number in range(1, self.objectcounter + 1):
            written = self.idToObject[self.numberToId[number]]
            if number in self._contents:
                continue
            if isinstance(written, Stream | Catalog):  # the seal is written by changing the catalog, so it must be found
                own.put(number, bytes(written.format(self)))
            else:
                small.append((number, bytes(written.format(self))))
        following = own.pack(sorted(small), self._following)
        file.append(own)
        for number, (entries, packed) in self._contents.items():
            with packed:
                file.copy(number, entries, packed)
        return file.close(following, root=self.number_of(self._root), info=self.number_of(self.info_reference))

    def close(self) -> None:
        """Let go of the attached files, where the document was not written."""
        for _, packed in self._contents.values():
            packed.close()

    def _page_dictionaries(self, own: Objects, feet: Sequence[tuple[bytes, float]]) -> Iterator[tuple[int, bytes]]:
        shown, resources = iter(feet), self.number_of(self._resources)  # PDF/A wants them at each page (ISO 19005-3, 6.2.2)
        page = b"<</Type/Page/Parent %d 0 R/MediaBox[%g 0 %g %g]/Resources %d 0 R/Contents[%d 0 R %s%d 0 R]/Tabs/S/StructParents %d%s>>"
        for node, numbers, (_, size) in zip(self._nodes, self._numbers, self._chapters, strict=True):
            parent, annotations = self.number_of(node), dict[int, list[int]]()
            for place, annotated in enumerate(size.annotated):
                annotations.setdefault(annotated, []).append(numbers.annotation(place))
            for index in range(numbers.pages):
                foot, shift = next(shown)
                own.stream(numbers.foot(index), b"", foot)
                annots = b"/Annots[%s]" % _references(annotations[index]) if index in annotations else b""
                sheet = (shift, round(PAGE_WIDTH + shift, 2), PAGE_HEIGHT)
                contents = (numbers.content(index), self._foot, numbers.foot(index))
                yield numbers.page(index), page % (parent, *sheet, resources, *contents, numbers.marks(index), annots)

    def _finish(self) -> None:
        """Fill in what the numbers of the chapters were needed for."""
        self._structure()
        pages, root = self.page_numbers(), self.number_of(self._pages)
        for node, numbers in zip(self._nodes, self._numbers, strict=True):
            kids = _references(numbers.page(index) for index in range(numbers.pages))
            node.body = b"<</Type/Pages/Parent %d 0 R/Kids[%s]/Count %d>>" % (root, kids, numbers.pages)
        nodes = _references(map(self.number_of, self._nodes))
        self._pages.body = b"<</Type/Pages/Kids[%s]/Count %d>>" % (nodes, len(pages))
        for (_, size), numbers in zip(self._chapters, self._numbers, strict=True):
            if size.seal is not None:
                self.Catalog.AcroForm = Written(b"<</Fields[%d 0 R]/SigFlags 3>>" % numbers.annotation(size.seal))
        self._outline(dict(enumerate(pages)))

    def _structure(self) -> None:
        document, tree, last = self.number_of(self._document), self.number_of(self._tree), self._numbers[-1]
        members: dict[str, list[int]] = {name: [] for name in self._parts}
        for (part, _), numbers in zip(self._chapters, self._numbers, strict=True):
            members[part].append(numbers.element(0))
        for part, roots in members.items():
            self._parts[part].body = b"<</S/Part/P %d 0 R/K[%s]>>" % (document, _references(roots))
        parts = _references(self.number_of(self._parts[part]) for part, roots in members.items() if roots)
        self._document.body = b"<</S/Document/P %d 0 R/K[%s]>>" % (tree, parts)
        self._keys.body = b"<</Kids[%s]>>" % _references(leaf for numbers in self._numbers for leaf in numbers.leaves)
        entries = (document, self.number_of(self._keys), last.element(0))
        self._tree.body = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d>>" % entries

    def _outline(self, pages: Mapping[int, int]) -> None:
        """The bookmarks as the linked lists that PDF asks for; all but the outermost level are closed."""
        path = [self._outlines]
        children: dict[int, tuple[Written, list[Written]]] = {id(self._outlines): (self._outlines, [])}
        parts = {id(self._outlines): b"/Type/Outlines"}
        for bookmark, item in self._bookmarks:
            del path[bookmark.level + 1 :]
            above = path[-1]
            title, place = text_string(bookmark.title), destination(bookmark.target, pages)
            parts[id(item)] = b"/Title%s/Parent %d 0 R/Dest%s" % (title, self.number_of(above), place)
            children[id(above)][1].append(item)
            children[id(item)] = (item, [])
            path.append(item)
        for parent, items in children.values():
            if items:
                count = len(items) if parent is self._outlines else -len(items)
                ends = (self.number_of(items[0]), self.number_of(items[-1]), count)
                parts[id(parent)] += b"/First %d 0 R/Last %d 0 R/Count %d" % ends
            for earlier, later in pairwise(items):
                parts[id(earlier)] += b"/Next %d 0 R" % self.number_of(later)
                parts[id(later)] += b"/Prev %d 0 R" % self.number_of(earlier)
        for written, _ in children.values():
            written.body = b"<<%s>>" % parts[id(written)]


def _packed(texts: Iterable[str], scratch: Path | None) -> tuple[BinaryIO, int, str]:
    """The texts in UTF-8 compressed into a file without a name, their length and their MD5, which PDF asks for."""
    packed = TemporaryFile(dir=scratch)  # noqa: SIM115 (read when the document is written, and gone with it)
    size, digest, compressing = 0, hashlib.md5(usedforsecurity=False), zlib.compressobj()
    for part in map(str.encode, texts):
        size += len(part)
        digest.update(part)
        packed.write(compressing.compress(part))
    packed.write(compressing.flush())
    return packed, size, digest.hexdigest()


def _references(numbers: Iterable[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])
