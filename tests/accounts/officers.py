"""Officers of invented secretariats, and how they sign in."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pledges.accounts import actions
from pledges.accounts.guard import FRESH_FOR
from pledges.extensions import db
from pledges.models import Network

EMAIL = "l.ortiz@secretariat.example"
PASSWORD = "four quiet rivers meet"


def make_officer(app: Flask, *, role: str = "moderator", email: str = EMAIL, network: str = "Network of Rivers") -> str:
    """Make an officer of a role (or of several, with spaces between) who can sign in; gives the authenticator's key.

    A focal point is that of the `network`, which is made where there is none.
    """
    with app.app_context():
        session, key = db.session(), actions.new_authenticator_key()
        theirs = session.scalars(select(Network).where(Network.name == network)).one_or_none() or Network(name=network)
        if role == "focal_point":
            session.add(theirs)
            session.flush()
        actions.add_example_officer(session, email, PASSWORD, key, *role.split(), network=theirs.id, at=datetime.now(UTC))
    return key


def sign_in_long_ago(client: FlaskClient) -> None:
    """The session that the client has, as it is once a dangerous act asks for the password again."""
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= FRESH_FOR.total_seconds() + 1


def confirm_password(client: FlaskClient, answer: TestResponse, *, password: str = PASSWORD) -> TestResponse:
    """Give the password on the page that `answer` led to."""
    page = client.get(answer.location)
    back = re.search(r'name="next"[^>]*value="([^"]*)"', page.text)
    assert back, page.text
    return client.post("/accounts/confirm", data={"password": password, "next": unescape(back[1]), "csrf_token": token(page)})


def token(response: TestResponse) -> str:
    """The token against forgery that a page's form carries."""
    found = re.search(r'name="[a-z-]*csrf_token"[^>]*value="([^"]+)"', response.text)
    assert found, response.text
    return found[1]


def code(key: str, *, later: int = 0) -> str:
    """What the app shows now, or that many steps of thirty seconds later."""
    return pyotp.TOTP(key).at(datetime.now(UTC) + timedelta(seconds=30 * later))


def send_password(client: FlaskClient, *, email: str = EMAIL, password: str = PASSWORD, back: str | None = None) -> TestResponse:
    """The first step of signing in."""
    page = client.get("/accounts/sign-in", query_string={"next": back} if back else None)
    fields = {"email": email, "password": password, "csrf_token": token(page)}
    return client.post("/accounts/sign-in", data=fields | ({"next": back} if back else {}))


def send_code(client: FlaskClient, value: str, *, address: str = "/accounts/code") -> TestResponse:
    """The second step of signing in."""
    return client.post(address, data={"code": value, "csrf_token": token(client.get(address))})


def sign_in(client: FlaskClient, key: str, *, email: str = EMAIL, later: int = 0) -> TestResponse:
    """Both steps; the answer to the second."""
    assert send_password(client, email=email).status_code == 302
    return send_code(client, code(key, later=later))


def signed_in(client: FlaskClient) -> bool:
    """Whether the officer's own pages open."""
    return client.get("/accounts/").status_code == 200
