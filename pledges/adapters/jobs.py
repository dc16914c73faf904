"""The queue that wakes the workers. Rows in our tables are the truth, and the queue is only a bell: what it loses, a sweep finds."""

from pathlib import Path

from huey import Huey, PostgresHuey, SqliteHuey
from sqlalchemy import make_url


def job_queue(database_url: str, instance: Path) -> Huey:
    """A queue beside the database: a file of its own beside SQLite, tables of its own on PostgreSQL."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        instance.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("pledges", filename=str(instance / "jobs.db"), fsync=True, results=False)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey("pledges", dsn=dsn, results=False)
