"""Editions that an officer ordered at the desk: built by a job, which says how far it is and takes up what another worker lost."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config import Settings
from pledges.adapters import Adapters
from pledges.adapters.seal import SealKeyError
from pledges.domain.lifecycle import EditionKind
from pledges.domain.problems import N_
from pledges.models import Account, BuildState, EditionBuild, log
from pledges.models.base import begin_reading
from pledges.secretariat.actions.editions import Progress, build_edition, setting_of
from pledges.secretariat.actions.freezing import CannotBuild, Order
from pledges.secretariat.queries import builds
from pledges.secretariat.queries import editions as queries
from pledges.secretariat.queries.preflight import Fault, FaultKind, preflight
from pledges.typesetting.declaration import MissingGlyphs

LEASE = timedelta(minutes=5)
"""Longer than the longest part of a build that tells no progress; after it another worker takes the build up."""
_MOST_TRIES = 3
_TOLD_EVERY = timedelta(seconds=1)
_BY_HAND = N_("It could not be built. The operator finds the reason in the log of the application.")
_LOST = N_("The process that built it was lost several times. The operator finds the reason in the log of the application.")
_BY_OFFICER = N_("An officer stopped it.")


class NotNow(Exception):
    """Another build waits or runs: each freezes the register, so they come one after the other."""


class Blocked(Exception):
    """Something stands in the way of the edition; `faults` names all of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(" ".join(filter(None, (one.kind, one.public_id, one.leader, one.detail))) for one in faults))
        self.faults = faults


class _Stopped(Exception):
    """An officer stopped the build, or another worker has it."""


class _Turn(NamedTuple):
    """An order in the hands of a worker: once another has claimed it, this one has no say in it any more."""

    number: int
    tries: int


def faults_of(session: Session, adapters: Adapters, kind: EditionKind | None, at: datetime) -> Sequence[Fault]:
    """What blocks a new edition of a kind; for another language of one that is there (None) only the key.

    It reads every text of the register, in a transaction of its own for which nobody has to wait: what was begun is committed first.
    """
    session.commit()
    begin_reading(session)
    faults = [*(preflight(session, kind, at).faults if kind else ()), *key_faults(adapters, at)]
    session.commit()
    return faults


def key_faults(adapters: Adapters, at: datetime) -> Sequence[Fault]:
    """That the sealing key cannot be used: it is missing, unreadable or expired."""
    try:
        adapters.open_sealer(at)
        adapters.open_authority()
    except SealKeyError as error:
        return [Fault(FaultKind.KEY, detail=str(error))]
    return []


def order_build(
    session: Session, adapters: Adapters, kind: EditionKind, languages: Sequence[str], *, edition: int | None = None, by: Account,
    at: datetime,
) -> EditionBuild:  # fmt: skip
    """Order a new edition, or more languages of one. Raises Blocked, NotNow."""
    if faults := faults_of(session, adapters, None if edition else kind, at):
        raise Blocked(faults)  # what gets in the way from now on is found by the worker, who looks once more
    queries.begin_alone(session)
    if builds.open_build(session):
        raise NotNow
    ordered = EditionBuild(
        kind=kind, languages=list(languages), edition_number=edition, account_id=by.id, asked_at=at, state=BuildState.WAITING
    )
    session.add(ordered)
    session.flush()
    subject = f"edition:{edition}" if edition else f"build:{ordered.id}"
    log.record(session, "edition.ordered", subject, at=at, account_id=by.id, kind=kind.value, languages=list(languages), build=ordered.id)
    session.commit()
    return ordered


def stop_build(session: Session, ordered: EditionBuild, *, by: Account, at: datetime) -> bool:
    """Stop what waits or runs; files that are whole stay. False when it has ended already."""
    ended = {"state": BuildState.STOPPED, "ended_at": at, "told": _BY_OFFICER}
    session.refresh(ordered, with_for_update=True)
    stopped = _change(session, _Turn(ordered.id, ordered.tries), BuildState.WAITING, BuildState.RUNNING, **ended)
    if stopped:
        log.record(session, "edition.stopped", f"build:{ordered.id}", at=at, account_id=by.id)
    session.commit()
    return stopped


