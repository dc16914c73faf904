"""What is public at a moment: asked in each query, so that no worker is needed for a lift and nothing leaks before it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from pledges.domain.lifecycle import EditionKind
from pledges.models.edition import Edition, EditionEntry, EditionFile
from pledges.models.pledge import Pledge


def public(at: datetime) -> ColumnElement[bool]:
    """Of an edition: its moment of release has come, and nobody recalled it."""
    return and_(Edition.released_at <= at, Edition.recalled_at.is_(None))


def fixed(at: datetime) -> ColumnElement[bool]:
    """Of an edition: it is public, or will be at its moment; what it holds is promised."""
    return public(at) | (Edition.released_at > at)


def holding_to_come(pledge_id: int, at: datetime) -> Select[Edition]:
    """The editions that hold a pledge and have a moment of release to come, for themselves or for one of their languages."""
    holding = select(Edition).join(EditionEntry, EditionEntry.edition_number == Edition.number).where(EditionEntry.pledge_id == pledge_id)
    return holding.where((Edition.released_at > at) | Edition.files.any(EditionFile.released_at > at)).order_by(Edition.number)


def public_file(at: datetime) -> ColumnElement[bool]:
    """Of a file, joined with its edition: both are released. A language that comes later is released by itself."""
    return and_(EditionFile.released_at <= at, public(at))


def released_edition(session: Session, number: int, at: datetime) -> Edition | None:
    """The edition, if it is public at `at`."""
    return session.scalars(select(Edition).where(Edition.number == number, public(at))).one_or_none()


def released_editions(session: Session, at: datetime) -> list[Edition]:
    """Every edition that was released, recalled ones included, with its files; newest release first."""
    query = select(Edition).where(Edition.released_at <= at).order_by(Edition.released_at.desc(), Edition.number.desc())
    return list(session.scalars(query.options(selectinload(Edition.files))))


def last_rev(session: Session, at: datetime) -> Edition | None:
    """The last released Rev: what an Add or a Corr refers to."""
    query = select(Edition).where(Edition.kind == EditionKind.REV, public(at))
    return session.scalars(query.order_by(Edition.number.desc()).limit(1)).one_or_none()


def current_editions(session: Session, at: datetime) -> list[int]:
    """Numbers of the last released Rev and of its released Adds and Corrs: the current register."""
    rev = last_rev(session, at)
    if rev is None:
        return []
    added = select(Edition.number).where(Edition.refers_to == rev.number, public(at))
    return [rev.number, *session.scalars(added.order_by(Edition.number))]


def entries_shown(editions: list[int]) -> Select[EditionEntry]:
    """The entries of these editions, each pledge once: the newest edition's entry stands."""
    newer = aliased(EditionEntry)
    replaced = select(newer.pledge_id).where(
        newer.pledge_id == EditionEntry.pledge_id, newer.edition_number > EditionEntry.edition_number, newer.edition_number.in_(editions)
    )
    return select(EditionEntry).where(EditionEntry.edition_number.in_(editions), ~replaced.exists())


def public_entry(session: Session, public_id: str, at: datetime) -> EditionEntry | None:
    """The newest public entry of one pledge, in whatever released edition; None when it was never released."""
    return next(iter(public_entries(session, Pledge.public_id == public_id, at=at)), None)


def public_entries(session: Session, *which: ColumnElement[bool], at: datetime) -> list[EditionEntry]:
    """The newest public entry of each of these pledges that was ever released, in whatever edition."""
    query = (
        select(EditionEntry)
        .join(EditionEntry.pledge)
        .join(EditionEntry.edition)
        .where(*which, public(at))
        .options(contains_eager(EditionEntry.pledge), joinedload(EditionEntry.revision))
        .order_by(EditionEntry.edition_number)
    )
    return list({entry.pledge_id: entry for entry in session.scalars(query)}.values())
