"""What the public reads: the current register in the order of protocol, one pledge, and nothing that was not released."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, tuple_, union_all
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from pledges.domain.declaration import Entry
from pledges.domain.people import GovernmentKind
from pledges.domain.search import fold
from pledges.domain.themes import Theme
from pledges.models import Commitment, Edition, EditionEntry, EditionFile, Pledge, Revision
from pledges.models.entries import entry_of
from pledges.models.inclusion import Inclusion, inclusion
from pledges.models.visibility import entries_shown, public, public_entry, public_file, released_edition

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{16,32}")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_BATCH = 500
_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader wants to see; what is empty asks for nothing. `words` are as typed."""

    country: str = ""
    theme: Theme | None = None
    kind: GovernmentKind | None = None
    words: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.country or self.theme or self.kind or self.words)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the register, and the public id after which the next page begins; empty on the last one."""

    entries: list[EditionEntry]
    next: str


_ROW = (
    joinedload(EditionEntry.pledge).joinedload(Pledge.government),
    joinedload(EditionEntry.revision).options(
        *(defer(long) for long in (Revision.record, Revision.statement, Revision.actions, Revision.multilateral, Revision.search_text)),
        selectinload(Revision.commitments).options(defer(Commitment.actions), defer(Commitment.multilateral), defer(Commitment.planned)),
    ),
)
_WHOLE = (
    joinedload(EditionEntry.edition),
    joinedload(EditionEntry.pledge).options(joinedload(Pledge.government), joinedload(Pledge.network)),
    joinedload(EditionEntry.revision).options(
        joinedload(Revision.signature), selectinload(Revision.commitments).joinedload(Commitment.adopted)
    ),
)


def register_page(session: Session, editions: list[int], filters: Filters, *, after: str = "", limit: int = 50) -> Page:
    """Rows in the English order of protocol, withdrawn ones among them. An `after` that is not in the register begins at the start."""
    return _page(session, editions, filters, after, limit, tombstones=True)


def items_page(session: Session, editions: list[int], filters: Filters, *, after: str = "", limit: int = 50) -> Page:
    """Rows with all their words, withdrawn ones left out."""
    return _page(session, editions, filters, after, limit, tombstones=False)


def every_entry(session: Session, editions: list[int], *, closing_at: datetime) -> Iterator[tuple[Entry, str]]:
    """The current register with the label of each entry's edition. No transaction stays open between batches, however slow the reader."""
    after, more = "", True
    while more:
        page = items_page(session, editions, Filters(), after=after, limit=_BATCH)
        batch = [(public_value(row, closing_at=closing_at), row.edition.label) for row in page.entries]
        session.rollback()
        session.expunge_all()
        yield from batch
        after, more = page.next, bool(page.next)


def public_value(row: EditionEntry, *, closing_at: datetime) -> Entry:
    """The entry as it was printed: *late* is what the edition says."""
    return replace(entry_of(row.pledge, row.revision, closing_at=closing_at), late=row.late)


def pledge_entry(session: Session, public_id: str, at: datetime) -> EditionEntry | None:
    """The newest public entry of a pledge, withdrawn or not; None when it was never released or the id is none."""
    return public_entry(session, public_id, at) if _PUBLIC_ID.fullmatch(public_id) else None


def entry_by_number(session: Session, typed: str, at: datetime) -> EditionEntry | None:
    """What a receipt number or a fingerprint leads to, spaces and capitals as they were typed; only what was released."""
    squeezed = "".join(typed.split())
    if not _FINGERPRINT.fullmatch(squeezed.lower()):
        return pledge_entry(session, squeezed, at)
    query = select(EditionEntry).join(Revision, Revision.id == EditionEntry.revision_id).join(Edition)
    query = query.where(Revision.fingerprint == squeezed.lower(), public(at))
    return session.scalars(query.order_by(EditionEntry.edition_number.desc(), EditionEntry.pledge_id).limit(1)).one_or_none()


