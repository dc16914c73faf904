"""How many pledges lie where on the desk: counted once, then kept up by the log."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Moderation
from pledges.domain.reviewing import FRESH, REVIEW_WITHIN, Age
from pledges.models import Account, Correction, LogEntry, LogHead, Mention, Network, Pledge, Revision
from pledges.models.papers import how_many_wait
from pledges.secretariat.queries.corrections import OPEN
from pledges.secretariat.queries.queue import Pile, of_newest_signed

MOST_REREAD = 500
"""Acts; after more, everything is counted anew."""


class Lying(NamedTuple):
    """Where a pledge lies, since when it is signed, and its language."""

    piles: tuple[Pile, ...]
    at: datetime
    language: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pledges lie on the desk, and in which languages they are written, as of one head of the log."""

    head: tuple[int, str]
    lying: dict[str, Lying]
    """By public id."""
    signed: dict[Pile, list[datetime]]
    """Moments of signing in their order."""
    languages: frozenset[str]
    networks: tuple[tuple[int, str], ...]
    """Every network's number and name, by name."""

    def ages(self, at: datetime) -> dict[Pile, Counter[Age]]:
        """Counts by pile and age."""
        return {pile: _by_age(moments, at) for pile, moments in self.signed.items()}


class Desk(NamedTuple):
    """What waits beside the queue, and the log's head: corrections to answer, papers to read, unread notes that name the officer."""

    number: int
    hash: str
    corrections: int
    papers: int
    mentions: int


def _by_age(moments: list[datetime], at: datetime) -> Counter[Age]:
    overdue, older = bisect_right(moments, at - REVIEW_WITHIN), bisect_right(moments, at - FRESH)
    return Counter({Age.FRESH: len(moments) - older, Age.OLDER: older - overdue, Age.OVERDUE: overdue})


def desk(session: Session, officer: Account) -> Desk:
    """In one statement."""
    found = session.connection().execute(_desk(), {"officer": officer.id}).one()
    return Desk._make(found)


@cache
def _desk() -> Select[int, str, int, int, int]:
    corrections = select(func.count()).select_from(Correction).join(Pledge).where(*OPEN)
    mentions = select(func.count()).select_from(Mention).where(Mention.account_id == bindparam("officer"), Mention.read_at.is_(None))
    return select(
        LogHead.number, LogHead.hash, corrections.scalar_subquery(), how_many_wait().scalar_subquery(), mentions.scalar_subquery()
    )


def counted(session: Session, head: tuple[int, str], before: Counted | None = None) -> Counted:
    """What lies on the desk at this head of the log.

    Every act on a pledge is an entry of the log that names it, so whoever counted `before` reads only those pledges anew that are named
    since; processes that count at different times never disagree. `head` must have been read before.
    """
    if before is not None and before.head == head:
        return before
    named = _named_since(session, before.head) if before else None
    lying = {} if before is None or named is None else dict(before.lying)
    for public_id in named or ():
        lying.pop(public_id, None)
    lying |= _lying(session, named)
    signed: dict[Pile, list[datetime]] = {pile: [] for pile in Pile}
    for one in lying.values():
        for pile in one.piles:
            signed[pile].append(one.at)
    for moments in signed.values():
        moments.sort()
    networks = tuple((number, name) for number, name in session.execute(select(Network.id, Network.name).order_by(Network.name)))
    return Counted(head, lying, signed, frozenset(one.language for one in lying.values()), networks)


def _named_since(session: Session, head: tuple[int, str]) -> set[str] | None:
    """The pledges that the log names after this head; None where that cannot be told: it is another log, or too much was done."""
    entries = select(LogEntry.number, LogEntry.hash, LogEntry.subject).where(LogEntry.number >= head[0]).order_by(LogEntry.number)
    found = session.execute(entries.limit(MOST_REREAD)).all()
    if not found or len(found) == MOST_REREAD or (found[0].number, found[0].hash) != head:
        return None
    return {entry.subject.removeprefix("pledge:") for entry in found[1:] if entry.subject.startswith("pledge:")}


def _lying(session: Session, named: Iterable[str] | None) -> dict[str, Lying]:
    told = Revision.announced_at.is_not(None)
    query = of_newest_signed(
        select(Pledge.public_id, Revision.moderation, Pledge.withdrawn_at.is_not(None), told, Revision.signed_at, Revision.language)
    )
    if named is not None:
        query = query.where(Pledge.public_id.in_(named))
    return {
        public_id: Lying(_piles_of(state, withdrawn=withdrawn, told=told), at, language)
        for public_id, state, withdrawn, told, at, language in session.execute(query)
    }


def _piles_of(state: Moderation, *, withdrawn: bool, told: bool) -> tuple[Pile, ...]:
    if withdrawn:
        return (Pile.WITHDRAWN,)
    return (Pile(state.value), *([Pile.UNTOLD] if state is not Moderation.IN_REVIEW and not told else []))
