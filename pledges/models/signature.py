"""Signatures with their evidence, and the links and codes by which drafts and signatures are reached."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship, validates

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
    proof: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What is published so that anyone can check the signature: a passkey's key and assertion, a certificate's issuer, level and name."""
    risks: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """Codes of domain.risks with their facts, as found at signing, for officers only; None where nobody looked."""
    came_from: Mapped[str] = mapped_column(String(45), default="", server_default=text("''"))
    """The network that signed (domain.risks.network_of), to count by; for officers only. Empty where nobody's browser signed."""
    revision: Mapped[Revision] = relationship(back_populates="signature")
    __table_args__ = (Index("ix_signature_came_from", "came_from", "at"),)

    @validates("at", "revision")
    def _date_revision(self, name: str, value: Any) -> Any:
        """The revision tells the same moment."""
        revision, at = (self.revision, value) if name == "at" else (value, self.at)
        if revision is not None:
            revision.signed_at = at
        return value


class SignedFile(Base):
    """A file that a signature rests on: a PDF signed with a certificate, or the scan of a signed slip. For officers only."""

    __tablename__ = "signed_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), index=True)
    kind: Mapped[SignatureKind]
    media_type: Mapped[str] = mapped_column(String(60))
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The officer who put it in; None when the cabinet did."""
    transcript: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the first officer read on the paper: name, office, day, the fingerprint's beginning."""
    transcribed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    transcribed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(String(500), default="")
    """Why, in the officer's words; the cabinet reads it."""
    revision: Mapped[Revision] = relationship()
    __table_args__ = (
        CheckConstraint("kind IN ('certificate', 'paper')", name="rests_on_a_file"),
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> transcribed_by_id", name="two_officers"),
        CheckConstraint("confirmed_at IS NULL OR kind = 'certificate' OR transcribed_at IS NOT NULL", name="transcribed_first"),
        CheckConstraint("confirmed_at IS NULL OR refused_at IS NULL", name="confirmed_or_refused"),
    )


class LeaderPasskey(Base):
    """A key that a leader's device made: it shows the same device again, not who holds it."""

    __tablename__ = "leader_passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    leader_email_key: Mapped[str] = mapped_column(String(254), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE_Key (RFC 9052), as the authenticator gave it."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """32 bits without a sign."""
    aaguid: Mapped[str] = mapped_column(String(36))
    """Which make of authenticator it says it is; zeros where it does not say."""
    attestation: Mapped[str] = mapped_column(String(30))
    """Format of the statement that came with the key; `none` is the usual one."""
    transports: Mapped[str] = mapped_column(String(100))
    """How the device is reached, as the browser told: `internal`, `usb hybrid`…"""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Receipt(Base):
    """The sealed page that a leader keeps of one signed revision; made once, so that everybody has the same bytes."""

    __tablename__ = "receipt"
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    pdf: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


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
    holder: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"), index=True)
    """Whose link or browser it is: the key of an address (domain.addresses); empty for a browser that gave none."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("access_link.id"))
    """The browser of whoever handed the draft on and gives it up: it closes when this link is opened, so that no draft is lost."""
    nonce: Mapped[str | None] = mapped_column(String(64))
    """16 random bytes in hexadecimal of the passkey's challenge that is waiting for its answer."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When this browser last worked on the draft."""
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
