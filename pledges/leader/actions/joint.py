"""Pledging together: other governments are invited, take over words that changed, or leave before they sign. Each signs for itself."""

import json
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.lifecycle import Content, Move, MoveNotAllowed
from pledges.domain.merging import mark
from pledges.domain.problems import N_, refuse
from pledges.leader.actions.drafts import EnteredGovernment, ShownOtherwise, enter, lock, write
from pledges.models import Commitment, Government, JointPledge, LinkPurpose, Pledge, Revision, log
from pledges.models.joint import partners, shared_words
from pledges.signatures import Address, new_link, void_sign_links

MOST_PARTNERS = 50
"""Governments that one joint pledge invites: beyond that it is a declaration of its own."""


def invite(
    session: Session,
    pledge: Pledge,
    government: Government | EnteredGovernment,
    *,
    to: str,
    note: str,
    language: str,
    at: datetime,
    address: Address,
) -> Pledge:
    """Make a pledge with the same words for another government, and write to its cabinet.

    A pledge becomes joint as long as it is a draft that was never signed, since the record then names the joint pledge; one that is
    joint invites until it is withdrawn. Raises MoveNotAllowed, and Refused for a government that pledges with them already.
    """  # fmt: skip
    lock(session, pledge)
    if pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    if pledge.joint is None:
        _open(session, pledge, at=at)
    chosen = government if isinstance(government, Government) else enter(session, government)
    others = partners(session, pledge)
    if chosen.id in {pledge.government_id, *(one.government_id for one in others)}:
        raise refuse("government_id", N_("This government pledges with you already."))
    if len(others) >= MOST_PARTNERS:
        raise refuse("government_id", N_("No more governments can be invited to this pledge."))
    with session.no_autoflush:
        theirs = _pledge_with_the_same_words(pledge, chosen, to=to, language=language, at=at)
        session.add(theirs)
    session.flush()
    link, expires = new_link(session, theirs, LinkPurpose.RESUME, at=at, address=address, holder=to)
    letters.write(
        session, "joint_invitation", to=to, language=language, at=at, pledge=theirs, secrets={"link": link}, note=note, expires=expires,
        government=pledge.current.government_name, partner=chosen.name, ask=address("leader.ask"),
    )  # fmt: skip
    log.record(session, "joint_invited", f"pledge:{pledge.public_id}", at=at, partner=theirs.public_id)
    log.record(session, "draft_made", f"pledge:{theirs.public_id}", at=at, government=chosen.id)
    session.commit()
    return theirs


def _open(session: Session, pledge: Pledge, *, at: datetime) -> None:
    """A joint pledge begins with this one."""
    if pledge.current.content is not Content.DRAFT or pledge.first_signed_at is not None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    offered = {"by": pledge.public_id, "words": shared_words(pledge.current)}
    pledge.joint = JointPledge(public_id=secrets.token_hex(16), created_at=at, offered=offered)
    write(session, pledge, {})


def _pledge_with_the_same_words(pledge: Pledge, government: Government, *, to: str, language: str, at: datetime) -> Pledge:
    words = pledge.current
    revision = Revision(
        number=1, created_at=at, government_name=government.name, government_native_name=government.native_name, kind=government.kind,
        country_code=government.country_code, language=words.language, actions=words.actions, multilateral=words.multilateral,
    )  # fmt: skip
    revision.commitments = [
        Commitment(
            theme=one.theme, position=one.position, adopted=one.adopted, actions=one.actions, multilateral=one.multilateral,
            planned=one.planned,
        )
        for one in words.commitments
    ]  # fmt: skip
    return Pledge(
        public_id=secrets.token_hex(16), government=government, preparer_email=to, preparer_language=language, created_at=at,
        joint=pledge.joint, revisions=[revision],
    )  # fmt: skip


def compared(pledge: Pledge) -> str:
    """Our words and those that a partner offers, in short: what somebody compares who takes over."""
    offered = pledge.joint.offered if pledge.joint else None
    return mark(json.dumps([shared_words(pledge.current), offered], sort_keys=True))


def take_over(session: Session, pledge: Pledge, *, shown: str, at: datetime) -> None:
    """Put the words that a partner wrote last into this pledge. What was sent to the leader is a draft again; what was signed stays.

    `shown` tells what was compared: words that anybody wrote since are not overwritten unseen. Raises ShownOtherwise, MoveNotAllowed.
    """
    lock(session, pledge)
    if pledge.joint is None or pledge.joint.offered is None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    if pledge.current.content is not Content.DRAFT:
        pledge.current.move(Move.REOPEN_DRAFT)
        pledge.current.submitted_at = None
        void_sign_links(session, pledge, at=at)
    if compared(pledge) != shown:
        raise ShownOtherwise
    offered = dict(pledge.joint.offered["words"])
    before = {name: offered.pop(name) for name in ("themes", "pledge_language")}  # themes first: words have their place in them
    chosen = before["themes"].split("|")
    words = {name: value for name, value in offered.items() if "_" not in name or name.partition("_")[2] in chosen}
    write(session, pledge, before | words)
    log.record(session, "joint_words_taken_over", f"pledge:{pledge.public_id}", at=at, from_pledge=pledge.joint.offered["by"])
    session.commit()


def leave(session: Session, pledge: Pledge, *, at: datetime) -> None:
    """Pledge alone after all, with the words as they are. Raises MoveNotAllowed once it was sent to the leader or signed."""
    lock(session, pledge)
    if pledge.current.content is not Content.DRAFT or pledge.first_signed_at is not None:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    pledge.joint = None
    write(session, pledge, {})
    log.record(session, "joint_left", f"pledge:{pledge.public_id}", at=at)
    session.commit()
