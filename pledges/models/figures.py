"""The one number everywhere: what the current register holds, counted in one place for every page and answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, func, select
from sqlalchemy.orm import Session

from pledges.domain.declaration import Counts
from pledges.domain.themes import Theme
from pledges.models.edition import Edition
from pledges.models.log import LogHead
from pledges.models.pledge import Commitment, Pledge, Revision
from pledges.models.visibility import current_editions, entries_shown


@dataclass(frozen=True, slots=True)
class Figures:
    """The current register: the last released Rev with its Adds and Corrs, each pledge once. Withdrawn ones stand in no count."""

    editions: tuple[int, ...]
    """Numbers; empty before the first release."""
    label: str | None
    """Of the last released Rev; None before the first release."""
    counts: Counts
    withdrawn: int
    by_country: Mapping[str, int] = field(hash=False)
    """Pledges by the code of their government's country."""


_State = tuple[int, tuple[int, ...]]
_register: WeakKeyDictionary[Engine, tuple[_State, Figures]] = WeakKeyDictionary()
_printed: WeakKeyDictionary[Engine, dict[int, Counts]] = WeakKeyDictionary()


def register_state(session: Session, at: datetime) -> _State:
    """What public answers depend on: the log's last number and the current editions at `at`. It changes by itself at a lift."""
    head = session.scalar(select(LogHead.number)) or 0
    return head, tuple(current_editions(session, at))


def register_figures(session: Session, at: datetime) -> Figures:
    """The figures at a moment. Counted again only when an edition came or something was logged since."""
    state, engine = register_state(session, at), _engine(session)
    kept = _register.get(engine)
    if kept is None or kept[0] != state:
        _register[engine] = kept = (state, _figures(session, list(state[1])))
    return kept[1]


def printed_counts(session: Session, number: int) -> Counts:
    """What one edition holds as it was printed, also what was withdrawn since. An edition never changes, so it is counted once."""
    kept = _printed.setdefault(_engine(session), {})
    if number not in kept:
        kept[number] = _count(session, [number], printed=True)[0]
    return kept[number]


def _figures(session: Session, editions: list[int]) -> Figures:
    counts, by_country = _count(session, editions)
    gone = _shown(editions, func.count()).where(Pledge.withdrawn_at.is_not(None))
    label = session.scalar(select(Edition.label).where(Edition.number == editions[0])) if editions else None
    return Figures(tuple(editions), label, counts, session.scalar(gone) or 0, MappingProxyType(by_country))


def _count(session: Session, editions: list[int], *, printed: bool = False) -> tuple[Counts, dict[str, int]]:
    def standing(*columns: Any) -> Select[Any]:
        query = _shown(editions, *columns)
        return query if printed else query.where(Pledge.withdrawn_at.is_(None))

    countries = standing(Revision.country_code, func.count()).group_by(Revision.country_code)
    by_country: dict[str, int] = dict(session.execute(countries).all())
    by_theme = standing(Commitment.theme, func.count()).join(Commitment, Commitment.revision_id == Revision.id).group_by(Commitment.theme)
    themes: dict[Theme, int] = dict(session.execute(by_theme).all())
    governments = session.scalar(standing(func.count(Pledge.government_id.distinct()))) or 0
    commitments = {theme: themes.get(theme, 0) for theme in Theme}
    return Counts(sum(by_country.values()), governments, len(by_country), commitments), by_country


def _shown(editions: list[int], *columns: Any) -> Select[Any]:
    shown = entries_shown(editions).subquery()
    query = select(*columns).select_from(shown).join(Pledge, Pledge.id == shown.c.pledge_id)
    return query.join(Revision, Revision.id == shown.c.revision_id)


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind.engine if isinstance(bind, Connection) else bind
