"""What is done with the event log itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.models import Account, log


def note_export(session: Session, narrowed: dict[str, str], *, by: Account, at: datetime) -> None:
    """Note who took the log away, and how it was narrowed: its details name people."""
    log.record(session, "log.exported", "log", at=at, account_id=by.id, filters=narrowed, by=by.label)
    session.commit()
