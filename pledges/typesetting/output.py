"""Writes the objects of a document into a file: small ones packed together, with an index at the end."""

import hashlib
import struct
import zlib
from collections.abc import Iterable
from itertools import islice

_PACKED = 400
"""Objects in one object stream: few enough that a reader unpacks a page's worth at a time."""


class File:
    """One PDF 1.7 file in the making, in memory."""

    def __init__(self, mark: str) -> None:
        """The mark stands as a comment right after the line that tells binary from text."""
        self._content = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%" + mark.encode() + b"\n")
        self._index: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}

    def put(self, number: int, body: bytes) -> None:
        """Write one object as it is; a stream has to be written so."""
        self._index[number] = (1, len(self._content), 0)
        self._content += b"%d 0 obj\n%s%sendobj\n" % (number, body, b"" if body.endswith(b"\n") else b"\n")

    def pack(self, objects: Iterable[tuple[int, bytes]], following: int) -> int:
        """Write objects into object streams numbered from `following`; answers the next free number (PDF 32000-1, 7.5.7)."""
        remaining = iter(objects)
        while batch := list(islice(remaining, _PACKED)):
            places, bodies, offset = [], [], 0
            for place, (number, body) in enumerate(batch):
                self._index[number] = (2, following, place)
                places.append(b"%d %d" % (number, offset))
                bodies.append(body)
                offset += len(body) + 1
            head = b" ".join(places) + b"\n"
            self._stream(following, b"/Type/ObjStm/N %d/First %d" % (len(batch), len(head)), head + b"\n".join(bodies))
            following += 1
        return following

    def close(self, number: int, *, root: int, info: int) -> bytes:
        """Write the index as object `number`; the file's identifier is the hash of what it holds (PDF 32000-1, 7.5.8)."""
        start = len(self._content)
        self._index[number] = (1, start, 0)
        identifier = hashlib.sha256(self._content).hexdigest()[:32].encode()
        rows = b"".join(struct.pack(">BIH", *self._index[entry]) for entry in range(number + 1))
        entries = b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]"
        self._stream(number, entries % (number + 1, root, info, identifier, identifier), rows)
        self._content += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(self._content)

    def _stream(self, number: int, entries: bytes, content: bytes) -> None:
        packed = zlib.compress(content)
        dictionary = b"<<%s/Filter/FlateDecode/Length %d>>" % (entries, len(packed))
        self.put(number, dictionary + b"\nstream\n" + packed + b"\nendstream\n")
