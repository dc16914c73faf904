"""Builds of editions that were asked for at the desk, and how far they are."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.lifecycle import EditionKind
from pledges.models.account import Account
from pledges.models.base import Base


class BuildState(StrEnum):
    """The life of a build."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """By a fault, or by an officer; `told` says why."""


class EditionBuild(Base):
    """One order: an edition in some languages. The worker that has it renews its lease; a lost build is taken up again where it stood."""

    __tablename__ = "edition_build"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EditionKind]
    languages: Mapped[list[Any]] = mapped_column(JSON)
    """In the order in which they are built."""
    edition_number: Mapped[int | None] = mapped_column(ForeignKey("edition.number"))
    """Of the edition that gets the languages: known from the first file on, or from the beginning."""
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    state: Mapped[BuildState] = mapped_column(index=True)
    language: Mapped[str] = mapped_column(String(35), default="")
    """That is being built."""
    part: Mapped[str] = mapped_column(String(40), default="")
    """Of the work on it, as the builder calls it."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(Text, default="")
    account: Mapped[Account] = relationship()
