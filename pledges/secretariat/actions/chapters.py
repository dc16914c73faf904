"""Chapters of one edition set on several machines, over rows of their common database; nobody waits for anybody."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pledges.models import ChapterWork
from pledges.secretariat.queries.chapters import waiting_chapter
from pledges.typesetting.plan import Task
from pledges.typesetting.task_text import task_of, task_text
from pledges.typesetting.workshop import Offer, Workshop, chapter_file, renderer, take_in

LEASE = timedelta(minutes=5)
"""Longer than the slowest chapter; after it another worker may take the chapter."""
_KEPT = timedelta(hours=6)
"""Longer than the longest build: rows that are older belong to nobody."""
_MOST_TRIES = 3
_AHEAD = 16
"""Chapters on offer at a time, since each holds its words in memory."""
_Done = TypeVar("_Done")


class _Claimed(NamedTuple):
    id: int
    key: str
    task: str


@contextmanager
def offered(session: Session, *, at: datetime) -> Iterator[Offer | None]:
    """While it lasts, the chapters of one build can be set by every worker on the same PostgreSQL; on SQLite there is no offer."""
    if session.get_bind().dialect.name != "postgresql":
        yield None
        return
    counter = _Counter(session, uuid4().hex, at)
    try:
        yield counter.in_turn
    finally:
        counter.close()


def set_waiting(session: Session, clock: Callable[[], datetime], *, by: str, scratch: Path | None = None) -> int:
    """Set every chapter that waits for a renderer like ours, in the folder `scratch`; gives how many. `by` names this process."""
    done = 0
    while claimed := _claim(session, clock(), by):
        task = task_of(claimed.task)
        with Workshop(scratch=scratch) as shop:
            if chapter_file(task, shop.own).stem == claimed.key:  # else this machine would set something else under its name
                (summary,) = shop.laid_out([task])
                made = update(ChapterWork).where(ChapterWork.id == claimed.id)
                session.execute(made.values(result=summary.file.read_bytes(), set_by=by))  # nothing, if its turn came meanwhile
                session.commit()
                done += 1
    return done


def remove_abandoned(session: Session, at: datetime) -> None:
    """Remove what builds that died had on offer."""
    session.execute(delete(ChapterWork).where(ChapterWork.remove_after < at))
    session.commit()


class _Counter:
    """Where the chapters of one build are on offer. When the database fails it closes, and the rest is set here."""

    def __init__(self, session: Session, build: str, at: datetime) -> None:
        self._session, self._build, self._at, self._open = session, build, at, True

    def in_turn(self, tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
        """The tasks in their order, each when its turn comes: set by somebody else and kept in the folder, or to be set here.

        One that another still has is set here too. Both give the same bytes, and waiting for a worker that died would cost more.
        """
        ahead: deque[tuple[Task, int | None]] = deque()
        for task in tasks:
            ahead.append((task, None if chapter_file(task, folder).exists() else self._tried(self._offer, task, folder)))
            if len(ahead) > _AHEAD:
                yield self._back(folder, *ahead.popleft())
        while ahead:
            yield self._back(folder, *ahead.popleft())

    def close(self) -> None:
        """Take everything back."""
        self._open = True  # it may be there again
        self._tried(self._withdraw)

    def _tried(self, act: Callable[..., _Done], *given: object) -> _Done | None:
        """What the act gives; None when the database fails, which stops no build."""
        if not self._open:
            return None
        try:
            return act(*given)
        except SQLAlchemyError:
            logging.getLogger(__name__).exception("the database fails: no chapter is offered to other workers any more, all are set here")
            self._open = False
            self._session.rollback()
            return None

    def _offer(self, task: Task, folder: Path) -> int:
        key = chapter_file(task, folder).stem
        work = ChapterWork(build=self._build, key=key, renderer=renderer().hex(), task=task_text(task), remove_after=self._at + _KEPT)
        self._session.add(work)
        self._session.flush()
        number = work.id
        self._session.commit()
        self._session.expunge(work)
        return number

    def _back(self, folder: Path, task: Task, number: int | None) -> Task:
        if number is not None and (result := self._tried(self._taken_back, number)) is not None:
            take_in(result, chapter_file(task, folder))
        return task

    def _taken_back(self, number: int) -> bytes | None:
        taken = delete(ChapterWork).where(ChapterWork.id == number).returning(ChapterWork.result)
        result = self._session.execute(taken).scalar_one_or_none()
        self._session.commit()
        return result

    def _withdraw(self) -> None:
        self._session.rollback()
        self._session.execute(delete(ChapterWork).where(ChapterWork.build == self._build))
        self._session.commit()


def _claim(session: Session, at: datetime, by: str) -> _Claimed | None:
    work = waiting_chapter(session, renderer().hex(), at, most_tries=_MOST_TRIES)
    claimed = None
    if work:
        claimed = _Claimed(work.id, work.key, work.task)
        work.leased_until, work.tries, work.set_by = at + LEASE, work.tries + 1, by
    session.commit()
    return claimed
