"""No answer tells a stranger who has signed, who is invited or what exists: the same question gets the same answer."""

import re

import pytest
from werkzeug.test import TestResponse

from pledges.extensions import db
from tests.leader.cabinet import KONYA, LEADER, PREPARER, Cabinet, add_government, path

UNKNOWN = "nobody@nowhere.example.org"


@pytest.fixture
def signed(cabinet: Cabinet) -> Cabinet:
    """Konya's mayor has signed; Karaman's has not."""
    with cabinet.app.app_context():
        add_government(db.session(), "gn-2", "Karaman", population=1_400_000)
    return cabinet.prepare().sign()


def told(answer: TestResponse, *varying: str) -> tuple[int, str, list[str], str]:
    """Everything that an answer says, without what is random in every answer and what the asker typed."""
    text = re.sub(r'(name="(csrf_token|submission_key)"[^>]*value=)"[^"]+"', r"\1", answer.text)
    for word in varying:
        text = text.replace(word, "…")
    headers = sorted(name for name, _value in answer.headers)
    return answer.status_code, answer.headers.get("Location", ""), headers, text


def stranger(cabinet: Cabinet) -> Cabinet:
    return Cabinet(cabinet.app, cabinet.app.test_client())


@pytest.mark.parametrize("known", [LEADER, PREPARER])
def test_asking_for_a_link_answers_alike_for_every_address(signed: Cabinet, known: str):
    answers = [told(stranger(signed).post("/leader/ask", address=address)) for address in (known, UNKNOWN)]
    assert answers[0] == answers[1]
    asked = stranger(signed)
    assert told(asked.client.get("/leader/ask?sent=yes")) == told(stranger(signed).client.get("/leader/ask?sent=yes"))


def test_the_start_answers_alike_whether_or_not_a_government_has_pledged(signed: Cabinet):
    found = [
        told(stranger(signed).client.get(f"/leader/start?government={one}"), one, name)
        for one, name in ((KONYA, "Konya"), ("gn-2", "Karaman"))
    ]
    assert found[0] == found[1]
    lists = [
        told(stranger(signed).client.get(f"/leader/governments?q={name}"), one, name)
        for one, name in ((KONYA, "Konya"), ("gn-2", "Karaman"))
    ]
    assert lists[0] == lists[1]


def test_a_draft_begins_and_goes_to_its_leader_alike_whoever_has_signed(signed: Cabinet):
    pages = []
    for government, name, address in ((KONYA, "Konya", LEADER), ("gn-2", "Karaman", "mayor@karaman.example.org")):
        staff = stranger(signed)
        steps = [staff.begin(government), *staff.fill(leader_email=address).values(), staff.send()]
        assert {step.status_code for step in steps} == {303}
        answer = told(staff.client.get(staff.home), staff.public_id, address, name)
        pages.append((*answer[:3], re.sub(r"[0-9a-f]{6,}|\d+", "", answer[3])))
    assert pages[0] == pages[1]


def test_that_there_is_a_signed_pledge_is_told_only_to_the_holder_of_its_address(signed: Cabinet):
    again = stranger(signed).prepare()
    wrong = again.post("sign", code="00000000", consent="yes")
    assert wrong.status_code in (422, 303)
    assert "signed pledge" not in wrong.text
    link = path(again.letter("sign_link", to=LEADER)["link"])
    assert again.post(link, consent="yes").status_code == 409


@pytest.mark.parametrize(
    "page", ["", "/office", "/review", "/sign", "/receipt", "/record.json", "/withdraw", "/cabinet", "/other-ways", "/paper.pdf"]
)
def test_a_pledge_without_its_secret_answers_like_none(signed: Cabinet, page: str):
    there = told(stranger(signed).client.get(f"/leader/{signed.public_id}{page}"), signed.public_id)
    none = told(stranger(signed).client.get(f"/leader/{'0' * 32}{page}"), "0" * 32)
    assert there == none
    assert there[0] == 404


@pytest.mark.parametrize("address", ["/pledges/{}", "/pledges/{}/record.json", "/api/v1/pledges/{}", "/api/v1/pledges/{}/proof?edition=1"])
def test_a_pledge_that_is_not_released_answers_like_none(signed: Cabinet, address: str):
    there = told(stranger(signed).client.get(address.format(signed.public_id)), signed.public_id)
    none = told(stranger(signed).client.get(address.format("0" * 32)), "0" * 32)
    assert there == none


def test_an_invitations_link_that_was_taken_back_answers_like_one_that_never_was(signed: Cabinet):
    one, other = (told(stranger(signed).client.get(f"/leader/invited/{token}"), token) for token in ("a" * 43, "b" * 43))
    assert one == other
    assert one[0] == 410
