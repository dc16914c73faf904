"""A passkey stands in for the six digits and for the password of a fresh sign-in; never for the password itself."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pledges.extensions import db
from pledges.models import LogEntry, OfficerPasskey
from tests.accounts.officers import make_officer, send_password, sign_in, sign_in_long_ago, token
from tests.leader.authenticator import Authenticator

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
COLLEAGUE = "m.sow@secretariat.example"


class Device:
    """An officer's browser with a device that makes passkeys."""

    def __init__(self, app: Flask) -> None:
        self.client, self.key = app.test_client(), Authenticator()

    def post(self, address: str, **fields: str) -> TestResponse:
        return self.client.post(address, data={"csrf_token": token(self.client.get("/verify"))} | fields)

    def make(self) -> TestResponse:
        asked = self.post("/accounts/passkeys/ask").get_json()["create"]
        return self.post("/accounts/passkeys", credential=self.key.make(asked))

    def answer(self) -> str:
        """What the device says when it is asked for a passkey."""
        return self.key.sign(self.post("/accounts/passkey/ask").get_json()["get"])


@pytest.fixture
def device(app: Flask) -> Device:
    """An officer who has made a passkey and signed out."""
    device = Device(app)
    sign_in(device.client, make_officer(app))
    assert device.make().status_code == 303
    device.post("/accounts/sign-out")
    return device


def signed_in(client: FlaskClient) -> bool:
    return client.get("/accounts/").status_code == 200


def half(device: Device, *, back: str | None = None) -> str:
    """Give the password; where the second factor is asked for."""
    return str(send_password(device.client, back=back).location)


def test_password_and_passkey_sign_an_officer_in_and_lead_back(app: Flask, device: Device):
    page = device.client.get(half(device, back="/secretariat/log"))
    assert 'name="next" value="/secretariat/log"' in page.text
    assert 'id="passkey"' in page.text
    assert not signed_in(device.client)
    answer = device.post("/accounts/passkey/sign-in", credential=device.answer(), next="/secretariat/log")
    assert answer.location == "/secretariat/log"
    assert signed_in(device.client)
    with app.app_context():
        acts = db.session.scalars(select(LogEntry.act).order_by(LogEntry.number)).all()
        assert acts[-1] == "account.signed_in"
        assert "account.passkey_made" in acts
        assert db.session.scalars(select(OfficerPasskey)).one().used_at


@ONE_ENGINE
def test_a_passkey_without_the_password_opens_nothing(device: Device):
    page = device.client.get("/accounts/sign-in")
    assert 'id="passkey"' not in page.text
    fields = {"csrf_token": token(page), "credential": "{}"}
    assert device.client.post("/accounts/passkey/ask", data=fields).status_code == 403
    assert device.client.post("/accounts/passkey/sign-in", data=fields).location == "/accounts/sign-in"
    assert not signed_in(device.client)


def test_who_knows_the_password_and_asks_again_and_again_keeps_nobody_from_answering(app: Flask, device: Device):
    stranger = Device(app)
    half(device)
    half(stranger)
    answer = device.answer()
    stranger.answer()
    stranger.post("/accounts/passkey/sign-in", credential="{}")
    device.post("/accounts/passkey/sign-in", credential=answer)
    assert signed_in(device.client)
    assert not signed_in(stranger.client)


def test_an_answer_counts_once_and_only_for_the_last_question(device: Device):
    half(device)
    earlier = device.answer()
    used = device.answer()
    assert not signed_in(device.client)
    for credential in (earlier, "{}", "no json"):
        device.post("/accounts/passkey/sign-in", credential=credential)
        assert not signed_in(device.client)
    device.post("/accounts/passkey/sign-in", credential=used)
    assert not signed_in(device.client), "a wrong answer uses the question up"
    used = device.answer()
    device.post("/accounts/passkey/sign-in", credential=used)
    assert signed_in(device.client)
    device.post("/accounts/sign-out")
    half(device)
    device.post("/accounts/passkey/sign-in", credential=used)
    assert not signed_in(device.client)


@pytest.mark.parametrize("differs", [{"origin": "http://elsewhere.example"}, {"verifies": False}])
@ONE_ENGINE
def test_a_device_that_answers_for_another_site_or_checks_nobody_signs_nobody_in(device: Device, differs: dict[str, Any]):
    half(device)
    for name, value in differs.items():
        setattr(device.key, name, value)
    device.post("/accounts/passkey/sign-in", credential=device.answer())
    assert not signed_in(device.client)


@ONE_ENGINE
def test_a_colleagues_passkey_signs_nobody_else_in(app: Flask, device: Device):
    colleague = Device(app)
    sign_in(colleague.client, make_officer(app, email=COLLEAGUE), email=COLLEAGUE)
    colleague.make()
    half(device)
    device.key = colleague.key
    device.post("/accounts/passkey/sign-in", credential=device.answer())
    assert not signed_in(device.client)


@ONE_ENGINE
def test_a_passkey_is_a_fresh_sign_in_and_a_new_one_asks_for_it(app: Flask, device: Device):
    half(device)
    device.post("/accounts/passkey/sign-in", credential=device.answer())
    sign_in_long_ago(device.client)
    asked = device.client.get("/accounts/passkeys")
    assert asked.location.startswith("/accounts/confirm")
    page = device.client.get(asked.location)
    assert 'id="passkey"' in page.text
    device.client.post("/accounts/passkey/confirm", data={"csrf_token": token(page), "credential": "{}", "next": "/accounts/passkeys"})
    assert device.client.get("/accounts/passkeys").status_code == 303
    options = device.client.post("/accounts/passkey/ask", data={"csrf_token": token(page)}).get_json()["get"]
    fields = {"csrf_token": token(page), "credential": device.key.sign(options), "next": "/accounts/passkeys"}
    assert device.client.post("/accounts/passkey/confirm", data=fields).location == "/accounts/passkeys"
    assert device.client.get("/accounts/passkeys").status_code == 200


def test_a_passkey_that_is_taken_out_or_enrolled_over_signs_in_no_more(app: Flask, device: Device):
    half(device)
    device.post("/accounts/passkey/sign-in", credential=device.answer())
    with app.app_context():
        number = db.session.scalars(select(OfficerPasskey.id)).one()
    assert device.post(f"/accounts/passkeys/{number + 1}/remove").status_code == 404
    assert device.post(f"/accounts/passkeys/{number}/remove").status_code == 303
    device.post("/accounts/sign-out")
    assert 'id="passkey"' not in device.client.get(half(device)).text
    device.post("/accounts/passkey/sign-in", credential=device.answer())
    assert not signed_in(device.client)
