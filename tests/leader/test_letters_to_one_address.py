"""Nobody's mail is flooded by us, whoever names an address and whatever form has the letters written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from pledges.app import create_app
from pledges.extensions import db
from tests.leader.cabinet import KONYA, LEADER, Cabinet, add_government


@pytest.fixture
def limited(database_url: str, tmp_path: Path) -> Iterator[Cabinet]:
    """A cabinet before the application with its limits."""
    app = create_app(config.testing(database_url, tmp_path / "instance", rate_limits=True))
    with app.app_context():
        add_government(db.session(), KONYA, "Konya")
    yield Cabinet(app, app.test_client())
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def elsewhere(cabinet: Cabinet, network: str = "203.0.113.9") -> Cabinet:
    """Another browser, in another network."""
    client = cabinet.app.test_client()
    client.environ_base["REMOTE_ADDR"] = network
    return Cabinet(cabinet.app, client)


def until_refused(cabinet: Cabinet, most: int, page: str, **fields: str) -> int:
    """How often a form is taken, with a number in its fields where they have a place for it; hours may change once in between."""
    token = cabinet.token()
    for number in range(2 * most + 1):
        typed = {name: value.format(number=number) for name, value in fields.items()}
        if cabinet.client.post(page, data=typed | {"csrf_token": token}).status_code == 429:
            return number
    return 2 * most + 1


def test_asking_for_links_too_often_is_refused_for_that_address_alone(limited: Cabinet) -> None:
    assert 5 <= until_refused(limited, 5, "/leader/ask", address="mayor@konya.example.org") <= 10
    assert limited.post("/leader/ask", address="other@konya.example.org").status_code == 303


def test_a_colleague_is_not_written_to_under_ever_new_tags_of_one_mailbox(limited: Cabinet) -> None:
    limited.begin()
    assert 5 <= until_refused(limited, 5, f"{limited.home}/cabinet", address="ann+{number}@konya.example.org", keeps="yes") <= 10
    assert limited.post("cabinet", address="ben@konya.example.org").status_code == 303


def test_drafts_that_name_one_preparer_are_begun_as_often_as_a_network_needs_and_no_more(limited: Cabinet) -> None:
    fields = {"government_id": KONYA, "submission_key": "{number:032x}"}
    assert 20 <= until_refused(limited, 20, "/leader/start", preparer_email="a+{number}@konya.example.org", **fields) <= 40
    assert limited.begin(preparer_email="").status_code == 303
    assert limited.begin(preparer_email="b@konya.example.org").status_code == 303


def test_the_letter_to_sign_goes_to_one_leader_no_more_often_than_a_cabinet_needs(limited: Cabinet) -> None:
    limited.prepare()
    assert 19 <= until_refused(limited, 20, f"{limited.home}/send-again") <= 39
    limited.post("reopen")
    assert limited.send().status_code == 429
    sent = [to for kind, to in limited.letters() if kind == "sign_link"]
    assert 20 <= len(sent) <= 40
    assert set(sent) == {LEADER}


def test_no_stranger_keeps_a_text_from_being_sent_to_a_leader_by_having_that_leader_written_to(limited: Cabinet) -> None:
    stranger, cabinet = elsewhere(limited), limited
    assert until_refused(stranger, 20, "/leader/ask", address=LEADER) <= 10, "what is refused is not held against others"
    stranger.prepare()
    assert until_refused(stranger, 20, f"{stranger.home}/send-again") <= 39
    assert cabinet.post("/leader/ask", address=LEADER).status_code == 303
    assert cabinet.prepare().post("send-again").status_code == 303
    assert cabinet.letter("sign_link")["to"] == LEADER


def test_one_pledge_is_not_sent_for_signature_from_ever_new_networks(limited: Cabinet) -> None:
    limited.prepare()
    client, token = limited.client, limited.token()
    for number in range(41):
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        if client.post(f"{limited.home}/send-again", data={"csrf_token": token}).status_code == 429:
            break
    else:
        pytest.fail("never refused")
