"""Many rows that an officer brings at once: read by a job, looked over, confirmed, and then carried out by a job."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from pledges.models.base import Base


class BatchKind(StrEnum):
    """What the rows are."""

    PLEDGES = "pledges"
    INVITATIONS = "invitations"


class BatchState(StrEnum):
    """How far a batch has come."""

    READING = "reading"
    READ = "read"
    """Waits for an officer to confirm it."""
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"
    """The file is none that can be read."""
    DISCARDED = "discarded"


class Batch(Base):
    """A file, or what was chosen from the directory, written as such a file."""

    __tablename__ = "batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BatchKind]
    state: Mapped[BatchState] = mapped_column(default=BatchState.READING, index=True)
    name: Mapped[str] = mapped_column(String(250))
    """Of the file, or what was chosen."""
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    """For pledges `accept`; for invitations `language` (empty for each government's own) and `invite` (else addresses are only kept)."""
    data: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """Forgotten once the batch has ended."""
    rows_done: Mapped[int] = mapped_column(default=0)
    """So many rows were read, or after the confirmation carried out."""
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Rows by what becomes of them: new, updated, unchanged, rejected."""
    preview: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    """The first rows of each kind, as the page shows them."""
    rejects: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """The rejects file, as `pledges import --rejects` writes it; bytes, since a rejected row may hold some that are not UTF-8."""
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why the file is refused: `message` and `values` of a problem (domain.problems)."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        CheckConstraint("state NOT IN ('confirmed', 'done') OR confirmed_at IS NOT NULL", name="confirmed_before_it_is_carried_out"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('done', 'refused', 'discarded'))", name="ended_once"),
    )
