import pytest

from pledges.domain.mail_domains import domain_looks, is_free_mail, lies_in, readable, recordable, widening
from pledges.domain.problems import Refused


@pytest.mark.parametrize("domain", ["gmail.com", "mail.ru", "qq.com", "mail.yahoo.fr", "hotmail.com"])
def test_a_mailbox_for_anybody_is_free_mail(domain: str) -> None:
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", ["konya.bel.tr", "notgmail.com", "gmail.com.konya.bel.tr", "com"])
def test_other_domains_are_not(domain: str) -> None:
    assert not is_free_mail(domain)


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("konya.bel.tr", "konya.bel.tr"),
        (" Konya.BEL.tr ", "konya.bel.tr"),
        ("mayor@konya.bel.tr", "konya.bel.tr"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("市.jp", "xn--7st.jp"),
        ("city.tokyo.lg.jp", "city.tokyo.lg.jp"),
    ],
)
def test_a_governments_own_domain_can_be_recorded(typed: str, recorded: str) -> None:
    assert recordable(typed, "domain") == recorded


@pytest.mark.parametrize("typed", ["bel.tr", "gov.uk", "lg.jp", "co.ke", "blogspot.com", "gob.mx"])
def test_a_suffix_under_which_anybody_registers_is_nobodys_own(typed: str) -> None:
    with pytest.raises(Refused, match="below it"):
        recordable(typed, "domain")


@pytest.mark.parametrize("typed", ["gmail.com", "mail.yahoo.com", "somebody@outlook.com"])
def test_free_mail_is_nobodys_own(typed: str) -> None:
    with pytest.raises(Refused, match="Anybody can get an address"):
        recordable(typed, "domain")


@pytest.mark.parametrize(
    "typed",
    ["", "tr", "konya", "a b.tr", "https://konya.bel.tr/", "konya.bel.tr\nx.tr", "-konya.tr", "konya..tr", "\u202ekonya.tr", "[192.0.2.1]"],
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="no mail domain"):
        recordable(typed, "domain")


def test_a_domain_lies_in_itself_and_in_those_above_it() -> None:
    assert list(widening("mail.konya.bel.tr")) == ["mail.konya.bel.tr", "konya.bel.tr", "bel.tr"]
    assert lies_in("mail.konya.bel.tr", "konya.bel.tr")
    assert lies_in("konya.bel.tr", "konya.bel.tr")
    assert not lies_in("eskonya.bel.tr", "konya.bel.tr")


@pytest.mark.parametrize("imitation", ["kоnya.bel.tr", "xn--knya-55d.bel.tr", "k0nya.bel.tr"])
def test_an_imitation_looks_like_the_domain(imitation: str) -> None:
    assert domain_looks(imitation) == domain_looks("konya.bel.tr")


def test_other_domains_do_not_look_alike() -> None:
    assert domain_looks("konya-bel.tr") != domain_looks("konya.bel.tr")
    assert domain_looks("izmir.bel.tr") != domain_looks("konya.bel.tr")


def test_an_ascii_form_that_is_no_idna_stays_as_it_is() -> None:
    assert readable("xn--mnchen-3ya.de") == "münchen.de"
    assert readable("xn--\u0663.de") == "xn--\u0663.de"
    assert readable("xn--zzzzzzzzzzzzzz9.de") == "xn--zzzzzzzzzzzzzz9.de"
