import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import config
from pledges.app import create_app
from pledges.extensions import db
from pledges.public.routes.verifying import TRIES
from tests.accounts.officers import token
from tests.assembly import Assembly


def hand_in(client: FlaskClient, data: bytes) -> TestResponse:
    fields = {"copy-file": (io.BytesIO(data), "copy.pdf"), "csrf_token": token(client.get("/verify"))}
    return client.post("/verify", data=fields, content_type="multipart/form-data")


def look_up(client: FlaskClient, number: str) -> TestResponse:
    return client.post("/verify", data={"receipt-number": number, "csrf_token": token(client.get("/verify"))})


def test_a_copy_is_told_authentic_altered_foreign_or_unreadable(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(3)
        released = assembly.pdf(assembly.release())
        assembly.take_in(1)
        unreleased = assembly.pdf(assembly.build())
    page = hand_in(client, released).text
    assert "This copy is authentic" in page
    assert "it is the released file of Rev.0" in page
    page = hand_in(client, unreleased).text
    assert "This copy is authentic" in page
    assert "It is not one of the files that are released here." in page
    broken = bytearray(released)
    broken[len(broken) // 2] ^= 1
    assert "This copy is not authentic" in hand_in(client, bytes(broken)).text
    assert "This file cannot be read" in hand_in(client, b"Dear secretariat").text
    foreign = io.BytesIO()
    with pikepdf.new() as empty:
        empty.add_blank_page()
        empty.save(foreign)
    assert "This is not one of our files" in hand_in(client, foreign.getvalue()).text


def test_a_receipt_number_or_a_fingerprint_leads_to_its_pledge(assembly: Assembly, client: FlaskClient, released: list[str]):
    fingerprint = client.get(f"/api/v1/pledges/{released[2]}").json["fingerprint"]
    grouped = " ".join(fingerprint[start : start + 8] for start in range(0, 64, 8)).upper()
    for typed in (released[2], f" {released[2]} ", fingerprint, grouped):
        assert f'href="/pledges/{released[2]}"' in look_up(client, typed).text, typed
    assert "No released pledge has this number" in look_up(client, released[2][:-1]).text
    assert "No released pledge has this number" in look_up(client, "' OR 1=1 --\x00").text
    with assembly.app.app_context():
        assembly.withdraw(released[2])
    assert "It was withdrawn on" in look_up(client, fingerprint).text


def test_nothing_chosen_and_nothing_typed_are_told_at_their_fields(client: FlaskClient):
    assert (answer := look_up(client, "")).status_code == 422
    assert "Type the number of a receipt, or a fingerprint." in answer.text
    assert (answer := hand_in(client, b"")).status_code in (200, 422)
    answer = client.post("/verify", data={"copy-file": (io.BytesIO(b""), ""), "csrf_token": token(client.get("/verify"))})
    assert (answer.status_code, "Choose the file that you want to check." in answer.text) == (422, True)
    assert client.post("/verify", data={"receipt-number": "x"}).status_code == 400  # without the token against forgery


@pytest.fixture
def limited(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    application = create_app(config.testing(database_url, tmp_path / "instance", rate_limits=True))
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


def test_who_tries_too_often_is_asked_to_wait(limited: Flask):
    client = limited.test_client()
    form = {"receipt-number": "nobody", "csrf_token": token(client.get("/verify"))}
    answers = [client.post("/verify", data=form).status_code for _ in range(TRIES + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)
