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
    country_code: str
    subdivision_code: str
    """ISO 3166-2: of a region its own, of a city that of the region in which it lies."""
    population: int | None


@dataclass(frozen=True, slots=True)
class Population:
    """The sum, and what stands behind it; every government is in one of the three counts."""

    people: int = 0
    counted: int = 0
    within: int = 0
    """Cities in a region that is counted itself: they are in the sum already."""
    lacking: int = 0
    """Governments whose population is not known; an association has none of its own."""


def population(places: Iterable[Place]) -> Population:
    """Sum the populations of governments, each once, a city in a counted region not at all beside it (PRODUCT.md, rules of protocol)."""
    known = {place.government_id: place for place in places}.values()
    regions = {place.subdivision_code for place in known if place.kind is GovernmentKind.REGION and place.population}
    people = counted = within = lacking = 0
    for place in known:
        if place.kind is GovernmentKind.ASSOCIATION or not place.population:
            lacking += 1
        elif place.kind is GovernmentKind.CITY and place.subdivision_code and place.subdivision_code in regions:
            within += 1
        else:
            people, counted = people + place.population, counted + 1
    return Population(people, counted, within, lacking)
