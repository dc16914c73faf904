from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

import config
from pledges.accounts.actions import close_account, hold_recovery_codes
from pledges.accounts.attempts import TRIES, TRIES_OF_A_NETWORK
from pledges.accounts.sessions import IDLE, LONGEST
from pledges.app import create_app
from pledges.extensions import db
from pledges.models import Account, LogEntry
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer, send_code, send_password, sign_in, token
from tests.answers import addresses


def signed_in(client: FlaskClient) -> bool:
    return client.get("/accounts/").status_code == 200


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


def test_signing_out_kills_a_copied_cookie(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    copied = client.get_cookie("session")
    assert copied
    client.post("/accounts/sign-out", data={"csrf_token": token(client.get("/accounts/"))})
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert not signed_in(client)
    assert not signed_in(thief)


def test_closing_an_account_ends_its_sessions_at_once(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    assert signed_in(client)
    with app.app_context():
        db.session.execute(update(Account).values(active=False))
        db.session.commit()
    assert not signed_in(client)


def test_a_new_password_ends_the_other_sessions(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    other = app.test_client()
    sign_in(other, key, later=1)
    assert signed_in(other)
    new = "five loud rivers part"
    fields = {"password": PASSWORD, "new_password": new, "new_password_confirm": new, "csrf_token": token(client.get("/accounts/password"))}
    assert client.post("/accounts/password", data=fields).status_code == 302
    assert signed_in(client)
    assert not signed_in(other)


@pytest.mark.parametrize(("stamp", "age"), [("seen_at", IDLE), ("signed_in_at", LONGEST)])
def test_a_session_ends_by_time(app: Flask, client: FlaskClient, stamp: str, age: timedelta):
    sign_in(client, make_officer(app))
    for older, alive in ((age - timedelta(minutes=5), True), (age + timedelta(seconds=5), False)):
        with client.session_transaction() as cookie:
            cookie[stamp] = (datetime.now(UTC) - older).timestamp()
        assert signed_in(client) is alive


def test_a_session_stays_in_the_browser_that_began_it(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app))
    assert client.get("/accounts/", headers={"User-Agent": "another browser"}).status_code == 303


def test_signing_in_changes_the_token_against_forgery(app: Flask, client: FlaskClient):
    key = make_officer(app)
    send_password(client)
    with client.session_transaction() as cookie:
        before = cookie["csrf_token"]
    send_code(client, code(key))
    client.get("/accounts/")
    with client.session_transaction() as cookie:
        assert cookie["csrf_token"] != before


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


def test_nobody_is_remembered_and_no_token_in_a_header_stands_for_an_officer(app: Flask, client: FlaskClient):
    key = make_officer(app)
    send_password(client)
    page = client.get("/accounts/code")
    answer = client.post(
        "/accounts/code?include_auth_token", json={"code": code(key)}, headers={"X-CSRFToken": token(page), "Accept": "application/json"}
    )
    assert "authentication_token" not in answer.text
    assert client.get_cookie("remember_token") is None
    with app.app_context():
        header = db.session.scalars(select(Account)).one().get_auth_token()
    assert app.test_client().get("/accounts/", headers={"Authentication-Token": header}).status_code == 303


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


def test_pages_of_an_account_stay_in_no_cache(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app))
    for address in ("/accounts/", "/accounts/recovery-codes", "/secretariat/"):
        assert "no-store" in client.get(address).headers["Cache-Control"]


def test_the_session_holds_no_secret(app: Flask, client: FlaskClient):
    key = make_officer(app)
    with client:
        sign_in(client, key)
        client.get("/accounts/")
        assert PASSWORD not in str(dict(session))
        assert key not in str(dict(session))


def test_a_closed_account_signs_in_no_more_and_its_sessions_end_at_once(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    assert signed_in(client)
    with app.app_context():
        close_account(db.session(), EMAIL, at=datetime.now(UTC))
    assert not signed_in(client)
    assert send_password(app.test_client()).status_code == 200
