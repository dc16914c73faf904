"""Chapters that wait to be set by any machine."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pledges.models import ChapterWork


def waiting_chapter(session: Session, renderer: str, at: datetime, *, most_tries: int) -> ChapterWork | None:
    """One that nobody has, locked; the last first, since its own build begins with the first."""
    free = or_(ChapterWork.leased_until.is_(None), ChapterWork.leased_until < at)
    ours = ChapterWork.renderer == renderer, ChapterWork.tries < most_tries, ChapterWork.remove_after > at
    waiting = select(ChapterWork).where(ChapterWork.result.is_(None), free, *ours).order_by(ChapterWork.id.desc())
    return session.scalars(waiting.limit(1).with_for_update(skip_locked=True)).first()
