"""How an officer's session lives: in one browser, for a time, and never beyond the account."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import select, update

from pledges.accounts.actions import close_account
from pledges.accounts.sessions import IDLE, LONGEST
from pledges.extensions import db
from pledges.models import Account
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer, send_code, send_password, sign_in, signed_in, token


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
