"""Officers of the secretariat and the roles they hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, LargeBinary, String, Table, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from pledges.models.base import Base
from pledges.models.government import Network

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
    passkey_answered: Mapped[str | None] = mapped_column(String(64))
    """The last question that a passkey of the officer's has answered: it and those before hold no more."""
    network_id: Mapped[int | None] = mapped_column(ForeignKey("network.id"))
    """Whose focal point the officer is."""
    language: Mapped[str] = mapped_column(String(35), default="en", server_default="en")
    """In which we write to the officer: that in which the account was set up."""
    network: Mapped[Network | None] = relationship()
    roles: Mapped[list[Role]] = relationship(secondary=account_role, lazy="selectin")

    @property
    def label(self) -> str:
        """How the log and the decisions call the officer."""
        return self.name or self.email


def admins_to_tell(session: Session) -> Sequence[Account]:
    """The admins who are written to when something happens that they may have to act upon."""
    return session.scalars(select(Account).where(Account.active, Account.roles.any(Role.name == "admin")).order_by(Account.id)).all()


class OfficerSession(Base):
    """A browser in which an officer has signed in, until it ends; what is older than a session lasts is deleted at the next sign-in."""

    __tablename__ = "officer_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64))
    """That of the account when the session began: once the account has another, the session is over."""
    browser: Mapped[str] = mapped_column(String(300))
    """What the browser calls itself."""
    network: Mapped[str] = mapped_column(String(50))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OfficerPasskey(Base):
    """A key that an officer's device made, as second factor beside the password."""

    __tablename__ = "officer_passkey"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    browser: Mapped[str] = mapped_column(String(300))
    """In which it was made: how its holder knows it again."""
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    """COSE_Key (RFC 9052), as the authenticator gave it."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
