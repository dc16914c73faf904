"""How many people the governments of a register speak for, nobody counted twice."""

from collections.abc import Iterable
from dataclasses import dataclass

from pledges.domain.people import GovernmentKind

SOURCE, SNAPSHOT = "GeoNames", "2026-07"
"""Where the directory has its populations from, and of which month (secretariat/data/README.md)."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is asked of a government to be counted."""

    government_id: str
    kind: GovernmentKind
    population: int | None


@dataclass(frozen=True, slots=True)
class Population:
    """The sum, and what stands behind it; every government is in one of the three counts."""

    people: int = 0
    counted: int = 0
    above: int = 0
    """Regions and associations: who lives in them lives in cities too."""
    lacking: int = 0
    """Cities whose population is not known."""


def population(places: Iterable[Place]) -> Population:
    """Sum the populations of cities, each once; a region or an association adds nothing to them (PRODUCT.md, rules of protocol).

    What the directory says of a region's inhabitants is the sum of GeoNames' places in it, districts beside their cities: İstanbul has
    25 million there. It serves to choose by size, not to count people.
    """
    known = {place.government_id: place for place in places}.values()
    cities = [place for place in known if place.kind is GovernmentKind.CITY]
    counted = [place.population for place in cities if place.population]
    return Population(sum(counted), len(counted), len(known) - len(cities), len(cities) - len(counted))
