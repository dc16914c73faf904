"""What every kind of signature ends in: one act that fixes the signature, its evidence and its letters; and the links in letters."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain import codes
from pledges.domain.addresses import address_key
from pledges.domain.dates import day, in_new_york, in_utc
from pledges.domain.lifecycle import Move, MoveNotAllowed
from pledges.domain.paper import scan_type
from pledges.domain.people import SignatureKind
from pledges.models import AccessLink, Account, LinkPurpose, Pledge, Signature, SignedFile, log
from pledges.models.cabinet import cabinet_addresses
from pledges.models.identity import identify

Address = Callable[..., str]
"""Gives the full address of a page: `address("leader.link", token=…)`."""


@dataclass(frozen=True, slots=True)
class Evidenced:
    """How somebody signed, and what shows it."""

    kind: SignatureKind
    by: str
    """The way in the log's words: link, code, passkey, certificate, paper."""
    noted: Mapping[str, Any]
    """For officers only: addresses, browser, files."""
    proof: dict[str, Any] | None = None
    """What is published so that anyone can check it (docs/record.md)."""
    risks: list[Any] | None = None
    """What the kind of signature itself shows officers to look at (domain.risks); `sign` finds the rest."""


class SignedBefore(Exception):
    """The same leader has a signed pledge for this government already."""


def sign(session: Session, pledge: Pledge, evidenced: Evidenced, *, at: datetime, address: Address) -> None:
    """Sign the newest revision of a pledge that the caller has locked: signature, log entry and letters, in the caller's transaction.

    Links and codes that were sent sign nothing any more. Raises MoveNotAllowed unless it awaits its signature, SignedBefore.
    """
    revision = pledge.current
    revision.move(Move.SIGN)
    signature = Signature(
        revision=revision, kind=evidenced.kind, at=at, record_hash=revision.fingerprint or "", proof=evidenced.proof,
        evidence={"address": pledge.leader_email, "by": evidenced.by, **evidenced.noted},
    )  # fmt: skip
    identify(session, pledge, signature, [*(evidenced.risks or ())], at=at)
    pledge.first_signed_at = pledge.first_signed_at or at
    session.add(signature)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise SignedBefore from None
    void_sign_links(session, pledge, at=at)
    _write_receipt(session, pledge, at=at, address=address)
    log.record(
        session, "signed", f"pledge:{pledge.public_id}", at=at, changes_register=True, revision=revision.number,
        fingerprint=revision.fingerprint, by=evidenced.by,
    )  # fmt: skip


def _write_receipt(session: Session, pledge: Pledge, *, at: datetime, address: Address) -> None:
    """To the leader the receipt with a link to the status, to everybody of the cabinet the news; to each the full text."""
    revision, language = pledge.current, pledge.preparer_language
    facts: dict[str, Any] = {
        "government": revision.government_name,
        "leader": revision.leader_name,
        "number": pledge.public_id,
        "signed_utc": in_utc(at, language),
        "signed_new_york": in_new_york(at, language),
        "fingerprint": revision.fingerprint,
        "revision": revision,
        "dated": day(revision.mandate_date, language) if revision.mandate_date else "",
    }
    link, expires = new_link(session, pledge, LinkPurpose.STATUS, at=at, address=address)
    more: dict[str, Any] = {
        "office": revision.office_local or revision.office,
        "themes": revision.themes,
        "expires": expires,
        "ask": address("leader.ask"),
    }
    letters.write(
        session, "receipt", to=pledge.leader_email, language=language, at=at, pledge=pledge, secrets={"link": link}, **facts, **more
    )  # fmt: skip
    follow = address("leader.pledge", public_id=pledge.public_id)
    for colleague in cabinet_addresses(session, pledge):
        letters.write(session, "pledge_signed", to=colleague, language=language, at=at, pledge=pledge, follow=follow, **facts)


