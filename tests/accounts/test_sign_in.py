from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import config
from pledges.accounts.actions import hold_recovery_codes
from pledges.accounts.attempts import TRIES, TRIES_OF_A_NETWORK
from pledges.app import create_app
from pledges.extensions import db
from pledges.models import Account, LogEntry
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer, send_code, send_password, sign_in, signed_in, token
from tests.answers import addresses


def test_password_and_code_sign_an_officer_in_and_the_next_request_knows_it(app: Flask, client: FlaskClient):
    key = make_officer(app)
    answer = sign_in(client, key)
    assert answer.status_code == 302
    assert client.get(answer.location, follow_redirects=True).status_code == 200
    assert signed_in(client)
    with app.app_context():
        acts = list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.number)))
    assert acts[-1] == "account.signed_in"


def test_a_password_alone_opens_nothing(app: Flask, client: FlaskClient):
    make_officer(app)
    assert "/accounts/code" in send_password(client).location
    assert not signed_in(client)


def test_an_unknown_address_and_a_wrong_password_get_the_same_page(app: Flask, client: FlaskClient):
    make_officer(app)
    wrong = send_password(client, password="not the password at all")
    unknown = send_password(client, email="nobody@secretariat.example")
    forget = {EMAIL: "", "nobody@secretariat.example": ""}

    def without_what_was_typed(text: str) -> str:
        for typed in forget:
            text = text.replace(typed, "")
        return text.replace(token(wrong), "").replace(token(unknown), "")

    assert wrong.status_code == unknown.status_code == 200
    assert "The address, the password or the code is not right." in wrong.text
    assert without_what_was_typed(wrong.text) == without_what_was_typed(unknown.text)


def test_a_code_works_once(app: Flask, client: FlaskClient):
    key = make_officer(app)
    used = code(key)
    send_password(client)
    assert send_code(client, used).status_code == 302
    other = app.test_client()
    send_password(other)
    assert "it was used already" in send_code(other, used).text
    assert not signed_in(other)


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "///evil.example", "\\\\evil.example", "https:evil.example", "%5Cevil"]
)
def test_signing_in_leads_to_no_other_site(app: Flask, client: FlaskClient, evil: str):
    key = make_officer(app)
    first = send_password(client, back=evil)
    assert first.status_code == 302
    page = client.get("/accounts/code", query_string={"next": evil})
    second = client.post("/accounts/code", query_string={"next": evil}, data={"code": code(key), "csrf_token": token(page)})
    assert second.status_code == 302
    for answer in (first, second):
        assert urlsplit(urljoin("http://localhost/accounts/code", answer.location.replace("\\", "/"))).hostname == "localhost"


def test_signing_in_comes_back_to_the_page_that_was_asked_for(app: Flask, client: FlaskClient):
    key = make_officer(app)
    asked = client.get("/secretariat/letters?post=sent")
    assert asked.status_code == 303
    answer = client.post(
        asked.location,
        data={
            "email": EMAIL,
            "password": PASSWORD,
            "csrf_token": token(client.get(asked.location)),
            "next": "/secretariat/letters?post=sent",
        },
    )
    assert send_code(client, code(key), address=answer.location).location == "/secretariat/letters?post=sent"


def test_every_post_without_the_token_is_refused(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app))
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.split(".")[0] in ("security", "accounts", "secretariat"):
            for address in addresses(app, rule, {"public_id": ["x"], "number": [1]}):
                assert client.post(address).status_code == 400, address


