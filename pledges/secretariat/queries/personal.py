"""Everything that is held on a person, found by address in every table, also in those that are added later."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Enum, LargeBinary, String, Table, Text, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, undefer

from pledges.domain.personal import holds, spellings
from pledges.models import (
    AccessLink,
    Account,
    Base,
    Batch,
    LinkPurpose,
    LogDetail,
    LogEntry,
    Pledge,
    Receipt,
    Revision,
    Signature,
    SignedFile,
)

_SECRET = re.compile(r"password|secret|token|hash|salt|nonce|uniquifier|recovery|totp|code_|public_key|credential")
_NOBODYS = {
    "government",
    "government_name",
    "commitment_text",
    "chapter_work",
    "edition",
    "edition_file",
    "log_entry",
    "log_head",
    "receipt",
}
"""Tables without a word about whoever signs, and those whose hashes are published."""
SIGNED_WORDS = {"revision", "commitment"}
"""Tables whose words are signed and fingerprinted: they are told, and never changed."""


@dataclass(frozen=True, slots=True)
class Held:
    """One row that holds the address."""

    table: Table
    row: dict[str, Any]
    columns: list[str]
    """Those in which it stands."""

    @property
    def keys(self) -> dict[str, Any]:
        """What names the row in its table."""
        return {column.name: self.row[column.name] for column in self.table.primary_key}


def rows_holding(session: Session, key: str) -> Iterator[Held]:
    """Every row of every table in which the address stands in any text; one statement a table."""
    for table in Base.metadata.sorted_tables:
        texts = [column for column in table.columns if _is_text(column)]
        if table.name in _NOBODYS or not texts:
            continue
        query = select(*_shown(table)).where(or_(*(_contains(column, key) for column in texts)))
        for row in session.execute(query).mappings().all():
            columns = [column.name for column in texts if holds(row[column.name], key)]
            if columns:
                yield Held(table, dict(row), columns)


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, (String, JSON)) and not isinstance(column.type, Enum)


def _contains(column: Column[Any], key: str) -> Any:
    """JSON stands in the database with its characters beyond ASCII escaped."""
    sought = [json.dumps(one)[1:-1] if isinstance(column.type, JSON) else one for one in spellings(key)]
    return or_(*(func.lower(cast(column, Text)).contains(one.lower(), autoescape=True) for one in sought))


def _shown(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if not isinstance(column.type, LargeBinary)]


def told(row: dict[str, Any]) -> dict[str, Any]:
    """A row without secrets, as JSON takes it."""
    plain = {name: value for name, value in row.items() if not _SECRET.search(name)}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in plain.items()}


def led_by(session: Session, key: str) -> list[Pledge]:
    """The pledges of which the address is the leader's."""
    return list(session.scalars(select(Pledge).where(Pledge.leader_email_key == key).order_by(Pledge.id)))


def prepared_by(session: Session, key: str) -> list[Pledge]:
    """The pledges of which the address is the preparer's and not the leader's."""
    query = select(Pledge).where(func.lower(Pledge.preparer_email).in_(spellings(key)), Pledge.leader_email_key != key)
    return list(session.scalars(query.order_by(Pledge.id)))


def account_of(session: Session, key: str) -> Account | None:
    """The officer with this address."""
    return session.scalars(select(Account).where(func.lower(Account.email) == key)).first()


def batches_holding(session: Session, key: str) -> list[Batch]:
    """Lists that were brought as files and still hold the address in their bytes."""
    kept = select(Batch).where(or_(Batch.data.is_not(None), Batch.rejects.is_not(None)))
    batches = session.scalars(kept.options(undefer(Batch.data), undefer(Batch.rejects)))
    return [batch for batch in batches if any(holds((part or b"").decode(errors="replace"), key) for part in (batch.data, batch.rejects))]


