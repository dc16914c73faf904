"""Puts entries into world regions and countries, as the pages print them."""

from collections.abc import Iterable
from typing import TypeVar

from pledges.domain.declaration import Entry, Signatory
from pledges.typesetting.tally import REGIONS, region

Signed = TypeVar("Signed", Entry, Signatory)


def by_region(entries: Iterable[Signed]) -> dict[str, list[Signed]]:
    """Entries by region; regions without any are left out, the order of the entries is kept."""
    grouped: dict[str, list[Signed]] = {name: [] for name in REGIONS}
    for entry in entries:
        grouped[region(entry.country_code)].append(entry)
    return {name: members for name, members in grouped.items() if members}


def by_country(entries: Iterable[Signed]) -> dict[str, list[Signed]]:
    """Entries by country, in the order in which the countries first appear."""
    grouped: dict[str, list[Signed]] = {}
    for entry in entries:
        grouped.setdefault(entry.country_code, []).append(entry)
    return grouped
