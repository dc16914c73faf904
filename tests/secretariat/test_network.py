"""A network's focal point attests its members, and sees nothing else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.people import Assurance
from pledges.extensions import db
from pledges.models import Account, LogEntry, Network, Pledge
from tests.accounts.officers import make_officer, sign_in, token
from tests.secretariat.signed import make_pledge


@pytest.fixture
def ours(app: Flask) -> str:
    """A pledge that names the focal point's network, beside one that names another and one that names none."""
    with app.app_context():
        session = db.session()
        rivers, lakes = Network(name="Network of Rivers"), Network(name="Network of Lakes")
        session.add_all([rivers, lakes])
        pledges = [make_pledge(session, name=name, government=name) for name in ("Ours", "Theirs", "Nobody")]
        pledges[0].network, pledges[1].network = rivers, lakes
        session.commit()
        return pledges[0].public_id


@pytest.fixture
def focal(app: Flask, client: FlaskClient, ours: str) -> FlaskClient:
    sign_in(client, make_officer(app, role="focal_point", network="Network of Rivers"))
    return client


def attest(client: FlaskClient, public_id: str, page: str = "/secretariat/network"):
    shown = client.get(page)
    seen = re.search(r'name="seen" value="([^"]+)"', shown.text)
    return client.post(f"{page}/{public_id}/attest", data={"csrf_token": token(shown), "seen": seen[1] if seen else ""})


def test_a_focal_point_attests_its_member_once_and_the_desk_sees_it(app: Flask, focal: FlaskClient, ours: str):
    page = focal.get("/secretariat/network").text
    assert "Ours" in page
    assert "Theirs" not in page
    assert "Nobody" not in page
    assert "We plant trees." not in page
    assert attest(focal, ours).status_code == 303
    assert "Nobody waits." in focal.get("/secretariat/network").text
    assert attest(focal, ours).status_code == 404
    with app.app_context():
        pledge = db.session.scalars(select(Pledge).where(Pledge.public_id == ours)).one()
        assert pledge.current.signature
        assert pledge.current.signature.assurance is Assurance.ATTESTED
        entry = db.session.scalars(select(LogEntry).order_by(LogEntry.number.desc())).first()
        assert entry
        assert (entry.subject, entry.account_id) == (f"pledge:{ours}", db.session.scalars(select(Account.id)).one())


def test_the_way_in_at_the_foot_of_each_page_leads_a_focal_point_to_its_own(app: Flask, focal: FlaskClient):
    with app.app_context():
        db.session.scalars(select(Account)).one().mf_recovery_codes = ["kept"]
        db.session.commit()
    assert 'href="/accounts/signed-in"' in focal.get("/").text
    assert focal.get("/accounts/signed-in").location == "/secretariat/network"
    assert focal.get("/secretariat/").status_code == 403


def test_a_focal_point_attests_nobody_elses_member(app: Flask, focal: FlaskClient):
    with app.app_context():
        others = db.session.scalars(select(Pledge.public_id).join(Pledge.government).where(Pledge.network_id.is_distinct_from(1))).all()
    for public_id in others:
        assert attest(focal, public_id).status_code == 404
        assert focal.get(f"/secretariat/pledges/{public_id}").status_code == 403
    with app.app_context():
        found = {pledge.current.signature.assurance for pledge in db.session.scalars(select(Pledge)) if pledge.current.signature}
    assert Assurance.ATTESTED not in found


def test_an_attestation_of_what_has_changed_meanwhile_does_not_count(app: Flask, focal: FlaskClient, ours: str):
    token_of = token(focal.get("/secretariat/network"))
    answer = focal.post(f"/secretariat/network/{ours}/attest", data={"csrf_token": token_of, "seen": "1.9"})
    assert "has changed since" in focal.get(answer.location).text
    with app.app_context():
        signature = db.session.scalars(select(Pledge).where(Pledge.public_id == ours)).one().current.signature
        assert signature
        assert signature.assurance is not Assurance.ATTESTED
