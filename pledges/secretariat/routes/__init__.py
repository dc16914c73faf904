"""The pages of this room: the queue, one pledge, letters, editions, log; governments, and the papers to read."""

from pledges.secretariat.routes import (
    batches,
    corrections,
    desk,
    editions,
    governments,
    invitations,
    letters,
    log,
    network,
    papers,
    personal,
    pledge,
    protocol,
    queue,
    reading,
    reminders,
    statistics,
    texts,
)  # fmt: skip
from pledges.secretariat.routes.desk import bp

__all__ = [
    "batches", "bp", "corrections", "desk", "editions", "governments", "invitations", "letters", "log", "network", "papers",
    "personal", "pledge", "protocol", "queue", "reading", "reminders", "statistics", "texts",
]  # fmt: skip
