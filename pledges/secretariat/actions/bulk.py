"""Deciding on many pledges at once: each by itself, so that one that cannot be decided holds up none of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pledges.domain.lifecycle import LETTERS, NEXT_MODERATION, Moderation, Move, MoveNotAllowed
from pledges.models import Account, Revision
from pledges.secretariat.actions import decisions
from pledges.secretariat.actions.claims import HeldByAnother
from pledges.secretariat.actions.decisions import DecidedMeanwhile, Grounds
from pledges.secretariat.queries import marked, queue
from pledges.signatures import Address


class Hindrance(StrEnum):
    """Why a marked pledge is left out."""

    HELD = "held"
    """A colleague reads it."""
    CHANGED = "changed"
    """It was decided, withdrawn or signed anew meanwhile."""


@dataclass(frozen=True, slots=True)
class Case:
    """One marked pledge before it is decided."""

    revision: Revision
    seen: str
    letter: str
    """Kind of the letter."""
    readers: Sequence[str]
    """The addresses that get one."""
    hindrance: Hindrance | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the marked pledges."""

    done: list[Revision] = field(default_factory=list)
    left: list[tuple[Revision, Hindrance]] = field(default_factory=list)


def preview(session: Session, numbers: Sequence[str], move: Move | None, *, by: Account, at: datetime) -> list[Case]:
    """Who would get which letter. Without a move, what was decided before is told. The number of queries does not grow with the pledges."""
    found = marked.newest_signed(session, numbers)
    cabinets = marked.cabinets(session, [revision.pledge for revision in found])
    told = marked.last_moves(session, found) if move is None else {}
    cases = []
    for revision in found:
        pledge = revision.pledge
        readers = list(dict.fromkeys([*cabinets[pledge.id], *filter(None, [pledge.leader_email])]))
        letter = LETTERS.get(move or told.get(revision.id, Move.REOPEN), "")
        cases.append(Case(revision, decisions.version_of(revision), letter, readers, _hindrance(revision, move, by=by, at=at)))
    return cases


def decide_many(
    session: Session,
    seen: Mapping[str, str],
    move: Move | None,
    *,
    by: Account,
    at: datetime,
    grounds: Grounds,
    tell: bool,
    address: Address,
) -> Outcome:
    """Decide alike on each pledge, as it was `seen` (version by public id), or without a move tell what was decided before."""
    outcome = Outcome()
    for revision in marked.newest_signed(session, list(seen)):
        pledge, version = revision.pledge, seen[revision.pledge.public_id]
        try:
            if move is None:
                decisions.announce(session, pledge, by=by, at=at, seen_version=version, address=address)
            else:
                decisions.decide(session, pledge, move, by=by, at=at, seen_version=version, grounds=grounds, tell=tell, address=address)
            outcome.done.append(revision)
        except (DecidedMeanwhile, HeldByAnother, MoveNotAllowed, StaleDataError) as hindered:
            session.rollback()
            if _is_done(session, revision, move, by=by):
                outcome.done.append(revision)
                continue
            outcome.left.append((revision, Hindrance.HELD if isinstance(hindered, HeldByAnother) else Hindrance.CHANGED))
    return outcome


def _is_done(session: Session, revision: Revision, move: Move | None, *, by: Account) -> bool:
    """Whether that is what the same officer did before: a page that is sent twice tells the same twice."""
    if move is None:
        return revision.announced_at is not None
    last = queue.last_decision(session, revision)
    return last is not None and (last.move, last.decided_by_id) == (move, by.id)


def _hindrance(revision: Revision, move: Move | None, *, by: Account, at: datetime) -> Hindrance | None:
    pledge, claim = revision.pledge, revision.pledge.claim
    to_tell = revision.moderation is not Moderation.IN_REVIEW and revision.announced_at is None
    open_to = to_tell if move is None else (revision.moderation, move) in NEXT_MODERATION
    if pledge.withdrawn_at is not None or not open_to:
        return Hindrance.CHANGED
    held = move is not None and claim is not None and claim.account_id != by.id and claim.holds(at)
    return Hindrance.HELD if held else None
