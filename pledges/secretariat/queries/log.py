"""The event log as officers look through it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.models import Account, Edition, LogDetail, LogEntry, Pledge
from pledges.secretariat.queries.queue import PAGE, Page

NOBODY = 0
"""In place of an officer's id: leaders, cabinets, the operator and the worker."""
_BATCH = 500
_PLEDGE = "pledge:"


@dataclass(frozen=True, slots=True)
class LogFilters:
    """Which entries are shown; empty fields narrow nothing."""

    who: int | None = None
    act: str = ""
    subject: str = ""
    """How the subject begins, such as `pledge:` or `edition:3`."""
    since: date | None = None
    until: date | None = None
    """Days in UTC, the last one included."""


Row = tuple[LogEntry, str | None, str | None, LogDetail | None]
"""An entry, its officer's name and address, and its details unless they are erased."""


def log_entries(session: Session, filters: LogFilters, *, before: int | None) -> Page[Row]:
    """One page of the log, the newest first; `before` is the number that the page before ended with."""
    query = _filtered(filters).order_by(LogEntry.number.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(LogEntry.number < before)
    rows: Sequence[Any] = session.execute(query).all()
    return Page(rows[:PAGE], str(rows[PAGE - 1][0].number) if len(rows) > PAGE else "")


def every_entry(session: Session, filters: LogFilters) -> Iterator[Row]:
    """All of them, the oldest first, read as they are used."""
    rows = session.execute(_filtered(filters).order_by(LogEntry.number).execution_options(yield_per=_BATCH))
    yield from ((entry, name, email, detail) for entry, name, email, detail in rows)


def _filtered(filters: LogFilters) -> Any:
    query: Any = select(LogEntry, Account.name, Account.email, LogDetail)
    query = query.outerjoin(Account, Account.id == LogEntry.account_id).outerjoin(LogDetail, LogDetail.number == LogEntry.number)
    if filters.who is not None:
        query = query.where(LogEntry.account_id.is_(None) if filters.who == NOBODY else LogEntry.account_id == filters.who)
    if filters.act:
        query = query.where(LogEntry.act == filters.act)
    if filters.subject:
        query = query.where(LogEntry.subject.startswith(filters.subject, autoescape=True))
    if filters.since:
        query = query.where(LogEntry.at >= _midnight(filters.since))
    if filters.until:
        query = query.where(LogEntry.at < _midnight(filters.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def signed_pledges(session: Session, rows: Sequence[Row]) -> set[str]:
    """Which of the entries' subjects are pledges that were signed: drafts are nobody's but the cabinet's."""
    numbers = {entry.subject.removeprefix(_PLEDGE) for entry, *_ in rows if entry.subject.startswith(_PLEDGE)}
    signed = select(Pledge.public_id).where(Pledge.public_id.in_(numbers), Pledge.first_signed_at.is_not(None))
    return {_PLEDGE + number for number in session.scalars(signed)}


def officers(session: Session) -> list[tuple[int, str]]:
    """Every officer who ever had an account, by name."""
    return sorted(((account.id, account.label) for account in session.scalars(select(Account))), key=lambda one: one[1].lower())


def printed_heads(session: Session) -> Sequence[Edition]:
    """The editions, the newest first: each prints number and hash of the log's head as it was."""
    return session.scalars(select(Edition).order_by(Edition.number.desc()).limit(20)).all()


def erased_details(session: Session) -> int:
    """How many entries have no details any more."""
    without = select(func.count()).select_from(LogEntry).outerjoin(LogDetail, LogDetail.number == LogEntry.number)
    return session.scalar(without.where(LogDetail.number.is_(None))) or 0
