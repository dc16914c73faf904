import pytest

from pledges.domain.addresses import address, address_key, ascii_address, mailbox_key
from pledges.domain.problems import Refused


def test_an_international_domain_is_kept_as_typed_and_sent_as_punycode() -> None:
    kept = address("maire@Bücher.example.org", "leader_email")
    assert kept == "maire@bücher.example.org"
    assert ascii_address(kept) == "maire@xn--bcher-kva.example.org"


def test_one_persons_address_has_one_key() -> None:
    assert address_key("Mayor@example.org") == address_key("mayor@example.org")
    assert address_key("m@bücher.example.org") == address_key("M@xn--bcher-kva.example.org")
    assert address_key("m@example.org") != address_key("n@example.org")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\v", "\x85", "\u2028"])
def test_a_line_end_is_refused_even_where_cleaning_would_trim_it(end: str) -> None:
    with pytest.raises(Refused, match="on one line"):
        address(f"mayor@example.org{end}", "leader_email")


@pytest.mark.parametrize("raw", ["may\u200bor@example.org", "\ufeffmayor@example.org", "mayor@example.org\u00ad"])
def test_an_invisible_character_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="invisible"):
        address(raw, "leader_email")


@pytest.mark.parametrize(
    "raw", ["市長@example.org", "a@b@example.org", "mayor@example.local", "mayor@exam_ple.org", f"{'m' * 65}@example.org"]
)
def test_what_no_mail_reaches_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        address(raw, "leader_email")


def test_letters_to_one_mailbox_are_counted_together_whatever_its_tag() -> None:
    assert mailbox_key("Mayor+Press@Example.ORG") == mailbox_key("mayor@example.org") == "mayor@example.org"
    assert mailbox_key("mayor@münchen.example.org") == "mayor@xn--mnchen-3ya.example.org"
