"""Reads what a file says of itself: its edition mark, and whether its attached data agree with each other."""

import csv
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf.settings import set_qpdf_limits

from pledges.adapters.seal_revision import ValidationData
from pledges.domain import merkle
from pledges.domain.marks import EDITION_MARK, RECEIPT_MARK
from pledges.domain.problems import N_
from pledges.domain.publication import ITEM_FIELDS
from pledges.domain.spreadsheets import unescape_cell

_MARK = re.compile(
    EDITION_MARK
    + r" edition=(?P<edition>(?:Rev|Add|Corr)\.\d+|draft) language=(?P<language>[A-Za-z0-9-]{1,35}) root=(?P<root>[0-9a-f]{64})"
)
_RECEIPT = re.compile(RECEIPT_MARK + r" number=(?P<number>[A-Za-z0-9_-]{16,32}) fingerprint=(?P<fingerprint>[0-9a-f]{64})")
_ATTACHED = ("declaration.json", "declaration.csv", "proofs.json")
_HEADER = 1024
"""Bytes in which a PDF's header may stand."""
_SMALL, _LARGE = 1 << 20, 64 << 20
"""Most bytes of an XMP packet; bytes of an attachment that are taken from any file, however small."""
_PROOFS = 64
"""Most certificates and answers of issuers that are looked at; ours holds a dozen."""
_EXPANSION = 64
"""Beyond that, an attachment may be so many times larger than its file: ours stay below, a decompression bomb does not."""
_INFLATED = 256 << 20
"""Most bytes that one stream of a file's structure may become."""
_PART = 1 << 20
_NO_LINE = b""
_LINE = 4 << 20
"""Most bytes of a line: the longest entry has far fewer."""
_OTHER_TABLE = N_("The table declaration.csv does not say what declaration.json says.")
_OTHER_PROOFS = N_("The proofs are not those of these pledges.")
_RECORDED: dict[str, tuple[str, ...]] = {
    "government": ("government", "name"),
    "kind": ("government", "kind"),
    "country_code": ("government", "country_code"),
    "leader_name": ("leader", "name"),
    "office": ("office", "styled"),
    "language": ("language",),
}
"""Where the record holds what an entry repeats (docs/record.md)."""

# Ours stay far below; without a limit, a file of one megabyte could ask for a gigabyte of memory.
set_qpdf_limits(flate_max_memory=_INFLATED, run_length_max_memory=_INFLATED, png_max_memory=_INFLATED, tiff_max_memory=_INFLATED)


class DataDisagree(Exception):
    """The attached data do not agree; `message` is an English msgid whose %(name)s places `values` fills."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


@dataclass(frozen=True, slots=True)
class Mark:
    """An edition mark, read back."""

    edition: str
    """A label such as Rev.0, or `draft`."""
    language: str
    root: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt's mark, read back."""

    number: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Data:
    """What the attached data hold, once they agree."""

    pledges: int
    root: str


def header_claims(data: bytes | mmap) -> bool:
    """Whether a comment before the first object begins with our mark: it stays when a file is cut short."""
    head = re.split(rb"\d+ \d+ obj", data[:_HEADER], maxsplit=1)[0]
    ours = rb"^%%(?:%s|%s)" % (EDITION_MARK.encode(), RECEIPT_MARK.encode())
    return b"%PDF-" in head and re.search(ours, head, re.MULTILINE) is not None


def marks_of(pdf: pikepdf.Pdf) -> frozenset[Mark]:
    """The edition marks in Info and XMP. Text on a page that looks like one is not one."""
    told = [str(value) for value in _dictionary(pdf.trailer.get("/Info")).values() if isinstance(value, pikepdf.String)]
    metadata = _dictionary(pdf.trailer.get("/Root")).get("/Metadata")
    if isinstance(metadata, pikepdf.Stream):
        with suppress(ValueError):
            told.append(_decoded(metadata, _SMALL).decode(errors="replace"))
    return frozenset(Mark(**found.groupdict()) for text in told for found in _MARK.finditer(text))


def receipt_of(pdf: pikepdf.Pdf) -> Receipt | None:
    """What a file says whose receipt it is, in its own entry of Info alone: the others hold names that somebody typed."""
    told = _dictionary(pdf.trailer.get("/Info")).get("/WALRGDeclaration")
    found = _RECEIPT.fullmatch(str(told)) if isinstance(told, pikepdf.String) else None
    return Receipt(**found.groupdict()) if found else None


