from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.protocol import RulingKind, collation_key, country_name, known_countries, needs_review, protocol_key, region_of

FINGERPRINT = "0" * 64


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("TR", "en", "Türkiye"),
        ("VN", "en", "Viet Nam"),
        ("KR", "en", "Republic of Korea"),
        ("CI", "en", "Côte d'Ivoire"),
        ("DE", "fr", "Allemagne"),
        ("DE", "ar", "ألمانيا"),
        ("DE", "zh-Hans", "德国"),
        ("DE", "de", "Germany"),
        ("XK", "fr", "Kosovo"),
        ("TW", "fr", "Taïwan (Province de Chine)"),
    ],
)
def test_a_country_bears_its_un_name_in_the_language_of_the_reader(code: str, language: str, name: str) -> None:
    assert country_name(code, language) == name


def test_every_country_has_a_name_in_each_un_language() -> None:
    assert len(known_countries()) == 250
    assert {"XK", "TW", "PS"} <= known_countries()
    assert not {"XX", "ZZ", "UK", "us"} & known_countries()
    assert all(country_name(code, language) for code in known_countries() for language in ("ar", "en", "es", "fr", "ru", "zh"))


def test_only_the_wordings_that_are_not_the_uns_ask_for_review() -> None:
    assert {code for code in known_countries() if needs_review(code)} == {"TW", "XK"}
    assert needs_review("TW", "zh")
    assert not needs_review("FR", "zh")


def test_a_country_knows_its_regions() -> None:
    region = region_of("KE")
    assert (region.m49, region.subregion, region.section) == ("Africa", "Sub-Saharan Africa", "Africa")
    assert region_of("XK").section == "Europe"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", "Afghanistan|Åland Islands|Albania|Congo|Côte d'Ivoire|Croatia|Réunion|Romania|Türkiye|Turkmenistan"),
        ("sv", "Zorn|Åberg|Ärla|Örn"),
        ("es", "Nunoa|Nzara|Ñuñoa"),
        ("tr", "Ceyhan|Çorum|Iğdır|Isparta|İstanbul|İzmir"),
        ("zh", "安庆|北京|秘鲁|长春|成都|重庆|广州|上海|西安|厦门"),
    ],
)
def test_names_stand_in_the_order_of_the_language(language: str, names: str) -> None:
    ordered = names.split("|")
    assert sorted(set(ordered), key=lambda name: collation_key(name, language)) == ordered


def test_signatories_stand_by_country_then_government_then_leader_then_fingerprint() -> None:
    ordered = [
        protocol_key("CI", "Abidjan", "Z", FINGERPRINT),
        protocol_key("HR", "Zagreb", "A", FINGERPRINT),
        protocol_key("DE", "Aachen", "A", FINGERPRINT),
        protocol_key("KR", "Busan", "A", FINGERPRINT),
        protocol_key("TR", "İzmir", "A", FINGERPRINT),
        protocol_key("TR", "İzmir", "B", FINGERPRINT),
        protocol_key("TR", "İzmir", "B", "1" * 64),
        protocol_key("TR", "İzmir Province", "A", FINGERPRINT),
        protocol_key("VN", "Hà Nội", "A", FINGERPRINT),
    ]
    assert all(one < next_one for one, next_one in pairwise(ordered))


def test_another_languages_order_follows_that_language() -> None:
    germany, france = (protocol_key(code, "X", "X", FINGERPRINT, language="fr") for code in ("DE", "FR"))
    assert germany < france  # Allemagne, France
    assert protocol_key("ZA", "X", "X", FINGERPRINT, language="fr") < germany  # Afrique du Sud


@given(st.lists(st.tuples(st.text("aAáb' -中", max_size=4), st.text("aAb", max_size=3)), min_size=2, max_size=6))
def test_keys_compare_as_their_parts_do(names: list[tuple[str, str]]) -> None:
    by_parts = sorted(names, key=lambda name: (collation_key(name[0], "en"), collation_key(name[1], "en")))
    by_key = sorted(names, key=lambda name: protocol_key("KE", *name, FINGERPRINT))
    assert by_parts == by_key


def test_a_key_fits_an_index_whatever_the_names() -> None:
    assert len(protocol_key("GB", "𠮷ệ" * 125, "𤭢ỗ" * 100, "f" * 64)) < 2_704


def test_a_ruled_name_is_the_name_in_its_language_and_places_the_country() -> None:
    rulings = {(RulingKind.NAME, "XK", "en"): "A Name That Was Ruled", (RulingKind.NAME, "TR", "fr"): ""}
    assert country_name("XK", "en", rulings) == "A Name That Was Ruled"
    assert country_name("XK", "sw", rulings) == "A Name That Was Ruled"
    assert country_name("XK", "fr", rulings) == "Kosovo"
    assert country_name("TR", "fr", rulings) == country_name("TR", "fr")
    assert protocol_key("XK", "X", "X", FINGERPRINT, rulings=rulings) < protocol_key("AL", "X", "X", FINGERPRINT)


def test_a_country_or_government_is_sorted_as_was_ruled_in_that_language_alone() -> None:
    rulings = {(RulingKind.PLACE, "KR", "en"): "Korea, Republic of", (RulingKind.PLACE, "gn-2747373", "en"): "Hague"}
    korea = protocol_key("KR", "Seoul", "X", FINGERPRINT, rulings=rulings)
    assert protocol_key("KE", "X", "X", FINGERPRINT) < korea < protocol_key("KW", "X", "X", FINGERPRINT)
    assert protocol_key("KR", "X", "X", FINGERPRINT, language="fr", rulings=rulings) == protocol_key(
        "KR", "X", "X", FINGERPRINT, language="fr"
    )
    hague = protocol_key("NL", "The Hague", "X", FINGERPRINT, government_id="gn-2747373", rulings=rulings)
    assert protocol_key("NL", "Groningen", "X", FINGERPRINT) < hague < protocol_key("NL", "Leiden", "X", FINGERPRINT)
