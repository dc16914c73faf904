"""Officers of the secretariat and the roles they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pledges.models.base import Base

account_role = Table(
    "account_role",
    Base.metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class Role(Base):
    """moderator, editor, admin or focal_point; what each may do stands in pledges/accounts/roles.py."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)


class Account(Base):
    """An officer. The columns that are not ours are those that the sign-in library asks for (pledges/accounts)."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    password: Mapped[str | None] = mapped_column(String(255))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_last_counter: Mapped[int | None]
    """The last time step whose code was used: a code works once."""
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(MutableList.as_mutable(JSON))
    created_at: Mapped[datetime]
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    """Whose focal point the officer is."""
    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")

    @property
    def label(self) -> str:
        """How the log and the decisions call the officer."""
        return self.name or self.email