def editions_holding(session: Session, pledge_id: int, at: datetime) -> list[Edition]:
    """Every public edition that holds the pledge, oldest first."""
    query = select(Edition).join(EditionEntry, EditionEntry.edition_number == Edition.number)
    return list(session.scalars(query.where(EditionEntry.pledge_id == pledge_id, public(at)).order_by(Edition.number)))


def released_file(session: Session, sha256: str, at: datetime) -> EditionFile | None:
    """The released file with exactly these bytes, also of an edition that was recalled."""
    query = select(EditionFile).join(Edition).where(EditionFile.sha256 == sha256, EditionFile.released_at <= at)
    return session.scalars(query.where(Edition.released_at <= at)).first()


def released_file_names(session: Session, at: datetime) -> list[str]:
    """Where the archive holds the public files."""
    return list(session.scalars(select(EditionFile.name).join(Edition).where(public_file(at))))


def proof(session: Session, public_id: str, at: datetime, *, number: int | None = None) -> Inclusion | None:
    """The proof for one edition, for the newest public one that holds the pledge when none is named; None where there is none to give."""
    entry = pledge_entry(session, public_id, at)
    if entry is not None and number is not None:
        entry = session.get(EditionEntry, (number, entry.pledge_id)) if released_edition(session, number, at) else None
    return inclusion(session, entry) if entry else None


def _page(session: Session, editions: list[int], filters: Filters, after: str, limit: int, *, tombstones: bool) -> Page:
    if not editions:
        return Page([], "")
    shown = _filtered(entries_shown(editions), filters, tombstones=tombstones)
    if place := _place(session, editions, after):
        shown = shown.where(tuple_(EditionEntry.sort_key, EditionEntry.pledge_id) > place)
    # Each edition walks its own index as far as the page reaches; a single query over all would sort the whole register.
    columns = (EditionEntry.edition_number, EditionEntry.pledge_id, EditionEntry.sort_key)
    order = (EditionEntry.sort_key, EditionEntry.pledge_id)
    parts = [
        select(shown.where(EditionEntry.edition_number == number).with_only_columns(*columns).order_by(*order).limit(limit + 1).subquery())
        for number in editions
    ]
    merged = union_all(*parts).subquery()
    ordered = select(merged.c.edition_number, merged.c.pledge_id).order_by(merged.c.sort_key, merged.c.pledge_id).limit(limit + 1)
    keys = [tuple(key) for key in session.execute(ordered)]
    found = select(EditionEntry).where(tuple_(EditionEntry.edition_number, EditionEntry.pledge_id).in_(keys[:limit]))
    rows = session.scalars(found.options(*(_ROW if tombstones else _WHOLE))).all()
    entries = sorted(rows, key=lambda row: (row.sort_key, row.pledge_id))
    return Page(entries, entries[-1].pledge.public_id if len(keys) > limit else "")


def _place(session: Session, editions: list[int], after: str) -> tuple[bytes, int] | None:
    if not _PUBLIC_ID.fullmatch(after):
        return None
    query = entries_shown(editions).join(Pledge, Pledge.id == EditionEntry.pledge_id).where(Pledge.public_id == after)
    found = session.execute(query.with_only_columns(EditionEntry.sort_key, EditionEntry.pledge_id)).one_or_none()
    return (found.sort_key, found.pledge_id) if found else None


def _filtered(query: Select[Any], filters: Filters, *, tombstones: bool) -> Select[Any]:
    query = query.join(Pledge, Pledge.id == EditionEntry.pledge_id).join(Revision, Revision.id == EditionEntry.revision_id)
    if not tombstones or filters.theme:  # a tombstone tells no theme
        query = query.where(Pledge.withdrawn_at.is_(None))
    if filters.country:
        query = query.where(Revision.country_code == filters.country)
    if filters.kind:
        query = query.where(Revision.kind == filters.kind)
    if filters.theme:
        taken_up = select(Commitment.id).where(Commitment.revision_id == Revision.id, Commitment.theme == filters.theme)
        query = query.where(taken_up.exists())
    for word in fold(filters.words).split()[:_MOST_WORDS]:
        query = query.where(Revision.search_text.contains(word, autoescape=True))
    return query
