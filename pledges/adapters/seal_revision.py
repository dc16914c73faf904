"""Appends the seal's revision to a declaration of ours: the signed field, its signature, what proves it later, an index."""

import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

_TAIL = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_INDEX = re.compile(rb"\d+ 0 obj\s*<<(.*?)>>\s*stream\r?\n", re.DOTALL)
_FIELD = re.compile(rb"/Fields\s*\[\s*(\d+) 0 R\s*\]")
_PREDICTED = re.compile(rb"/DecodeParms\s*<<\s*/Predictor 12\s*/Columns \d+\s*>>")
_UP = 2
"""What each row of such an index begins with (PNG's filter `Up`)."""
_BLOCK = 1 << 20
_WIDTHS = (1, 6, 1)
"""Bytes of kind, offset and generation in the new index."""


class CannotAppend(ValueError):
    """The file is not one revision as our renderer writes it; the message says what is different."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where the signature's value stands, its angle brackets included: all that the signature does not cover. In bytes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ValidationData:
    """What proves a seal later (PAdES, document security store), each in DER."""

    certificates: Sequence[bytes] = ()
    ocsps: Sequence[bytes] = ()
    crls: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class _Index:
    """The cross-reference stream at a file's end (PDF 32000-1, 7.5.8): its place, its entries, its rows."""

    start: int
    entries: bytes
    rows: bytes

    def entry(self, name: bytes, pattern: bytes) -> re.Match[bytes]:
        found = re.search(rb"/%s\s*%s" % (name, pattern), self.entries)
        if found is None:
            raise CannotAppend(f"the index lacks {name.decode()}")
        return found

    @property
    def size(self) -> int:
        return int(self.entry(b"Size", rb"(\d+)")[1])

    def offset(self, number: int) -> int:
        """Of an object that is not packed with others."""
        widths = [int(self.entry(b"W", rb"\[\s*(\d)\s+(\d)\s+(\d)\s*\]")[place]) for place in (1, 2, 3)]
        row = self._row(number, sum(widths))
        if len(row) < sum(widths) or int.from_bytes(row[: widths[0]]) != 1:
            raise CannotAppend(f"object {number} does not stand by itself")
        return int.from_bytes(row[widths[0] : widths[0] + widths[1]])

    def _row(self, number: int, width: int) -> bytes:
        """A row as it is; where rows hold what they differ by from the one above, byte by byte, it is the sum of all down to it."""
        if b"/DecodeParms" not in self.entries:
            return self.rows[number * width : (number + 1) * width]
        end = (number + 1) * (width + 1)
        if end > len(self.rows) or set(self.rows[:: width + 1]) != {_UP}:
            raise CannotAppend("its index is damaged")
        return bytes(sum(self.rows[place : end : width + 1]) % 256 for place in range(1, width + 1))


def append_revision(file: BinaryIO, *, at: datetime, room: int, data: ValidationData) -> Gap:
    """Append the revision of a seal that allows no changes (DocMDP 1), its value empty: `room` bytes of zeros.

    `file` is open for reading and writing. What stood there is read only where the end of the file leads: index, catalog, field.
    Nothing of it is copied or changed. Raises CannotAppend, before anything is written.
    """
    index = _read_index(file)
    root = int(index.entry(b"Root", rb"(\d+) 0 R")[1])
    catalog = _dictionary(file, index, root)
    found = _FIELD.search(catalog)
    if found is None or b"/Perms" in catalog or b"/DSS" in catalog:
        raise CannotAppend("the catalog does not name one empty field")
    number = int(found[1])
    field = _dictionary(file, index, number)
    base, signature = file.seek(0, 2), index.size
    revision = _Revision(base, signature)
    named = b"/Perms<</DocMDP %d 0 R>>/Extensions<</ESIC<</BaseVersion/1.7/ExtensionLevel 1>>>>" % signature
    if data.certificates:
        named += b"/DSS %d 0 R" % _store(revision, data)
    revision.put(number, b"<<%s/V %d 0 R>>" % (field, signature))
    revision.put(root, b"<<%s%s>>" % (catalog, named))
    start = revision.put(signature, _signature(at, room)) + base
    gap = Gap(start, start + 2 * room + 2)
    info = index.entry(b"Info", rb"\d+ 0 R")[0]
    first = index.entry(b"ID", rb"\[\s*<([0-9A-Fa-f]+)>")[1]
    renewed = hashlib.sha256(first + at.isoformat().encode()).hexdigest()[: len(first)].encode()
    content = revision.closed(b"/Root %d 0 R%s/ID[<%s><%s>]/Prev %d" % (root, info, first, renewed, index.start))
    covered = b"/ByteRange[0 %d %d %d" % (gap.start, gap.end, base + len(content) - gap.end)
    content = content.replace(_EMPTY_RANGE, covered.ljust(len(_EMPTY_RANGE) - 1) + b"]", 1)
    file.write(content)
    return gap


