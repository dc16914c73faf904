"""Reads the signature on a paper; started by `own_certificate` as a process with little memory and time."""

import asyncio
import io
import json
import logging
import pickle
import resource
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath

from pledges.adapters.trust_lists import TrustedIssuer, TrustLists
from pledges.domain.certificates import OwnCertificate, SignedFileRefused, issuer_name, published_name

_MEMORY = 1 << 30
_PROCESSOR = 25
"""Seconds, less than `own_certificate` waits."""
_TOLERANCE = timedelta(hours=1)
"""Between a signer's clock and ours."""
_ANY_USAGE = KeyUsageConstraints(key_usage=())
_SIGNS = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)

_CHANGES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(
        [SigFieldCreationRule(), SigFieldModificationRule()],
        # What signing programs write beside their field: that there are signatures, and how fields look. Ours has no field of its own.
        ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags", "/DA", "/NeedAppearances"},
    ),
)


def read(data: bytes, length: int, trust: TrustLists, not_before: datetime, at: datetime) -> OwnCertificate:
    """What the signature tells; the first `length` bytes are known to be ours. Raises SignedFileRefused."""
    try:
        reader = PdfFileReader(io.BytesIO(data))
        if reader.encrypted:
            raise SignedFileRefused("encrypted")
        signature = _only(reader.embedded_regular_signatures)
        _check_nothing_else(reader, data[:length])
    except SignedFileRefused:
        raise
    except Exception:
        # Hostile bytes upset a parser in any way they like.
        raise SignedFileRefused("unreadable") from None
    moment = signature.self_reported_timestamp or at
    if not not_before - _TOLERANCE <= moment <= at + _TOLERANCE:
        raise SignedFileRefused("moment")
    certificate = _whole(signature, trust)
    path = _trusted(signature, certificate, reader, trust, moment, at)
    return _told(certificate, _issuer_of(path, trust))


def _only(signatures: list[EmbeddedPdfSignature]) -> EmbeddedPdfSignature:
    if len(signatures) != 1:
        raise SignedFileRefused("several" if signatures else "unsigned")
    return signatures[0]


def _check_nothing_else(reader: PdfFileReader, original: bytes) -> None:
    """What was added to our bytes is a signature, with what proves it later, and hides no page behind another."""
    start = int(original[original.rindex(b"startxref") :].split()[1])
    if reader.xrefs.get_startxref_for_revision(0) != start:
        raise SignedFileRefused("changed")
    try:
        found = _CHANGES.review_file(reader, 0)
    except SuspiciousModification:
        raise SignedFileRefused("changed") from None
    if isinstance(found, SuspiciousModification) or found.modification_level > ModificationLevel.FORM_FILLING:
        raise SignedFileRefused("changed")


def _whole(signature: EmbeddedPdfSignature, trust: TrustLists) -> x509.Certificate:
    """The certificate of a signature that fits, covers the file up to its own end, and was followed by nothing but proofs of it."""
    try:
        context = ValidationContext(trust_roots=_roots(trust), allow_fetching=False, revocation_mode="soft-fail")
        status = asyncio.run(async_validate_pdf_signature(signature, context, diff_policy=_CHANGES, key_usage_settings=_ANY_USAGE))
        fits = status.intact and status.valid
        covered = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
        level = status.modification_level
    except Exception:  # as above
        raise SignedFileRefused("broken") from None
    if not fits:
        raise SignedFileRefused("broken")
    if not covered or level is None or level > ModificationLevel.LTA_UPDATES:
        raise SignedFileRefused("changed")
    return status.signing_cert


def _trusted(
    signature: EmbeddedPdfSignature, certificate: x509.Certificate, reader: PdfFileReader, trust: TrustLists, moment: datetime, at: datetime
) -> ValidationPath:
    """The way to a trusted root, judged now, or at the moment of the signature if the certificate has ended since."""
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        raise SignedFileRefused("expired")
    at_hand = [*signature.other_embedded_certs, *(x509.Certificate.load(der) for one in trust.issuers for der in one.others)]
    told: dict[str, Any] = {
        "trust_roots": _roots(trust), "other_certs": at_hand, "crls": [crl.CertificateList.load(der) for der in trust.crls],
        "allow_fetching": False, "revocation_mode": "soft-fail", "moment": min(at, certificate.not_valid_after),
        "retroactive_revinfo": True, "time_tolerance": _TOLERANCE,
    }  # fmt: skip
    try:
        _SIGNS.validate(certificate)
        return asyncio.run(CertificateValidator(certificate, validation_context=_context(reader, told)).async_validate_path())
    except InvalidCertificateError:
        raise SignedFileRefused("not_for_signing") from None
    except PathBuildingError:
        raise SignedFileRefused("unknown_issuer", issuer=_issuer(certificate), accepted=trust.accepted) from None
    except RevokedError:
        raise SignedFileRefused("revoked") from None
    except (ExpiredError, NotYetValidError):
        raise SignedFileRefused("expired") from None
    except (PathError, ValidationError, ValueError):
        raise SignedFileRefused("not_valid") from None


def _context(reader: PdfFileReader, told: dict[str, Any]) -> ValidationContext:
    """With what the file itself holds on revocation, which is as good as its issuers' signatures on it."""
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(told)
    except NoDSSFoundError:
        return ValidationContext(**told)


def _roots(trust: TrustLists) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for issuer in trust.issuers for der in issuer.certificates]


def _issuer_of(path: ValidationPath, trust: TrustLists) -> TrustedIssuer:
    root = path.trust_anchor.authority.certificate.dump()  # type: ignore[attr-defined]  # ours are all certificates
    return next(issuer for issuer in trust.issuers if root in issuer.certificates)


def _told(certificate: x509.Certificate, issuer: TrustedIssuer) -> OwnCertificate:
    subject = dict(_attributes(certificate.subject))
    name = published_name(*(subject.get(part, "") for part in ("given_name", "surname", "common_name")))
    return OwnCertificate(_issuer(certificate), issuer.level, name)


def _issuer(certificate: x509.Certificate) -> str:
    issuer = dict(_attributes(certificate.issuer))
    return issuer_name(*(issuer.get(part, "") for part in ("common_name", "organization_name", "country_name")))


def _attributes(name: x509.Name) -> Iterable[tuple[str, str]]:
    for relative in name.chosen:
        for attribute in relative:
            with suppress(ValueError):
                yield attribute["type"].native, str(attribute["value"].native)


def _confine() -> None:
    for what, most in ((resource.RLIMIT_CPU, _PROCESSOR), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # where the system knows no such limit
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Answer the question on standard input."""
    _confine()
    logging.disable()  # a refused file is an answer, not an incident
    question = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 (written by `own_certificate`; the stranger's file in it is bytes)
    try:
        answer = asdict(read(*question))
    except SignedFileRefused as refused:
        answer = {"refused": refused.code, **refused.values}
    except (MemoryError, RecursionError):
        answer = {"refused": "unreadable"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