def belonging_to(session: Session, pledges: Iterable[int]) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Every row that belongs to these pledges: whatever refers to them or to one of their wordings."""
    ids = list(pledges)
    revisions = session.scalars(select(Revision.id).where(Revision.pledge_id.in_(ids))).all()
    for table in Base.metadata.sorted_tables:
        conditions = [column.in_(theirs) for column, theirs in references(table, ids, revisions)]
        if conditions:
            yield from ((table, dict(row)) for row in session.execute(select(*_shown(table)).where(or_(*conditions))).mappings())


def references(table: Table, pledges: Iterable[int], revisions: Iterable[int]) -> Iterator[tuple[Column[Any], Iterable[int]]]:
    """The columns of a table that refer to pledges or wordings, each with the ids looked for."""
    for key in table.foreign_keys:
        if table.name != "pledge" and key.column.table.name in ("pledge", "revision"):
            yield key.parent, pledges if key.column.table.name == "pledge" else revisions


def with_all_that_belongs(session: Session, pledges: Sequence[int]) -> list[tuple[Table, ColumnElement[bool]]]:
    """These pledges and every row that hangs on them, however far: tables with which of their rows, what is referred to first."""
    ids: dict[str, Sequence[int]] = {"pledge": pledges, "revision": revisions_of(session, pledges)}
    found: list[tuple[Table, ColumnElement[bool]]] = [
        (Base.metadata.tables[name], Base.metadata.tables[name].c.id.in_(theirs)) for name, theirs in ids.items()
    ]
    for table in Base.metadata.sorted_tables:
        referring = [key for key in table.foreign_keys if key.column.table.name in ids]
        if table.name in ids or not referring:
            continue
        which = or_(*(key.parent.in_(ids[key.column.table.name]) for key in referring))
        found.append((table, which))
        if "id" in table.c:
            ids[table.name] = session.scalars(select(table.c.id).where(which)).all()
    return found


def revisions_of(session: Session, pledges: Iterable[int]) -> list[int]:
    """The ids of all wordings of these pledges."""
    return list(session.scalars(select(Revision.id).where(Revision.pledge_id.in_(list(pledges)))))


def files_of(session: Session, pledges: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """The files that belong to these pledges, each with a name."""
    ids = revisions_of(session, pledges)
    for file in session.scalars(select(SignedFile).where(SignedFile.revision_id.in_(ids)).order_by(SignedFile.id)):
        yield f"{file.kind}-{file.id}.{file.media_type.rpartition('/')[2]}", file.data
    for receipt in session.scalars(select(Receipt).where(Receipt.revision_id.in_(ids)).order_by(Receipt.revision_id)):
        yield f"receipt-{receipt.revision_id}.{receipt.language}.pdf", receipt.pdf


def last_removals(session: Session) -> list[tuple[LogEntry, str | None]]:
    """The last entries of the log about what was removed by age or erased on request, each with its details."""
    query = select(LogEntry, LogDetail.details).outerjoin(LogDetail, LogDetail.number == LogEntry.number)
    query = query.where(LogEntry.act.in_(("retention.removed", "personal_data.erased")))
    return [(entry, details) for entry, details in session.execute(query.order_by(LogEntry.number.desc()).limit(10))]


def idle_drafts(session: Session, before: datetime) -> list[int]:
    """Ids of pledges that nobody ever signed and nobody has worked on since."""
    used = select(AccessLink.id).where(
        AccessLink.pledge_id == Pledge.id, func.coalesce(AccessLink.seen_at, AccessLink.used_at, AccessLink.created_at) >= before
    )
    newer = select(Revision.id).where(Revision.pledge_id == Pledge.id, func.coalesce(Revision.submitted_at, Revision.created_at) >= before)
    idle = select(Pledge.id).where(Pledge.first_signed_at.is_(None), Pledge.created_at < before, ~used.exists(), ~newer.exists())
    return list(session.scalars(idle.order_by(Pledge.id)))


def old_evidence(session: Session, before: datetime) -> list[Signature]:
    """Signatures of that age whose evidence still tells of a network or browser."""
    told = cast(Signature.evidence, Text)
    tells = or_(Signature.came_from != "", told.contains('"network_address"'), told.contains('"user_agent"'))
    return list(session.scalars(select(Signature).where(Signature.at < before, tells)))


def ended_links(before: datetime) -> list[ColumnElement[bool]]:
    """Conditions for links that ended by then; a colleague's browser stays with its address, to which letters on the pledge still go."""
    later = aliased(AccessLink)
    return [
        func.coalesce(AccessLink.voided_at, AccessLink.expires_at) < before,
        or_(AccessLink.purpose != LinkPurpose.SESSION, AccessLink.holder == ""),
        ~select(later.id).where(later.replaces_id == AccessLink.id).exists(),  # the one that came in its place goes first
    ]


def told_of(before: datetime, acts: Sequence[str]) -> ColumnElement[bool]:
    """Condition for the details of such acts that were logged before then."""
    return LogDetail.number.in_(select(LogEntry.number).where(LogEntry.act.in_(acts), LogEntry.at < before))


def how_many(session: Session, table: type[Base], *which: ColumnElement[bool]) -> int:
    """How many rows of a table are like that."""
    return session.scalar(select(func.count()).select_from(table).where(*which)) or 0
