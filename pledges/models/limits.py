"""How often something may be tried: counted in the database, so that all workers share one count."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pledges.models.signature import RateLimit

KEPT = timedelta(days=1)
"""Counts are forgotten after this time; no window may be longer."""


def hit(session: Session, key: str, *, limit: int, per: timedelta, at: datetime) -> bool:
    """Count one try under `key` and tell whether it is still within `limit` tries `per` window of time.

    The count stands once the caller commits, whatever becomes of the try. `key` holds at most 120 characters and no
    personal data in clear. Windows are fixed: they begin at whole multiples of `per`.
    """
    start = datetime.fromtimestamp(at.timestamp() // per.total_seconds() * per.total_seconds(), UTC)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    counted = insert(RateLimit).values(key=key, window_start=start, hits=1)
    counted = counted.on_conflict_do_update(index_elements=["key", "window_start"], set_={"hits": RateLimit.hits + 1})
    hits = session.execute(counted.returning(RateLimit.hits)).scalar_one()
    if hits == 1:  # the first of a window sweeps up what is long past
        session.execute(delete(RateLimit).where(RateLimit.window_start < at - KEPT))
    return hits <= limit
