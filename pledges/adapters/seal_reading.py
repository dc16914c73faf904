"""Reads the seal out of a file's bytes: who sealed it, when, and whether every byte is still as it was."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from mmap import mmap
from typing import TypeAlias

from asn1crypto import cms, parser, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import StandardCMSSignatureStatus
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.authority import may_sign
from pledges.adapters.loops import apart
from pledges.adapters.revocation import Standing, certificates_of, standing
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp_reading import TimeStamp, bare, loose, read_time_stamp
from pledges.domain.sealing import SealLevel

_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
_TRIED = 8
"""Ours holds one, at its end; a file with thousands is not worth hashing thousands of times."""
_CLAIMED = re.compile(rb"/M\s*\(D(?::|\\072)(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)")
_HEXADECIMAL = re.compile(rb"[0-9A-F]*")
_TIME_STAMP = "signature_time_stamp_token"
_ANY_USAGE = KeyUsageConstraints(key_usage=())
"""Usage is judged by `may_sign`: this library takes a certificate without a word on usage for one that may not sign."""
# A seal that is not trusted is an answer, not an incident.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


Bytes: TypeAlias = bytes | mmap
"""A file's bytes, in memory or mapped into it."""
NO_DATA = ValidationData()


class SealState(StrEnum):
    """What became of a seal."""

    VALID = "valid"
    NONE = "none"
    BROKEN = "broken"
    APPENDED = "appended"
    TRUNCATED = "truncated"
    UNTRUSTED = "untrusted"
    OUTSIDE_ITS_LIFE = "outside_its_life"
    """Its certificate was not valid at the moment of the seal."""
    REVOKED = "revoked"
    """Its certificate, or that of an issuer, had been revoked at the moment of the seal; the file itself says so."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file's bytes tell of its seal. `added` counts the bytes after the sealed part."""

    state: SealState
    certificate: x509.Certificate | None = None
    claimed_at: datetime | None = None
    """By the sealing machine's own clock."""
    stamp: TimeStamp | None = None
    """An authority's word on the moment; it counts where that authority is trusted."""
    level: SealLevel | None = None
    added: int = 0

    @property
    def moment(self) -> datetime | None:
        """The moment at which the certificate is judged: the confirmed one, else the claimed one."""
        return self.stamp.moment if self.stamp and self.stamp.trusted else self.claimed_at


@dataclass(frozen=True, slots=True)
class _Range:
    """What a signature covers: everything before `start` and from `end` for `rest` bytes; its own value stands between."""

    start: int
    end: int
    rest: int

    def digest(self, data: Bytes) -> bytes:
        """SHA-256 of what is covered, without a copy of it."""
        found = sha256()
        with memoryview(data) as view:
            for start, end in ((0, self.start), (self.end, self.end + self.rest)):
                with view[start:end] as part:
                    found.update(part)
        return found.digest()

    def framed(self, data: Bytes) -> bool:
        """Whether what is left out is one hexadecimal string and nothing else."""
        return self.start < self.end and data[self.start : self.start + 1] == b"<" and data[self.end - 1 : self.end] == b">"


def read_seal(
    data: Bytes, *, trusted: Sequence[x509.Certificate], at: datetime, authorities: Sequence[x509.Certificate] = (),
    validation: ValidationData = NO_DATA,
) -> Seal:  # fmt: skip
    """The seal of a file's bytes, read without interpreting the PDF: our seal leaves out its own value and nothing else.

    Whatever signs all other bytes with our key was made by us, so no object of the file needs to be believed. A certificate
    of `trusted` may be the sealing one or an issuer of it; `authorities` are roots of time stamps. `validation` is what the file
    holds on revocation: our seal covers it, so it is as good as its signatures. There is no network here.
    """
    judge = _Judge(data, trusted, authorities, validation, at)
    ranges = [_Range(*map(int, found.groups())) for found in _BYTE_RANGE.finditer(data)][-_TRIED:]
    if not ranges:
        return Seal(SealState.NONE)
    for covered in reversed(ranges):
        if covered.end + covered.rest == len(data) and covered.framed(data):
            return judge.seal(covered)
    for covered in reversed(ranges):
        length = covered.end + covered.rest
        if length < len(data) and covered.framed(data):
            inner = judge.seal(covered)
            if inner.state is not SealState.BROKEN:
                return replace(inner, state=SealState.APPENDED, added=len(data) - length)
    cut = any(covered.end + covered.rest > len(data) and covered.framed(data) for covered in ranges)
    return Seal(SealState.TRUNCATED if cut else SealState.BROKEN)


