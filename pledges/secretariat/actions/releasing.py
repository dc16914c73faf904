"""Releases an edition."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.models import Edition, log
from pledges.models.visibility import last_rev
from pledges.secretariat.actions.freezing import told
from pledges.secretariat.queries import editions as queries


class CannotRelease(Exception):
    """The edition cannot be released; the message says why in one sentence."""


def release_edition(session: Session, number: int, *, at: datetime, released_at: datetime, by: str, break_glass: bool) -> Edition:
    """Make an edition public at `released_at`, now or later. Raises CannotRelease."""
    queries.begin_alone(session)
    edition = queries.edition(session, number, lock=True)
    if edition is None:
        raise CannotRelease(f"There is no edition {number}.")
    if released_at < at:
        raise CannotRelease("The moment of release lies in the past.")
    if edition.released_at is not None and edition.released_at <= at:
        raise CannotRelease(f"Edition {number} is released already.")
    if gone := queries.no_longer_standing(session, number, lock=True):
        raise CannotRelease(f"Since edition {number} was built: {told(gone)}. Build it again.")
    rev = last_rev(session, at)
    if edition.released_at is None and edition.label != queries.next_label(session, edition.kind):
        raise CannotRelease(f"Another edition took the label {edition.label} meanwhile. Build it again.")
    if edition.refers_to is not None and (rev is None or rev.number != edition.refers_to):
        raise CannotRelease(f"{edition.label} refers to an edition that is no longer the last Rev. Build it again.")
    edition.released_at, edition.released_by, edition.break_glass = released_at, by, break_glass
    log.record(session, "edition.released", f"edition:{number}", at=at, by=by, released_at=released_at.isoformat(), break_glass=break_glass)
    session.commit()
    return edition
