"""The directory of governments, the names they are found by, and the networks that can attest them."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

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