def keep_scan(session: Session, pledge: Pledge, data: bytes, *, by: Account | None, at: datetime) -> SignedFile:
    """Keep the scan of a paper that was signed by hand, in place of an earlier one. `by` is None for the cabinet.

    In the caller's transaction. Raises SignedFileRefused for a file that is no scan, MoveNotAllowed unless the text awaits its signature.
    """
    media_type = scan_type(data)
    session.refresh(pledge, with_for_update=True)
    revision = pledge.current
    if not pledge.awaits_signature:
        raise MoveNotAllowed(Move.SIGN, revision.content)
    scan = SignedFile(
        revision=revision, kind=SignatureKind.PAPER, media_type=media_type, sha256=sha256(data).hexdigest(), data=data, uploaded_at=at,
        uploaded_by_id=by.id if by else None,
    )  # fmt: skip
    session.add(scan)
    log.record(session, "paper_uploaded", f"pledge:{pledge.public_id}", at=at, account_id=by.id if by else None, sha256=scan.sha256)
    return scan


def void_sign_links(session: Session, pledge: Pledge, *, at: datetime, but: AccessLink | None = None) -> None:
    """Links and codes sent before sign nothing any more."""
    open_ones = (AccessLink.pledge_id == pledge.id, AccessLink.purpose == LinkPurpose.SIGN, AccessLink.used_at.is_(None))
    others = (AccessLink.voided_at.is_(None), AccessLink.id != (but.id if but else 0))
    session.execute(update(AccessLink).where(*open_ones, *others).values(voided_at=at))


def new_link(
    session: Session, pledge: Pledge, purpose: LinkPurpose, *, at: datetime, address: Address, holder: str = ""
) -> tuple[str, str]:
    """A new link for a letter, as its address and the moment it lives until, written in the language of the letters.

    `holder` is the address to which the letter goes.
    """
    token, link = make_link(session, pledge, purpose, at=at, lives=codes.LINK_LIVES, holder=holder)
    return address("leader.link", token=token), in_utc(link.expires_at, pledge.preparer_language) + " UTC"


def write_sign_link(session: Session, pledge: Pledge, *, at: datetime, address: Address, instead: bool = True) -> None:
    """Write to the leader with a link that signs the newest revision.

    In stead of earlier ones, which are void then, and with an eight-digit code; or beside them and without a code: whoever
    knows the leader's address may ask for that, and must not be able to void anything.
    """
    token, link = make_link(session, pledge, LinkPurpose.SIGN, at=at, lives=codes.LINK_LIVES)
    link.revision_id = pledge.current.id
    letter_secrets = {"link": address("leader.link", token=token)}
    if instead:
        session.flush()
        void_sign_links(session, pledge, at=at, but=link)
        code = f"{secrets.randbelow(10**codes.CODE_DIGITS):0{codes.CODE_DIGITS}d}"
        link.code_salt = secrets.token_hex(16)
        link.code_hash = codes.hash_code(code, link.code_salt)
        letter_secrets["code"] = codes.grouped_code(code)
    revision, language = pledge.current, pledge.preparer_language
    letters.write(
        session, "sign_link", to=pledge.leader_email, language=language, at=at, pledge=pledge, secrets=letter_secrets,
        government=revision.government_name, leader=revision.leader_name, office=revision.office_local or revision.office,
        expires=in_utc(link.expires_at, language) + " UTC", fingerprint=revision.fingerprint,
    )  # fmt: skip


def make_link(
    session: Session, pledge: Pledge, purpose: LinkPurpose, *, at: datetime, lives: timedelta, holder: str = ""
) -> tuple[str, AccessLink]:
    """A secret of 256 bits and the row that keeps its hash; `holder` is the address whose it is."""
    token = secrets.token_urlsafe(32)
    link = AccessLink(
        purpose=purpose, pledge=pledge, token_hash=codes.hash_secret(token), created_at=at, expires_at=at + lives,
        holder=address_key(holder) if holder else "",
    )  # fmt: skip
    session.add(link)
    return token, link
