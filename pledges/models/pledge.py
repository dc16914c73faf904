"""Pledges and their revisions: what one leader signs for one government, theme by theme."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.lifecycle import NEXT_CONTENT, Content, Moderation, Move, MoveNotAllowed, next_content, next_moderation
from pledges.domain.people import GovernmentKind, MandateBasis, OfficeLevel
from pledges.domain.themes import Theme
from pledges.models.base import Base
from pledges.models.government import Government, Network

if TYPE_CHECKING:
    from pledges.models.decision import Decision
    from pledges.models.desk import Claim
    from pledges.models.signature import Signature

UNTOLD = "moderation IN ('returned', 'accepted', 'declined') AND announced_at IS NULL"
"""Decided, and the leader is not told yet; as an index knows it."""
_KEPT = "first_signed_at IS NOT NULL AND withdrawn_at IS NULL"


class CommitmentText(Base):
    """A published political commitment: versioned, in one language; what is published never changes."""

    __tablename__ = "commitment_text"
    id: Mapped[int] = mapped_column(primary_key=True)
    theme: Mapped[Theme]
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the UTF-8 bytes of the text."""
    published_at: Mapped[datetime | None]
    """None for what was published before the first pledge."""
    __table_args__ = (UniqueConstraint("theme", "version", "language"),)


class JointPledge(Base):
    """What several governments pledge in the same words; each signs a pledge of its own."""

    __tablename__ = "joint_pledge"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    """Random; it stands in the record of each of its pledges."""
    created_at: Mapped[datetime]
    offered: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The words as one of its cabinets wrote them last, for the others to take over: `by`, the public id of its pledge, and `words`, by
    column of a pledges file."""
    pledges: Mapped[list["Pledge"]] = relationship(back_populates="joint", order_by="Pledge.id")


class Pledge(Base):
    """One leader's pledge for one government. Its words and decisions stand on its revisions."""

    __tablename__ = "pledge"
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    """Random, 128 bits or more; fixed when the row is made."""
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), index=True)
    leader_email: Mapped[str] = mapped_column(String(254), default="")
    leader_email_key: Mapped[str] = mapped_column(String(254), default="", index=True)
    """The address in lower case: with the government it tells one pledge from another."""
    preparer_email: Mapped[str] = mapped_column(String(254), default="")
    preparer_language: Mapped[str] = mapped_column(String(35), default="en")
    """Language of the letters, as chosen in the interface."""
    from_file: Mapped[bool] = mapped_column(default=False)
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    """Whose link began the draft."""
    joint_id: Mapped[int | None] = mapped_column(ForeignKey("joint_pledge.id"), index=True)
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Given by the form that made the draft: the same form sent twice makes one draft."""
    created_at: Mapped[datetime]
    first_signed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    accepted_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revision.id", use_alter=True, name="fk_pledge_accepted_revision_id"), index=True
    )
    row_version: Mapped[int] = mapped_column()

    government: Mapped[Government] = relationship()
    network: Mapped[Network | None] = relationship()
    joint: Mapped[JointPledge | None] = relationship(back_populates="pledges", lazy="selectin")  # one query for all rows, none without one
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="pledge", order_by="Revision.number", foreign_keys="Revision.pledge_id", cascade="all, delete-orphan"
    )
    accepted_revision: Mapped["Revision | None"] = relationship(foreign_keys=[accepted_revision_id], post_update=True)
    decisions: Mapped[list["Decision"]] = relationship(back_populates="pledge", order_by="Decision.id")
    claim: Mapped["Claim | None"] = relationship(back_populates="pledge", passive_deletes=True)

    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        CheckConstraint("withdrawn_at IS NULL OR first_signed_at IS NOT NULL", name="withdrawn_once_signed"),
        CheckConstraint("accepted_revision_id IS NULL OR first_signed_at IS NOT NULL", name="accepted_once_signed"),
        Index(
            "uq_pledge_one_of_a_leader",
            "government_id",
            "leader_email_key",
            unique=True,
            sqlite_where=text(_KEPT),
            postgresql_where=text(_KEPT),
        ),
    )

    @property
    def current(self) -> "Revision":
        """The newest revision."""
        return self.revisions[-1]

    @property
    def awaits_signature(self) -> bool:
        """Whether the newest revision can be signed now."""
        return self.current.content is Content.AWAITING_SIGNATURE and self.withdrawn_at is None


class Revision(Base):
    """One wording of a pledge with the name and office as they were at signing; signed words never change."""

    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"))
    number: Mapped[int]
    content: Mapped[Content] = mapped_column(default=Content.DRAFT)
    moderation: Mapped[Moderation] = mapped_column(default=Moderation.NONE)
    announced_at: Mapped[datetime | None]
    """When the leader was told of the decision; decided now, told later."""
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    """The moment of its signature, which keeps it here as well: the queue is in this order, and an index has columns of one table."""

    government_name: Mapped[str] = mapped_column(String(250), default="")
    government_native_name: Mapped[str] = mapped_column(String(250), default="")
    kind: Mapped[GovernmentKind]
    country_code: Mapped[str] = mapped_column(String(2))
    leader_name: Mapped[str] = mapped_column(String(200), default="")
    leader_name_latin: Mapped[str] = mapped_column(String(200), default="")
    honorific: Mapped[str] = mapped_column(String(200), default="")
    office: Mapped[str] = mapped_column(String(200), default="")
    office_local: Mapped[str] = mapped_column(String(200), default="")
    office_level: Mapped[OfficeLevel] = mapped_column(default=OfficeLevel.UNSET)
    mandate_basis: Mapped[MandateBasis | None]
    mandate_reference: Mapped[str] = mapped_column(String(200), default="")
    mandate_date: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(35), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    """The government's own words of political commitment (files only)."""
    actions: Mapped[str] = mapped_column(Text, default="")
    """Actions for all themes of the pledge at once; words for one theme stand on its commitment."""
    multilateral: Mapped[str] = mapped_column(Text, default="")
    record: Mapped[str | None] = mapped_column(Text)
    """The canonical record (RFC 8785) exactly as shown and signed."""
    fingerprint: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the record, in hexadecimal."""
    edits: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))
    """Who changed each field of the draft last: the id of the browser's AccessLink by column of a pledges file."""
    asked: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    """What the leader asks the cabinet to change, until the text is sent again."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    """Folded names, office and government, for the register's and the queue's text filter."""
    row_version: Mapped[int] = mapped_column()

    pledge: Mapped[Pledge] = relationship(back_populates="revisions", foreign_keys=[pledge_id])
    commitments: Mapped[list["Commitment"]] = relationship(
        back_populates="revision", order_by="Commitment.position", cascade="all, delete-orphan"
    )
    signature: Mapped["Signature | None"] = relationship(back_populates="revision")

    __mapper_args__ = {"version_id_col": row_version}
    __table_args__ = (
        UniqueConstraint("pledge_id", "number"),
        CheckConstraint("(content = 'signed') = (moderation <> 'none')", name="moderated_once_signed"),
        CheckConstraint("content = 'draft' OR (fingerprint IS NOT NULL AND record IS NOT NULL)", name="record_before_signature"),
        CheckConstraint("announced_at IS NULL OR moderation IN ('returned', 'accepted', 'declined')", name="announced_once_decided"),
        Index("ix_revision_desk", "moderation", "signed_at", "id"),
        Index("ix_revision_untold", "signed_at", "id", sqlite_where=text(UNTOLD), postgresql_where=text(UNTOLD)),
    )

    def move(self, move: Move) -> None:
        """The only writer of content and moderation; domain.lifecycle says which moves exist. Raises MoveNotAllowed.

        With its pledge withdrawn nothing moves any more.
        """
        if self.pledge is not None and self.pledge.withdrawn_at is not None:
            raise MoveNotAllowed(move, self.content)
        content = next_content(self.content, move) if move in _CONTENT_MOVES else self.content
        moderation = self.moderation if move in (Move.SUBMIT, Move.REOPEN_DRAFT) else next_moderation(self.moderation, move)
        self.content, self.moderation = content, moderation

    @property
    def themes(self) -> list[Theme]:
        """The themes taken up, in the Assembly's order."""
        return [commitment.theme for commitment in self.commitments]


