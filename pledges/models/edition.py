"""Editions of the declaration: what each holds, its files, and when it became public."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pledges.domain.lifecycle import EditionKind
from pledges.models.account import Account
from pledges.models.base import Base
from pledges.models.pledge import Pledge, Revision


class Edition(Base):
    """A frozen, numbered build. Public means `released_at` has come and nobody recalled it; a moment to come is a timed release."""

    __tablename__ = "edition"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[EditionKind]
    label: Mapped[str] = mapped_column(String(20))
    refers_to: Mapped[int | None] = mapped_column(ForeignKey("edition.number"))
    """The Rev that an Add or a Corr refers to."""
    as_of: Mapped[datetime]
    """Moment of the last act of its register: the edition's date."""
    root: Mapped[str] = mapped_column(String(64))
    pledges: Mapped[int]
    log_number: Mapped[int]
    log_hash: Mapped[str] = mapped_column(String(64))
    example: Mapped[bool]
    built_at: Mapped[datetime]
    released_at: Mapped[datetime | None] = mapped_column(index=True)
    released_by: Mapped[str] = mapped_column(String(300), default="")
    break_glass: Mapped[bool] = mapped_column(default=False)
    """Released on the command line, without a second person."""
    recalled_at: Mapped[datetime | None]
    recalled_by: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    recall_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """What the public is told."""
    row_version: Mapped[int] = mapped_column()
    files: Mapped[list["EditionFile"]] = relationship(back_populates="edition", order_by="EditionFile.language")
    proposal: Mapped["ReleaseProposal | None"] = relationship(cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (CheckConstraint("(kind = 'rev') = (refers_to IS NULL)", name="add_and_corr_refer"),)

    def public_at(self, at: datetime) -> bool:
        """Whether it is public, as models.visibility asks of rows."""
        return self.released_at is not None and self.released_at <= at and self.recalled_at is None

    def files_public_at(self, at: datetime) -> list["EditionFile"]:
        """The languages that are public: each is released by itself, also when its edition is released already."""
        return [file for file in self.files if self.public_at(at) and file.released_at is not None and file.released_at <= at]

    def files_waiting_at(self, at: datetime) -> list["EditionFile"]:
        """The languages that are not public yet."""
        public = self.files_public_at(at)
        return [file for file in self.files if file not in public]

    def moment_to_come(self, at: datetime) -> datetime | None:
        """When the first of what is on the schedule after `at` becomes public."""
        moments = (self.released_at, *(file.released_at for file in self.files))
        return min((moment for moment in moments if moment is not None and moment > at), default=None)

    def unschedule(self, at: datetime) -> None:
        """Take what would become public after `at` off the schedule."""
        if not self.public_at(at):
            self.released_at, self.released_by, self.break_glass = None, "", False
        for file in self.files_waiting_at(at):
            file.released_at, file.released_by, file.break_glass = None, "", False


class EditionFile(Base):
    """One language of an edition: a sealed PDF in the archive."""

    __tablename__ = "edition_file"
    edition_number: Mapped[int] = mapped_column(ForeignKey("edition.number"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    """In the archive."""
    pages: Mapped[int]
    size: Mapped[int]
    """In bytes."""
    content_sha256: Mapped[str] = mapped_column(String(64))
    """Before the seal."""
    sha256: Mapped[str] = mapped_column(String(64))
    seal_subject: Mapped[str] = mapped_column(String(400))
    development_seal: Mapped[bool]
    seal_level: Mapped[str] = mapped_column(String(4), server_default="B-B", default="B-B")
    """What the file's seal proves by itself (domain.sealing.SealLevel)."""
    seal_note: Mapped[str | None] = mapped_column(String(500))
    """Why it proves less than the settings aimed at, in English."""
    stamped_at: Mapped[datetime | None] = mapped_column(default=None)
    """The moment that the time stamp in the file confirms."""
    built_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    """Public from this moment on, if its edition is."""
    released_by: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    break_glass: Mapped[bool] = mapped_column(default=False, server_default=false())
    edition: Mapped[Edition] = relationship(back_populates="files")
    evidence: Mapped[list["SealEvidence"]] = relationship(order_by="SealEvidence.stamped_at")


class ReleaseProposal(Base):
    """What one officer proposes to release; another officer releases it or takes it off the table."""

    __tablename__ = "release_proposal"
    edition_number: Mapped[int] = mapped_column(ForeignKey("edition.number"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    moment: Mapped[datetime | None]
    """Of the release; None for as soon as it is confirmed."""
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Language → SHA-256 of each file that would become public: what is confirmed is what was proposed."""
    account: Mapped[Account] = relationship()


class SealEvidence(Base):
    """A time stamp over a published file, made later and kept beside it in the archive."""

    __tablename__ = "seal_evidence"
    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    """In the archive."""
    edition_number: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    level: Mapped[str] = mapped_column(String(4))
    """What file and evidence prove together."""
    authority: Mapped[str] = mapped_column(String(400))
    stamped_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]
    __table_args__ = (
        ForeignKeyConstraint(["edition_number", "language"], ["edition_file.edition_number", "edition_file.language"]),
        Index("ix_seal_evidence_file", "edition_number", "language"),
    )


class EditionEntry(Base):
    """One pledge in one edition, with the revision that is printed and its place in the order of protocol."""

    __tablename__ = "edition_entry"
    edition_number: Mapped[int] = mapped_column(ForeignKey("edition.number"), primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    position: Mapped[int]
    """From 0, in the English order of protocol: the leaf's index in the Merkle tree."""
    sort_key: Mapped[bytes] = mapped_column(LargeBinary)
    """Comparable bytes of the order of protocol, across editions."""
    late: Mapped[bool]
    pledge: Mapped[Pledge] = relationship()
    revision: Mapped[Revision] = relationship()
    edition: Mapped[Edition] = relationship()
    __table_args__ = (
        UniqueConstraint("edition_number", "position"),
        Index("ix_edition_entry_pledge", "pledge_id", "edition_number"),
        Index("ix_edition_entry_order", "edition_number", "sort_key", "pledge_id"),
    )


class Assembly(Base):
    """The one row that says what this database is."""

    __tablename__ = "assembly"
    id: Mapped[int] = mapped_column(primary_key=True)
    example: Mapped[bool]
    """Holds the example assembly: invented leaders. Production refuses it."""
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


def is_example(session: Session) -> bool:
    """Whether this database holds the example assembly (invented leaders of real cities)."""
    return bool(session.connection().scalar(_IS_EXAMPLE))


_IS_EXAMPLE = select(Assembly.example).where(Assembly.id == 1)
"""Each page asks it: written once, and past the session, which would make an object of it."""
