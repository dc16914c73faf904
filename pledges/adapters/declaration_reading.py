"""Reads what a file says of itself: its edition mark, and whether its attached data agree with each other."""

import csv
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from mmap import mmap
from typing import Any, cast

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pikepdf.settings import set_qpdf_limits

from pledges.adapters.seal_revision import ValidationData
from pledges.domain import merkle
from pledges.domain.marks import EDITION_MARK
from pledges.domain.problems import N_
from pledges.domain.publication import ITEM_FIELDS
from pledges.domain.spreadsheets import unescape_cell

_MARK = re.compile(
    EDITION_MARK
    + r" edition=(?P<edition>(?:Rev|Add|Corr)\.\d+|draft) language=(?P<language>[A-Za-z0-9-]{1,35}) root=(?P<root>[0-9a-f]{64})"
)
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
class Data:
    """What the attached data hold, once they agree."""

    pledges: int
    root: str


def header_claims(data: bytes | mmap) -> bool:
    """Whether a comment before the first object begins with our mark: it stays when a file is cut short."""
    head = re.split(rb"\d+ \d+ obj", data[:_HEADER], maxsplit=1)[0]
    return b"%PDF-" in head and re.search(rb"^%" + EDITION_MARK.encode(), head, re.MULTILINE) is not None


def marks_of(pdf: pikepdf.Pdf) -> frozenset[Mark]:
    """The edition marks in Info and XMP. Text on a page that looks like one is not one."""
    told = [str(value) for value in _dictionary(pdf.trailer.get("/Info")).values() if isinstance(value, pikepdf.String)]
    metadata = _dictionary(pdf.trailer.get("/Root")).get("/Metadata")
    if isinstance(metadata, pikepdf.Stream):
        with suppress(ValueError):
            told.append(_decoded(metadata, _SMALL).decode(errors="replace"))
    return frozenset(Mark(**found.groupdict()) for text in told for found in _MARK.finditer(text))


def holds_certificate(data: bytes | mmap, pdf: pikepdf.Pdf | None, certificates: Sequence[x509.Certificate]) -> bool:
    """Whether one of the certificates stands in the bytes, or in a signature of the file, however that is written."""
    encoded = [certificate.public_bytes(Encoding.DER) for certificate in certificates]
    signatures = list(_signatures(pdf)) if pdf else []
    forms = [form for der in encoded for form in (der, der.hex().encode(), der.hex().upper().encode())]
    return any(data.find(form) >= 0 for form in forms) or any(der in signature for der in encoded for signature in signatures)


def check_data(pdf: pikepdf.Pdf, marks: frozenset[Mark], size: int) -> Data:
    """Check each record against its fingerprint, the table against the records, the proofs against the root, the root against the mark.

    `size` is the file's, in bytes. Raises DataDisagree.
    """
    limit = max(_LARGE, _EXPANSION * size)
    files = {name: _attached(pdf, name, limit) for name in ("declaration.json", "declaration.csv", "proofs.json")}
    declaration, proofs = _json("declaration.json", files), _json("proofs.json", files)
    try:
        entries = declaration["entries"]
        for entry in entries:
            _check_entry(entry)
        _check_counts(declaration["counts"], entries)
        _check_table(files["declaration.csv"].decode(), entries)
        root = _check_root(declaration["root"], proofs, [entry["fingerprint"] for entry in entries])
    except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
        raise DataDisagree(N_("The attached data lack something or are not in the form that we write.")) from error
    if not marks:
        raise DataDisagree(N_("The edition mark is missing."))
    if any(mark.root != root for mark in marks):
        raise DataDisagree(N_("The Merkle root in the edition mark is not that of the attached data."))
    return Data(len(entries), root)