def holds_certificate(data: bytes | mmap, pdf: pikepdf.Pdf | None, certificates: Sequence[x509.Certificate]) -> bool:
    """Whether one of the certificates stands in the bytes, or in a signature of the file, however that is written."""
    encoded = [certificate.public_bytes(Encoding.DER) for certificate in certificates]
    signatures = list(_signatures(pdf)) if pdf else []
    forms = [form for der in encoded for form in (der, der.hex().encode(), der.hex().upper().encode())]
    return any(data.find(form) >= 0 for form in forms) or any(der in signature for der in encoded for signature in signatures)


def check_data(pdf: pikepdf.Pdf, marks: frozenset[Mark], size: int, scratch: Path | None = None) -> Data:
    """Check each record against its fingerprint, the table against the records, the proofs against the root, the root against the mark.

    `size` is the file's, in bytes; what is attached is unpacked in the folder `scratch`. Raises DataDisagree.
    """
    limit = max(_LARGE, _EXPANSION * size)
    with ExitStack() as stack:
        files = {name: stack.enter_context(_attached(pdf, name, limit, scratch)) for name in _ATTACHED}
        try:
            records = _Listed("declaration.json", files["declaration.json"], "entries")
            leaves = _check_entries(records, files["declaration.csv"])
            root = _check_root(records.head["root"], _Listed("proofs.json", files["proofs.json"], "proofs"), leaves)
        except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
            raise DataDisagree(N_("The attached data lack something or are not in the form that we write.")) from error
    if not marks:
        raise DataDisagree(N_("The edition mark is missing."))
    if any(mark.root != root for mark in marks):
        raise DataDisagree(N_("The Merkle root in the edition mark is not that of the attached data."))
    return Data(len(leaves), root)


class _Listed:
    """A file as `domain.publication` writes it: an object whose last entry is a list, each member of it on a line.

    So a large register is read line by line; it does not fit into memory.
    """

    def __init__(self, file_name: str, file: BinaryIO, name: str) -> None:
        self._name, self._file = file_name, file
        self._members: list[Any] | None = None
        head = list(self._until(b' "%s": [\n' % name.encode()))
        first, place = file.readline(_LINE), file.tell()
        if first == b"  {\n" or head[-1:] == [_NO_LINE]:  # an edition from before each member had a line; those are small
            file.seek(0)
            self.head = self._read(file.read(_LARGE))
            self._members = self.head.pop(name)
        else:
            file.seek(place - len(first))
            self.head = self._read(b"".join(head).removesuffix(b",\n") + b"}")
        """The object without the list."""

    def _until(self, last: bytes) -> Iterator[bytes]:
        while (line := self._file.readline(_LINE)) != last:
            if not line.endswith(b"\n"):  # the end, or a line longer than any entry
                yield _NO_LINE
                return
            yield line

    def _unreadable(self) -> DataDisagree:
        return DataDisagree(N_("The attached file %(name)s cannot be read."), name=self._name)

    def _read(self, text: bytes) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._unreadable() from error

    def __iter__(self) -> Iterator[Any]:
        """The members, once."""
        if self._members is not None:
            yield from self._members
            return
        for line in self._until(b" ]\n"):
            yield self._read(line.strip().removesuffix(b","))
        if self._file.read(3) != b"}\n":
            raise self._unreadable()


