"""Counting a register for its statistics, in a fixed number of queries: the public one, or what stands signed at the desk."""

from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select
from sqlalchemy.orm import Session, aliased

from pledges.domain.lifecycle import Content, Moderation
from pledges.domain.population import Place, Population, population
from pledges.domain.regions import part_of
from pledges.domain.statistics import Statistics
from pledges.models.edition import EditionEntry
from pledges.models.figures import register_state
from pledges.models.government import Government
from pledges.models.pledge import Commitment, Pledge, Revision
from pledges.models.signature import Signature
from pledges.models.visibility import entries_shown

_State = tuple[int, tuple[int, ...]]
_public: WeakKeyDictionary[Engine, tuple[_State, Statistics]] = WeakKeyDictionary()


def public_statistics(session: Session, at: datetime) -> Statistics:
    """The current register at a moment, withdrawn pledges left out. Counted again only when something was logged or lifted since."""
    state, bind = register_state(session, at), session.get_bind()
    engine = bind.engine if isinstance(bind, Connection) else bind
    kept = _public.get(engine)
    if kept is None or kept[0] != state:
        shown = entries_shown(list(state[1])).join(Pledge, Pledge.id == EditionEntry.pledge_id).where(Pledge.withdrawn_at.is_(None))
        _public[engine] = kept = (state, _count(session, shown.with_only_columns(EditionEntry.revision_id)))
    return kept[1]


def desk_statistics(session: Session) -> Statistics:
    """Every pledge that stands signed and is not declined, by its newest signed wording: what a forgery left is still a gap."""
    newer = aliased(Revision)
    later = select(newer.id).where(newer.pledge_id == Revision.pledge_id, newer.number > Revision.number, newer.content == Content.SIGNED)
    newest = select(Revision.id).join(Pledge, Pledge.id == Revision.pledge_id)
    stands = (Revision.content == Content.SIGNED, Revision.moderation != Moderation.DECLINED, Pledge.withdrawn_at.is_(None))
    return _count(session, newest.where(*stands, ~later.exists()))


def _count(session: Session, revisions: Select[Any]) -> Statistics:
    chosen = Revision.id.in_(revisions)

    def counted(*by: Any) -> Select[Any]:
        return select(*by, func.count()).select_from(Revision).where(chosen).group_by(*by)

    themes = counted(Revision.country_code, Commitment.theme).join(Commitment, Commitment.revision_id == Revision.id)
    signatures = counted(Signature.kind).join(Signature, Signature.revision_id == Revision.id)
    day = _day(session, Pledge.first_signed_at)
    days = counted(day).join(Pledge, Pledge.id == Revision.pledge_id)
    return Statistics(
        levels={(country, level): number for country, level, number in session.execute(counted(Revision.country_code, Revision.kind))},
        themes={(country, theme): number for country, theme, number in session.execute(themes)},
        languages=dict(session.execute(counted(Revision.language)).all()),
        signatures=dict(session.execute(signatures).all()),
        days={date.fromisoformat(told): number for told, number in session.execute(days) if told},
        population=_population(session, revisions),
    )


def _population(session: Session, revisions: Select[Any]) -> dict[str, Population]:
    columns = (Government.country_code, Government.id, Government.kind, Government.population)
    signed = select(Pledge.government_id).join(Revision, Revision.pledge_id == Pledge.id).where(Revision.id.in_(revisions))
    places: dict[str, list[Place]] = {}
    for country, government_id, kind, people in session.execute(select(*columns).where(Government.id.in_(signed))):
        places.setdefault(part_of(country), []).append(Place(government_id, kind, people))
    return {part: population(within) for part, within in places.items()}


def _day(session: Session, moment: Any) -> ColumnElement[str]:
    """The day of a moment in UTC, as text: each engine has its own way."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
    return func.substr(moment, 1, 10)
