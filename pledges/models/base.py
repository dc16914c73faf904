"""The base of every table: names of constraints, enums by value, moments in UTC, and how SQLite begins."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from sqlite3 import Connection
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_ONLY_READS = "pledges_only_reads"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC; a naive one is refused, since nobody could say what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of ours."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


def prepare_sqlite(engine: Engine, *, reading: Callable[[], bool] = lambda: False) -> None:
    """Make SQLite durable and honest about locks; other engines are left as they are.

    A transaction that may write takes the write lock when it begins (BEGIN IMMEDIATE): it then waits for its turn
    instead of failing half-way. `reading` tells that the coming transaction only reads.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        only_reads = reading() or connection.get_execution_options().get(_ONLY_READS)
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def begin_reading(session: Session) -> None:
    """Begin a transaction that only reads: it sees the whole database as it is at one moment, and nobody has to wait for it.

    Called before anything else; the next transaction of the session is again one that may write.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    session.connection(execution_options={_ONLY_READS: True} if sqlite else {"isolation_level": "REPEATABLE READ"})
