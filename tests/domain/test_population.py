"""People are counted once: in cities, not in what lies above them."""

from pledges.domain.people import GovernmentKind
from pledges.domain.population import Place, Population, population


def test_a_region_and_an_association_add_nothing_to_their_cities_and_a_city_that_signs_twice_counts_once():
    city, unknown = Place("gn-1", GovernmentKind.CITY, 900), Place("gn-2", GovernmentKind.CITY, None)
    region, association = Place("iso-TR-34", GovernmentKind.REGION, 25_000), Place("own-1", GovernmentKind.ASSOCIATION, 70_000)
    assert population([city, city, unknown, region, association]) == Population(people=900, counted=1, above=2, lacking=1)
