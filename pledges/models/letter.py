"""The outbox: letters are rows, written in the same transaction as the act they tell of."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pledges.models.base import Base

_WAITING = "delivered_at IS NULL AND given_up_at IS NULL"


class Letter(Base):
    """A letter to one address. Secrets (link, code) stand apart and are erased once it is delivered."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id"), index=True)
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
    last_error: Mapped[str] = mapped_column(String(500), default="")
    __table_args__ = (Index("ix_letter_waiting", "due_at", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),)
