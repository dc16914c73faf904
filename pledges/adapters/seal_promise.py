"""What the pages may promise of the seal before it is there: they are set first, and must be right afterwards."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.inquiry import NoAnswer
from pledges.adapters.revocation import Revoked, ask_issuers, can_be_asked
from pledges.adapters.seal import Sealer, SealKeyError, Stamping
from pledges.adapters.seal_revision import CannotAppend, ValidationData
from pledges.adapters.timestamp import Stamper, TimeStampAuthority, Token
from pledges.adapters.verdict import Verdict, Verification
from pledges.adapters.verification import verify
from pledges.domain.sealing import SealLevel

_SPARE = 2048
"""Bytes by which a time stamp may be longer than the one before."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A level, what it takes to keep it, and in one sentence why it is lower than the settings aim at (else empty)."""

    level: SealLevel
    why: str = ""
    stamping: Stamping | None = field(default=None, hash=False)

    def lowered(self, why: str) -> "Promise":
        """The next lower promise, since this one could not be kept."""
        if self.level is SealLevel.B_LT and self.stamping:
            bare = ValidationData(self.stamping.data.certificates)
            return Promise(SealLevel.B_T, why, replace(self.stamping, data=bare))
        return Promise(SealLevel.B_B, why)


def aimed_level(sealer: Sealer, authority: TimeStampAuthority | None) -> SealLevel:
    """The level that the settings aim at, told without asking anybody: what `--unsealed` prints."""
    if authority is None:
        return SealLevel.B_B
    return SealLevel.B_LT if can_be_asked(sealer.certificate, sealer.chain) else SealLevel.B_T


def promise(sealer: Sealer, authority: TimeStampAuthority | None) -> Promise:
    """The level that can be kept now: a time stamp is asked for on trial, and issuers for what proves the certificates.

    Raises SealKeyError: the seal's certificate was revoked.
    """
    if authority is None:
        return Promise(SealLevel.B_B)
    try:
        trial = authority.stamp(secrets.token_bytes(32), known=_der(authority.roots))
    except NoAnswer as error:
        return Promise(SealLevel.B_B, str(error))
    certificates = tuple(dict.fromkeys((*trial.certificates, *_der(authority.roots))))
    stamping = Stamping(Stamper(authority, certificates), len(trial.token.dump()) + _SPARE, ValidationData(certificates))
    if aimed_level(sealer, authority) is SealLevel.B_T:
        return Promise(SealLevel.B_T, "", stamping)
    try:
        data = validation_data(sealer, trial, authority)
    except NoAnswer as error:
        return Promise(SealLevel.B_T, str(error), stamping)
    return Promise(SealLevel.B_LT, "", replace(stamping, data=data))


def validation_data(sealer: Sealer, token: Token, authority: TimeStampAuthority) -> ValidationData:
    """What proves both the seal's certificates and the authority's at the token's moment. Raises NoAnswer, SealKeyError."""
    try:
        seal = ask_issuers(sealer.certificate, sealer.chain, token.stamp.moment)
    except Revoked as error:
        raise SealKeyError(str(error)) from None
    given = [x509.load_der_x509_certificate(each) for each in token.certificates]
    stamp = ask_issuers(token.stamp.authority, [*given, *authority.roots], token.stamp.moment)
    certificates, ocsps, crls = (
        tuple(dict.fromkeys((*one, *two)))
        for one, two in ((seal.certificates, stamp.certificates), (seal.ocsps, stamp.ocsps), (seal.crls, stamp.crls))
    )
    return ValidationData(certificates, ocsps, crls)


class NotAsPromised(Exception):
    """The seal could not be made at the level that the pages name; the message says why."""


def seal_as_promised(path: Path, sealer: Sealer, promised: Promise, authority: TimeStampAuthority | None, *, at: datetime) -> Verification:
    """Seal a file whose pages name the promised level, and read it back: what `verify` says of it.

    Raises NotAsPromised, CannotSeal (nothing lower would help), SealKeyError.
    """
    try:
        sealer.seal(path, at=at, stamping=promised.stamping)
    except (NoAnswer, CannotAppend) as error:
        if promised.stamping is None:
            raise CannotSeal(str(error)) from None
        raise NotAsPromised(str(error)) from None
    judged = verify(path, own=(sealer.certificate,), authorities=authority.roots if authority else (), at=at, scratch=path.parent)
    if promised.stamping and judged.level is not promised.level:
        raise NotAsPromised(f"The sealed file did not reach {promised.level}.")
    if judged.verdict is not Verdict.AUTHENTIC:
        raise CannotSeal(f"The file that was built does not verify, so it is not kept. {judged.line}")
    return judged


class CannotSeal(Exception):
    """The sealed file is not what it should be; the message says why in one sentence."""


def _der(certificates: Sequence[x509.Certificate]) -> tuple[bytes, ...]:
    return tuple(each.public_bytes(Encoding.DER) for each in certificates)
