"""Batches of rows: an officer brings them, a job reads them without keeping anything, an officer confirms, a job carries them out."""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from pledges.domain.commitments import COLUMNS as PLEDGE_COLUMNS
from pledges.domain.problems import N_, Problem, Refused
from pledges.models import Account, Batch, BatchKind, BatchState, log
from pledges.secretariat.actions.imports import Import
from pledges.secretariat.actions.inviting import COLUMNS as INVITATION_COLUMNS
from pledges.secretariat.actions.inviting import Inviting
from pledges.secretariat.actions.rows import By, Change, Fate, Outcome, Run
from pledges.secretariat.queries.batches import due_batch, old_batches
from pledges.secretariat.table import read_table, table_of
from pledges.signatures import Address

LEASE = timedelta(minutes=5)
"""Longer than the slowest 250 rows; after it another worker may go on with a batch."""
KEPT = timedelta(days=30)
"""Rejected rows and previews hold addresses, and are forgotten after this time."""
MOST_BYTES = 32 * 1024 * 1024
_MOST_TRIES = 3
_SHOWN = 100
"""Rows of each kind in a preview."""
_COLUMNS = {BatchKind.PLEDGES: PLEDGE_COLUMNS, BatchKind.INVITATIONS: INVITATION_COLUMNS}
_FILE_BY_HAND = N_("The file could not be carried out. Your operator finds the reason in the log of the application.")


class NotSo(Exception):
    """The batch is not in the state that the act needs: somebody was quicker."""


class _TakenAway(Exception):
    """Somebody discarded the batch while it was read, or another worker has it."""


def bring(session: Session, kind: BatchKind, *, name: str, data: bytes, options: dict[str, Any], by: Account, at: datetime) -> int:
    """Keep the rows for the job that reads them; gives the number of the batch."""
    batch = Batch(kind=kind, state=BatchState.READING, name=name, data=data, options=options, counts={}, made_by_id=by.id, made_at=at)
    session.add(batch)
    session.flush()
    number = batch.id
    _note(session, "brought", number, by=by, at=at, kind=kind.value, name=name, options=options)
    session.commit()
    return number


def confirm(session: Session, batch: Batch, *, by: Account, at: datetime) -> None:
    """Let the job carry it out. Raises NotSo unless it was read and waits."""
    _hold(session, batch, BatchState.READ)
    batch.state, batch.confirmed_by_id, batch.confirmed_at, batch.rows_done = BatchState.CONFIRMED, by.id, at, 0
    _note(session, "confirmed", batch.id, by=by, at=at, counts=batch.counts)
    session.commit()


def discard(session: Session, batch: Batch, *, by: Account, at: datetime) -> None:
    """Forget the rows. Raises NotSo once it is confirmed."""
    _hold(session, batch, BatchState.READING, BatchState.READ)
    batch.state, batch.ended_at = BatchState.DISCARDED, at
    batch.data = batch.preview = batch.rejects = None
    _note(session, "discarded", batch.id, by=by, at=at)
    session.commit()


def carry_on(session: Session, clock: Callable[[], datetime], *, address: Address) -> int:
    """Read or carry out every batch that waits for it; gives how many. A crash loses none: the next worker begins it anew."""
    done = 0
    while (number := due_batch(session, clock())) is not None:
        session.rollback()
        if _claim(session, number, clock()):
            _work(session, number, clock, address)
            done += 1
    session.rollback()
    return done


def forget_old(session: Session, at: datetime) -> None:
    """Erase what batches that ended long ago, or that nobody confirmed for as long, still hold of people; their counts stay."""
    for batch in old_batches(session, at - KEPT):
        if batch.ended_at is None:
            batch.state, batch.ended_at = BatchState.DISCARDED, at
        batch.data = batch.preview = batch.rejects = None
        log.record(session, "batch.forgotten", f"batch:{batch.id}", at=at)
    session.commit()


def _claim(session: Session, number: int, at: datetime) -> bool:
    free = (Batch.leased_until.is_(None) | (Batch.leased_until < at), Batch.state.in_((BatchState.READING, BatchState.CONFIRMED)))
    mine = update(Batch).where(Batch.id == number, *free).values(leased_until=at + LEASE, tries=Batch.tries + 1)
    changed = session.execute(mine).rowcount  # type: ignore[attr-defined]
    session.commit()
    return bool(changed == 1)


def _work(session: Session, number: int, clock: Callable[[], datetime], address: Address) -> None:
    """Read a batch that this worker has claimed, or carry it out."""
    batch = session.get_one(Batch, number, populate_existing=True)
    state = batch.state
    earlier = batch.rows_done if state is BatchState.CONFIRMED else 0
    progress = _Progress(session, number, state, batch.tries, clock, earlier)
    rejects = io.StringIO()
    try:
        if batch.tries > _MOST_TRIES:
            raise Refused([Problem("file", _FILE_BY_HAND)])
        run = _run(session, batch, progress, address, at=clock())
        with table_of(batch.data or b"") as file:
            outcome = run.run(read_table(file, _COLUMNS[batch.kind]), rejects)
    except _TakenAway:
        session.rollback()
        return
    except Refused as refused:
        session.rollback()
        counts = {"earlier": earlier} if earlier else batch.counts
        _end(progress, at=clock(), state_then=BatchState.REFUSED, problem=_told(refused.problems[0]), counts=counts)
        return
    except Exception:
        session.rollback()
        logging.getLogger(__name__).exception("batch %d failed; it is tried again", number)
        return
    rejected = rejects.getvalue().encode("utf-8", "surrogateescape")
    ended: dict[str, Any] = {"counts": _counts(outcome, progress.carried), "rejects": rejected, "rows": progress.rows}
    if state is BatchState.READING:
        _end(progress, at=None, state_then=BatchState.READ, preview=progress.preview, **ended)
    else:
        by = run.by.account_id
        _end(progress, at=clock(), state_then=BatchState.DONE, by=by, preview=progress.preview, data=None, **ended)


