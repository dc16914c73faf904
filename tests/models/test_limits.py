from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.models import RateLimit
from pledges.models.limits import hit

AT = datetime(2024, 9, 19, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_tries_are_allowed_up_to_the_limit_and_again_in_the_next_window(session: Session):
    tries = [hit(session, "links:a", limit=3, per=HOUR, at=AT + timedelta(minutes=minute)) for minute in range(5)]
    assert tries == [True, True, True, False, False]
    assert hit(session, "links:a", limit=3, per=HOUR, at=AT + HOUR)


def test_each_key_has_a_count_of_its_own(session: Session):
    assert hit(session, "links:a", limit=1, per=HOUR, at=AT)
    assert hit(session, "links:b", limit=1, per=HOUR, at=AT)
    assert not hit(session, "links:a", limit=1, per=HOUR, at=AT)


def test_counts_are_forgotten_after_a_day(session: Session):
    for day in range(4):
        hit(session, "links:a", limit=1, per=HOUR, at=AT + timedelta(days=day))
    assert session.scalar(select(func.count()).select_from(RateLimit)) == 2
