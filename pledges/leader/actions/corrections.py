"""Asking the secretariat to put a slip in a signed name right."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Content, Move, MoveNotAllowed
from pledges.leader.actions.drafts import lock
from pledges.models import Correction, Pledge, log
from pledges.models.corrections import open_correction


def can_ask(session: Session, pledge: Pledge) -> bool:
    """Whether the newest wording is signed and stands, and nothing that was asked before waits for its answer."""
    stands = pledge.current.content is Content.SIGNED and pledge.withdrawn_at is None
    return stands and open_correction(session, pledge) is None


def ask_correction(session: Session, pledge: Pledge, *, field: str, wanted: str, note: str, at: datetime) -> None:
    """Put the question on the officers' desk; `field` is a column of domain.corrections, `wanted` is checked and clean.

    Raises MoveNotAllowed where `can_ask` says no.
    """
    lock(session, pledge)
    if not can_ask(session, pledge):
        raise MoveNotAllowed(Move.REOPEN_DRAFT, pledge.current.content)
    session.add(Correction(pledge=pledge, revision=pledge.current, field=field, wanted=wanted, note=note, asked_at=at))
    log.record(session, "correction_asked", f"pledge:{pledge.public_id}", at=at, revision=pledge.current.number, field=field, wanted=wanted)
    session.commit()
