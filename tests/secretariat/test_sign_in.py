"""The door of the room, and its pages as an officer sees them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from pledges.accounts.roles import READ
from pledges.domain.lifecycle import EditionKind, Moderation
from pledges.extensions import db
from pledges.models import Decision, Edition, EditionFile, Letter, Pledge, Role
from tests.accounts.officers import make_officer, sign_in, token
from tests.secretariat.signed import AT, make_pledge

PAGES = ("/secretariat/", "/secretariat/letters", "/secretariat/editions", "/secretariat/log")


@pytest.fixture
def public_id(app: Flask) -> str:
    with app.app_context():
        pledge = make_pledge(db.session())
        db.session.commit()
        return pledge.public_id


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    sign_in(client, make_officer(app))
    return client


def take(client: FlaskClient, public_id: str, **over: str):
    """Take a pledge to decide on it, and look at it."""
    address = f"/secretariat/pledges/{public_id}"
    client.post(f"{address}/take", data={"csrf_token": token(client.get(address)), **over})
    return client.get(address)


def post(client: FlaskClient, public_id: str, move: str, **fields: str):
    page = take(client, public_id)
    seen = re.search(rf'name="{move}-seen"[^>]*value="([^"]+)"', page.text) or re.search(r'name="seen" value="([^"]+)"', page.text)
    typed = {f"{move}-{name}": value for name, value in fields.items()}
    known = {f"{move}-seen": seen[1] if seen else "", "seen": seen[1] if seen else ""}
    return client.post(f"/secretariat/pledges/{public_id}/{move}", data={"csrf_token": token(page)} | known | typed)


@pytest.mark.parametrize("address", PAGES)
def test_strangers_are_led_to_sign_in(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.status_code == 303
    assert answer.location.startswith("/accounts/sign-in?next=")


@pytest.mark.parametrize("role", sorted(READ))
@pytest.mark.parametrize("address", PAGES)
def test_every_officer_may_look(app: Flask, client: FlaskClient, role: str, address: str):
    sign_in(client, make_officer(app, role=role))
    assert client.get(address).status_code == 200


def test_an_account_of_another_role_is_refused(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app))
    with app.app_context():
        db.session.execute(update(Role).where(Role.name == "moderator").values(name="visitor"))
        db.session.commit()
    assert client.get("/secretariat/").status_code == 403


def test_the_queue_shows_names_in_their_script_with_the_way_of_signing(app: Flask, officer: FlaskClient):
    with app.app_context():
        make_pledge(db.session(), name="斎藤 明美", government="Kuwana", country="JP", reported=True)
        db.session.commit()
    page = officer.get("/secretariat/").text
    assert "斎藤 明美" in page
    assert "Reported by file, original not seen" in page
    assert "Japan" in page


def test_a_pledge_is_accepted_on_its_page(app: Flask, officer: FlaskClient, public_id: str):
    page = officer.get(f"/secretariat/pledges/{public_id}").text
    assert "We plant trees." in page
    assert "192.0.2.9" in page
    answer = post(officer, public_id, "accept")
    assert answer.status_code == 303
    assert "Accepted: Ayşe Yıldırım, Konya." in officer.get(answer.location).text
    with app.app_context():
        assert db.session.scalars(select(Pledge)).one().current.moderation is Moderation.ACCEPTED
        assert db.session.scalars(select(Letter.kind).distinct()).all() == ["accepted"]
    assert "l.ortiz@secretariat.example" in officer.get(f"/secretariat/pledges/{public_id}").text


def test_a_decision_without_its_reason_keeps_what_was_typed(app: Flask, officer: FlaskClient, public_id: str):
    answer = post(officer, public_id, "decline", message="We could not reach the city hall.")
    assert answer.status_code == 422
    assert "Choose a reason." in answer.text
    assert "We could not reach the city hall." in answer.text
    with app.app_context():
        assert db.session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"reason": "other"}, "Say in the message what the reason is."), ({"reason": "duplicate", "message": "a\x07b"}, "cannot be printed")],
)
def test_a_reason_that_says_nothing_and_characters_that_print_nothing_are_refused(
    officer: FlaskClient, public_id: str, fields: dict[str, str], told: str
):
    answer = post(officer, public_id, "decline", **fields)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_pledge_is_returned_with_a_suggestion_and_shown_so(officer: FlaskClient, public_id: str):
    typed = {
        "return-reason": "",
        "return-words_actions": "We plant 7,000 trees.",
        "csrf_token": token(take(officer, public_id)),
        "look": "y",
    }
    looked = officer.post(f"/secretariat/pledges/{public_id}/return", data=typed)  # the reason comes with the decision
    assert re.search(r"<ins>.*?7,000 </ins>", looked.text)
    assert post(officer, public_id, "return", reason="needs_wording", words_actions="We plant 5,000 trees.").status_code == 303
    page = officer.get(f"/secretariat/pledges/{public_id}").text
    assert re.search(r"<ins>.*?5,000 </ins>", page)
    assert "The wording has to change" in page


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(app: Flask, client: FlaskClient, public_id: str):
    one, address = make_officer(app, role="moderator"), f"/secretariat/pledges/{public_id}/notes"

    def send(known: str, referrer: str = "http://localhost/secretariat/") -> TestResponse:
        typed = {"note-text": "Called the city hall, <b>no answer</b>.", "csrf_token": known}
        return client.post(address, data=typed, headers={"Referer": referrer})

    sign_in(client, one)
    known = token(client.get("/accounts/"))
    client.post("/accounts/sign-out", data={"csrf_token": known})
    ended = send(token(client.get("/accounts/sign-in")))
    assert ended.status_code == 401
    assert "Called the city hall, &lt;b&gt;no answer&lt;/b&gt;." in ended.text
    assert "Called" not in send(token(ended), "https://evil.example/").text
    sign_in(client, one, later=1)
    again = send(token(ended))
    assert (again.status_code, f'action="{address}"' in again.text) == (400, True)
    assert send(token(again)).status_code == 303
    assert "Called the city hall" in client.get(f"/secretariat/pledges/{public_id}").text


def test_what_was_typed_when_the_database_failed_is_sent_again(app: Flask, officer: FlaskClient, public_id: str):
    typed = {"note-text": "Called the city hall, no answer.", "csrf_token": token(officer.get("/accounts/"))}
    with app.app_context():
        db.session.execute(text("DROP TABLE note"))
        db.session.commit()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    failed = officer.post(f"/secretariat/pledges/{public_id}/notes", data=typed, headers={"Referer": "http://localhost/secretariat/"})
    assert (failed.status_code, "Called the city hall, no answer.</pre>" in failed.text) == (500, True)


def test_told_later_means_no_letter_yet(app: Flask, officer: FlaskClient, public_id: str):
    post(officer, public_id, "accept", later="y")
    with app.app_context():
        assert db.session.scalars(select(Letter)).all() == []
    assert "Ayşe Yıldırım" in officer.get("/secretariat/?pile=untold").text
    assert post(officer, public_id, "announce").status_code == 303
    with app.app_context():
        assert len(db.session.scalars(select(Letter)).all()) == 2


def test_the_second_of_two_officers_reads_who_decided_what_and_keeps_what_was_typed(app: Flask, officer: FlaskClient, public_id: str):
    second = app.test_client()
    sign_in(second, make_officer(app, email="m.sow@secretariat.example"), email="m.sow@secretariat.example")
    page = take(second, public_id)
    seen = re.search(r'name="decline-seen"[^>]*value="([^"]+)"', page.text)
    assert seen
    take(officer, public_id, over="y")
    post(officer, public_id, "accept")
    typed = {"decline-reason": "not_confirmed", "decline-message": "Nobody answered the phone.", "decline-seen": seen[1]}
    answer = second.post(f"/secretariat/pledges/{public_id}/decline", data={"csrf_token": token(page)} | typed)
    assert answer.status_code == 409
    assert re.search(r"Accepted:\s*<bdi>l\.ortiz@secretariat\.example</bdi>", answer.text)
    assert "Nobody answered the phone." in answer.text
    with app.app_context():
        assert db.session.scalars(select(Pledge)).one().current.moderation is Moderation.ACCEPTED


def test_a_withdrawn_pledge_offers_no_decision(app: Flask, officer: FlaskClient, public_id: str):
    with app.app_context():
        db.session.execute(update(Pledge).values(withdrawn_at=datetime.now(UTC)))
        db.session.commit()
    page = officer.get(f"/secretariat/pledges/{public_id}")
    assert "There is nothing left to decide." in page.text
    assert "Accept the pledge" not in page.text


def test_a_pledge_accepted_by_import_says_so(app: Flask, officer: FlaskClient, public_id: str):
    post(officer, public_id, "accept")
    with app.app_context():
        db.session.connection().execute(update(Decision).values(by_import=True, decided_by="the operator"))
        db.session.commit()
    assert "by import, by the operator" in officer.get(f"/secretariat/pledges/{public_id}").text


def test_what_leaders_typed_is_shown_and_never_run(app: Flask, officer: FlaskClient):
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    with app.app_context():
        pledge = make_pledge(db.session(), name=attack, government=attack)
        db.session.commit()
        public_id = pledge.public_id
    for address in ("/secretariat/", f"/secretariat/pledges/{public_id}"):
        page = officer.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_letters_tell_where_they_are_and_show_no_secret(app: Flask, officer: FlaskClient, public_id: str):
    post(officer, public_id, "accept")
    with app.app_context():
        sent, failed = db.session.scalars(select(Letter).order_by(Letter.id)).all()
        secret = next(iter((failed.secrets or {}).values()))
        sent.delivered_at, failed.given_up_at, failed.last_error = AT, AT, "550 no such mailbox"
        db.session.commit()
    page = officer.get("/secretariat/letters").text
    assert "550 no such mailbox" in page
    assert secret not in page
    assert "550 no such mailbox" not in officer.get("/secretariat/letters?post=sent").text
    assert "No letters here." in officer.get("/secretariat/letters?post=waiting").text


def test_editions_show_their_numbers_and_who_broke_the_glass(app: Flask, officer: FlaskClient):
    with app.app_context():
        edition = Edition(
            number=1, kind=EditionKind.REV, label="Rev.0", as_of=AT, root="ab" * 32, pledges=300, log_number=9, log_hash="cd" * 32,
            example=True, built_at=AT, released_at=AT, released_by="the operator", break_glass=True,
        )  # fmt: skip
        file = EditionFile(
            edition=edition, language="en", name="one.pdf", pages=40, size=2_000_000, content_sha256="1" * 64, sha256="ef" * 32,
            seal_subject="CN=seal", development_seal=True, built_at=AT,
        )  # fmt: skip
        later = Edition(
            number=2, kind=EditionKind.REV, label="Rev.1", as_of=AT, root="12" * 32, pledges=301, log_number=9, log_hash="cd" * 32,
            example=True, built_at=AT, released_at=datetime.now(UTC) + timedelta(days=1),
        )  # fmt: skip
        db.session.add_all([edition, file, later])
        db.session.commit()
    page = officer.get("/secretariat/editions").text + officer.get("/secretariat/editions/1").text
    for told in ("Rev.0", "ab" * 32, "ef" * 32, "300", "Break-glass", "Development seal", "the operator", "To be released"):
        assert told in page


def test_the_log_tells_who_did_what_to_what(officer: FlaskClient, public_id: str):
    post(officer, public_id, "accept")
    page = officer.get("/secretariat/log").text
    assert ">pledge.accepted<" in page
    assert f"pledge:{public_id}" in page
    assert "l.ortiz@secretariat.example" in page


@pytest.mark.parametrize("query", ["before=x", "before=-1", "before=99999999999999999999999", "post=none", "before=٣"])
@pytest.mark.parametrize("address", ["/secretariat/letters", "/secretariat/log"])
def test_nonsense_in_an_address_breaks_no_list(officer: FlaskClient, address: str, query: str):
    assert officer.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["pile=x&theme=y&country=zz&after=%00", "q=%00", "q=" + "a" * 5000, "after=1.1&pile=untold"])
def test_nonsense_in_an_address_breaks_no_queue(officer: FlaskClient, public_id: str, query: str):
    assert officer.get(f"/secretariat/?{query}").status_code == 200


def test_a_pledge_that_is_not_there_is_not_found(officer: FlaskClient):
    assert officer.get("/secretariat/pledges/none").status_code == 404
    assert officer.get("/secretariat/pledges/%00").status_code == 404
