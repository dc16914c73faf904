"""A register in figures: by region, theme, level, language and day, and as the sheets of a workbook."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.population import SNAPSHOT, SOURCE, Population
from pledges.domain.regions import OTHER, part_of, parts_of, regions
from pledges.domain.themes import Theme

Cell = str | int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of pledges, each pledge once (by theme: once a theme)."""

    levels: Mapping[tuple[str, GovernmentKind], int]
    """By country and level of government."""
    themes: Mapping[tuple[str, Theme], int]
    """By country and theme."""
    languages: Mapping[str, int]
    signatures: Mapping[SignatureKind, int]
    days: Mapping[date, int]
    """By the day of their first signature, in UTC."""
    population: Mapping[str, Population]
    """Of their governments, by part of the world; nobody lives in two."""

    @property
    def pledges(self) -> int:
        """All of them."""
        return sum(self.levels.values())

    @property
    def by_country(self) -> Mapping[str, int]:
        """By country code."""
        counted: Counter[str] = Counter()
        for (country, _level), number in self.levels.items():
            counted[country] += number
        return counted

    @property
    def by_level(self) -> Mapping[GovernmentKind, int]:
        """By level of government, every level named."""
        return {level: sum(number for (_, its), number in self.levels.items() if its is level) for level in GovernmentKind}

    @property
    def by_theme(self) -> Mapping[Theme, int]:
        """By theme, every theme named."""
        return {theme: sum(number for (_, its), number in self.themes.items() if its is theme) for theme in Theme}

    @property
    def people(self) -> Population:
        """The population of all governments together."""
        parts = self.population.values()
        return Population(*(sum(getattr(part, name) for part in parts) for name in ("people", "counted", "above", "lacking")))

    def growth(self) -> list[tuple[date, int, int]]:
        """Day, pledges first signed on it, and all up to its end."""
        days = sorted(self.days)
        return list(zip(days, [self.days[day] for day in days], accumulate(self.days[day] for day in days), strict=True))

    def curve(self, closing: date, *, width: int, height: int) -> "Curve | None":
        """How the signatures grew until the closing, and after it; None before the first."""
        growth = self.growth()
        if not growth:
            return None
        first, last = min(growth[0][0], closing), max(growth[-1][0], closing)
        days, most = max((last - first).days, 1), growth[-1][2]

        def across(day: date) -> int:
            return round((day - first).days * width / days)

        points, level = [(across(growth[0][0]), height)], height
        for day, _new, total in growth:
            points += [(across(day), level), (across(day), level := round(height - total * height / most))]
        points.append((width, level))
        return Curve(" ".join(f"{x},{y}" for x, y in points), across(closing), first, last, most)

    def parts(self) -> list["Part"]:
        """The world: each region, then the parts that it has, also those without any pledge; what is in no region only where it has one."""
        return [
            part
            for region in regions()
            for name in dict.fromkeys((region, *parts_of(region)))
            if (part := self._part(name, region)).pledges or name != OTHER
        ]

    def _part(self, name: str, region: str) -> "Part":
        within = {name, *parts_of(name)}
        levels, themes = Counter[GovernmentKind](), Counter[Theme]()
        for (country, level), number in self.levels.items():
            levels[level] += number if part_of(country) in within else 0
        for (country, theme), number in self.themes.items():
            themes[theme] += number if part_of(country) in within else 0
        return Part(name, region, levels.total(), {one: themes[one] for one in Theme}, {one: levels[one] for one in GovernmentKind})


@dataclass(frozen=True, slots=True)
class Curve:
    """A line that rises by a step a day: its points as an SVG takes them, where the closing is, the days at its ends, its top."""

    points: str
    closing: int
    first: date
    last: date
    most: int


@dataclass(frozen=True, slots=True)
class Part:
    """A region of the world, or a part of one (`name` is then another than `region`)."""

    name: str
    region: str
    pledges: int
    themes: Mapping[Theme, int]
    levels: Mapping[GovernmentKind, int]


Sheet = list[list[Cell]]


def sheets(statistics: Statistics, *, as_of: str, named: Callable[[str], str]) -> dict[str, Sheet]:
    """The sheets of a workbook by name, each with its header; `as_of` says of which register and moment the figures are,
    `named` what a country is called."""
    return {
        "about": _about(statistics, as_of),
        "regions": _regions(statistics),
        "population": _table(
            ("part", "people", "cities", "regions and associations, not added", "cities, not known"),
            ((name, one.people, one.counted, one.above, one.lacking) for name, one in sorted(statistics.population.items())),
        ),
        "countries": _table(
            ("code", "country or area", "pledges"),
            ((code, named(code), number) for code, number in sorted(statistics.by_country.items())),
        ),
        "languages": _table(("language", "pledges"), ranked(statistics.languages)),
        "signatures": _table(("kind", "pledges"), ranked(statistics.signatures)),
        "days": _table(("day", "first signed", "all"), ((day.isoformat(), new, total) for day, new, total in statistics.growth())),
    }


def _about(statistics: Statistics, as_of: str) -> Sheet:
    people = statistics.people
    told: tuple[tuple[Cell, ...], ...] = (
        ("pledges", statistics.pledges), ("population, source", f"{SOURCE}, {SNAPSHOT}"), ("population", people.people),
        ("cities in it", people.counted), ("regions and associations, not added", people.above),
        ("cities whose population is not known", people.lacking),
    )  # fmt: skip
    return _table(("figures of", as_of), told)


def _regions(statistics: Statistics) -> Sheet:
    header = ("region", "part", "pledges", *(theme.value for theme in Theme), *(level.value for level in GovernmentKind))
    return _table(
        header,
        (
            (part.region, part.name if part.name != part.region else "", part.pledges, *part.themes.values(), *part.levels.values())
            for part in statistics.parts()
        ),
    )


def _table(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Sheet:
    return [list(header), *map(list, rows)]


def ranked(counted: Mapping[Any, int]) -> list[tuple[str, int]]:
    """The largest first."""
    return sorted(((str(name), number) for name, number in counted.items()), key=lambda one: (-one[1], one[0]))