@dataclass(frozen=True, slots=True)
class _Judge:
    data: Bytes
    trusted: Sequence[x509.Certificate]
    authorities: Sequence[x509.Certificate]
    validation: ValidationData
    at: datetime

    def seal(self, covered: _Range) -> Seal:
        """The seal that covers this, whatever follows."""
        claimed = _claimed_at(self.data, covered)
        try:
            signed = _signed_data(self.data[covered.start + 1 : covered.end - 1])
            stamp = self._stamp(signed)
            seal = Seal(SealState.BROKEN, None, claimed, stamp)
            status = _validate(covered.digest(self.data), signed, self.trusted, seal.moment or self.at)
            seal = replace(seal, certificate=x509.load_der_x509_certificate(status.signing_cert.dump()))
            untouched = _covers_itself(signed)
            found = self._standing(status.signing_cert, signed, seal.moment or self.at)
        except Exception:
            # Hostile bytes upset a parser in any way they like; such a seal does not verify.
            return Seal(SealState.BROKEN)
        if not (status.intact and status.valid):
            return seal
        return replace(seal, level=_level(stamp, found), state=_state(seal, status, found, whole=untouched and claimed is not None))

    def _stamp(self, signed: cms.SignedData) -> TimeStamp | None:
        """The time stamp over the seal's signature. Raises ValueError: it is not over this, or not as a sealer writes it."""
        token = _token(signed)
        if token is None:
            return None
        if not set(loose(token)) <= set(self.validation.certificates):
            raise ValueError("a certificate that nothing covers travels in the time stamp")
        digest = sha256(signed["signer_infos"][0]["signature"].native).digest()
        return read_time_stamp(token, digest, data=self.validation, trusted=self.authorities)

    def _standing(self, certificate: asn1.Certificate, signed: cms.SignedData, moment: datetime) -> Standing:
        travelling = [each.chosen for each in signed["certificates"]]
        return standing(certificate, [*travelling, *certificates_of(self.validation)], self.validation, moment)


def _state(seal: Seal, status: StandardCMSSignatureStatus, found: Standing, *, whole: bool) -> SealState:
    """Of a seal whose signature fits the file; `whole` is whether nothing beside the signature could have been changed either."""
    certificate, moment = seal.certificate, seal.moment
    if certificate and moment and not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        return SealState.OUTSIDE_ITS_LIFE
    if not (certificate and status.trusted and may_sign(certificate)):
        return SealState.UNTRUSTED
    if found is Standing.REVOKED:
        return SealState.REVOKED
    return SealState.VALID if whole else SealState.BROKEN


def _level(stamp: TimeStamp | None, found: Standing) -> SealLevel:
    if stamp is None:
        return SealLevel.B_B
    return SealLevel.B_LT if found is stamp.standing is Standing.PROVEN else SealLevel.B_T


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
    """The same signature made anew from what its signer and its time stamp vouch for: whatever they do not cover is fixed here."""
    (signer,) = signed["signer_infos"]
    token = _token(signed)
    digest = cms.DigestAlgorithm({"algorithm": "sha256"})
    renewed = {
        "version": "v1",
        "sid": signer["sid"],
        "digest_algorithm": digest,
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": signer["signature_algorithm"],
        "signature": signer["signature"],
    }
    if token is not None:
        renewed["unsigned_attrs"] = [cms.CMSAttribute({"type": _TIME_STAMP, "values": [bare(token)]})]
    content = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": signed["certificates"],
        "signer_infos": [cms.SignerInfo(renewed)],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _token(signed: cms.SignedData) -> cms.ContentInfo | None:
    """The time stamp, the one attribute that may stand outside of the signature. Raises ValueError: another, or several."""
    (signer,) = signed["signer_infos"]
    attributes = list(signer["unsigned_attrs"] or ())
    if not attributes:
        return None
    ((attribute,), (token,)) = attributes, attributes[0]["values"]
    if attribute["type"].native != _TIME_STAMP:
        raise ValueError("an attribute that a sealer does not write")
    return token


def _covers_itself(signed: cms.SignedData) -> bool:
    """Whether each certificate that travels in the seal is one that the signature names by its hash (`Sealer` names them all)."""
    (signer,) = signed["signer_infos"]
    (named,) = [each["values"][0] for each in signer["signed_attrs"] if each["type"].native == "signing_certificate_v2"]
    hashes = sorted(each["cert_hash"].native for each in tsp.SigningCertificateV2.load(named.dump())["certs"])
    return hashes == sorted(sha256(each.dump()).digest() for each in signed["certificates"])


def _validate(digest: bytes, signed: cms.SignedData, trusted: Sequence[x509.Certificate], moment: datetime) -> StandardCMSSignatureStatus:
    roots = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=moment)
    judging = async_validate_cms_signature(
        signed, status_cls=StandardCMSSignatureStatus, raw_digest=digest, validation_context=context, key_usage_settings=_ANY_USAGE
    )
    return apart(lambda: asyncio.run(judging))


def _claimed_at(data: Bytes, covered: _Range) -> datetime | None:
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
