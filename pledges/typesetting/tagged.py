"""A document of pages with their structure, links, bookmarks, attached files and the field for the seal."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

from reportlab.pdfbase.pdfdoc import PDFArray, PDFCatalog, PDFDictionary, PDFDocument, PDFName, PDFObjectReference, PDFString

from pledges.typesetting.colour import INK, Colour, srgb_profile
from pledges.typesetting.fonts import Face
from pledges.typesetting.glyphs import font_object
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.objects import Catalog, Info, PageDictionary, Stream, Written, date_string, text_string
from pledges.typesetting.output import File
from pledges.typesetting.structure import Structure
from pledges.typesetting.text import Line

PAGE_WIDTH = 595.28
PAGE_HEIGHT = 841.89
"""A4, in points."""
SEAL_FIELD = "Seal"
HEADER = b"<</Type/Pagination/Subtype/Header>>"
FOOTER = b"<</Type/Pagination/Subtype/Footer>>"
WATERMARK = b"<</Type/Pagination/Subtype/Watermark>>"
LAYOUT = b"<</Type/Layout>>"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the document. `relationship` is Source, Data, Alternative or Supplement (ISO 19005-3, 6.8)."""

    name: str
    media_type: str
    content: bytes
    relationship: str
    description: str


class Page:
    """One page; coordinates in points from its lower left corner. Everything shown is either marked for an element or an artifact."""

    def __init__(self, document: "TaggedDocument", index: int) -> None:
        self.index = index
        self.annotations: list[PDFObjectReference] = []
        self.key = document.structure.add_page()
        self._document = document
        self._operators: list[bytes] = []
        self._streams: list[Stream] = []
        self._fill: Colour | None = None

    @contextmanager
    def marked(self, element: int) -> Iterator[None]:
        """What is shown meanwhile is the content of the element."""
        structure = self._document.structure
        self._operators.append(b"/%s<</MCID %d>>BDC" % (structure.tag(element), structure.mark(element, self.index)))
        yield
        self._operators.append(b"EMC")

    @contextmanager
    def artifact(self, kind: bytes = LAYOUT) -> Iterator[None]:
        """What is shown meanwhile is no content: a rule, a running foot, a watermark."""
        self._operators.append(b"/Artifact%sBDC" % kind)
        yield
        self._operators.append(b"EMC")

    def show(self, line: Line, x: float, y: float, size: float, colour: Colour = INK) -> None:
        """Show a line of text with its left end at x and its baseline at y; size in points."""
        self._colour(colour)
        self._operators.append(b"BT 1 0 0 1 %.2f %.2f Tm %s ET" % (x, y, line.operators(size)))
        self._document.use(line)

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

    def link(self, element: int, area: Sequence[float], words: str, target: "Target") -> None:
        """Make an area (left, bottom, right, top) a link that belongs to a Link element; `words` say where it leads."""
        entries = {"Subtype": PDFName("Link"), "Border": PDFArray([0, 0, 0]), "F": 4, "Contents": PDFString(words)}
        self._annotate(element, area, {**entries, **target.entries()})

    def seal_field(self, element: int, area: Sequence[float], words: str) -> None:
        """Place the empty field that the seal is written into; its words are read out, its appearance is bare until then."""
        left, bottom, right, top = area
        box = {"Type": PDFName("XObject"), "Subtype": PDFName("Form"), "BBox": PDFArray([0, 0, right - left, top - bottom])}
        bare = Stream(b" ", {**box, "Resources": PDFDictionary({})})
        entries = {"Subtype": PDFName("Widget"), "FT": PDFName("Sig"), "T": PDFString(SEAL_FIELD), "TU": PDFString(words), "F": 132}
        appearance = PDFDictionary({"N": self._document.Reference(bare)})
        field = self._annotate(element, area, {**entries, "AP": appearance, "P": PDFObjectReference(_page_name(self.index))})
        self._document.Catalog.AcroForm = PDFDictionary({"Fields": PDFArray([field]), "SigFlags": 3})
        self._document.alone.append(field)

    def freeze(self) -> None:
        """Pack what was drawn so far, since a long document is held in memory; drawing may go on."""
        if self._operators:
            self._streams.append(Stream(zlib.compress(b"\n".join(self._operators)), compressed=True))
            self._operators, self._fill = [], None

    def contents(self) -> PDFArray:
        """The packed content, as the page's dictionary names it."""
        self.freeze()
        return PDFArray([self._document.Reference(stream) for stream in self._streams])

    def _colour(self, colour: Colour) -> None:
        if colour != self._fill:
            self._fill = colour
            self._operators.append(colour.fill)

    def _annotate(self, element: int, area: Sequence[float], entries: dict[str, object]) -> PDFObjectReference:
        document = self._document
        key = document.structure.add_annotation(element, self.index)
        rectangle = PDFArray([round(edge, 2) for edge in area])
        annotation = PDFDictionary({"Type": PDFName("Annot"), "Rect": rectangle, "StructParent": key, **entries})
        reference = document.Reference(annotation)
        document.structure.attach(key, document.number_of(reference))
        self.annotations.append(reference)
        return reference


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: a height on a page (counted from 0) of this document, or an address."""

    page: int = 0
    top: float = 0
    address: str = ""

    def entries(self) -> dict[str, object]:
        """The entries of the link's annotation."""
        if self.address:
            return {"A": PDFDictionary({"S": PDFName("URI"), "URI": Written(text_string(self.address))})}
        return {"Dest": self.destination()}

    def destination(self) -> PDFArray:
        """The place on the page, at the reader's own zoom."""
        return PDFArray([PDFObjectReference(_page_name(self.page)), PDFName("XYZ"), "null", round(self.top, 1), "null"])


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A line of the reader's side bar; level 0 is the outermost."""

    level: int
    title: str
    target: Target


