"""The pages of this room: the queue, one pledge, letters, editions, log; and the papers to read."""

from pledges.secretariat.routes import desk, papers
from pledges.secretariat.routes.desk import bp

__all__ = ["bp", "desk", "papers"]
