"""Moments as the readers of a language write them, in UTC and on the clocks of New York."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_skeleton, get_datetime_format

_UTC, _NEW_YORK = ZoneInfo("UTC"), ZoneInfo("America/New_York")
_DAYS = {"en": "d MMMM y", "ru": "d MMMM y 'года'"}
"""Where CLDR’s long date would be American, or end in an abbreviation (г.), whose stop a sentence’s own would follow."""


def in_utc(at: datetime, language: str) -> str:
    """Day and time in UTC, such as 19 September 2024, 21:45."""
    return _moment(at, _UTC, language)


def in_new_york(at: datetime, language: str) -> str:
    """Day and time in New York, where the Assembly closes."""
    return _moment(at, _NEW_YORK, language)


@lru_cache(maxsize=2_000)
def day(written: date, language: str) -> str:
    """A day, such as 3 September 2024."""
    return str(format_date(written, _DAYS.get(language, "long"), locale=language))


@lru_cache(maxsize=2_000)
def due(by: str, language: str) -> str:
    """A day, month or year by which something is delivered (domain.planned): 30 June 2027, June 2027, 2027; or nothing."""
    if len(by) <= len("YYYY"):
        return by
    if len(by) == len("YYYY-MM"):
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{by}-01"), locale=language)).removesuffix(" г.")
    return day(date.fromisoformat(by), language)


def _moment(at: datetime, zone: tzinfo, language: str) -> str:
    """Joined as the language joins day and time: its own comma, or none. The day goes without its zone: one moment is two days."""
    time, on = str(format_datetime(at, "HH:mm", tzinfo=zone, locale=language)), at.astimezone(zone).date()
    return str(get_datetime_format("medium", locale=language)).replace("{1}", day(on, language)).replace("{0}", time)
