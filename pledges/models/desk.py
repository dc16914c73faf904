"""What officers keep at a pledge for themselves: who reads it, notes to each other, courtesy translations. None of it is ever public."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.reviewing import CLAIM_LIVES
from pledges.models.account import Account
from pledges.models.base import Base
from pledges.models.pledge import Pledge


class Claim(Base):
    """Who reads a pledge to decide on it; one that is older than domain.reviewing.CLAIM_LIVES holds nothing any more."""

    __tablename__ = "claim"
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]
    """When the officer took it, or acted on it last."""
    account: Mapped[Account] = relationship()
    pledge: Mapped[Pledge] = relationship(back_populates="claim")

    @property
    def until(self) -> datetime:
        """When it ends by itself."""
        return self.at + CLAIM_LIVES

    def holds(self, at: datetime) -> bool:
        """Whether it still does at `at`."""
        return self.until > at


class Note(Base):
    """What an officer tells colleagues at a pledge. `by` is the officer as called then."""

    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    pledge: Mapped[Pledge] = relationship()
    mentions: Mapped[list["Mention"]] = relationship(back_populates="note", order_by="Mention.account_id")


class Mention(Base):
    """A colleague whom a note names: it stands on that colleague's desk until it is marked as read."""

    __tablename__ = "mention"
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    read_at: Mapped[datetime | None]
    note: Mapped[Note] = relationship(back_populates="mentions")
    account: Mapped[Account] = relationship()


class CourtesyTranslation(Base):
    """What an officer translated for colleagues who do not read the original. It is in no record, edition, letter or public page."""

    __tablename__ = "courtesy_translation"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By column of a pledges file."""
    by: Mapped[str] = mapped_column(String(300))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
