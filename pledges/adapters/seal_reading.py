"""Reads the seal out of a file's bytes: who sealed it, when, and whether every byte is still as it was."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from asn1crypto import cms, parser, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.authority import may_sign
from pledges.adapters.loops import apart

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_TRIED = 8
"""Ours holds one, at its end; a file with thousands is not worth hashing thousands of times."""
_CLAIMED = re.compile(rb"/M\s*\(D(?::|\\072)(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)")
_HEXADECIMAL = re.compile(rb"[0-9A-F]*")
_ANY_USAGE = KeyUsageConstraints(key_usage=())
"""Usage is judged by `may_sign`: this library takes a certificate without a word on usage for one that may not sign."""
# A seal that is not trusted is an answer, not an incident.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


class SealState(StrEnum):
    """What became of a seal."""

    VALID = "valid"
    NONE = "none"
    BROKEN = "broken"
    APPENDED = "appended"
    TRUNCATED = "truncated"
    UNTRUSTED = "untrusted"
    OUTSIDE_ITS_LIFE = "outside_its_life"
    """Its certificate was not valid at the moment that the seal claims."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file's bytes tell of its seal. `added` counts the bytes after the sealed part."""

    state: SealState
    certificate: x509.Certificate | None = None
    claimed_at: datetime | None = None
    """By the sealing machine's own clock; no time stamp confirms it."""
    added: int = 0


@dataclass(frozen=True, slots=True)
class _Range:
    """What a signature covers: everything before `start` and from `end` for `rest` bytes; its own value stands between."""

    start: int
    end: int
    rest: int

    def framed(self, data: bytes) -> bool:
        """Whether what is left out is one hexadecimal string and nothing else."""
        return self.start < self.end and data[self.start : self.start + 1] == b"<" and data[self.end - 1 : self.end] == b">"


def read_seal(data: bytes, *, trusted: Sequence[x509.Certificate], at: datetime) -> Seal:
    """The seal of a file's bytes, read without interpreting the PDF: our seal leaves out its own value and nothing else.

    Whatever signs all other bytes with our key was made by us, so no object of the file needs to be believed. A certificate
    of `trusted` may be the sealing one or an issuer of it. Revocation is not looked up: there is no network here.
    """
    ranges = [_Range(*map(int, found.groups())) for found in _BYTE_RANGE.finditer(data)][-_TRIED:]
    if not ranges:
        return Seal(SealState.NONE)
    for covered in reversed(ranges):
        if covered.end + covered.rest == len(data) and covered.framed(data):
            return _judge(data, covered, trusted, at)
    for covered in reversed(ranges):
        length = covered.end + covered.rest
        if length < len(data) and covered.framed(data):
            inner = _judge(data[:length], covered, trusted, at)
            if inner.state is not SealState.BROKEN:
                return Seal(SealState.APPENDED, inner.certificate, inner.claimed_at, len(data) - length)
    cut = any(covered.end + covered.rest > len(data) and covered.framed(data) for covered in ranges)
    return Seal(SealState.TRUNCATED if cut else SealState.BROKEN)


def _judge(data: bytes, covered: _Range, trusted: Sequence[x509.Certificate], at: datetime) -> Seal:
    claimed = _claimed_at(data, covered)
    try:
        signed = _signed_data(data[covered.start + 1 : covered.end - 1])
        status = _validate(data[: covered.start] + data[covered.end :], signed, trusted, claimed or at)
        certificate = x509.load_der_x509_certificate(status.signing_cert.dump())
        whole = status.intact and status.valid
        untouched = _covers_itself(signed)
    except Exception:
        # Hostile bytes upset a parser in any way they like; such a seal does not verify.
        return Seal(SealState.BROKEN)
    if not whole:
        return Seal(SealState.BROKEN, certificate, claimed)
    if claimed and not certificate.not_valid_before_utc <= claimed <= certificate.not_valid_after_utc:
        return Seal(SealState.OUTSIDE_ITS_LIFE, certificate, claimed)
    if not (status.trusted and may_sign(certificate)):
        return Seal(SealState.UNTRUSTED, certificate, claimed)
    return Seal(SealState.VALID if untouched and claimed else SealState.BROKEN, certificate, claimed)


def _signed_data(hexadecimal: bytes) -> cms.SignedData:
    """The signature's value: capital digits, one DER value, then nothing but zeros, as `Sealer` writes it. Raises ValueError."""
    if not _HEXADECIMAL.fullmatch(hexadecimal):
        raise ValueError("not the digits that a seal is written in")
    value = bytes.fromhex(hexadecimal.decode())
    length = parser.peek(value)
    if any(value[length:]):
        raise ValueError("something stands behind the signature")
    content = cms.ContentInfo.load(value[:length], strict=True)
    signed: cms.SignedData = content["content"]
    if _rebuilt(signed).dump() != value[:length]:
        raise ValueError("not the signature that a sealer writes")
    return signed


def _rebuilt(signed: cms.SignedData) -> cms.ContentInfo:
    """The same signature made anew from what its signer vouches for: whatever a signature itself does not cover is fixed here."""
    (signer,) = signed["signer_infos"]
    digest = cms.DigestAlgorithm({"algorithm": "sha256"})
    renewed = {
        "version": "v1",
        "sid": signer["sid"],
        "digest_algorithm": digest,
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": signer["signature_algorithm"],
        "signature": signer["signature"],
    }
    content = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": signed["certificates"],
        "signer_infos": [cms.SignerInfo(renewed)],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _covers_itself(signed: cms.SignedData) -> bool:
    """Whether each certificate that travels in the seal is one that the signature names by its hash (`Sealer` names them all)."""
    (signer,) = signed["signer_infos"]
    (named,) = [each["values"][0] for each in signer["signed_attrs"] if each["type"].native == "signing_certificate_v2"]
    hashes = sorted(each["cert_hash"].native for each in tsp.SigningCertificateV2.load(named.dump())["certs"])
    return hashes == sorted(sha256(each.dump()).digest() for each in signed["certificates"])


def _validate(covered: bytes, signed: cms.SignedData, trusted: Sequence[x509.Certificate], moment: datetime) -> StandardCMSSignatureStatus:
    roots = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=moment)
    judging = async_validate_detached_cms(covered, signed, signer_validation_context=context, key_usage_settings=_ANY_USAGE)
    return apart(lambda: asyncio.run(judging))


def _claimed_at(data: bytes, covered: _Range) -> datetime | None:
    """The moment in the signature's own dictionary (`/M`): from its beginning up to its value, and after its value to its end."""
    before = data[max(0, covered.start - 2000) : covered.start].rpartition(b" obj")[2]
    after = data[covered.end : covered.end + 2000].partition(b"endobj")[0]
    found = _CLAIMED.search(before) or _CLAIMED.search(after)
    if found is None:
        return None
    digits, sign, hours, minutes = found.groups()
    try:
        moment = datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return moment + offset if sign == b"-" else moment - offset
