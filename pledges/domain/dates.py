"""Moments as the readers of a language write them, in UTC and on the clocks of New York."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

_NEW_YORK = ZoneInfo("America/New_York")


def in_utc(at: datetime, language: str) -> str:
    """Day and time in UTC, such as 19 September 2024, 21:45."""
    return str(format_datetime(at, "d MMMM y, HH:mm", tzinfo=ZoneInfo("UTC"), locale=language))


def in_new_york(at: datetime, language: str) -> str:
    """Day and time in New York, where the Assembly closes."""
    return str(format_datetime(at, "d MMMM y, HH:mm", tzinfo=_NEW_YORK, locale=language))


def day(written: date, language: str) -> str:
    """A day, such as 3 September 2024."""
    return str(format_date(written, "d MMMM y", locale=language))