_CONTENT_MOVES = frozenset(move for _, move in NEXT_CONTENT)


class Commitment(Base):
    """What a revision commits to within one theme."""

    __tablename__ = "commitment"
    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    theme: Mapped[Theme]
    position: Mapped[int]
    """The theme's place in the Assembly's order, from 0."""
    adopted_id: Mapped[int | None] = mapped_column(ForeignKey("commitment_text.id"))
    actions: Mapped[str] = mapped_column(Text, default="")
    multilateral: Mapped[str] = mapped_column(Text, default="")
    planned: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Deliverables, one a line: `YYYY-MM-DD | 6,11 | What is delivered`; day and goals (SDG numbers) may be empty."""
    revision: Mapped[Revision] = relationship(back_populates="commitments")
    adopted: Mapped[CommitmentText | None] = relationship()
    __table_args__ = (UniqueConstraint("revision_id", "theme"), Index("ix_commitment_theme", "theme", "revision_id"))


class Correction(Base):
    """A slip of the pen in a signed name or office that a cabinet asked the secretariat to put right; what was signed stays."""

    __tablename__ = "correction"
    id: Mapped[int] = mapped_column(primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    """The signed revision that has the slip."""
    field: Mapped[str] = mapped_column(String(60))
    """A column of a pledges file that names a person, an office or the government."""
    wanted: Mapped[str] = mapped_column(String(250))
    note: Mapped[str] = mapped_column(String(500), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    agreed: Mapped[bool | None]
    """Agreed to: a new revision with the corrected name waits for the leader's signature."""
    answer: Mapped[str] = mapped_column(String(500), default="")
    pledge: Mapped[Pledge] = relationship()
    revision: Mapped[Revision] = relationship()
    __table_args__ = (CheckConstraint("(answered_at IS NULL) = (agreed IS NULL)", name="answered_yes_or_no"),)
