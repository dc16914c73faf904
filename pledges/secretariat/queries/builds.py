"""Builds that were asked for, and what two editions do not have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from pledges.domain.lifecycle import EditionKind
from pledges.models import BuildState, Edition, EditionBuild, EditionEntry, Pledge, Revision

SHOWN = 100
"""Rows of a list of differences; how many there are is always said."""


def build(session: Session, number: int) -> EditionBuild | None:
    """One order."""
    return session.get(EditionBuild, number, options=[joinedload(EditionBuild.account)])


def recent_builds(session: Session) -> Sequence[EditionBuild]:
    """The last orders, the newest first."""
    return session.scalars(select(EditionBuild).order_by(EditionBuild.id.desc()).limit(5).options(joinedload(EditionBuild.account))).all()


def open_build(session: Session) -> EditionBuild | None:
    """The order that waits or runs: there is one at a time, since each freezes the register."""
    return session.scalars(select(EditionBuild).where(EditionBuild.state.in_((BuildState.WAITING, BuildState.RUNNING))).limit(1)).first()


def build_to_do(session: Session, at: datetime) -> EditionBuild | None:
    """An order that nobody works on, locked: it waits, or the worker that had it is gone."""
    lost = and_(EditionBuild.state == BuildState.RUNNING, EditionBuild.leased_until < at)
    waiting = select(EditionBuild).where(or_(EditionBuild.state == BuildState.WAITING, lost)).order_by(EditionBuild.id)
    return session.scalars(waiting.limit(1).with_for_update(skip_locked=True)).first()


class Changed(NamedTuple):
    """A pledge that one of two editions holds and the other does not, or in other words."""

    public_id: str
    leader: str
    government: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """What an edition has that the one before it has not, and the other way round: how many, and the first `SHOWN` of each."""

    before: Edition
    added: tuple[int, Sequence[Changed]]
    removed: tuple[int, Sequence[Changed]]
    reworded: tuple[int, Sequence[Changed]]


def edition_before(session: Session, edition: Edition) -> Edition | None:
    """The build that an edition is compared with: the one before it of its kind, for the first Corr the Rev that it corrects."""
    same = and_(Edition.kind == edition.kind, Edition.refers_to.is_not_distinct_from(edition.refers_to))
    if edition.kind is EditionKind.REV:
        same = Edition.kind == EditionKind.REV
    earlier = select(Edition).where(same, Edition.number < edition.number).order_by(Edition.number.desc()).limit(1)
    before = session.scalars(earlier).one_or_none()
    return session.get(Edition, edition.refers_to) if before is None and edition.kind is EditionKind.CORR else before


def differences(session: Session, edition: Edition) -> Differences | None:
    """What changed since the build before; None for the first of its kind."""
    before = edition_before(session, edition)
    if before is None:
        return None
    other = aliased(EditionEntry)
    elsewhere = select(other.revision_id).where(other.pledge_id == EditionEntry.pledge_id)

    def only_in(one: Edition, another: Edition) -> tuple[int, Sequence[Changed]]:
        return _changed(session, one.number, ~elsewhere.where(other.edition_number == another.number).exists())

    words = elsewhere.where(other.edition_number == before.number, other.revision_id != EditionEntry.revision_id)
    return Differences(before, only_in(edition, before), only_in(before, edition), _changed(session, edition.number, words.exists()))


def _changed(session: Session, number: int, condition: ColumnElement[bool]) -> tuple[int, Sequence[Changed]]:
    entries = select(EditionEntry).where(EditionEntry.edition_number == number, condition)
    count = session.scalar(select(func.count()).select_from(entries.subquery())) or 0
    rows = entries.join(Pledge, Pledge.id == EditionEntry.pledge_id).join(Revision, Revision.id == EditionEntry.revision_id)
    told = rows.with_only_columns(Pledge.public_id, Revision.leader_name, Revision.government_name, Pledge.withdrawn_at.is_not(None))
    return count, [Changed(*row) for row in session.execute(told.order_by(EditionEntry.position).limit(SHOWN))]