def _run(session: Session, batch: Batch, progress: "_Progress", address: Address, *, at: datetime) -> Run:
    officer = session.get_one(Account, batch.confirmed_by_id or batch.made_by_id)
    told: dict[str, Any] = {
        "session": session, "by": By(officer.id, officer.label), "at": at, "source": batch.name, "dry": batch.state is BatchState.READING,
        "told": progress.hear,
    }  # fmt: skip
    if batch.kind is BatchKind.PLEDGES:
        return Import(accept=bool(batch.options["accept"]), **told)
    options = batch.options
    return Inviting(invite=bool(options["invite"]), language=str(options["language"]), address=address, batch_id=batch.id, **told)


@dataclass(slots=True)
class _Progress:
    """Hears what becomes of the rows, tells the page how far it is, and keeps the first of each kind to be shown."""

    session: Session
    number: int
    state: BatchState
    tries: int
    """How often it was claimed: once another worker has claimed it, it is not this one's any more."""
    clock: Callable[[], datetime]
    earlier: int
    """Rows that a worker who was lost had come to: what is unchanged among them may be its doing."""
    rows: int = 0
    carried: int = 0
    """How many of those are unchanged."""
    preview: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def hear(self, fates: list[Fate]) -> None:
        """Raises _TakenAway when the batch is not this worker's any more."""
        for fate in fates:
            self.rows, what = self.rows + 1, _what(fate)
            if what == "unchanged" and self.rows <= self.earlier:
                self.carried, what = self.carried + 1, "earlier"
            shown = self.preview.setdefault(what, [])
            if len(shown) < _SHOWN:
                shown.append(_shown(fate))
        come_to = self.mine().values(rows_done=max(self.rows, self.earlier), leased_until=self.clock() + LEASE)
        kept = self.session.execute(come_to).rowcount  # type: ignore[attr-defined]
        self.session.commit()
        if kept != 1:
            raise _TakenAway

    def mine(self) -> Update:
        """To change the batch, while it is this worker's."""
        return update(Batch).where(Batch.id == self.number, Batch.state == self.state, Batch.tries == self.tries)


def _what(fate: Fate) -> str:
    """Under which heading a row is shown and counted."""
    if fate.problems:
        return "rejected"
    return {Change.IMPORTED: "new", Change.UPDATED: "updated", Change.NOTHING: "unchanged"}[fate.change]


def _shown(fate: Fate) -> dict[str, Any]:
    cells = fate.row.cells
    names = ("government_id", "government_name", "country_code", "leader_name", "leader_email")
    told = {name: _whole(cells.get(name, "")) for name in names}
    return {"row": fate.row.number, **told, "changed": list(fate.changed), "problems": [_told(problem) for problem in fate.problems]}


def _told(problem: Problem) -> dict[str, Any]:
    values = {
        name: [_whole(str(one)) for one in value] if isinstance(value, tuple) else _whole(str(value))
        for name, value in problem.values.items()
    }
    return {"field": problem.field, "message": problem.message, "values": values}


def _whole(text: str) -> str:
    """Without the stray bytes and controls that neither a page nor a database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")[:300]


def _counts(outcome: Outcome, carried: int) -> dict[str, int]:
    counts = {"new": outcome.imported, "updated": outcome.updated, "unchanged": outcome.unchanged - carried, "rejected": outcome.rejected}
    return counts | ({"earlier": carried} if carried else {})


def _end(progress: _Progress, *, at: datetime | None, state_then: BatchState, by: int | None = None, **values: Any) -> None:
    """The work on it is done, unless somebody discarded it meanwhile or another worker has it; what is at its end stands in the log."""
    session, ended = progress.session, progress.mine().values(state=state_then, ended_at=at, leased_until=None, tries=0, **values)
    if session.execute(ended).rowcount and at is not None:  # type: ignore[attr-defined]
        counts = values.get("counts")
        log.record(session, f"batch.{state_then}", f"batch:{progress.number}", at=at, account_id=by, rows=progress.rows, counts=counts)
    session.commit()


def _hold(session: Session, batch: Batch, *states: BatchState) -> None:
    """Read the batch anew and keep others from changing it. Raises NotSo when it is in none of the states."""
    session.refresh(batch, with_for_update=True)
    if batch.state not in states:
        session.rollback()
        raise NotSo


def _note(session: Session, act: str, number: int, *, by: Account, at: datetime, **facts: object) -> None:
    log.record(session, f"batch.{act}", f"batch:{number}", at=at, account_id=by.id, changes_register=False, by=by.label, **facts)
