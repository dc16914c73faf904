"""Puts entries into world regions and countries, as the pages print them."""

from collections.abc import Iterable

from pledges.domain.declaration import Entry
from pledges.domain.protocol import region_of

REGIONS = ("africa", "americas", "asia", "europe", "oceania", "other")
"""The regions of the United Nations' M49, and the few areas that it puts in none."""


def region(country_code: str) -> str:
    """The key of a country's region, as the words of the document name it."""
    return region_of(country_code).m49.lower() or "other"


def by_region(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by region; regions without any are left out, the order of the entries is kept."""
    grouped: dict[str, list[Entry]] = {name: [] for name in REGIONS}
    for entry in entries:
        grouped[region(entry.country_code)].append(entry)
    return {name: members for name, members in grouped.items() if members}


def by_country(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Entries by country, in the order in which the countries first appear."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.country_code, []).append(entry)
    return grouped
