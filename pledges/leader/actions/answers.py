"""Answers to a suggestion of the secretariat: taken over into a new wording, or what was signed is kept."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Moderation, Move, MoveNotAllowed
from pledges.leader import queries
from pledges.leader.actions.drafts import lock, revise
from pledges.models import AccessLink, Decision, LinkPurpose, Pledge, log


def take_over(session: Session, pledge: Pledge, *, at: datetime) -> None:
    """Begin a new wording with the suggested words in place of those that they are for. It waits for review and for the leader's signature.

    Raises MoveNotAllowed when there is no suggestion in the place of some words.
    """
    told = queries.returned(session, pledge)
    words = {column: text for column, text in told.suggestions.items() if column} if told else {}
    if told is None or not words or told.revision_id != pledge.current.id:
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.moderation)
    revise(session, pledge, at=at, words=words)


def keep(session: Session, pledge: Pledge, note: str, *, by: AccessLink, at: datetime) -> None:
    """Answer that what was signed stays: the pledge goes back into review with a note for the officers. `by` is the browser that says so.

    Raises MoveNotAllowed unless the newest wording was returned and the leader was told.
    """
    lock(session, pledge)
    revision = pledge.current
    if revision.moderation is not Moderation.RETURNED or revision.announced_at is None or pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.REOPEN, revision.moderation)
    revision.announced_at = None
    revision.move(Move.REOPEN)
    who = revision.leader_name if by.purpose is LinkPurpose.LEADER else by.holder or revision.government_name
    session.add(Decision(pledge=pledge, revision=revision, move=Move.REOPEN, message=note, decided_by=who, by_government=True, at=at))
    log.record(session, "kept_as_signed", f"pledge:{pledge.public_id}", at=at, revision=revision.number, by=who)
    session.commit()