def _check_entry(entry: Mapping[str, Any]) -> None:
    if sha256(entry["record"].encode()).hexdigest() != entry["fingerprint"]:
        raise DataDisagree(N_("The record of %(name)s does not have the fingerprint that stands beside it."), name=entry["public_id"])
    record = json.loads(entry["record"])
    repeated = {field: _at(record, path) for field, path in _RECORDED.items()}
    repeated["themes"] = [commitment["theme"] for commitment in record["commitments"]]
    if any(entry[field] != value for field, value in repeated.items()):
        raise DataDisagree(N_("The entry of %(name)s does not say what its record says."), name=entry["public_id"])


def _at(record: Mapping[str, Any], path: Sequence[str]) -> object:
    value: Any = record
    for step in path:
        value = value[step]
    return value


def _check_counts(counts: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> None:
    themes = counts["commitments"]
    found = {
        "pledges": len(entries),
        "governments": len({json.loads(entry["record"])["government"]["id"] for entry in entries}),
        "countries": len({entry["country_code"] for entry in entries}),
        "commitments": {theme: sum(theme in entry["themes"] for entry in entries) for theme in themes},
    }
    if counts != found:
        raise DataDisagree(N_("The counts are not those of the entries."))


def _check_table(table: str, entries: Sequence[Mapping[str, Any]]) -> None:
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    told = [[unescape_cell(row[field]) for field in ITEM_FIELDS] for row in rows]
    if told != [[_cell(entry[field]) for field in ITEM_FIELDS] for entry in entries]:
        raise DataDisagree(N_("The table declaration.csv does not say what declaration.json says."))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "|".join(value) if isinstance(value, list) else str(value)


def _check_root(root: str, proofs: Mapping[str, Any], fingerprints: Sequence[str]) -> str:
    leaves = [bytes.fromhex(fingerprint) for fingerprint in fingerprints]
    computed = merkle.root(leaves)
    if root != computed.hex():
        raise DataDisagree(N_("The Merkle root is not that of the fingerprints in their order."))
    told = [(proof["fingerprint"], proof["index"]) for proof in proofs["proofs"]]
    if told != [(leaf.hex(), index) for index, leaf in enumerate(leaves)] or (proofs["root"], proofs["size"]) != (root, len(leaves)):
        raise DataDisagree(N_("The proofs are not those of these pledges."))
    for leaf, proof in zip(leaves, proofs["proofs"], strict=True):
        path = [bytes.fromhex(step) for step in proof["path"]]
        if not merkle.verify_inclusion(leaf, index=proof["index"], size=len(leaves), path=path, root=computed):
            raise DataDisagree(N_("The proof of %(name)s does not lead to the Merkle root."), name=leaf.hex())
    return root


def _json(name: str, files: Mapping[str, bytes]) -> Any:
    try:
        return json.loads(files[name])
    except (ValueError, RecursionError) as error:
        raise DataDisagree(N_("The attached file %(name)s cannot be read."), name=name) from error


def _attached(pdf: pikepdf.Pdf, name: str, limit: int) -> bytes:
    try:
        return _decoded(cast(pikepdf.Stream, pdf.attachments[name].get_file().obj), limit)
    except (KeyError, AttributeError, TypeError) as error:
        raise DataDisagree(N_("The attached file %(name)s is missing."), name=name) from error
    except (ValueError, pikepdf.PdfError) as error:
        raise DataDisagree(N_("The attached file %(name)s cannot be read."), name=name) from error


def _decoded(stream: pikepdf.Stream, limit: int) -> bytes:
    """The bytes of a stream, plain or deflated. Raises ValueError: another filter, damaged, or more than `limit` bytes."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter", pikepdf.Array())
    if list(filters if isinstance(filters, pikepdf.Array) else [filters]) == [pikepdf.Name.FlateDecode]:
        inflater = zlib.decompressobj()
        try:
            raw = inflater.decompress(raw, limit + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from error
    elif filters != pikepdf.Array():
        raise ValueError("a filter that we do not write")
    if len(raw) > limit:
        raise ValueError("more than a declaration holds")
    return raw


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
