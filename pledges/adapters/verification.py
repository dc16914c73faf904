"""Tells whether a file is a declaration or a receipt as we sealed it."""

import io
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from pledges.adapters.authority import is_development
from pledges.adapters.declaration_data import Data, DataDisagree, check_data
from pledges.adapters.declaration_reading import (
    Mark,
    Receipt,
    header_claims,
    holds_certificate,
    marks_of,
    receipt_of,
    validation_data,
)
from pledges.adapters.evidence_reading import Evidence, read_evidence
from pledges.adapters.revocation import Standing
from pledges.adapters.seal_reading import NO_DATA, Bytes, Seal, SealState, read_seal
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp_reading import TimeStamp
from pledges.adapters.verdict import Finding, Verdict, Verification
from pledges.domain.problems import N_
from pledges.domain.sealing import SealLevel

# What is wrong with a file is told in the verdict, not in the log.
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)


_END, _TAIL = b"%%EOF", 1024
"""What a file ends with, and in how many of its last bytes that may stand (ISO 32000-2, annex J)."""
_SEAL = {
    SealState.VALID: N_("The seal is valid: by %(subject)s, at %(moment)s as the seal itself claims; no time stamp confirms the moment."),
    SealState.REVOKED: N_("The certificate of %(subject)s had been revoked before the moment of the seal (%(moment)s)."),
    SealState.NONE: N_("There is no seal: the file was built without one, or its seal was removed."),
    SealState.BROKEN: N_("The seal does not fit the file: something was changed after it was sealed."),
    SealState.APPENDED: N_("Bytes were added after the sealed part (%(added)s), so the seal no longer covers the file."),
    SealState.TRUNCATED: N_("The file was cut short: the seal covers more bytes than there are."),
    SealState.UNTRUSTED: N_("The seal is by another, whose certificate is not trusted here: %(subject)s."),
    SealState.OUTSIDE_ITS_LIFE: N_("The certificate of %(subject)s was not valid at the moment of the seal (%(moment)s)."),
}
_STAMPED = N_("The seal is valid: by %(subject)s; a time stamp of %(authority)s confirms that it was there at %(moment)s.")
_UNCHECKED = N_(
    "The seal is valid: by %(subject)s, at %(moment)s as the seal itself claims; its time stamp is by %(authority)s, "
    "which is not trusted here, so nothing confirms the moment."
)
_PROVEN = N_("The file itself proves that the certificates were valid then (PAdES B-LT).")
_EVIDENCE = N_("An evidence file beside it holds a time stamp of %(authority)s, which confirms that this very file existed at %(moment)s.")
_EVIDENCE_PROVEN = N_("The evidence also proves that the certificates were valid then.")
_EVIDENCE_USELESS = N_(
    "An evidence file was given, but it is not over this file, or its authority is not trusted here: it confirms nothing."
)
_RECEIPT = N_("It is a receipt: the secretariat confirms that pledge %(number)s was signed, with the fingerprint %(fingerprint)s.")
_NOT_AUTHENTIC = N_("NOT AUTHENTIC: This file claims to be one of our declarations and does not verify.")
_NOT_AUTHENTIC_RECEIPT = N_("NOT AUTHENTIC: This file claims to be one of our receipts and does not verify.")
_EXPIRED = N_("The certificate expired on %(day)s, after the moment of the seal.")
_DATA = N_("The data agree with their fingerprints, table and proofs; pledges: %(pledges)s.")
_DATA_ALONE = N_("The attached data agree with each other, which without a valid seal says nothing of their origin; pledges: %(pledges)s.")
_ROOT = N_("The Merkle root agrees: %(root)s.")
_CUT = N_("The file was cut short: its end is missing, and with it any seal.")
_DRAFT = N_("There is no seal: this is a draft, which is never sealed.")


