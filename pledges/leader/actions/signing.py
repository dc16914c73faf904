"""Signing: by the link in the letter, or by its code in the session in which the pledge was prepared."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.addresses import address_key
from pledges.domain.codes import WRONG_CODES_ALLOWED, hash_code
from pledges.domain.dates import in_new_york, in_utc
from pledges.domain.lifecycle import Move
from pledges.domain.people import SignatureKind
from pledges.leader import queries
from pledges.leader.actions.drafts import ShownOtherwise
from pledges.leader.actions.links import Address, LinkSpent, Opened, new_link, open_in_browser, use, void_sign_links
from pledges.models import AccessLink, LinkPurpose, Pledge, Signature, log


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is noted of the browser that signs; for officers only."""

    network_address: str
    user_agent: str


class WrongCode(Exception):
    """The code is not the one that was sent; `left` more tries are possible."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class SignedBefore(Exception):
    """The same leader has a signed pledge for this government already."""


def sign_by_link(session: Session, token: str, *, evidence: Evidence, at: datetime, address: Address) -> Opened:
    """Sign with the link of the letter; this browser opens the pledge from now on. Raises LinkSpent, SignedBefore, MoveNotAllowed."""
    link = queries.link(session, token)
    if link is None or link.purpose is not LinkPurpose.SIGN:
        raise LinkSpent
    return _sign(session, link, by="link", evidence=evidence, at=at, address=address)


def sign_by_code(session: Session, pledge: Pledge, code: str, *, shown: str, evidence: Evidence, at: datetime, address: Address) -> Opened:
    """Sign with the code of the letter; the fifth wrong one voids code and link. `shown` is the fingerprint of the text on the page.

    Raises ShownOtherwise, WrongCode and what `sign_by_link` raises.
    """
    link = queries.coded_link(session, pledge, at)
    if link is None:
        raise LinkSpent
    if pledge.current.fingerprint != shown:
        raise ShownOtherwise
    if not compare_digest(hash_code(code, link.code_salt or ""), link.code_hash or ""):
        link.wrong_codes += 1
        left = WRONG_CODES_ALLOWED - link.wrong_codes
        if left == 0:
            link.voided_at = at
            log.record(session, "code_voided", f"pledge:{pledge.public_id}", at=at)
        session.commit()
        raise WrongCode(left)
    return _sign(session, link, by="code", evidence=evidence, at=at, address=address)


def _sign(session: Session, link: AccessLink, *, by: str, evidence: Evidence, at: datetime, address: Address) -> Opened:
    """One transaction: link, pledge, signature, log entry, letters."""
    pledge = link.pledge
    if pledge is None or link.revision_id != pledge.current.id:
        raise LinkSpent
    session.refresh(pledge, with_for_update=True)  # whoever signs or takes back locks the pledge first, so that nobody waits in a ring
    use(session, link, at=at)
    revision = pledge.current
    revision.move(Move.SIGN)
    pledge.first_signed_at = pledge.first_signed_at or at
    noted = {"address": pledge.leader_email, "by": by, "link": link.id, **asdict(evidence)}
    session.add(Signature(revision=revision, kind=SignatureKind.EMAIL, at=at, record_hash=revision.fingerprint or "", evidence=noted))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise SignedBefore from None
    void_sign_links(session, pledge, at=at)
    _write_receipt(session, pledge, at=at, address=address)
    opened = open_in_browser(session, pledge, at=at, leaders=by == "link")  # a code may be typed on the cabinet's own device
    subject = f"pledge:{pledge.public_id}"
    log.record(session, "signed", subject, at=at, changes_register=True, revision=revision.number, fingerprint=revision.fingerprint, by=by)
    session.commit()
    return opened


def _write_receipt(session: Session, pledge: Pledge, *, at: datetime, address: Address) -> None:
    """To the leader the receipt with a link to the status, to the preparer the news."""
    revision, language = pledge.current, pledge.preparer_language
    facts: dict[str, Any] = {
        "government": revision.government_name,
        "leader": revision.leader_name,
        "number": pledge.public_id,
        "signed_utc": in_utc(at, language),
        "signed_new_york": in_new_york(at, language),
        "fingerprint": revision.fingerprint,
    }
    link, expires = new_link(session, pledge, LinkPurpose.STATUS, at=at, address=address)
    more = {"office": revision.office_local or revision.office, "themes": revision.themes, "expires": expires, "ask": address("leader.ask")}
    letters.write(
        session, "receipt", to=pledge.leader_email, language=language, at=at, pledge=pledge, secrets={"link": link}, **facts, **more
    )  # fmt: skip
    if pledge.preparer_email and address_key(pledge.preparer_email) != pledge.leader_email_key:
        follow = address("leader.pledge", public_id=pledge.public_id)
        letters.write(session, "pledge_signed", to=pledge.preparer_email, language=language, at=at, pledge=pledge, follow=follow, **facts)
