import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.accounts import actions
from pledges.domain.problems import Refused
from pledges.extensions import db
from pledges.models import AccessLink, Account, log
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer, send_code, sign_in, token

NEW = "seven slow rivers turn"


def invite(app: Flask, *, at: datetime | None = None, role: str = "moderator") -> str:
    with app.app_context():
        return actions.add_officer(db.session(), EMAIL, role, at=at or datetime.now(UTC))


def choose_password(client: FlaskClient, link: str, *, password: str = NEW, again: str | None = None):
    page = client.get(link)
    fields = {"name": "L. Ortiz", "password": password, "again": password if again is None else again, "csrf_token": token(page)}
    return client.post(link, data=fields)


def test_an_officer_enrols_with_password_and_authenticator_and_keeps_recovery_codes(app: Flask, client: FlaskClient):
    link = f"/accounts/enrol/{invite(app)}"
    answer = choose_password(client, link)
    assert answer.location == "/accounts/authenticator"
    assert client.get("/accounts/").status_code == 303
    setup = client.post(answer.location, data={"setup": "authenticator", "csrf_token": token(client.get(answer.location))})
    key = re.search(r'<code class="key" dir="ltr">([^<]+)</code>', setup.text)
    assert key
    done = client.post("/accounts/code", data={"code": code(key[1].replace("-", "")), "csrf_token": token(setup)})
    assert client.get(done.location).location == "/accounts/recovery-codes"
    assert client.get("/secretariat/").status_code == 200
    with app.app_context():
        officer = db.session.scalars(select(Account)).one()
        assert (officer.label, [role.name for role in officer.roles]) == ("L. Ortiz", ["moderator"])


def test_a_link_works_once(app: Flask, client: FlaskClient):
    link = f"/accounts/enrol/{invite(app)}"
    assert choose_password(client, link).status_code == 302
    assert client.get(link).status_code == 410


def test_a_look_at_the_link_uses_nothing_up(app: Flask, client: FlaskClient):
    link = f"/accounts/enrol/{invite(app)}"
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert choose_password(client, link).status_code == 302


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=6, hours=23), 200), (timedelta(days=7, seconds=1), 410)])
def test_a_link_lives_seven_days(app: Flask, client: FlaskClient, age: timedelta, status: int):
    assert client.get(f"/accounts/enrol/{invite(app, at=datetime.now(UTC) - age)}").status_code == status


def test_a_new_link_voids_the_one_before(app: Flask, client: FlaskClient):
    first, second = invite(app), invite(app, role="admin")
    assert client.get(f"/accounts/enrol/{first}").status_code == 410
    assert client.get(f"/accounts/enrol/{second}").status_code == 200
    with app.app_context():
        assert [role.name for role in db.session.scalars(select(Account)).one().roles] == ["admin"]


def test_a_link_is_kept_only_as_its_hash(app: Flask):
    told = invite(app)
    with app.app_context():
        assert told not in db.session.scalars(select(AccessLink.token_hash)).one()


def test_enrolling_again_ends_sessions_and_forgets_the_lost_phone(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    other = app.test_client()
    assert choose_password(other, f"/accounts/enrol/{invite(app)}").location == "/accounts/authenticator"
    assert client.get("/accounts/").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Account)).one().tf_totp_secret is None


def test_a_half_finished_set_up_cannot_replace_an_authenticator_later(app: Flask, client: FlaskClient):
    answer = choose_password(client, f"/accounts/enrol/{invite(app)}")
    setup = client.post(answer.location, data={"setup": "authenticator", "csrf_token": token(client.get(answer.location))})
    key = re.search(r'<code class="key" dir="ltr">([^<]+)</code>', setup.text)
    copied = client.get_cookie("session")
    assert key
    assert copied
    send_code(client, code(key[1].replace("-", "")))
    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    answer = thief.post("/accounts/code", data={"code": code(key[1].replace("-", ""), later=1), "csrf_token": token(setup)})
    assert answer.status_code == 302
    assert thief.get("/accounts/").status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [("short", None, "12 characters or more"), (NEW, "another one, typed wrong", "not the same"), ("", None, "Choose a password.")],
)
def test_a_bad_password_is_told_and_the_link_still_works(app: Flask, client: FlaskClient, password: str, again: str | None, told: str):
    link = f"/accounts/enrol/{invite(app)}"
    assert told in choose_password(client, link, password=password, again=again).text
    assert choose_password(client, link, password=PASSWORD).status_code == 302


def test_an_address_is_one_officer_however_it_is_written(app: Flask):
    with app.app_context():
        for written in ("L.Ortiz@Secretariat.example", EMAIL.replace("l.", "L.")):
            actions.add_officer(db.session(), written, "editor", at=datetime.now(UTC))
        assert [officer.email for officer in db.session.scalars(select(Account))] == [EMAIL]


@pytest.mark.parametrize(("email", "role"), [("no address", "moderator"), (EMAIL, "owner")])
def test_a_bad_address_and_an_unknown_role_are_refused(session: Session, email: str, role: str):
    with pytest.raises(Refused):
        actions.add_officer(session, email, role, at=datetime.now(UTC))


def test_invitations_stand_in_the_log_and_the_log_holds(session: Session):
    actions.add_officer(session, EMAIL, "moderator", at=datetime.now(UTC))
    assert list(log.broken_entries(session)) == []
    assert session.scalars(select(log.LogEntry.act)).all()[-1] == "account.invited"