def _check_entries(records: _Listed, table: BinaryIO) -> list[bytes]:
    """Records, rows and counts; answers the fingerprints in their order."""
    counts = records.head["counts"]
    leaves, governments, countries, commitments = list[bytes](), set[str](), set[str](), Counter[str]()
    with io.TextIOWrapper(table, "utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        for entry in records:
            record = _check_entry(entry)
            _check_row(next(rows, None), entry)
            leaves.append(bytes.fromhex(entry["fingerprint"]))
            governments.add(record["government"]["id"])
            countries.add(entry["country_code"])
            commitments.update(set(entry["themes"]))
        if next(rows, None) is not None:
            raise DataDisagree(_OTHER_TABLE)
    found = {"pledges": len(leaves), "governments": len(governments), "countries": len(countries)}
    if counts != found | {"commitments": {theme: commitments[theme] for theme in counts["commitments"]}}:
        raise DataDisagree(N_("The counts are not those of the entries."))
    return leaves


def _check_entry(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry against its record, which is answered."""
    if sha256(entry["record"].encode()).hexdigest() != entry["fingerprint"]:
        raise DataDisagree(N_("The record of %(name)s does not have the fingerprint that stands beside it."), name=entry["public_id"])
    record: Mapping[str, Any] = json.loads(entry["record"])
    repeated = {field: _at(record, path) for field, path in _RECORDED.items()}
    repeated["themes"] = [commitment["theme"] for commitment in record["commitments"]]
    if any(entry[field] != value for field, value in repeated.items()):
        raise DataDisagree(N_("The entry of %(name)s does not say what its record says."), name=entry["public_id"])
    return record


def _at(record: Mapping[str, Any], path: Sequence[str]) -> object:
    value: Any = record
    for step in path:
        value = value[step]
    return value


def _check_row(row: Mapping[str, str] | None, entry: Mapping[str, Any]) -> None:
    if row is None or any(unescape_cell(row[field]) != _cell(entry[field]) for field in ITEM_FIELDS):
        raise DataDisagree(_OTHER_TABLE)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list) else str(value)


def _check_root(root: str, proofs: _Listed, leaves: Sequence[bytes]) -> str:
    computed = merkle.root(leaves)
    if root != computed.hex():
        raise DataDisagree(N_("The Merkle root is not that of the fingerprints in their order."))
    if (proofs.head["root"], proofs.head["size"]) != (root, len(leaves)):
        raise DataDisagree(_OTHER_PROOFS)
    for index, (leaf, proof) in enumerate(zip_longest(leaves, proofs)):
        if leaf is None or proof is None or (proof["fingerprint"], proof["index"]) != (leaf.hex(), index):
            raise DataDisagree(_OTHER_PROOFS)
        path = [bytes.fromhex(step) for step in proof["path"]]
        if not merkle.verify_inclusion(leaf, index=index, size=len(leaves), path=path, root=computed):
            raise DataDisagree(N_("The proof of %(name)s does not lead to the Merkle root."), name=leaf.hex())
    return root


def _attached(pdf: pikepdf.Pdf, name: str, limit: int, scratch: Path | None) -> BinaryIO:
    """An attached file, unpacked into a file without a name. Raises DataDisagree: missing, damaged, too large."""
    unpacked = TemporaryFile(dir=scratch)  # noqa: SIM115 (whoever asked closes it)
    try:
        for part in _parts(cast(pikepdf.Stream, pdf.attachments[name].get_file().obj), limit):
            unpacked.write(part)
    except (KeyError, AttributeError, TypeError) as error:
        unpacked.close()
        raise DataDisagree(N_("The attached file %(name)s is missing."), name=name) from error
    except (ValueError, pikepdf.PdfError) as error:
        unpacked.close()
        raise DataDisagree(N_("The attached file %(name)s cannot be read."), name=name) from error
    unpacked.seek(0)
    return unpacked


def _decoded(stream: pikepdf.Stream, limit: int) -> bytes:
    """The bytes of a stream, plain or deflated. Raises ValueError: another filter, damaged, or more than `limit` bytes."""
    return b"".join(_parts(stream, limit))


def _parts(stream: pikepdf.Stream, limit: int) -> Iterator[bytes]:
    """The bytes of a stream piece by piece. Raises what `_decoded` raises."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter", pikepdf.Array())
    if list(filters if isinstance(filters, pikepdf.Array) else [filters]) == [pikepdf.Name.FlateDecode]:
        parts = _inflated(raw)
    elif filters == pikepdf.Array():
        parts = iter((raw,))
    else:
        raise ValueError("a filter that we do not write")
    length = 0
    for part in parts:
        length += len(part)
        if length > limit:
            raise ValueError("more than a declaration holds")
        yield part


def _inflated(raw: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        while raw and not inflater.eof:
            yield inflater.decompress(raw, _PART)
            raw = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise ValueError(str(error)) from error


def validation_data(pdf: pikepdf.Pdf) -> ValidationData:
    """What the file holds to prove its seal later. Raises what a damaged file provokes."""
    store = _dictionary(_dictionary(pdf.trailer.get("/Root")).get("/DSS"))
    lists = [list(store.get(name, ()))[:_PROOFS] for name in ("/Certs", "/OCSPs", "/CRLs")]
    return ValidationData(*([_decoded(stream, _LARGE) for stream in each if isinstance(stream, pikepdf.Stream)] for each in lists))


def _signatures(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """The values of the signatures in the form's fields and in the permissions."""
    root = _dictionary(pdf.trailer.get("/Root"))
    fields = _dictionary(root.get("/AcroForm")).get("/Fields")
    held = [_dictionary(field).get("/V") for field in fields] if isinstance(fields, pikepdf.Array) else []
    for signature in [*held, *_dictionary(root.get("/Perms")).values()]:
        value = _dictionary(signature).get("/Contents")
        if isinstance(value, pikepdf.String):
            yield bytes(value)


def _dictionary(value: object) -> Mapping[str, Any]:
    """A dictionary of a PDF, or an empty one where a damaged file has something else."""
    return dict(value.items()) if isinstance(value, pikepdf.Dictionary) else {}
