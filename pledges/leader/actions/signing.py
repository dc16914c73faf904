"""Signing: by the link in the letter, or by its code in the session in which the pledge was prepared."""

from dataclasses import asdict, dataclass
from datetime import datetime
from hmac import compare_digest

from sqlalchemy.orm import Session

from pledges.domain.codes import WRONG_CODES_ALLOWED, hash_code
from pledges.domain.people import SignatureKind
from pledges.leader import queries
from pledges.leader.actions.drafts import ShownOtherwise
from pledges.leader.actions.links import LinkSpent, Opened, open_in_browser, use
from pledges.models import AccessLink, LinkPurpose, Pledge, log
from pledges.signatures import Address, Evidenced, sign


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


def sign_by_link(session: Session, token: str, *, evidence: Evidence, at: datetime, address: Address) -> Opened:
    """Sign with the link of the letter; this browser opens the pledge from now on. Raises LinkSpent, SignedBefore, MoveNotAllowed."""
    link = queries.link(session, token)
    if link is None or link.purpose is not LinkPurpose.SIGN:
        raise LinkSpent
    return sign_link(session, link, _by_email("link", link, evidence), at=at, address=address)


def sign_by_code(session: Session, pledge: Pledge, code: str, *, shown: str, evidence: Evidence, at: datetime, address: Address) -> None:
    """Sign with the code of the letter; the fifth wrong one voids code and link. `shown` is the fingerprint of the text on the page.

    The code may be typed on the cabinet's own device, so that the browser stays whose it is. Raises ShownOtherwise, WrongCode
    and what `sign_by_link` raises.
    """
    session.refresh(pledge, with_for_update=True)  # as in `sign_link`; codes are tried one after another
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
    _sign(session, link, pledge, _by_email("code", link, evidence), at=at, address=address)
    session.commit()


def _by_email(by: str, link: AccessLink, evidence: Evidence) -> Evidenced:
    return Evidenced(SignatureKind.EMAIL, by, {"link": link.id, **asdict(evidence)})


def sign_link(session: Session, link: AccessLink, evidenced: Evidenced, *, at: datetime, address: Address) -> Opened:
    """One transaction: link, pledge, signature, log entry, letters. Raises what `sign_by_link` raises."""
    pledge = link.pledge
    if pledge is None or link.revision_id != pledge.current.id:
        raise LinkSpent
    session.refresh(pledge, with_for_update=True)  # whoever signs or takes back locks the pledge first, so that nobody waits in a ring
    _sign(session, link, pledge, evidenced, at=at, address=address)
    opened = open_in_browser(session, pledge, at=at, leaders=True)
    session.commit()
    return opened


def _sign(session: Session, link: AccessLink, pledge: Pledge, evidenced: Evidenced, *, at: datetime, address: Address) -> None:
    use(session, link, at=at)
    sign(session, pledge, evidenced, at=at, address=address)
