"""Writes the objects of a document into a file: small ones packed together, with an index at the end."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO

PACKED = 400
"""Objects in one object stream: few enough that a reader unpacks a page's worth at a time."""
_PLACES = [place.to_bytes(2, "big") for place in range(PACKED)]
_ROW = 9
"""A byte that tells how the row is written, the kind of entry, its two values: 1, 1, 5 and 2 bytes."""
_AT_ONCE = 4096
_BLOCK = 1 << 20
_FREE = b"\0\0\0\0\0\0\0\xff\xff"
"""The first row of every index (PDF 32000-1, 7.5.8.3)."""


class Objects:
    """Objects one after the other, wherever in a file they will stand."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.placed: list[tuple[int, int]] = []
        """(number, place in the content) of what is written as it is."""
        self.packed: list[tuple[int, list[int]]] = []
        """(number of an object stream, numbers of the objects in it)."""

    def put(self, number: int, body: bytes) -> None:
        """Write one object as it is; a stream has to be written so."""
        self.placed.append((number, len(self.content)))
        self.content += b"%d 0 obj\n%s%sendobj\n" % (number, body, b"" if body.endswith(b"\n") else b"\n")

    def stream(self, number: int, entries: bytes, packed: bytes) -> None:
        """Write one stream whose content is compressed; a line end stands before `endstream` (ISO 19005-3, 6.1.7)."""
        self.put(number, b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\n" % (entries, len(packed), packed))

    def pack(self, objects: Iterable[tuple[int, bytes]], following: int) -> int:
        """Write objects into object streams numbered from `following`; answers the next free number (PDF 32000-1, 7.5.7)."""
        remaining = iter(objects)
        while batch := list(islice(remaining, PACKED)):
            places, offset = [], 0
            for number, body in batch:
                places.append(b"%d %d" % (number, offset))
                offset += len(body) + 1
            head = b" ".join(places) + b"\n"
            content = head + b"\n".join([body for _, body in batch])
            self.stream(following, b"/Type/ObjStm/N %d/First %d" % (len(batch), len(head)), zlib.compress(content))
            self.packed.append((following, [number for number, _ in batch]))
            following += 1
        return following


class File:
    """One PDF 1.7 file in the making. Numbers that no object has are free."""

    def __init__(self, out: BinaryIO, mark: str) -> None:
        """The mark stands as a comment right after the line that tells binary from text."""
        self._out = out
        self._digest = hashlib.sha256()
        self._length = 0
        self._rows = bytearray(_FREE)
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%" + mark.encode() + b"\n")

    def append(self, objects: Objects) -> None:
        """Write what has been made elsewhere."""
        for number, place in objects.placed:
            self._place(number, self._length + place)
        for stream, numbers in objects.packed:
            head = b"\0\2" + stream.to_bytes(5, "big")
            if numbers[-1] - numbers[0] == len(numbers) - 1:
                self._row(numbers[0], b"".join([head + place for place in _PLACES[: len(numbers)]]))
                continue
            for number, inside in zip(numbers, _PLACES, strict=False):
                self._row(number, head + inside)
        self._write(objects.content)

    def copy(self, number: int, entries: bytes, packed: BinaryIO) -> None:
        """Write one stream whose content is compressed and too long to be held: it is read from where it lies."""
        self._place(number, self._length)
        length = packed.seek(0, 2)
        packed.seek(0)
        self._write(b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n" % (number, entries, length))
        while block := packed.read(_BLOCK):
            self._write(block)
        self._write(b"\nendstream\nendobj\n")

    def close(self, number: int, *, root: int, info: int) -> str:
        """Write the index as object `number`; the file's identifier is the hash of what it holds (PDF 32000-1, 7.5.8).

        Answers the SHA-256 of the whole file, in lower-case hexadecimal.
        """
        start, identifier = self._length, self._digest.hexdigest()[:32].encode()
        self._place(number, start)
        entries = b"/Type/XRef/Size %d/W[1 5 2]/DecodeParms<</Predictor 12/Columns %d>>/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
        given = (len(self._rows) // _ROW, _ROW - 1, root, info, identifier, identifier)
        index = Objects()
        index.stream(number, entries % given, zlib.compress(b"".join(_differences(self._rows))))
        self._write(index.content + b"startxref\n%d\n%%%%EOF\n" % start)
        return self._digest.hexdigest()

    def _place(self, number: int, place: int) -> None:
        """The row of an object that stands for itself."""
        self._row(number, b"\0\1" + place.to_bytes(5, "big") + b"\0\0")

    def _row(self, number: int, rows: bytes) -> None:
        """Rows of the index for objects from `number` on."""
        start, end = number * _ROW, number * _ROW + len(rows)
        if len(self._rows) < end:
            self._rows.extend(bytes(end - len(self._rows)))
        self._rows[start:end] = rows

    def _write(self, content: bytes | bytearray) -> None:
        self._out.write(content)
        self._digest.update(content)
        self._length += len(content)


def _differences(rows: bytes | bytearray) -> Iterator[bytes]:
    """Each byte less the one above it (PNG's filter 2, `Up`): then the rows of an object stream are alike, and pack to almost nothing.

    Many rows are subtracted at once as one number, in which no byte borrows from the next.
    """
    above: bytes | bytearray = bytes(_ROW)
    for start in range(0, len(rows), _ROW * _AT_ONCE):
        part = rows[start : start + _ROW * _AT_ONCE]
        high, filters = (int.from_bytes(kind * (len(part) // _ROW)) for kind in (b"\x80" * _ROW, b"\2" + bytes(_ROW - 1)))
        one, other = int.from_bytes(part), int.from_bytes(above + part[:-_ROW])
        yield (((one | high) - (other & ~high)) ^ ((one ^ ~other) & high) | filters).to_bytes(len(part))
        above = part[-_ROW:]
