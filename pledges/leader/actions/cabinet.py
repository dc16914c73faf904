"""The cabinet: a draft is handed on to a colleague, whoever no longer works on it is taken off, and a leader sends a text back."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.addresses import address_key
from pledges.domain.codes import LINK_LIVES
from pledges.domain.dates import in_utc
from pledges.domain.lifecycle import Move, MoveNotAllowed
from pledges.leader import queries
from pledges.leader.actions.drafts import lock
from pledges.leader.actions.links import LinkSpent, Opened, give_up, open_in_browser
from pledges.models import AccessLink, LinkPurpose, Pledge, log
from pledges.models.cabinet import cabinet_addresses
from pledges.signatures import Address, make_link, new_link, void_sign_links


def hand_on(
    session: Session, pledge: Pledge, browser: AccessLink, *, to: str, note: str, keeps: bool, language: str, at: datetime, address: Address
) -> None:
    """Write to a colleague with a link that opens the pledge.

    `browser` is that of whoever hands it on; without `keeps` it loses the pledge once the colleague has opened it.
    Raises MoveNotAllowed for a pledge that was withdrawn.
    """
    if pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    token, link = make_link(session, pledge, LinkPurpose.RESUME, at=at, lives=LINK_LIVES, holder=to)
    gives_up = not keeps and browser.purpose is LinkPurpose.SESSION and browser.holder != link.holder
    link.replaces_id = browser.id if gives_up else None
    letters.write(
        session, "handed_on", to=to, language=language, at=at, pledge=pledge, secrets={"link": address("leader.link", token=token)},
        government=pledge.current.government_name, note=note, expires=in_utc(link.expires_at, language) + " UTC",
        ask=address("leader.ask"),
    )  # fmt: skip
    log.record(session, "handed_on", f"pledge:{pledge.public_id}", at=at, to=address_key(to), keeps=not gives_up)
    session.commit()


def take_off(session: Session, pledge: Pledge, link: AccessLink, *, by: AccessLink, at: datetime) -> None:
    """Whoever this link belongs to no longer opens the pledge, in any browser or by any letter. `by` is the browser of whoever says so."""
    give_up(session, pledge, link, successor="", at=at)
    log.record(session, "taken_off", f"pledge:{pledge.public_id}", at=at, whom=link.holder, by=by.holder)
    session.commit()


def send_back(session: Session, token: str, *, asked: str, at: datetime, address: Address) -> Opened:
    """The leader, by the link of the letter, asks the cabinet for a change instead of signing: the text is a draft again.

    Everybody of the cabinet gets a letter with what is asked; the leader's browser opens the draft too. Raises LinkSpent.
    """
    link = queries.live_link(session, token, at)
    if link is None or link.purpose is not LinkPurpose.SIGN or link.pledge is None:
        raise LinkSpent
    pledge, revision_id = link.pledge, link.revision_id
    lock(session, pledge)
    if pledge.current.id != revision_id or not pledge.awaits_signature:
        raise LinkSpent
    pledge.current.move(Move.REOPEN_DRAFT)
    pledge.current.submitted_at, pledge.current.asked = None, asked
    void_sign_links(session, pledge, at=at)
    for to in cabinet_addresses(session, pledge):
        again, expires = new_link(session, pledge, LinkPurpose.RESUME, at=at, address=address, holder=to)
        letters.write(
            session, "sent_back", to=to, language=pledge.preparer_language, at=at, pledge=pledge, secrets={"link": again}, asked=asked,
            government=pledge.current.government_name, leader=pledge.current.leader_name, expires=expires, ask=address("leader.ask"),
        )  # fmt: skip
    log.record(session, "sent_back", f"pledge:{pledge.public_id}", at=at, revision=pledge.current.number)
    opened = open_in_browser(session, pledge, at=at, leaders=True)
    session.commit()
    return opened
