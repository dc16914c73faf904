"""The event log: a hash chain of who did what and when, whose personal details can be erased without breaking it.

An entry's hash is the SHA-256 of its canonical JSON (RFC 8785): number, moment, act, the ids it concerns, the salted
SHA-256 of its details, and the hash of the entry before. Details and salt lie in a row of their own.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from pledges.models.base import Base
from pledges.models.edition import Edition

GENESIS = "0" * 64
_PENDING = "log entries to write"


class LogEntry(Base):
    """One act. `subject` names what it concerns: "pledge:<public id>", "edition:3", "account:2"…"""

    __tablename__ = "log_entry"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    changes_register: Mapped[bool] = mapped_column(index=True)
    """Whether the act changed pledges, texts or designations: the head that an edition prints is the last such entry."""
    details_sha256: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    __table_args__ = (
        Index("ix_log_entry_act", "act", "number"),
        Index("ix_log_entry_account", "account_id", "number"),
        Index("ix_log_entry_at", "at"),
    )


class LogDetail(Base):
    """What may be personal about an act; erasing the row leaves the chain whole."""

    __tablename__ = "log_detail"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Of its entry; no foreign key, so that a lost entry is found by the walk and not hidden by its details."""
    salt: Mapped[str] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)


class LogHead(Base):
    """The last number and hash, so that a cut tail is found; locked last, so acts on different pledges wait and never fail."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


def record(
    session: Session,
    act: str,
    subject: str,
    *,
    at: datetime,
    account_id: int | None = None,
    changes_register: bool = False,
    **details: object,
) -> None:
    """Note an act; it is chained and written when the session commits. Details must be JSON values."""
    if not session.in_transaction():
        session.begin()  # so that a rollback forgets the act, even when nothing else was done
    session.info.setdefault(_PENDING, []).append((act, subject, at, account_id, changes_register, details))


def entry_hash(entry: LogEntry) -> str:
    """The hash of an entry, from its own columns."""
    chained: dict[str, Any] = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "act": entry.act,
        "subject": entry.subject,
        "account": entry.account_id,
        "changes_register": entry.changes_register,
        "details_sha256": entry.details_sha256,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(rfc8785.dumps(chained)).hexdigest()


def details_hash(salt: str, details: str) -> str:
    """The salted hash of an entry's details."""
    return hashlib.sha256(f"{salt}\n{details}".encode()).hexdigest()


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    pending = session.info.pop(_PENDING, [])
    if not pending:
        return
    session.flush()
    head = session.scalars(select(LogHead).where(LogHead.id == 1).with_for_update().execution_options(populate_existing=True)).one()
    for act, subject, at, account_id, changes_register, details in pending:
        salt, text = secrets.token_hex(32), json.dumps(details, ensure_ascii=False, sort_keys=True, default=str)
        entry = LogEntry(
            number=head.number + 1, at=at, act=act, subject=subject, account_id=account_id, changes_register=changes_register,
            details_sha256=details_hash(salt, text), previous_hash=head.hash,
        )  # fmt: skip
        entry.hash = entry_hash(entry)
        session.add(entry)
        session.add(LogDetail(number=entry.number, salt=salt, details=text))
        head.number, head.hash = entry.number, entry.hash


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)


def register_head(session: Session) -> tuple[int, str, datetime | None]:
    """Number, hash and moment of the last entry that changed the register; (0, GENESIS, None) for an empty one."""
    entry = session.scalars(select(LogEntry).where(LogEntry.changes_register).order_by(LogEntry.number.desc()).limit(1)).first()
    return (entry.number, entry.hash, entry.at) if entry else (0, GENESIS, None)


def broken_entries(session: Session, *, batch: int = 1000) -> Iterator[str]:
    """Walk the chain and tell each break, first one first; nothing is yielded when the chain holds.

    A tail that was cut off is missing from the head row, and where that was rewritten too, from the editions that printed it.
    """
    previous, number = GENESIS, 0
    query = select(LogEntry, LogDetail).outerjoin(LogDetail, LogDetail.number == LogEntry.number).order_by(LogEntry.number)
    while rows := session.execute(query.where(LogEntry.number > number).limit(batch)).all():
        for entry, detail in rows:
            if entry.number != number + 1:
                yield f"entry {number + 1} is missing"
            elif entry.previous_hash != previous:
                yield f"entry {entry.number} does not follow entry {number}"
            if entry.hash != entry_hash(entry):
                yield f"entry {entry.number} was changed"
            if detail is not None and details_hash(detail.salt, detail.details) != entry.details_sha256:
                yield f"the details of entry {entry.number} were changed"
            previous, number = entry.hash, entry.number
        session.expunge_all()
    head = session.get(LogHead, 1)
    if head is None or (head.number, head.hash) != (number, previous):
        yield f"entry {number + 1} is missing: the head tells of {head.number if head else 'no'} entries"
    yield from _contradicted_by_editions(session)


def _contradicted_by_editions(session: Session) -> Iterator[str]:
    query = select(Edition.number, Edition.log_number, Edition.log_hash, LogEntry.hash)
    query = query.outerjoin(LogEntry, LogEntry.number == Edition.log_number).order_by(Edition.log_number)
    for edition, number, printed, stored in session.execute(query):
        if printed != (stored or GENESIS):
            yield f"entry {number} is not the one that edition {edition} prints"
