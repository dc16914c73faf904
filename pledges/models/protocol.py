"""What officers rule in matters of protocol, and what they write into the next version of a text: each needs a second person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pledges.domain.protocol import RulingKind, Rulings
from pledges.domain.themes import Theme
from pledges.models.account import Account
from pledges.models.base import Base

_WAITING = "decided_at IS NULL"


class Ruling(Base):
    """What a country is called, or as what a country or government is sorted, in one language; it stands once another officer approves it.

    Rows are only added: the newest approved one of its kind, subject and language stands.
    """

    __tablename__ = "ruling"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RulingKind]
    subject: Mapped[str] = mapped_column(String(60))
    """Code of a country; for a place also the id of a government."""
    language: Mapped[str] = mapped_column(String(35))
    value: Mapped[str] = mapped_column(String(250))
    """Empty: what the lists say stands again."""
    reason: Mapped[str] = mapped_column(String(500))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(index=True)
    approved: Mapped[bool | None]
    row_version: Mapped[int] = mapped_column()
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason_given"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_yes_or_no"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("approved IS NULL OR NOT approved OR decided_by_id <> proposed_by_id", name="two_officers"),
        Index(
            "uq_ruling_one_waits", "kind", "subject", "language", unique=True, sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)
        ),
    )


class TextDraft(Base):
    """The next version of a theme's text while it is written; publishing it makes rows of CommitmentText and removes this one."""

    __tablename__ = "text_draft"
    theme: Mapped[Theme] = mapped_column(primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`title` and `text` by language."""
    writers: Mapped[list[Any]] = mapped_column(JSON)
    """Ids of the officers who changed it: none of them publishes it."""
    changed_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": row_version}


_APPROVED = select(Ruling.kind, Ruling.subject, Ruling.language, Ruling.value).where(Ruling.approved.is_(True))
_APPROVED = _APPROVED.order_by(Ruling.decided_at, Ruling.id)


def standing_rulings(session: Session, at: datetime | None = None) -> Rulings:
    """The rulings that were approved, by `at` where a moment is given: what pages show and editions print."""
    rows = session.connection().execute(_APPROVED if at is None else _APPROVED.where(Ruling.decided_at <= at))
    return {(kind, subject, language): value for kind, subject, language, value in rows}


def waiting_rulings(session: Session) -> Sequence[Ruling]:
    """What is changed and not yet approved, the first first: with any of them no edition should be built."""
    return session.scalars(select(Ruling).where(Ruling.decided_at.is_(None)).order_by(Ruling.id)).all()
