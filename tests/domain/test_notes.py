"""Our letters lead nowhere but to us, whatever names and notes are typed."""

import pytest

from pledges.domain.commitments import check_field
from pledges.domain.notes import note
from pledges.domain.problems import Refused

FIELDS = ("government_name", "government_native_name", "leader_name", "leader_role", "office_local")
LEADING = ("See https://evil.example", "WWW.evil.example", "evil.example/login", "EVIL.EXAMPLE/x", "evil.example:8080", "evil.example?q=1",
           "Go to evil.com.", "EVIL.Com", "a.evil.co.uk", "evil.com-now", "evil.xn--fiqs8s", "邪恶.中国", "win@evil.net")  # fmt: skip
PLAIN = (
    "J.Li",
    "Gov. of St. Li",
    "No.5",
    "z.B.Schulen",
    "U.S.A.",
    "Mayor of St.Denis",
    "Dr.Meier/Group",
    "What is done by 2030?",
    "e.g.schools: 3",
    "Gov. of A/B",
    "Who comes at 10.30?",
)


@pytest.mark.parametrize("words", LEADING)
def test_no_note_and_no_name_that_stands_in_a_letter_holds_the_address_of_a_web_page(words: str) -> None:
    with pytest.raises(Refused, match="web page"):
        note(words, "note")
    for field in FIELDS:
        with pytest.raises(Refused, match="web page"):
            check_field(field, words)


@pytest.mark.parametrize("words", PLAIN)
def test_what_only_looks_a_little_like_an_address_is_taken(words: str) -> None:
    assert note(words, "note") == words
    assert {check_field(field, words) for field in FIELDS} == {words}
