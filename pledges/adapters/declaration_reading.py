"""Reads what a file says of itself: its edition mark, its signatures, and what it holds to prove its seal later."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from mmap import mmap

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.pdf_streams import LARGE, decoded, dictionary
from pledges.adapters.seal_revision import ValidationData
from pledges.domain.marks import EDITION_MARK, RECEIPT_MARK

_MARK = re.compile(
    EDITION_MARK
    + r" edition=(?P<edition>(?:Rev|Add|Corr)\.\d+|draft) language=(?P<language>[A-Za-z0-9-]{1,35}) root=(?P<root>[0-9a-f]{64})"
)
_RECEIPT = re.compile(RECEIPT_MARK + r" number=(?P<number>[A-Za-z0-9_-]{16,32}) fingerprint=(?P<fingerprint>[0-9a-f]{64})")
_HEADER = 1024
"""Bytes in which a PDF's header may stand."""
_SMALL = 1 << 20
"""Most bytes of an XMP packet."""
_PROOFS = 64
"""Most certificates and answers of issuers that are looked at; ours holds a dozen."""


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


def header_claims(data: bytes | mmap) -> bool:
    """Whether a comment before the first object begins with our mark: it stays when a file is cut short."""
    head = re.split(rb"\d+ \d+ obj", data[:_HEADER], maxsplit=1)[0]
    ours = rb"^%%(?:%s|%s)" % (EDITION_MARK.encode(), RECEIPT_MARK.encode())
    return b"%PDF-" in head and re.search(ours, head, re.MULTILINE) is not None


def marks_of(pdf: pikepdf.Pdf) -> frozenset[Mark]:
    """The edition marks in Info and XMP. Text on a page that looks like one is not one."""
    told = [str(value) for value in dictionary(pdf.trailer.get("/Info")).values() if isinstance(value, pikepdf.String)]
    metadata = dictionary(pdf.trailer.get("/Root")).get("/Metadata")
    if isinstance(metadata, pikepdf.Stream):
        with suppress(ValueError):
            told.append(decoded(metadata, _SMALL).decode(errors="replace"))
    return frozenset(Mark(**found.groupdict()) for text in told for found in _MARK.finditer(text))


def receipt_of(pdf: pikepdf.Pdf) -> Receipt | None:
    """What a file says whose receipt it is, in its own entry of Info alone: the others hold names that somebody typed."""
    told = dictionary(pdf.trailer.get("/Info")).get("/WALRGDeclaration")
    found = _RECEIPT.fullmatch(str(told)) if isinstance(told, pikepdf.String) else None
    return Receipt(**found.groupdict()) if found else None


def holds_certificate(data: bytes | mmap, pdf: pikepdf.Pdf | None, certificates: Sequence[x509.Certificate]) -> bool:
    """Whether one of the certificates stands in the bytes, or in a signature of the file, however that is written."""
    encoded = [certificate.public_bytes(Encoding.DER) for certificate in certificates]
    signatures = list(_signatures(pdf)) if pdf else []
    forms = [form for der in encoded for form in (der, der.hex().encode(), der.hex().upper().encode())]
    return any(data.find(form) >= 0 for form in forms) or any(der in signature for der in encoded for signature in signatures)


def validation_data(pdf: pikepdf.Pdf) -> ValidationData:
    """What the file holds to prove its seal later. Raises what a damaged file provokes."""
    store = dictionary(dictionary(pdf.trailer.get("/Root")).get("/DSS"))
    lists = [list(store.get(name, ()))[:_PROOFS] for name in ("/Certs", "/OCSPs", "/CRLs")]
    return ValidationData(*([decoded(stream, LARGE) for stream in each if isinstance(stream, pikepdf.Stream)] for each in lists))


def _signatures(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """The values of the signatures in the form's fields and in the permissions."""
    root = dictionary(pdf.trailer.get("/Root"))
    fields = dictionary(root.get("/AcroForm")).get("/Fields")
    held = [dictionary(field).get("/V") for field in fields] if isinstance(fields, pikepdf.Array) else []
    for signature in [*held, *dictionary(root.get("/Perms")).values()]:
        value = dictionary(signature).get("/Contents")
        if isinstance(value, pikepdf.String):
            yield bytes(value)
