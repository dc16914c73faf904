"""Releases an edition, or a language that was added to a released one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.lifecycle import EditionKind
from pledges.models import Edition, log
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.freezing import told
from pledges.secretariat.queries import editions as queries


class CannotRelease(Exception):
    """The edition cannot be released; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Released:
    """What became public, or will at its moment."""

    edition: Edition
    languages: tuple[str, ...]
    unscheduled: Sequence[Edition]
    """Adds and Corrs whose own moment lies after that of this Rev, which they do not refer to."""


def release_edition(session: Session, number: int, *, at: datetime, released_at: datetime, by: str, break_glass: bool) -> Released:
    """Make an edition public at `released_at`, now or later, with all its languages; of a released one those that came since.

    Raises CannotRelease.
    """
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    if edition is None:
        raise CannotRelease(f"There is no edition {number}.")
    if released_at < at:
        raise CannotRelease("The moment of release lies in the past.")
    if edition.recalled_at is not None:
        raise CannotRelease(f"Edition {number} was recalled. Build it again.")
    waiting = edition.files_waiting_at(at)
    if not waiting:
        raise CannotRelease(f"Edition {number} is released already.")
    if gone := queries.no_longer_standing(session, number, lock=True):
        raise CannotRelease(f"Since edition {number} was built: {told(gone)}. Build it again.")
    unscheduled: Sequence[Edition] = ()
    if not edition.public_at(at):
        _check_turn(session, edition, released_at)
        if edition.kind is EditionKind.REV:
            unscheduled = _unscheduled_by(session, edition, released_at, at)
        edition.released_at, edition.released_by, edition.break_glass = released_at, by, break_glass
    for file in waiting:
        file.released_at, file.released_by, file.break_glass = released_at, by, break_glass
    languages = tuple(file.language for file in waiting)
    log.record(
        session, "edition.released", f"edition:{number}", at=at, by=by, released_at=released_at.isoformat(), break_glass=break_glass,
        languages=languages,
    )  # fmt: skip
    session.commit()
    return Released(edition, languages, unscheduled)


def _check_turn(session: Session, edition: Edition, moment: datetime) -> None:
    """That the edition's label and the Rev that it refers to will be right at its moment. Raises CannotRelease."""
    if edition.released_at is None and edition.label != queries.next_label(session, edition.kind):
        raise CannotRelease(f"Another edition took the label {edition.label} meanwhile. Build it again.")
    if other := queries.out_of_turn(session, edition, moment):
        raise CannotRelease(f"{other.label} (edition {other.number}) would be released in the wrong order with {edition.label}.")
    rev = last_rev(session, moment)
    if edition.refers_to is not None and (rev is None or rev.number != edition.refers_to):
        raise CannotRelease(f"{edition.label} refers to an edition that is no longer the last Rev. Build it again.")


def _unscheduled_by(session: Session, rev: Edition, moment: datetime, at: datetime) -> Sequence[Edition]:
    overtaken = queries.overtaken_by(session, rev, moment, at)
    for edition in overtaken:
        edition.unschedule(at)
        log.record(
            session, "unscheduled", f"edition:{edition.number}", at=at, because=f"edition:{rev.number}, {rev.label}, is released before it"
        )
    return overtaken