def verify(
    file: bytes | Path, *, own: Sequence[x509.Certificate], trust: Sequence[x509.Certificate] = (),
    authorities: Sequence[x509.Certificate] = (), evidence: Sequence[bytes] = (), at: datetime, scratch: Path | None = None,
) -> Verification:  # fmt: skip
    """Judge a file. `own` are the certificates of this instance, also those that it no longer seals with; `trust` are named by the caller.
    `authorities` are the roots whose time stamps confirm a moment; `evidence` are files beside it, which may say more.

    What is attached is unpacked in the folder `scratch`, or where the system keeps such files, which may be memory.
    What the file says of itself decides only whether it claims to be ours; authentic is what our seal covers to its last byte and
    whose data agree. Raises nothing, whatever bytes it is given.
    """
    try:
        data = file if isinstance(file, bytes) else _mapped(file)
    except OSError as error:
        why = Finding(N_("UNREADABLE: The file cannot be opened (%(reason)s)."), {"reason": error.strerror or str(error)})
        return _verification(Verdict.UNREADABLE, [why], b"")
    opened = _open(file if data else b"")
    pdf = opened if isinstance(opened, pikepdf.Pdf) else None
    marks, receipt = _marks(pdf), _receipt(pdf)
    certificates = (*own, *trust)
    if not (marks or receipt or header_claims(data) or holds_certificate(data, pdf, certificates)):
        if isinstance(opened, Finding):
            return _verification(Verdict.UNREADABLE, [opened], data)
        foreign = Finding(N_("FOREIGN: There is no trace of us in this file; it is not one of our declarations."))
        return _verification(Verdict.FOREIGN, [foreign], data)
    validation = _validation_data(pdf)
    seal = read_seal(data, trusted=certificates, authorities=authorities, validation=validation, at=at)
    read = [each for file_beside in evidence if (each := _evidence(file_beside, data, seal, authorities, validation))]
    if (
        seal.state is SealState.VALID
        and any(each.standing is Standing.REVOKED for each in read)
        and not (seal.stamp and seal.stamp.trusted)
    ):
        seal = replace(seal, state=SealState.REVOKED)
    checked = receipt or _check_data(pdf, marks, len(data), scratch)
    judged = _judge(data, seal, checked, marks, own=own, at=at)
    return _with_evidence(judged, read) if evidence and judged.verdict is Verdict.AUTHENTIC else judged


def _evidence(
    beside: bytes, data: Bytes, seal: Seal, authorities: Sequence[x509.Certificate], validation: ValidationData
) -> Evidence | None:
    """What trusted evidence over this very file says; None for any other."""
    if seal.certificate is None:
        return None
    try:
        read = read_evidence(beside, sha256(data).digest(), seal.certificate, authorities, validation)
    except Exception:  # as below
        return None
    return read if read.stamp.trusted else None


def _with_evidence(judged: Verification, read: Sequence[Evidence]) -> Verification:
    """The same verdict, with what the best and earliest evidence adds."""
    if not read:
        added = [Finding(_EVIDENCE_USELESS)]
        told: dict[str, object] | None = None
    else:
        best = min(read, key=lambda each: (-each.level.rank, each.stamp.moment))
        added = [Finding(_EVIDENCE, {"authority": best.stamp.subject, "moment": f"{best.stamp.moment:%Y-%m-%d %H:%M UTC}"})]
        if best.level is SealLevel.B_LT:
            added.append(Finding(_EVIDENCE_PROVEN))
        told = {**_stamp_details(best.stamp), "level": best.level}
    whole = replace(judged, findings=(*judged.findings, *added))
    return replace(whole, details={**judged.details, "line": whole.line, "evidence": told})


def _mapped(path: Path) -> Bytes:
    """A file's bytes, without a copy of them. Raises OSError."""
    with path.open("rb") as opened:
        return mmap(opened.fileno(), 0, access=ACCESS_READ) if os.fstat(opened.fileno()).st_size else b""


def _judge(
    data: Bytes, seal: Seal, checked: Data | Receipt | Finding, marks: frozenset[Mark], *, own: Sequence[x509.Certificate], at: datetime
) -> Verification:
    authentic = seal.state is SealState.VALID and not isinstance(checked, Finding)
    of_receipt = isinstance(checked, Receipt)
    refused = Finding(_NOT_AUTHENTIC_RECEIPT if of_receipt else _NOT_AUTHENTIC)
    cut = seal.state in (SealState.NONE, SealState.BROKEN) and _END not in data[-_TAIL:]
    findings = [_headline(seal, own, of_receipt=of_receipt) if authentic else refused, Finding(_CUT) if cut else _seal_finding(seal, marks)]
    if seal.state is SealState.VALID and seal.level is SealLevel.B_LT and seal.stamp and seal.stamp.trusted:
        findings.append(Finding(_PROVEN))
    if authentic and seal.certificate and seal.certificate.not_valid_after_utc < at:
        findings.append(Finding(_EXPIRED, {"day": f"{seal.certificate.not_valid_after_utc:%Y-%m-%d}"}))
    receipt = checked if isinstance(checked, Receipt) and authentic else None
    if isinstance(checked, Receipt):
        findings += [Finding(_RECEIPT, asdict(checked))] if authentic else []
    elif isinstance(checked, Data):
        findings.append(Finding(_DATA if authentic else _DATA_ALONE, {"pledges": checked.pledges}))
        findings.append(Finding(_ROOT, {"root": checked.root}))
    else:
        findings.append(checked)
    verdict = Verdict.AUTHENTIC if authentic else Verdict.ALTERED
    told = _verification(verdict, findings, data, seal=_seal_details(seal), **_data_details(checked, marks))
    return replace(told, level=seal.level, stamped_at=seal.stamp.moment if seal.stamp else None, receipt=receipt)


