"""Batches of rows: which ones wait for a worker, and what the pages show of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, undefer

from pledges.models import Account, Batch, BatchKind, BatchState

_SHOWN = 50


def due_batch(session: Session, at: datetime) -> int | None:
    """The batch that waits the longest for a worker."""
    free = or_(Batch.leased_until.is_(None), Batch.leased_until < at)
    waits = Batch.state.in_((BatchState.READING, BatchState.CONFIRMED))
    return session.scalar(select(Batch.id).where(waits, free).order_by(Batch.id).limit(1))


def old_batches(session: Session, before: datetime) -> Sequence[Batch]:
    """Batches that ended before then and still hold rows, or that wait to be confirmed since before then."""
    holds = or_(Batch.preview.is_not(None), Batch.rejects.is_not(None), Batch.data.is_not(None))
    over = or_(Batch.ended_at < before, and_(Batch.state == BatchState.READ, Batch.made_at < before))
    return session.scalars(select(Batch).where(over, holds).with_for_update()).all()


def batches(session: Session, kind: BatchKind) -> Sequence[tuple[Batch, Account]]:
    """The newest batches, each with the officer who brought it."""
    query = select(Batch, Account).join(Account, Account.id == Batch.made_by_id).where(Batch.kind == kind)
    return [(batch, officer) for batch, officer in session.execute(query.order_by(Batch.id.desc()).limit(_SHOWN))]


def batch(session: Session, number: int) -> Batch | None:
    """One batch with what its page shows."""
    return session.get(Batch, number, options=[undefer(Batch.preview)])
