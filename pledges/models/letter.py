"""The outbox: letters are rows, written in the same transaction as the act they tell of; and what officers settle about letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pledges.models.account import Account
from pledges.models.base import Base
from pledges.models.government import Invitation

_WAITING = "delivered_at IS NULL AND given_up_at IS NULL"


class Letter(Base):
    """A letter to one address. Secrets (link, code) stand apart and are erased once it is delivered, given up or cancelled."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    to: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(35))
    subject: Mapped[str] = mapped_column(String(400))
    body: Mapped[str] = mapped_column(Text)
    """Plain text; {{link}} and {{code}} stand where the secrets go."""
    secrets: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    """The mail server refused it for good; or an officer cancelled it, which `cancelled_at` tells."""
    last_error: Mapped[str] = mapped_column(String(500), default="")
    held_at: Mapped[datetime | None]
    """It waits for a person since then; None for one that goes out by itself."""
    cancelled_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    """A mail system far away told that it could not be delivered."""
    stop_hash: Mapped[str | None] = mapped_column(String(64))
    """Of the secret by which its reader ends reminders with one click; that of an invitation opens the invitation by the same secret."""
    invitation: Mapped[Invitation | None] = relationship()
    __table_args__ = (
        Index("ix_letter_waiting", "due_at", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),
        Index("ix_letter_stop_hash", "stop_hash", unique=True),
    )


class Bounce(Base):
    """What a mail system told of a letter that it could not deliver, or not yet (RFC 3464). The same telling counts once."""

    __tablename__ = "bounce"
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(10))
    """failed or delayed."""
    status: Mapped[str] = mapped_column(String(20))
    """As RFC 3463 numbers it: 5.1.1 is an unknown mailbox."""
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what was told."""


class OtherContact(Base):
    """Another way to reach the people of a pledge, in an officer's words."""

    __tablename__ = "other_contact"
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(500))
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    noted_at: Mapped[datetime]
    noted_by: Mapped[Account] = relationship()


class LetterText(Base):
    """A version of a letter's text that an editor wrote; the newest of a kind and language stands in place of the file of this project."""

    __tablename__ = "letter_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    """The subject is its first line. Empty: the file stands again."""
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    written_by: Mapped[Account] = relationship()
    __table_args__ = (UniqueConstraint("kind", "language", "number"),)


class LetterRule(Base):
    """Whether letters of a kind wait for a person. A kind without a row does not."""

    __tablename__ = "letter_rule"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    waits: Mapped[bool]


class LetterStop(Base):
    """An address (its key) that wants no more reminders."""

    __tablename__ = "letter_stop"
    address_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Settled:
    """What officers have settled about one kind of letter."""

    texts: dict[str, str]
    """By language, what an editor wrote last; a language without one has the project's own file."""
    waits: bool
    """Letters of this kind are read by an officer before they go out."""


def settled(session: Session, kind: str) -> Settled:
    """In two queries; whoever writes many letters asks once."""
    newest = select(func.max(LetterText.id)).where(LetterText.kind == kind).group_by(LetterText.language)
    written = session.scalars(select(LetterText).where(LetterText.id.in_(newest), LetterText.text != ""))
    waits = session.scalar(select(LetterRule.waits).where(LetterRule.kind == kind))
    return Settled({one.language: one.text for one in written}, bool(waits))
