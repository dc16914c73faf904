"""Counts the pledges of an edition once, for all its figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.protocol import region_of
from pledges.domain.themes import Theme

REGIONS = ("africa", "americas", "asia", "europe", "oceania", "other")
"""The regions of the United Nations' M49, and the few areas that it puts in none."""
_THEMES: tuple[Theme | None, ...] = (None, *Theme)
QUARTER = 900
"""Seconds in a quarter of an hour."""


class TakenUp(Protocol):
    """A theme that a pledge takes up."""

    @property
    def theme(self) -> Theme: ...
    @property
    def version(self) -> int | None: ...


class Counted(Protocol):
    """What is asked of a pledge to be counted."""

    @property
    def country_code(self) -> str: ...
    @property
    def government_id(self) -> str: ...
    @property
    def kind(self) -> GovernmentKind: ...
    @property
    def signature_kind(self) -> SignatureKind: ...
    @property
    def themes(self) -> Sequence[TakenUp]: ...
    @property
    def late(self) -> bool: ...
    @property
    def signed_at(self) -> datetime: ...


def region(country_code: str) -> str:
    """The key of a country's region, as the words of the document name it."""
    return region_of(country_code).m49.lower() or "other"


class Tally:
    """The counts; where a theme is asked for, None stands for all pledges. Nothing of a pledge is kept but the number of its government."""

    def __init__(self, pledges: Iterable[Counted]) -> None:
        self.kinds: Counter[GovernmentKind] = Counter()
        self.signatures: Counter[SignatureKind] = Counter()
        self.adopted: Counter[tuple[Theme, int | None]] = Counter()
        """Pledges by theme and adopted version, None where they adopted none."""
        self.quarters: Counter[int] = Counter()
        """Signatures by whole quarters of an hour since 1970."""
        self.late = 0
        self._countries: dict[Theme | None, Counter[str]] = {theme: Counter() for theme in _THEMES}
        self._governments: dict[str, tuple[str, int]] = {}
        for pledge in pledges:
            self._add(pledge)

    def _add(self, pledge: Counted) -> None:
        self.kinds[pledge.kind] += 1
        self.signatures[pledge.signature_kind] += 1
        self.quarters[int(pledge.signed_at.timestamp() // QUARTER)] += 1
        self.late += pledge.late
        country, taken = self._governments.get(pledge.government_id, (pledge.country_code, 1))
        self._countries[None][pledge.country_code] += 1
        for theme in {one.theme for one in pledge.themes}:
            self._countries[theme][pledge.country_code] += 1
            taken |= 1 << _THEMES.index(theme)
        self._governments[pledge.government_id] = country, taken
        self.adopted.update({(one.theme, one.version) for one in pledge.themes})

    def pledges(self, theme: Theme | None = None) -> int:
        """Pledges, each once."""
        return self._countries[theme].total()

    def countries(self, theme: Theme | None = None) -> Counter[str]:
        """Pledges by country code."""
        return self._countries[theme]

    def regions(self, theme: Theme | None = None) -> Mapping[str, int]:
        """Pledges by world region, in the order of M49; regions without any pledge of the edition are left out."""
        counted: Counter[str] = Counter()
        for code, pledges in self._countries[theme].items():
            counted[region(code)] += pledges
        here = {region(code) for code in self._countries[None]}
        return {name: counted[name] for name in REGIONS if name in here}

    def countries_by_region(self, theme: Theme | None = None) -> Counter[str]:
        """How many countries have a pledge, by world region."""
        return Counter(map(region, self._countries[theme]))

    def governments(self, theme: Theme | None = None) -> Counter[str]:
        """Governments by country code, each once."""
        place = _THEMES.index(theme)
        return Counter(country for country, taken in self._governments.values() if taken >> place & 1)

    def governments_by_region(self, theme: Theme | None = None) -> Counter[str]:
        """Governments by world region, each once."""
        counted: Counter[str] = Counter()
        for code, governments in self.governments(theme).items():
            counted[region(code)] += governments
        return counted
