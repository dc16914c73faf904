"""Figures of a register: nobody is counted twice, and every table adds up."""

from datetime import date

import pytest

from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.population import Place, Population, population
from pledges.domain.protocol import countries
from pledges.domain.regions import OTHER, codes_in, parts_of, region_name, regions
from pledges.domain.statistics import Statistics, sheets
from pledges.domain.themes import Theme

CITY, REGION, ASSOCIATION = GovernmentKind
KONYA = Place("gn-306571", CITY, 1_400_000)
PROVINCE = Place("iso-TR-42", REGION, 2_200_000)
FIGURES = Statistics(
    levels={("KE", CITY): 2, ("KE", REGION): 1, ("TR", CITY): 1, ("XK", CITY): 1},
    themes={("KE", Theme.DIGITAL): 3, ("TR", Theme.PEACEFUL): 1, ("XK", Theme.PEACEFUL): 1},
    languages={"sw": 3, "tr": 1, "sq": 1},
    signatures={SignatureKind.EMAIL: 5},
    days={date(2024, 9, 10): 2, date(2024, 9, 19): 2, date(2024, 9, 21): 1},
    population={"Sub-Saharan Africa": Population(10, 2, 0, 1), "Western Asia": Population(5, 1, 0, 0)},
)


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ((KONYA,), Population(1_400_000, 1, 0, 0)),
        ((KONYA, PROVINCE), Population(1_400_000, 1, 1, 0)),
        ((PROVINCE,), Population(0, 0, 1, 0)),
        ((KONYA, KONYA), Population(1_400_000, 1, 0, 0)),
        ((KONYA, Place("own-1", ASSOCIATION, 9)), Population(1_400_000, 1, 1, 0)),
        ((KONYA, Place("gn-2", CITY, None)), Population(1_400_000, 1, 0, 1)),
        ((Place("own-2", CITY, 7), Place("own-3", CITY, 8)), Population(15, 2, 0, 0)),
        ((), Population()),
    ],
)
def test_a_sum_of_people_counts_nobody_twice_and_says_whom_it_lacks(places: tuple[Place, ...], told: Population):
    assert population(places) == told


def test_every_country_lies_in_one_part_of_one_region():
    parts = [part for region in regions() for part in parts_of(region)]
    assert sorted(code for part in parts for code in codes_in(part)) == sorted(countries())
    assert {code for region in regions() for code in codes_in(region)} == set(countries())
    assert region_name("Eastern Asia", "zh-Hans") == "东亚"
    assert region_name(OTHER, "pt") == "Other"


def test_regions_themes_levels_and_days_add_up_to_the_pledges():
    assert FIGURES.pledges == 5
    assert sum(part.pledges for part in FIGURES.parts() if part.name == part.region) == 5
    assert sum(part.pledges for part in FIGURES.parts() if part.name != part.region or part.name == OTHER) == 5
    assert sum(FIGURES.by_level.values()) == sum(FIGURES.by_country.values()) == FIGURES.growth()[-1][2] == 5
    assert FIGURES.by_theme == {Theme.DIGITAL: 3, Theme.PEACEFUL: 2, Theme.SUSTAINABLE: 0}
    assert FIGURES.people == Population(15, 3, 0, 1)


def test_a_curve_rises_to_all_and_ends_at_the_closing_at_the_earliest():
    curve = FIGURES.curve(date(2024, 9, 30), width=200, height=100)
    assert curve
    assert (curve.first, curve.last, curve.most, curve.closing) == (date(2024, 9, 10), date(2024, 9, 30), 5, 200)
    points = [tuple(map(int, point.split(","))) for point in curve.points.split()]
    assert points[0] == (0, 100)
    assert points[-1] == (200, 0)
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))


def test_the_sheets_say_of_when_they_are_and_what_the_population_rests_on():
    tables = sheets(FIGURES, as_of="Rev.0", named=str.lower)
    assert tables["about"][0] == ["figures of", "Rev.0"]
    assert ["population", 15] in tables["about"]
    assert ["population, source", "GeoNames, 2026-07"] in tables["about"]
    assert ["KE", "ke", 3] in tables["countries"]
    assert all(len(row) == len(table[0]) for table in tables.values() for row in table)
