"""Rules for moments and dates: always with a time zone, always within what can be true."""

import re
from datetime import UTC, date, datetime

from pledges.domain.problems import N_, refuse

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
EARLIEST_MANDATE = date(1900, 1, 1)

# fromisoformat alone would take any character between date and time, and dates by week.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d([.,]\d{1,6})?)?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment(raw: str, field: str, *, latest: datetime | None = None) -> datetime:
    """The moment in UTC that ISO 8601 names, with its zone, from 2000-01-01 to `latest`. Raises Refused."""
    try:
        if not _MOMENT.fullmatch(raw):
            raise ValueError
        told = datetime.fromisoformat(raw)
    except ValueError:
        raise refuse(field, N_("This is not a moment with its time zone, such as 2024-09-19T21:45:00Z.")) from None
    if told < EARLIEST or (latest and told > latest):
        raise refuse(field, N_("This moment lies before the year 2000 or in the future."))
    return told.astimezone(UTC)


def iso(moment: datetime) -> str:
    """A moment as files and pages of ours write it: UTC, with Z, fractions only where there are some."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day_asked(told: str) -> date | None:
    """A day that a filter in an address names, YYYY-MM-DD; None for what is none, and for one that no calendar goes a day beyond."""
    try:
        day = date.fromisoformat(told) if _DATE.fullmatch(told) else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 9000 else None


def mandate_date(raw: str, field: str, *, latest: datetime | None = None) -> date:
    """The day of a council's resolution, YYYY-MM-DD, from 1900 to `latest`. Raises Refused."""
    try:
        if not _DATE.fullmatch(raw):
            raise ValueError
        told = date.fromisoformat(raw)
    except ValueError:
        raise refuse(field, N_("This is not a date such as 2024-09-19 (year, month, day).")) from None
    if told < EARLIEST_MANDATE or (latest and told > latest.date()):
        raise refuse(field, N_("This date lies before the year 1900 or in the future."))
    return told
