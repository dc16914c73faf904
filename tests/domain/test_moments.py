from datetime import UTC, date, datetime

import pytest

from pledges.domain.moments import day_asked, iso, mandate_date, moment
from pledges.domain.problems import Refused

LATEST = datetime(2024, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("2024-09-19T21:45:00Z", "2024-09-19T21:45:00Z"),
        ("2024-09-20T06:45:00+09:00", "2024-09-19T21:45:00Z"),
        ("2024-09-19T17:45-0400", "2024-09-19T21:45:00Z"),
        ("2024-09-19T21:45:00.5Z", "2024-09-19T21:45:00.500000Z"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00Z"),
    ],
)
def test_a_moment_with_its_zone_is_kept_in_utc(raw: str, told: str) -> None:
    assert iso(moment(raw, "signed_at", latest=LATEST)) == told


@pytest.mark.parametrize(
    "raw",
    [
        "2024-W38-4T10:00:00Z",
        "2024-09-19 21:45:00Z",
        "20240919T214500Z",
        "2024-09-19T21:45:00",
        "2024-09-19T24:00:00Z",
        "٢٠٢٤-09-19T21:45:00Z",
        "1999-12-31T23:59:59Z",
        "2024-09-20T00:00:01Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_another_form_or_another_time_is_refused(raw: str) -> None:
    with pytest.raises(Refused):
        moment(raw, "signed_at", latest=LATEST)


def test_the_day_of_a_resolution_is_a_day_that_can_be() -> None:
    assert mandate_date("2024-02-29", "mandate_date", latest=LATEST) == date(2024, 2, 29)
    for raw in ("2023-02-29", "29.02.2024", "1899-12-31", "2024-09-21"):
        with pytest.raises(Refused):
            mandate_date(raw, "mandate_date", latest=LATEST)


@pytest.mark.parametrize("told", ["", "9999-12-31", "0001-01-01", "2024-W01-1", "20240101", "2024-02-30", "٢٠٢٤-٠١-٠١"])
def test_a_filter_takes_a_day_and_nothing_else(told: str):
    assert day_asked(told) is None
    assert day_asked("2024-09-19") == date(2024, 9, 19)