class TaggedDocument(PDFDocument):
    """A PDF 1.7 file that follows PDF/UA-1 and PDF/A-3a as long as all that is shown is marked."""

    Catalog: PDFCatalog

    def __init__(self, metadata: Metadata) -> None:
        super().__init__(invariant=1, lang=metadata.language)
        self.metadata = metadata
        self.structure = Structure()
        self.pages: list[Page] = []
        self.bookmarks: list[Bookmark] = []
        self.alone: list[PDFObjectReference] = []
        """Objects that are not packed with others, since the seal's revision replaces them; the catalog is one besides."""
        self._used: dict[str, tuple[Face, set[int]]] = {}
        catalog = Catalog()
        catalog.Pages, catalog.Lang = self.Pages, self.Catalog.Lang
        self.Catalog = self._catalog = catalog
        self.info = Info(metadata.info(), metadata.moment)

    def add_page(self) -> Page:
        """A new last page."""
        page = Page(self, len(self.pages))
        self.pages.append(page)
        return page

    def use(self, line: Line) -> None:
        """Note the glyphs of a line, so that they are embedded."""
        for run in line.runs:
            known = self._used.get(run.face.key)
            if known is None:
                known = self._used[run.face.key] = (run.face, set())
            known[1].update(run.cids)

    @property
    def faces(self) -> list[Face]:
        """The fonts used so far, by name."""
        return sorted((face for face, _ in self._used.values()), key=lambda face: face.name)

    def attach(self, attachments: Sequence[Attachment]) -> None:
        """Put files into the document, listed by name (PDF 32000-1, 7.11.4; ISO 19005-3, 6.8)."""
        named = [(file.name, self.Reference(self._file(file))) for file in sorted(attachments, key=lambda file: file.name)]
        names = [part for name, reference in named for part in (Written(text_string(name)), reference)]
        if not named:
            return
        self.Catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray(names)})})
        self.Catalog.AF = PDFArray([reference for _, reference in named])

    def number_of(self, reference: PDFObjectReference) -> int:
        """The object number behind a reference."""
        return int(self.idToObjectNumberAndVersion[reference.name][0])

    def write(self) -> bytes:
        """The finished file. The same calls give the same bytes."""
        self._finish()
        file = File(self.metadata.mark)
        root = self.number_of(self.Catalog.StructTreeRoot)
        alone = {self.number_of(each) for each in (*self.alone, self.Reference(self.Catalog))}
        small: list[tuple[int, bytes]] = []
        number = 0
        # formatting an object may register further ones
        while (number := number + 1) in self.numberToId:
            written = self.idToObject[self.numberToId[number]]
            if isinstance(written, Stream):
                file.put(number, written.format(self))
            elif number in alone:
                file.put(number, bytes(written.format(self)))
            elif number != root:
                small.append((number, bytes(written.format(self))))
        pages = [self.number_of(PDFObjectReference(_page_name(page.index))) for page in self.pages]
        following = number + self.structure.size
        following = file.pack(small, following)
        following = file.pack(self.structure.objects(root, number, pages), following)
        return file.close(following, root=self.number_of(self.Reference(self.Catalog)), info=self.number_of(self.Reference(self.info)))

    def _finish(self) -> None:
        catalog = self.Catalog
        catalog.PageMode = PDFName("UseOutlines")
        catalog.MarkInfo = Written(b"<</Marked true>>")
        catalog.ViewerPreferences = Written(b"<</DisplayDocTitle true>>")
        catalog.PageLabels = Written(b"<</Nums[0<</S/D>>]>>")
        catalog.Metadata = Stream(self.metadata.packet(), {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}, plain=True)
        catalog.StructTreeRoot = self.Reference(Written(b""))
        profile = self.Reference(Stream(srgb_profile(), {"N": 3}))
        name = PDFString("sRGB IEC61966-2.1")
        intent = {"Type": PDFName("OutputIntent"), "S": PDFName("GTS_PDFA1"), "OutputConditionIdentifier": name, "Info": name}
        catalog.OutputIntents = PDFArray([PDFDictionary({**intent, "DestOutputProfile": profile})])
        catalog.Outlines = self._outline()
        fonts = {key: font_object(self, face, frozenset(cids)) for key, (face, cids) in sorted(self._used.items())}
        resources = self.Reference(PDFDictionary({"Font": PDFDictionary(fonts)}))
        for page in self.pages:
            self.addPage(self._page(page, resources))
        self.Reference(catalog)
        self.Reference(self.info)

    def _page(self, page: Page, resources: PDFObjectReference) -> PageDictionary:
        written = PageDictionary()
        written.MediaBox = PDFArray([0, 0, PAGE_WIDTH, PAGE_HEIGHT])
        written.Resources, written.Contents = resources, page.contents()
        written.Tabs, written.StructParents = PDFName("S"), page.key
        written.Annots = page.annotations
        return written

    def _file(self, attachment: Attachment) -> PDFDictionary:
        moment = Written(date_string(self.metadata.moment))
        checksum = Written(b"<" + hashlib.md5(attachment.content, usedforsecurity=False).hexdigest().encode() + b">")
        parameters = PDFDictionary({"Size": len(attachment.content), "ModDate": moment, "CheckSum": checksum})
        kind = {"Type": PDFName("EmbeddedFile"), "Subtype": "/" + attachment.media_type.replace("/", "#2F"), "Params": parameters}
        content = self.Reference(Stream(attachment.content, kind))
        name, relationship = Written(text_string(attachment.name)), PDFName(attachment.relationship)
        entries = {"Type": PDFName("Filespec"), "F": name, "UF": name, "AFRelationship": relationship}
        return PDFDictionary({**entries, "Desc": PDFString(attachment.description), "EF": PDFDictionary({"F": content, "UF": content})})

    def _outline(self) -> PDFDictionary:
        """The bookmarks as the linked lists that PDF asks for; all but the outermost level are closed."""
        root = PDFDictionary({"Type": PDFName("Outlines")})
        path = [(root, self.Reference(root))]
        children: dict[int, tuple[PDFDictionary, list[tuple[PDFDictionary, PDFObjectReference]]]] = {id(root): (root, [])}
        for bookmark in self.bookmarks:
            del path[bookmark.level + 1 :]
            parent, above = path[-1]
            item = PDFDictionary({"Title": PDFString(bookmark.title), "Parent": above, "Dest": bookmark.target.destination()})
            path.append((item, self.Reference(item)))
            children[id(parent)][1].append(path[-1])
            children[id(item)] = (item, [])
        for parent, items in children.values():
            if items:
                parent["First"], parent["Last"] = items[0][1], items[-1][1]
                parent["Count"] = len(items) if parent is root else -len(items)
            for (earlier, before), (later, after) in pairwise(items):
                earlier["Next"], later["Prev"] = after, before
        return root


def _page_name(index: int) -> str:
    return f"Page{index + 1}"