def digest(file: BinaryIO, gap: Gap) -> bytes:
    """SHA-256 of all but the gap, read in blocks."""
    found = hashlib.sha256()
    for start, end in ((0, gap.start), (gap.end, file.seek(0, 2))):
        file.seek(start)
        while start < end and (block := file.read(min(_BLOCK, end - start))):
            found.update(block)
            start += len(block)
    return found.digest()


def fill(file: BinaryIO, gap: Gap, value: bytes) -> None:
    """Write the signature's value into its gap, in capital digits. Raises CannotAppend: it is longer than its room."""
    digits = value.hex().upper().encode()
    if len(digits) > gap.end - gap.start - 2:
        raise CannotAppend("the signature is longer than the room that was left for it")
    file.seek(gap.start + 1)
    file.write(digits)


_EMPTY_RANGE = b"/ByteRange[0 " + b" ".join([b"0" * 12] * 3) + b"]"


def _signature(at: datetime, room: int) -> bytes:
    """The signature's dictionary. Its value stands last but one, so that nothing but the permission follows."""
    moment = at.astimezone(UTC).strftime("%Y%m%d%H%M%S+00'00'").encode()
    return (
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%s)%s/Contents <%s>/Reference[<</Type/SigRef"
        b"/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]>>"
    ) % (moment, _EMPTY_RANGE, b"0" * (2 * room))


class _Revision:
    """Objects that follow a file of `base` bytes; new ones are numbered from `following`, which itself is taken."""

    def __init__(self, base: int, following: int) -> None:
        self._base, self._following = base, following
        self._content = bytearray(b"\n")
        self._offsets: dict[int, int] = {}

    def put(self, number: int, body: bytes) -> int:
        """Write an object; answers where the first hexadecimal string in it begins, counted from the revision's beginning."""
        self._offsets[number] = self._base + len(self._content)
        start = len(self._content)
        self._content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        return self._content.find(b"/Contents <", start) + len(b"/Contents ")

    def add(self, body: bytes) -> int:
        """Write a new object and answer its number."""
        self._following += 1
        self.put(self._following, body)
        return self._following

    def closed(self, entries: bytes) -> bytes:
        """The revision with its index, whose dictionary gets `entries` besides its own."""
        number = self._following + 1
        start = self._offsets[number] = self._base + len(self._content)
        numbers = sorted(self._offsets)
        kind, offset, generation = _WIDTHS
        rows = b"".join((1).to_bytes(kind) + self._offsets[each].to_bytes(offset) + bytes(generation) for each in numbers)
        index = b" ".join(b"%d 1" % each for each in numbers)
        own = b"/Type/XRef/Size %d/W[%d %d %d]/Index[%s]%s/Length %d" % (number + 1, *_WIDTHS, index, entries, len(rows))
        self._content += b"%d 0 obj\n<<%s>>\nstream\n%s\nendstream\nendobj\n" % (number, own, rows)
        return bytes(self._content + b"startxref\n%d\n%%%%EOF\n" % start)


def _store(revision: _Revision, data: ValidationData) -> int:
    """The document security store (ETSI EN 319 142-1, 5.4.2.2); its number."""
    lists = b""
    for name, values in ((b"Certs", data.certificates), (b"OCSPs", data.ocsps), (b"CRLs", data.crls)):
        numbers = [revision.add(b"<</Length %d>>\nstream\n%s\nendstream" % (len(value), value)) for value in values]
        if numbers:
            lists += b"/%s[%s]" % (name, b" ".join(b"%d 0 R" % number for number in numbers))
    return revision.add(b"<</Type/DSS%s>>" % lists)


def _read_index(file: BinaryIO) -> _Index:
    size = file.seek(0, 2)
    file.seek(max(0, size - 64))
    tail = _TAIL.search(file.read())
    if tail is None:
        raise CannotAppend("it does not end as a PDF does")
    start = int(tail[1])
    file.seek(start)
    content = file.read()
    found = _INDEX.match(content)
    if found is None or b"/XRef" not in found[1]:
        raise CannotAppend("its index is no stream")
    if b"/Prev" in found[1] or b"/Index" in found[1] or b"/DecodeParms" in _PREDICTED.sub(b"", found[1]):
        raise CannotAppend("it has more than one revision, or another program wrote it")
    try:
        rows = zlib.decompressobj().decompress(content[found.end() :])
    except zlib.error:
        raise CannotAppend("its index is damaged") from None
    return _Index(start, found[1], rows)


def _dictionary(file: BinaryIO, index: _Index, number: int) -> bytes:
    """What stands between the angle brackets of a dictionary that is an object by itself."""
    file.seek(index.offset(number))
    found = re.match(rb"%d 0 obj\s*<<(.*?)>>\s*endobj" % number, file.read(_BLOCK), re.DOTALL)
    if found is None:
        raise CannotAppend(f"object {number} is no dictionary")
    return found[1]
