"""Each row of hostile.csv, typed into the forms, ends as its `expected` says; escaped ones are shown exactly as typed."""

import csv
import json
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pledges.extensions import db
from pledges.models import Pledge
from tests.leader.cabinet import GOOD, STEPS, Cabinet

with (Path(__file__).parents[1] / "data" / "hostile.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
STEP_OF = {
    "leader_name": "office", "leader_role": "office", "leader_email": "office", "themes": "themes", "pledge_language": "language",
    "actions": "words", "multilateral": "words",
}  # fmt: skip
TYPED_AS = {"actions": "actions_digital", "multilateral": "multilateral_digital"}
NOT_TYPED = {"signed_at": "the moment of signing is our own", "political_commitment": "the published text takes its place"}
NOT_PROSE = ("themes", "pledge_language", "leader_email")
AT_THE_START = ("government_id", "country_code")
OTHERS_OF_THE_STEP = {"office": ("leader_name", "leader_role", "leader_email"), "themes": (), "language": (), "words": ()}


def send(client: FlaskClient, address: str, fields: dict[str, str]) -> TestResponse:
    """Like a browser, which sends U+FFFD in place of a lone surrogate."""
    whole = {name: value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for name, value in fields.items()}
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in whole.items())
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded")


def stored(cabinet: Cabinet, field: str) -> Any:
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        words = {one.theme: one for one in pledge.current.commitments}
        return {
            "leader_name": pledge.current.leader_name, "leader_role": pledge.current.office, "leader_email": pledge.leader_email,
            "themes": "|".join(pledge.current.themes), "pledge_language": pledge.current.language,
            "actions": words["digital"].actions, "multilateral": words["digital"].multilateral,
        }[field]  # fmt: skip


def expected_value(row: dict[str, str], typed: str) -> str:
    return json.loads(row["clean_json"]) if row["clean_json"] else typed


def test_each_row_of_a_step_ends_as_it_must(cabinet: Cabinet):
    cabinet.begin()
    cabinet.fill()
    wrong = []
    for row in (row for row in ROWS if row["field"] in STEP_OF):
        field, typed = row["field"], json.loads(row["value_json"])
        step, before = STEP_OF[field], stored(cabinet, field)
        fields = {other: GOOD[other] for other in OTHERS_OF_THE_STEP[step]} | {
            TYPED_AS.get(field, field): typed,
            "csrf_token": cabinet.token(),
        }
        answer = send(cabinet.client, f"{cabinet.home}/{step}", fields)
        after = stored(cabinet, field)
        if answer.status_code == 422:
            kept = before if typed.strip() or field == "themes" else ""
            good = row["expected"] in ("reject", "escape-or-reject") and after in (before, kept) and 'class="error"' in answer.text
        else:
            good = answer.status_code == 303 and row["expected"] != "reject" and after == expected_value(row, typed)
            good = good and (field in NOT_PROSE or shown(cabinet, step, after))
        cabinet.post(step, **{name: GOOD[name] for name in STEPS[step] if name in GOOD})
        if not good:
            wrong.append((field, row["why"], row["expected"], answer.status_code, after[:40]))
    assert wrong == []


def shown(cabinet: Cabinet, step: str, value: str) -> bool:
    """The step and the review show it as it was typed, escaped."""
    pages = [cabinet.client.get(f"{cabinet.home}/{page}").text for page in (step, "review")]
    return all(value in unescape(page) and (value not in page or not set(value) & set("<>&\"'")) for page in pages)


def test_bytes_that_are_no_text_are_refused(cabinet: Cabinet):
    cabinet.begin()
    body = f"leader_name=%ED%A0%80Anna&csrf_token={cabinet.token()}"
    answer = cabinet.client.post(f"{cabinet.home}/office", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    with cabinet.app.app_context():
        assert cabinet.pledge().current.leader_name == ""


@pytest.mark.parametrize("field", AT_THE_START)
def test_each_row_of_the_start_is_refused_and_makes_nothing(cabinet: Cabinet, field: str):
    fields = {"government_name": "Nowhere", "kind": "city", "country_code": "TR", "government_id": "own", "submission_key": "ab" * 16}
    for row in (row for row in ROWS if row["field"] == field):
        answer = send(cabinet.client, "/leader/start", fields | {field: json.loads(row["value_json"]), "csrf_token": cabinet.token()})
        assert (answer.status_code, row["expected"]) == (422, "reject"), row["why"]
        assert "error" in answer.text
    with cabinet.app.app_context():
        assert list(db.session.scalars(select(Pledge))) == []


def test_every_row_is_typed_somewhere():
    assert {row["field"] for row in ROWS} == {*STEP_OF, *AT_THE_START, *NOT_TYPED}
