"""The directory of governments, the names they are found by, and the networks that can attest them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.domain.people import GovernmentKind
from pledges.models.base import Base


class Government(Base):
    """A city, region or association. `gn-` from GeoNames, `iso-` from ISO 3166-2, `own-` entered by hand here."""

    __tablename__ = "government"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(250))
    native_name: Mapped[str] = mapped_column(String(250), default="")
    kind: Mapped[GovernmentKind]
    country_code: Mapped[str] = mapped_column(String(2), index=True)
    subdivision_code: Mapped[str] = mapped_column(String(10), default="")
    population: Mapped[int | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    main_language: Mapped[str] = mapped_column(String(35), default="")
    alternate_names: Mapped[str] = mapped_column(default="")
    """Joined by |, as the directory gives them; for search only."""


class GovernmentName(Base):
    """One folded name (domain.search.fold) under which a government is found; also from each later word on."""

    __tablename__ = "government_name"
    folded: Mapped[str] = mapped_column(String(250, collation=None), primary_key=True)
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id", ondelete="CASCADE"), primary_key=True)
    __table_args__ = (
        Index("ix_government_name_prefix", "folded", "government_id", postgresql_ops={"folded": "text_pattern_ops"}),
        Index("ix_government_name_government_id", "government_id"),
    )


class Network(Base):
    """A member of the Global Taskforce that can attest its members; edited by the secretariat, never a closed list."""

    __tablename__ = "network"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class NetworkMember(Base):
    """A government that belongs to a network."""

    __tablename__ = "network_member"
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id"), primary_key=True)
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), primary_key=True, index=True)


class AdvisoryMember(Base):
    """A government whose leader sits in the UN Secretary-General's Advisory Group on Local and Regional Governments."""

    __tablename__ = "advisory_member"
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), primary_key=True)


class Contact(Base):
    """An address to which a government's leader can be written; it establishes nothing about who signs."""

    __tablename__ = "contact"
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), primary_key=True)
    email_key: Mapped[str] = mapped_column(String(254), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    leader_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class GovernmentDomain(Base):
    """A mail domain that an officer has recorded as a government's own: an address in it counts as official."""

    __tablename__ = "government_domain"
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    """In lower case, ASCII (IDNA)."""
    looks: Mapped[str] = mapped_column(String(1000), index=True)
    """What it looks like (domain.mail_domains), so that its imitators are found."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]


class KnownLeader(Base):
    """Who is known to hold an office, and until when; a signature that disagrees is looked at, never refused."""

    __tablename__ = "known_leader"
    id: Mapped[int] = mapped_column(primary_key=True)
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    office: Mapped[str] = mapped_column(String(200), default="")
    term_begins: Mapped[date | None]
    term_ends: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime]


class Invitation(Base):
    """A leader whom the secretariat invited, with the address that it wrote to. Its link fills in a draft and opens nothing."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    government_id: Mapped[str] = mapped_column(ForeignKey("government.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    leader_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(35), default="en")
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    """Through which network: the first that its list named, or else the first that the government belongs to."""
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    invited_at: Mapped[datetime]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    taken_back_at: Mapped[datetime | None]
    """From then on its address is not an invited one any more, and its link works no longer."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    """With which others it was sent; None for one that was sent by itself."""
    opened_at: Mapped[datetime | None]
    """When its link was first opened: by a person, or by a scanner of mail."""
    other_contact: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    """Another way to reach the leader, in an officer's words."""
    government: Mapped[Government] = relationship()