def test_a_recovery_code_stands_in_for_the_phone_once(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    made = client.post("/accounts/recovery-codes", data={"csrf_token": token(client.get("/accounts/recovery-codes"))})
    recovery = made.text.split("<code>")[1].split("</code>")[0]
    with app.app_context():
        stored = db.session.scalars(select(Account)).one().mf_recovery_codes
        assert "account.recovery_codes_made" in db.session.scalars(select(LogEntry.act)).all()
    assert stored
    assert recovery not in "".join(stored)
    for works in (True, False):
        other = app.test_client()
        send_password(other)
        assert (send_code(other, recovery, address="/accounts/recover").status_code == 302) is works
        assert signed_in(other) is works


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True, scope="session")
def test_whoever_uses_a_recovery_code_sees_that_somebody_has_just_used_it(fresh_database: Engine):
    with Session(fresh_database) as first, Session(fresh_database) as second:
        account = Account(email=EMAIL, fs_uniquifier="u", created_at=datetime.now(UTC), mf_recovery_codes=["a", "b"])
        first.add(account)
        first.commit()
        late = second.get_one(Account, account.id)
        assert late.mf_recovery_codes == ["a", "b"]
        account.mf_recovery_codes.remove("a")
        first.commit()
        hold_recovery_codes(second, late.id)
        assert late.mf_recovery_codes == ["b"]


def test_an_authenticator_key_lies_encrypted(app: Flask):
    key = make_officer(app)
    with app.app_context():
        stored = db.session.scalars(select(Account)).one().tf_totp_secret
    assert stored
    assert key not in stored


class TestTries:
    @pytest.fixture
    def limited(self, database_url: str, tmp_path: Path) -> Iterator[Flask]:
        application = create_app(config.testing(database_url, tmp_path / "instance", rate_limits=True))
        yield application
        with application.app_context():
            db.session.remove()
            db.engine.dispose()

    def test_a_stranger_is_stopped_and_the_officer_elsewhere_is_not(self, limited: Flask):
        key = make_officer(limited)
        stranger = limited.test_client()
        stranger.environ_base["REMOTE_ADDR"] = "192.0.2.7"
        answers = [send_password(stranger, password="a wrong guess, again").status_code for _ in range(TRIES + 1)]
        assert answers == [200] * TRIES + [429]
        officer = limited.test_client()
        officer.environ_base["REMOTE_ADDR"] = "198.51.100.4"
        assert sign_in(officer, key).status_code == 302

    def test_an_officer_at_a_known_browser_signs_in_beside_a_stranger_in_the_same_hall(self, limited: Flask):
        key = make_officer(limited)
        officer = limited.test_client()
        sign_in(officer, key)
        officer.delete_cookie("session")
        stranger = limited.test_client()
        for _ in range(TRIES + 1):
            send_password(stranger, password="a wrong guess, again")
        assert send_password(limited.test_client()).status_code == 429
        assert sign_in(officer, key, later=1).status_code == 302

    def test_whoever_knows_the_password_cannot_keep_the_officer_out_with_wrong_digits(self, limited: Flask):
        key = make_officer(limited)
        officer = limited.test_client()
        sign_in(officer, key)
        officer.delete_cookie("session")
        thief = limited.test_client()
        send_password(thief)
        assert [send_code(thief, "000000").status_code for _ in range(TRIES + 1)][-1] == 429
        assert sign_in(officer, key, later=1).status_code == 302

    def test_many_addresses_from_one_network_are_stopped(self, limited: Flask):
        client = limited.test_client()
        page = token(client.get("/accounts/sign-in"))
        answers = [
            client.post("/accounts/sign-in", data={"email": f"officer{number}@secretariat.example", "csrf_token": page}).status_code
            for number in range(TRIES_OF_A_NETWORK + 1)
        ]
        assert set(answers[:-1]) == {200}
        assert answers[-1] == 429

    def test_a_password_cannot_be_guessed_in_a_session_that_was_left_open(self, limited: Flask):
        key = make_officer(limited)
        client = limited.test_client()
        sign_in(client, key)
        client.delete_cookie("known-browser", path="/accounts")
        page = token(client.get("/accounts/confirm"))
        guesses = [client.post("/accounts/confirm", data={"password": f"guess {number}", "csrf_token": page}) for number in range(TRIES)]
        assert [answer.status_code for answer in guesses] == [200] * (TRIES - 1) + [429]

    def test_codes_cannot_be_guessed_from_many_networks(self, limited: Flask):
        make_officer(limited)
        answers = []
        for number in range(TRIES + 1):
            client = limited.test_client()
            client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
            send_password(client)
            answers.append(send_code(client, "000000").status_code)
        assert answers == [200] * TRIES + [429]
