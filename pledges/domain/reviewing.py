"""How officers share the review: how long one of them holds a pledge to read it, and when a pledge has waited too long."""

from datetime import datetime, timedelta
from enum import StrEnum

CLAIM_LIVES = timedelta(minutes=20)
"""So long a pledge is held by whoever took it to decide, or acted on it last; then anybody takes it."""
REVIEW_WITHIN = timedelta(days=2)
"""A pledge that has waited longer is overdue."""
FRESH = timedelta(days=1)
"""A pledge signed more recently has just come."""


class Age(StrEnum):
    """How long ago a pledge was signed."""

    FRESH = "fresh"
    OLDER = "older"
    OVERDUE = "overdue"


def signed_between(age: Age, at: datetime) -> tuple[datetime | None, datetime | None]:
    """After which moment, and until which, what has this age at `at` was signed; None where nothing bounds it."""
    day, limit = at - FRESH, at - REVIEW_WITHIN
    return {Age.FRESH: (day, None), Age.OLDER: (limit, day), Age.OVERDUE: (None, limit)}[age]


def is_overdue(signed_at: datetime, at: datetime) -> bool:
    """Whether what was signed then has waited too long at `at`."""
    return signed_at <= at - REVIEW_WITHIN
