"""The small parts of a PDF file that ReportLab does not write as archives and screen readers need them."""

import zlib
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit, urlunsplit

import idna
from reportlab.pdfbase.pdfdoc import PDFCatalog, PDFDictionary, PDFDocument, PDFInfo, PDFName, PDFObject, PDFStream

_OF_ADDRESSES = "/%?:@!$&'()*+,;=~"
"""Signs that stay as they are; a percent sign is that of something encoded already."""


def text_string(text: str) -> bytes:
    """A text string: ASCII as it is, everything else in UTF-16 (PDF 32000-1, 7.9.2.2)."""
    if text.isascii() and text.isprintable():
        return b"(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode() + b")"
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def uri(address: str) -> bytes:
    """An address as a URI action has it, in 7-bit ASCII (PDF 32000-1, 12.6.4.7): the host by IDNA, the rest with percent signs."""
    parts = urlsplit(address)
    host = parts.netloc if parts.netloc.isascii() else _ascii_host(parts.hostname or "", parts.port)
    return text_string(urlunsplit((parts.scheme, host, *(quote(rest, safe=_OF_ADDRESSES) for rest in parts[2:]))))


def _ascii_host(host: str, port: int | None) -> str:
    ascii_host = idna.encode(host, uts46=True).decode("ascii")
    return f"{ascii_host}:{port}" if port else ascii_host


def date_string(moment: datetime) -> bytes:
    """A date in UTC."""
    return moment.astimezone(UTC).strftime("(D:%Y%m%d%H%M%S+00'00')").encode()


class Written(PDFObject):
    """An object that is already in the file's own notation."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: PDFDocument) -> bytes:
        """The bytes as given."""
        return self.body


class Stream(PDFStream):
    """A compressed stream with a line end before `endstream`, which PDF/A asks for and ReportLab leaves out (ISO 19005-3, 6.1.7)."""

    def __init__(self, content: bytes, entries: dict[str, object] | None = None, *, compressed: bool = False, plain: bool = False) -> None:
        super().__init__(PDFDictionary(entries or {}))
        self.content = content if compressed or plain else zlib.compress(content)
        if not plain:
            self.dictionary["Filter"] = PDFName("FlateDecode")
        self.dictionary["Length"] = len(self.content)

    def format(self, document: PDFDocument) -> bytes:
        """Dictionary and content; the length leaves the line end out."""
        return bytes(self.dictionary.format(document)) + b"\nstream\n" + self.content + b"\nendstream\n"


class Catalog(PDFCatalog):
    """The root of the file, with colours and attached files."""

    __NoDefault__ = (*PDFCatalog.__NoDefault__, "OutputIntents", "AF")
    __Refs__ = ("Outlines", "Pages", "Metadata", "OutputIntents")


class Info(PDFInfo):
    """What the file says of itself in few words; the XMP packet says the same."""

    def __init__(self, entries: dict[str, str], moment: datetime) -> None:
        super().__init__()
        self._entries = entries
        self._moment = moment

    def format(self, document: PDFDocument) -> bytes:
        """Texts in the order given, then the dates."""
        texts = b"".join(b"/%s%s" % (name.encode(), text_string(text)) for name, text in self._entries.items())
        return b"<<%s/CreationDate%s/ModDate%s>>" % (texts, date_string(self._moment), date_string(self._moment))