def _headline(seal: Seal, own: Sequence[x509.Certificate], *, of_receipt: bool) -> Finding:
    """For an authentic file."""
    if seal.certificate is None or not is_development(seal.certificate):
        sealed = (
            N_("AUTHENTIC: This is a receipt as it was sealed.") if of_receipt else N_("AUTHENTIC: This is a declaration as it was sealed.")
        )
        return Finding(sealed)
    if seal.certificate in own:
        return Finding(N_("AUTHENTIC, with a DEVELOPMENT SEAL: authentic only to this instance."))
    return Finding(N_("AUTHENTIC, with a DEVELOPMENT SEAL: authentic only to the instance that made it, whose certificate you named."))


def _seal_finding(seal: Seal, marks: frozenset[Mark]) -> Finding:
    if seal.state is SealState.NONE and any(mark.edition == "draft" for mark in marks):
        return Finding(_DRAFT)
    subject = seal.certificate.subject.rfc4514_string() if seal.certificate else ""
    moment = f"{seal.moment:%Y-%m-%d %H:%M UTC}" if seal.moment else ""
    told = {"subject": subject, "moment": moment, "added": seal.added}
    if seal.state is SealState.VALID and seal.stamp:
        return Finding(_STAMPED if seal.stamp.trusted else _UNCHECKED, {**told, "authority": seal.stamp.subject})
    return Finding(_SEAL[seal.state], told)


def _open(file: bytes | Path) -> pikepdf.Pdf | Finding:
    """The file, mended as far as it can be, or why it cannot be read."""
    if not file:
        return Finding(N_("UNREADABLE: The file is empty."))
    try:
        return pikepdf.open(io.BytesIO(file) if isinstance(file, bytes) else file, suppress_warnings=True)
    except pikepdf.PasswordError:
        return Finding(N_("UNREADABLE: The file is locked with a password."))
    except Exception:
        # Hostile bytes upset a parser in any way they like.
        return Finding(N_("UNREADABLE: This is not a PDF, or it is too damaged to be read."))


def _marks(pdf: pikepdf.Pdf | None) -> frozenset[Mark]:
    try:
        return marks_of(pdf) if pdf else frozenset()
    except Exception:  # as above
        return frozenset()


def _receipt(pdf: pikepdf.Pdf | None) -> Receipt | None:
    try:
        return receipt_of(pdf) if pdf else None
    except Exception:  # as above
        return None


def _validation_data(pdf: pikepdf.Pdf | None) -> ValidationData:
    try:
        return validation_data(pdf) if pdf else NO_DATA
    except Exception:  # as above
        return NO_DATA


def _check_data(pdf: pikepdf.Pdf | None, marks: frozenset[Mark], size: int, scratch: Path | None) -> Data | Finding:
    unreadable = Finding(N_("The attached data cannot be read."))
    try:
        return check_data(pdf, marks, size, scratch) if pdf else unreadable
    except DataDisagree as error:
        return Finding(error.message, error.values)
    except Exception:  # as above
        return unreadable


def _verification(verdict: Verdict, findings: Sequence[Finding], file: Bytes, /, **details: object) -> Verification:
    verification = Verification(verdict, tuple(findings), {})
    told = {"verdict": verdict.value, "exit_code": verdict.exit_code, "line": verification.line, "sha256": sha256(file).hexdigest()}
    return replace(verification, details={**told, **details})


def _seal_details(seal: Seal) -> dict[str, object]:
    certificate = seal.certificate
    return {
        "state": seal.state.value,
        "subject": certificate.subject.rfc4514_string() if certificate else None,
        "certificate_sha256": certificate.fingerprint(SHA256()).hex() if certificate else None,
        "development": is_development(certificate) if certificate else None,
        "claimed_at": seal.claimed_at.isoformat() if seal.claimed_at else None,
        "level": seal.level,
        "time_stamp": _stamp_details(seal.stamp) if seal.stamp else None,
    }


def _stamp_details(stamp: TimeStamp) -> dict[str, object]:
    certificate = stamp.authority.fingerprint(SHA256()).hex()
    return {"moment": stamp.moment.isoformat(), "authority": stamp.subject, "certificate_sha256": certificate, "trusted": stamp.trusted}


def _data_details(checked: Data | Receipt | Finding, marks: frozenset[Mark]) -> dict[str, object]:
    if isinstance(checked, Receipt):
        return {"receipt": asdict(checked)}
    data: dict[str, object] = {"agree": False, "problem": str(checked)}
    if isinstance(checked, Data):
        data = {"agree": True, "pledges": checked.pledges, "root": checked.root}
    return {"data": data, "marks": [asdict(mark) for mark in sorted(marks, key=str)]}
