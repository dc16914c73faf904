"""Secrets that open a pledge: made, used once, replaced, voided."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain import codes
from pledges.domain.addresses import address_key
from pledges.domain.lifecycle import Content
from pledges.leader import queries
from pledges.models import AccessLink, Invitation, LinkPurpose, Pledge
from pledges.signatures import Address, make_link, new_link, write_sign_link


class LinkSpent(Exception):
    """The link was used, replaced or voided, has expired, or never was."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A pledge, and the secret by which a browser opens it from now on."""

    pledge: Pledge
    token: str


def open_by_link(session: Session, token: str, *, at: datetime) -> Opened:
    """Use a link to a draft or to a pledge's status: this browser opens it from now on. Raises LinkSpent."""
    link = queries.link(session, token)
    if link is None or link.purpose is LinkPurpose.SIGN or link.pledge is None:
        raise LinkSpent
    use(session, link, at=at)
    leaders = link.purpose is LinkPurpose.STATUS
    opened = open_in_browser(session, link.pledge, at=at, leaders=leaders, holder=link.holder)
    for handed in queries.handed_over(session, link):
        give_up(session, link.pledge, session.get_one(AccessLink, handed.replaces_id), successor=link.holder, at=at)
        handed.replaces_id = None  # whoever handed over may be asked back
    session.commit()
    return opened


def open_beside(session: Session, pledge: Pledge, *, at: datetime) -> Opened:
    """Open the pledge in the browser of whoever holds a letter to the leader; its link is not used by that, and still signs."""
    opened = open_in_browser(session, pledge, at=at, leaders=True)
    session.commit()
    return opened


def ask_for_links(session: Session, asked: str, *, at: datetime, address: Address) -> None:
    """Write to an address (its key) what it opens: drafts to go on with, texts to sign, pledges to follow. Who asked learns nothing."""
    for pledge in queries.pledges_of_address(session, asked):
        if pledge.leader_email_key != asked:
            to = pledge.preparer_email if key_of(pledge.preparer_email) == asked else asked
            write_link(session, pledge, LinkPurpose.RESUME, to=to, at=at, address=address)
        elif pledge.current.content is Content.AWAITING_SIGNATURE:
            write_sign_link(session, pledge, at=at, address=address, instead=False)
        else:
            purpose = LinkPurpose.STATUS if pledge.first_signed_at else LinkPurpose.RESUME
            write_link(session, pledge, purpose, to=pledge.leader_email, at=at, address=address)
    session.commit()


def use(session: Session, link: AccessLink, *, at: datetime) -> None:
    """Use a link: of two at once, one succeeds. Raises LinkSpent."""
    free = (AccessLink.used_at.is_(None), AccessLink.voided_at.is_(None), AccessLink.expires_at > at)
    used = update(AccessLink).where(AccessLink.id == link.id, *free).values(used_at=at).returning(AccessLink.id)
    if session.scalar(used.execution_options(synchronize_session=False)) is None:
        raise LinkSpent


def open_in_browser(session: Session, pledge: Pledge, *, at: datetime, leaders: bool = False, holder: str = "") -> Opened:
    """A new secret for one browser of `holder`, for 30 days; `leaders` says that a letter to the leader opened it."""
    purpose, holder = (LinkPurpose.LEADER, pledge.leader_email) if leaders else (LinkPurpose.SESSION, holder)
    token, link = make_link(session, pledge, purpose, at=at, lives=codes.DRAFT_SESSION_LIVES, holder=holder)
    link.seen_at = at
    return Opened(pledge, token)


def give_up(session: Session, pledge: Pledge, link: AccessLink, *, successor: str, at: datetime) -> None:
    """Close the pledge in every browser, and void every letter, of whoever owns the link; letters to the preparer go to `successor`."""
    theirs = AccessLink.holder == link.holder if link.holder else AccessLink.id == link.id
    of_a_cabinet = (AccessLink.pledge_id == pledge.id, AccessLink.purpose.in_((LinkPurpose.SESSION, LinkPurpose.RESUME)))
    session.execute(update(AccessLink).where(*of_a_cabinet, theirs, AccessLink.voided_at.is_(None)).values(voided_at=at))
    if link.holder and key_of(pledge.preparer_email) == link.holder:
        pledge.preparer_email = successor


def close_for_leader(session: Session, pledge: Pledge, *, by: AccessLink, at: datetime) -> None:
    """Letters to the leader go to another address now: browsers that one to the earlier address opened lose the pledge.

    Whoever changed the address in such a browser (`by`) goes on working, as somebody of the cabinet: only the leader withdraws.
    """
    opened = (AccessLink.pledge_id == pledge.id, AccessLink.purpose == LinkPurpose.LEADER, AccessLink.voided_at.is_(None))
    session.execute(update(AccessLink).where(*opened, AccessLink.id != by.id).values(voided_at=at))
    if by.purpose is LinkPurpose.LEADER:
        by.purpose = LinkPurpose.SESSION


def note_opened(session: Session, token: str, *, at: datetime) -> None:
    """Keep the moment when the link of an invitation was first opened.

    Called before anything is read: the transaction of a GET begins here, with a write.
    """
    unopened = (*queries.invited_with(token), Invitation.opened_at.is_(None))
    session.execute(update(Invitation).where(*unopened).values(opened_at=at).execution_options(synchronize_session=False))
    session.commit()


def key_of(address: str) -> str:
    """The key of an address that may be missing."""
    return address_key(address) if address else ""


def write_link(session: Session, pledge: Pledge, purpose: LinkPurpose, *, to: str, at: datetime, address: Address) -> None:
    """Write a letter with a link to a draft (RESUME) or to a signed pledge (STATUS)."""
    link, expires = new_link(session, pledge, purpose, at=at, address=address, holder=to)
    letters.write(
        session, f"{purpose}_link", to=to, language=pledge.preparer_language, at=at, pledge=pledge, secrets={"link": link},
        government=pledge.current.government_name, expires=expires, ask=address("leader.ask"),
    )  # fmt: skip
