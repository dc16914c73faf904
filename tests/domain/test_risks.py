from datetime import date

import pytest

from pledges.domain.people import Assurance, SignatureKind
from pledges.domain.risks import WORDS, Known, Risk, Signing, Term, assurance_by_address, find, network_of

KONYA = "gn-306571"
DAY = date(2024, 9, 19)


def signing(
    *, name: str = "Ayşe Yıldırım", latin: str = "", address: str = "mayor@konya.bel.tr", kind: SignatureKind = SignatureKind.EMAIL
) -> Signing:
    return Signing((name, latin), address, kind, DAY, KONYA)


def codes(one: Signing, known: Known) -> list[object]:
    return [risk["code"] for risk in find(one, known)]


def term(name: str, begins: date | None, ends: date | None) -> Term:
    return Term(name, "Mayor", begins, ends, "the electoral board")


def test_nothing_known_is_no_risk() -> None:
    assert find(signing(), Known()) == []


def test_every_risk_has_its_words() -> None:
    assert WORDS.keys() == set(Risk)


def test_free_mail_says_nothing_of_a_government() -> None:
    assert find(signing(address="konya@gmail.com"), Known()) == [{"code": "free_mail", "domain": "gmail.com"}]


@pytest.mark.parametrize("address", ["mayor@xn--knya-55d.bel.tr", "mayor@mail.xn--knya-55d.bel.tr", "mayor@k0nya.bel.tr"])
@pytest.mark.parametrize("known", [Known(domains=[(KONYA, "konya.bel.tr")]), Known(domains=[("gn-1", "konya.bel.tr")])])
def test_a_domain_that_imitates_a_recorded_one_is_told_whosever_it_is(address: str, known: Known) -> None:
    (risk,) = find(signing(address=address), known)
    assert (risk["code"], risk["known"]) == ("look_alike_domain", "konya.bel.tr")


def test_a_domain_that_imitates_the_invited_one_is_told() -> None:
    assert codes(signing(address="mayor@k0nya.bel.tr"), Known(invited=["mayor@konya.bel.tr"])) == ["look_alike_domain", "other_address"]


def test_the_recorded_domain_and_what_lies_below_imitate_nothing() -> None:
    known = Known(domains=[(KONYA, "konya.bel.tr")])
    assert find(signing(), known) == find(signing(address="mayor@mail.konya.bel.tr"), known) == []


def test_a_name_in_other_characters_poses_as_one_who_has_signed_or_is_known() -> None:
    one = signing(name="Сара Роре")
    assert "look_alike_name" in codes(one, Known(others=[("Capa Pope", "abc")]))
    assert "look_alike_name" in codes(one, Known(terms=[term("Capa Pope", None, None)]))
    assert "look_alike_name" not in codes(signing(name="CAPA POPE"), Known(others=[("Capa Pope", "abc")]))


def test_a_second_leader_is_told_with_the_other_pledge() -> None:
    assert find(signing(), Known(others=[("Ahmet Demir", "abc")])) == [{"code": "second_leader", "name": "Ahmet Demir", "pledge": "abc"}]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ([term("Ayşe Yıldırım", date(2024, 4, 1), None)], []),
        ([term("YILDIRIM Ayse", None, None)], []),
        ([term("Ayşe Yıldırım", date(2019, 4, 1), date(2024, 3, 31))], ["out_of_office"]),
        ([term("Ayşe Yıldırım", date(2024, 10, 1), None)], ["out_of_office"]),
        ([term("Ayşe Yıldırım", date(2024, 9, 19), date(2024, 9, 19))], []),
        ([term("Ayşe Yıldırım", date(2014, 4, 1), date(2019, 3, 31)), term("Ayşe Yıldırım", date(2024, 4, 1), None)], []),
        ([term("Ahmet Demir", date(2024, 4, 1), None)], ["other_in_office"]),
        ([term("Ahmet Demir", date(2014, 4, 1), date(2019, 4, 1))], []),
        (
            [term("Ayşe Yıldırım", None, date(2024, 3, 31)), term("Ahmet Demir", date(2024, 4, 1), None)],
            ["out_of_office", "other_in_office"],
        ),
    ],
)
def test_terms_are_compared_on_the_day_of_the_signature(terms: list[Term], expected: list[str]) -> None:
    assert codes(signing(), Known(terms=terms)) == expected


def test_a_known_leader_is_found_by_the_latin_name_too() -> None:
    known = Known(terms=[term("Khaled al-Asad", date(2024, 1, 1), None)])
    assert codes(signing(name="خالد الأسد", latin="Khaled al-Asad"), known) == []


def test_a_network_is_told_from_the_operators_number_on() -> None:
    assert find(signing(), Known(signatures=9)) == []
    assert find(signing(), Known(signatures=10)) == [{"code": "one_network", "signatures": 10, "days": 7}]
    assert codes(signing(), Known(signatures=3, many=3)) == ["one_network"]


def test_a_government_of_the_directory_that_was_entered_by_hand_is_told() -> None:
    assert find(signing(), Known(twin="Konya")) == [{"code": "entered_by_hand", "government": "Konya"}]


@pytest.mark.parametrize(
    ("address", "known", "by"),
    [
        ("mayor@konya.bel.tr", Known(domains=[(KONYA, "konya.bel.tr")]), "konya.bel.tr"),
        ("mayor@mail.konya.bel.tr", Known(domains=[(KONYA, "konya.bel.tr")]), "konya.bel.tr"),
        ("mayor@gmail.com", Known(invited=["mayor@gmail.com"]), "mayor@gmail.com"),
        ("mayor@konya.bel.tr", Known(), ""),
        ("mayor@konya.bel.tr", Known(domains=[("gn-1", "konya.bel.tr")]), ""),
        ("mayor@eskonya.bel.tr", Known(domains=[(KONYA, "konya.bel.tr")]), ""),
        ("other@gmail.com", Known(invited=["mayor@gmail.com"]), ""),
    ],
)
def test_a_recorded_domain_or_an_invited_address_establishes_who_signed(address: str, known: Known, by: str) -> None:
    found = assurance_by_address(signing(address=address), known)
    assert found == (Assurance.OFFICIAL_DOMAIN if by else Assurance.NOT_KNOWN, by)


@pytest.mark.parametrize("kind", [SignatureKind.CERTIFICATE, SignatureKind.PAPER, SignatureKind.REPORTED])
def test_an_address_that_was_only_typed_establishes_nothing(kind: SignatureKind) -> None:
    known = Known(domains=[(KONYA, "konya.bel.tr")], invited=["mayor@konya.bel.tr"])
    assert assurance_by_address(signing(kind=kind), known) == (Assurance.NOT_KNOWN, "")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_an_address_stands_for_the_network_of_one_visitor(address: str, network: str) -> None:
    assert network_of(address) == network
