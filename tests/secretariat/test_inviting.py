"""The desk's pages of invitations: sent from a list or from the directory, opened, prepared and signed."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.adapters.bounces import Undelivered
from pledges.extensions import db
from pledges.models import Government, Invitation, Letter
from pledges.secretariat.actions import batches
from pledges.secretariat.actions.bounces import note
from pledges.secretariat.queries import invitations as queries
from pledges.secretariat.queries.invitations import Progress, Which
from tests.accounts.officers import make_officer, sign_in, token
from tests.leader.cabinet import KONYA, Cabinet, path
from tests.secretariat.lists import NAIROBI, PUERTO, add_places, address, listed, row
from tests.secretariat.signed import AT


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        add_places(db.session())
    sign_in(client, make_officer(app))
    return client


def carry_on(app: Flask) -> None:
    with app.app_context():
        batches.carry_on(db.session(), lambda: AT, address=address)
        db.session.remove()


def send(officer: FlaskClient, app: Flask, data: bytes, **fields: str) -> str:
    form = {"csrf_token": token(officer.get("/secretariat/invitations")), "purpose": "invite", "language": ""} | fields
    there = officer.post("/secretariat/invitations", data=form | {"file": (io.BytesIO(data), "list.csv")}).location
    carry_on(app)
    officer.post(f"{there}/confirm", data={"csrf_token": token(officer.get(there))})
    carry_on(app)
    return there


def steps(app: Flask) -> dict[Progress, int]:
    with app.app_context():
        return {step: number for step, number in queries.progress(db.session(), Which()).items() if number}


def test_the_desk_sees_who_opened_prepared_and_signed(app: Flask, officer: FlaskClient):
    send(officer, app, listed(row()))
    assert steps(app) == {Progress.UNOPENED: 1}
    cabinet = Cabinet(app, app.test_client())
    link = path(cabinet.letter("invitation")["link"])
    assert cabinet.client.head(link).status_code == 200
    assert steps(app) == {Progress.UNOPENED: 1}
    cabinet.client.get(link)
    assert steps(app) == {Progress.OPENED: 1}
    key = {"submission_key": "ab" * 16, "preparer_email": ""}
    cabinet.public_id = cabinet.post(link, **key).location.split("/")[2]
    assert steps(app) == {Progress.PREPARED: 1}
    cabinet.fill(leader_email="mayor@konya.example.org")
    cabinet.send()
    cabinet.sign()
    assert steps(app) == {Progress.SIGNED: 1}
    page = officer.get("/secretariat/invitations?step=signed&region=Western+Asia").text
    assert "mayor@konya.example.org" in page
    assert "mayor@konya.example.org" not in officer.get("/secretariat/invitations?region=Africa").text


def test_an_officer_invites_from_the_directory_and_fills_in_the_rest(app: Flask, officer: FlaskClient):
    send(officer, app, listed(row()), purpose="keep")
    there = "/secretariat/invitations/directory?least=1+000+000&region=Asia"
    page = officer.get(there)
    assert "1 400 000" in page.text.replace("\u202f", " ").replace(",", " ")
    made = officer.post(there, data={"csrf_token": token(page), "language": "ar"}).location
    carry_on(app)
    officer.post(f"{made}/confirm", data={"csrf_token": token(officer.get(made))})
    carry_on(app)
    with app.app_context():
        assert db.session.execute(select(Letter.to, Letter.language)).all() == [("mayor@konya.example.org", "ar")]
    empty = list(csv.DictReader(io.StringIO(officer.get("/secretariat/invitations/directory.csv?region=Americas").text)))
    assert [(one["government_id"], one["leader_email"]) for one in empty] == [(PUERTO, "")]
    nobody = officer.post(there, data={"csrf_token": token(officer.get(there)), "language": ""})
    assert nobody.location.startswith("/secretariat/invitations/directory")


def test_an_invitation_that_came_back_is_marked_with_how_else_its_leader_is_reached(app: Flask, officer: FlaskClient):
    send(officer, app, listed(row(), row(NAIROBI, leader_email="a@nairobi.example.org")))
    with app.app_context():
        lost = db.session.scalars(select(Letter).where(Letter.to == "mayor@konya.example.org")).one()
        number = lost.invitation_id
        note(db.session(), Undelivered(lost.message_id, lost.to, "failed", "5.1.1", "550 No such mailbox"), at=AT)
    assert steps(app) == {Progress.UNOPENED: 1, Progress.RETURNED: 1}
    there = "/secretariat/invitations?region=Asia&step=returned"
    page = officer.get(there)
    assert "550 No such mailbox" in page.text
    contact = there.replace("?", f"/{number}/contact?")
    typed = officer.post(contact, data={"csrf_token": token(page), "words": "x" * 501})
    assert (typed.status_code, "x" * 501 in typed.text) == (422, True)
    kept = officer.post(contact, data={"csrf_token": token(page), "words": "Deputy: +90 332 000"})
    assert kept.location == f"{there}#invitation-{number}"
    assert "Deputy: +90 332 000" in officer.get(there).text
    assert officer.post(contact.replace(str(number), "99"), data={"csrf_token": token(page)}).status_code == 404


def test_the_pages_of_invitations_are_for_those_who_establish_who_signs(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app, role="editor"))
    for page in ("/secretariat/invitations", "/secretariat/invitations/directory", "/secretariat/imports", "/secretariat/batches/1"):
        assert client.get(page).status_code == 403


def test_governments_are_listed_with_the_moment_they_were_opened_first(app: Flask, officer: FlaskClient):
    send(officer, app, listed(row()))
    cabinet = Cabinet(app, app.test_client())
    link = path(cabinet.letter("invitation")["link"])
    cabinet.client.get(link)
    with app.app_context():
        first = db.session.scalars(select(Invitation.opened_at)).one()
    cabinet.client.get(link)
    with app.app_context():
        assert db.session.scalars(select(Invitation.opened_at)).one() == first
        assert db.session.scalars(select(Government.id).join(Invitation, Invitation.government_id == Government.id)).all() == [KONYA]
        assert first