def carry_out(session: Session, adapters: Adapters, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Build whatever is ordered and nobody has in hand; gives how many orders."""
    done = 0
    while (turn := _claim(session, clock())) is not None:
        try:
            _work(session, adapters, settings, turn, clock)
        except _Stopped:
            session.rollback()
        except (CannotBuild, MissingGlyphs, SealKeyError, Blocked) as refused:
            session.rollback()
            _end(session, turn, BuildState.STOPPED, str(refused), clock())
        except OperationalError:  # the database was busy or away: the build goes on where it stood, as if its worker had been lost
            logging.getLogger(__name__).exception("the build %s lost the database", turn.number)
            session.rollback()
            _change(session, turn, BuildState.RUNNING, state=BuildState.WAITING)
            session.commit()
        except Exception:
            logging.getLogger(__name__).exception("the build %s failed", turn.number)
            session.rollback()
            _end(session, turn, BuildState.STOPPED, _BY_HAND, clock())
        done += 1
    return done


def _claim(session: Session, at: datetime) -> _Turn | None:
    """The order that comes next, now ours; one whose worker was lost too often is given up."""
    while ordered := builds.build_to_do(session, at):
        ordered.tries += 1
        turn, lost = _Turn(ordered.id, ordered.tries), ordered.tries > _MOST_TRIES
        if lost:
            ordered.state, ordered.ended_at, ordered.told = BuildState.STOPPED, at, _LOST
        else:
            ordered.state, ordered.leased_until = BuildState.RUNNING, at + LEASE
        session.commit()
        if not lost:
            return turn
    session.rollback()
    return None


def _work(session: Session, adapters: Adapters, settings: Settings, turn: _Turn, clock: Callable[[], datetime]) -> None:
    ordered = session.get_one(EditionBuild, turn.number)
    for language in ordered.languages:
        if ordered.edition_number and queries.edition_file(session, ordered.edition_number, language):
            continue  # a worker before this one came so far
        at, tell = clock(), _teller(session, turn, clock)
        if ordered.edition_number is None and (faults := faults_of(session, adapters, ordered.kind, at)):
            raise Blocked(faults)
        order = Order(ordered.kind, language, ordered.edition_number)
        _say(session, turn, clock(), language=language, part="freezing", done=0, total=0)
        begin_reading(session)
        build_edition(session, adapters, order, setting_of(settings, adapters, at), at=at, progress=tell, ordered=ordered)
    _end(session, turn, BuildState.DONE, "", clock())


def _teller(session: Session, turn: _Turn, clock: Callable[[], datetime]) -> Progress:
    """Writes how far it is, every second at most, and keeps the lease. Raises _Stopped when the build is no longer ours."""
    last: list[datetime] = []

    def tell(part: str, done: int, total: int) -> None:
        at = clock()
        if done < total and last and at - last[-1] < _TOLD_EVERY:
            return
        last[:] = [at]
        _say(session, turn, at, part=part, done=done, total=total)

    return tell


def _say(session: Session, turn: _Turn, at: datetime, **how_far: object) -> None:
    said = _change(session, turn, BuildState.RUNNING, leased_until=at + LEASE, **how_far)
    session.commit()
    if not said:
        raise _Stopped


def _end(session: Session, turn: _Turn, state: BuildState, told: str, at: datetime) -> None:
    if _change(session, turn, BuildState.RUNNING, state=state, told=told, ended_at=at) and told:
        log.record(session, "edition.not_built", f"build:{turn.number}", at=at, told=told)
    session.commit()


def _change(session: Session, turn: _Turn, *states: BuildState, **values: object) -> bool:
    ours = (EditionBuild.id == turn.number, EditionBuild.tries == turn.tries, EditionBuild.state.in_(states))
    changed = update(EditionBuild).where(*ours).values({"leased_until": None} | values)
    return session.execute(changed.returning(EditionBuild.id)).one_or_none() is not None
