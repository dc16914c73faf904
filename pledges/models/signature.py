"""Signatures with their evidence, and the links and codes by which drafts and signatures are reached."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.people import Assurance, SignatureKind
from pledges.models.base import Base
from pledges.models.pledge import Pledge, Revision


class Signature(Base):
    """The act of signing one revision; one revision is signed once."""

    __tablename__ = "signature"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), unique=True)
    kind: Mapped[SignatureKind]
    assurance: Mapped[Assurance] = mapped_column(default=Assurance.NOT_KNOWN)
    at: Mapped[datetime]
    record_hash: Mapped[str] = mapped_column(String(64))
    """Fingerprint of the record that was shown and signed."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Address, network address, browser, file: for officers only, never published."""
    revision: Mapped[Revision] = relationship(back_populates="signature")


class LinkPurpose(StrEnum):
    """What a link or cookie opens."""

    SESSION = "session"
    """A browser in which the cabinet works."""
    LEADER = "leader"
    """A browser that was opened by a letter to the leader: it alone may withdraw."""
    RESUME = "resume"
    SIGN = "sign"
    STATUS = "status"
    ENROL = "enrol"


class AccessLink(Base):
    """A secret that opens one pledge (or enrols one officer). Only hashes are kept; using it is one conditional UPDATE."""

    __tablename__ = "access_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))
    """The revision that a signing link signs."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 over the link's id-independent salt and the eight digits (domain.codes)."""
    code_salt: Mapped[str | None] = mapped_column(String(64))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    pledge: Mapped[Pledge | None] = relationship()
    __table_args__ = (
        CheckConstraint("(pledge_id IS NULL) <> (account_id IS NULL)", name="opens_one_thing"),
        CheckConstraint("wrong_codes BETWEEN 0 AND 5", name="five_wrong_codes"),
        CheckConstraint("wrong_codes < 5 OR voided_at IS NOT NULL", name="five_wrong_codes_void"),
    )


class RateLimit(Base):
    """How often something was tried in one window of time; shared by all workers."""

    __tablename__ = "rate_limit"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    hits: Mapped[int]
