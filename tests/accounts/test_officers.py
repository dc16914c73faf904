"""Admins look after the officers; each officer sees and ends the own sessions."""

import re
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from pledges.accounts import actions
from pledges.accounts.browsers import browser_called
from pledges.domain.personal import Periods
from pledges.domain.problems import Refused
from pledges.extensions import db
from pledges.models import Account, Letter, LogEntry, Network, OfficerSession
from pledges.secretariat.actions.retention import remove_overdue
from tests.accounts.officers import EMAIL, make_officer, sign_in, sign_in_long_ago, token

COLLEAGUE = "m.sow@secretariat.example"
OTHER = "other@secretariat.example"


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    sign_in(client, make_officer(app, role="admin"))
    return client


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={"csrf_token": token(client.get("/accounts/officers"))} | fields)


def number_of(app: Flask, email: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Account.id).where(Account.email == email)).one()


def roles_of(app: Flask, email: str) -> list[str]:
    with app.app_context():
        return sorted(role.name for role in db.session.scalars(select(Account).where(Account.email == email)).one().roles)


def last_link(app: Flask) -> str:
    """The path of the link in the newest letter."""
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.kind == "officer_invitation").order_by(Letter.id.desc())).first()
        assert letter
        assert letter.secrets
        (link,) = letter.secrets.values()
    return "/accounts/enrol/" + str(link).rpartition("/")[2]


def test_an_admin_invites_a_colleague_by_a_letter_whose_link_enrols_once_and_the_other_admins_learn_of_it(app: Flask, admin: FlaskClient):
    make_officer(app, role="admin", email=OTHER)
    sent = send(admin, "/accounts/officers", email=COLLEAGUE, roles=["moderator", "editor"], language="fr")
    assert sent.status_code == 303
    assert COLLEAGUE in admin.get("/accounts/officers").text
    with app.app_context():
        letter, notice = db.session.scalars(select(Letter).order_by(Letter.id))
        assert (notice.kind, notice.to, COLLEAGUE in notice.subject) == ("officer_invited", OTHER, True)
        assert (letter.to, letter.language, letter.subject) == (COLLEAGUE, "fr", "Votre accès au bureau du secrétariat")
        assert db.session.scalars(select(LogEntry.act).order_by(LogEntry.number.desc())).first() == "account.invited"
    assert roles_of(app, COLLEAGUE) == ["editor", "moderator"]
    assert app.test_client().get(last_link(app)).status_code == 200
    again = send(admin, "/accounts/officers", email=COLLEAGUE, roles=["admin"], language="fr")
    assert again.status_code == 409
    assert "is an officer’s already" in again.text
    assert roles_of(app, COLLEAGUE) == ["editor", "moderator"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"email": "no address", "roles": ["editor"]}, "not an e-mail address"),
        ({"email": COLLEAGUE, "roles": []}, "Choose a role."),
        ({"email": COLLEAGUE, "roles": ["focal_point"]}, "speaks for one network"),
        ({"email": COLLEAGUE, "roles": ["owner"]}, ""),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_an_invitation_that_cannot_be_is_told_and_nobody_is_written_to(app: Flask, admin: FlaskClient, fields: dict[str, str], told: str):
    answer = send(admin, "/accounts/officers", language="en", **fields)
    assert answer.status_code in (409, 422)
    assert told in answer.text
    with app.app_context():
        assert db.session.scalars(select(Letter)).all() == []
        assert len(db.session.scalars(select(Account)).all()) == 1


def test_other_roles_count_from_the_next_page_on(app: Flask, admin: FlaskClient):
    other = app.test_client()
    sign_in(other, make_officer(app, role="admin", email=COLLEAGUE), email=COLLEAGUE)
    assert send(admin, f"/accounts/officers/{number_of(app, COLLEAGUE)}/roles", roles=["editor"]).status_code == 303
    assert roles_of(app, COLLEAGUE) == ["editor"]
    assert other.get("/accounts/officers").status_code == 403
    assert other.get("/secretariat/").status_code == 200


def test_the_last_admin_can_neither_be_closed_nor_lose_the_role(app: Flask, admin: FlaskClient):
    with app.app_context():
        actions.add_officer(db.session(), "invited@secretariat.example", "admin", at=datetime.now(UTC))  # never enrolled
    own = f"/accounts/officers/{number_of(app, EMAIL)}"
    refused = send(admin, f"{own}/roles", roles=["moderator"])
    assert refused.status_code == 409
    assert "This is the last admin who can sign in." in refused.text
    closed = send(admin, f"{own}/close")
    assert "This is the last admin who can sign in." in admin.get(closed.location).text
    assert roles_of(app, EMAIL) == ["admin"]
    make_officer(app, role="admin", email=COLLEAGUE)
    assert send(admin, f"{own}/close").status_code == 303
    assert admin.get("/accounts/officers").status_code == 303


def test_of_two_admins_who_close_each_others_accounts_at_once_one_stays(app: Flask):
    for email in (EMAIL, COLLEAGUE):
        make_officer(app, role="admin", email=email)
    numbers, ready, refused = [number_of(app, EMAIL), number_of(app, COLLEAGUE)], Barrier(2), []

    def close(by: int, whom: int) -> None:
        with app.app_context():
            session = db.session()
            mine, theirs = session.get_one(Account, by), session.get_one(Account, whom)
            session.commit()
            ready.wait(timeout=30)
            try:
                actions.close_officer(session, theirs, by=mine, at=datetime.now(UTC))
            except Refused:
                refused.append(whom)

    threads = [Thread(target=close, args=pair) for pair in (numbers, numbers[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        active = db.session.scalars(select(Account.id).where(Account.active)).all()
    assert (len(active), refused) == (1, active)


def test_what_is_kept_of_sessions_goes_with_the_links_of_letters(app: Flask):
    sign_in(app.test_client(), make_officer(app))
    for days, left in ((29, 1), (31, 0)):
        with app.app_context():
            remove_overdue(db.session(), Periods(links=30), at=datetime.now(UTC) + timedelta(days=days))
            assert len(db.session.scalars(select(OfficerSession)).all()) == left


def test_a_colleague_who_leaves_is_out_at_once_and_comes_back_by_a_new_link(app: Flask, admin: FlaskClient):
    other = app.test_client()
    sign_in(other, make_officer(app, role="editor", email=COLLEAGUE), email=COLLEAGUE)
    theirs = f"/accounts/officers/{number_of(app, COLLEAGUE)}"
    send(admin, f"{theirs}/link")
    link = last_link(app)
    assert send(admin, f"{theirs}/close").status_code == 303
    assert other.get("/secretariat/").status_code == 303
    assert app.test_client().get(link).status_code == 410
    send(admin, f"{theirs}/link")
    assert app.test_client().get(last_link(app)).status_code == 200


def test_a_focal_point_belongs_to_one_network_and_has_no_other_role(session: Session):
    network = Network(name="Network of Rivers")
    session.add(network)
    session.flush()
    for email, role in ((EMAIL, "admin"), (COLLEAGUE, "editor")):
        actions.add_officer(session, email, role, at=datetime.now(UTC))
    by, colleague = session.scalars(select(Account).order_by(Account.id))
    for roles, number in ((["focal_point"], None), (["focal_point", "editor"], network.id)):
        with pytest.raises(Refused):
            actions.change_roles(session, colleague, roles, number, by=by, at=datetime.now(UTC))
    actions.change_roles(session, colleague, ["focal_point"], network.id, by=by, at=datetime.now(UTC))
    assert colleague.network_id == network.id
    actions.change_roles(session, colleague, ["editor"], network.id, by=by, at=datetime.now(UTC))
    assert colleague.network_id is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_what_is_done_to_officers_asks_for_a_fresh_sign_in(app: Flask, admin: FlaskClient):
    form = {"csrf_token": token(admin.get("/accounts/officers")), "email": COLLEAGUE, "roles": ["admin"], "language": "en"}
    sign_in_long_ago(admin)
    own = f"/accounts/officers/{number_of(app, EMAIL)}"
    for address in ("/accounts/officers", f"{own}/roles", f"{own}/link", f"{own}/close"):
        assert admin.post(address, data=form).location.startswith("/accounts/confirm?next="), address
    with app.app_context():
        assert len(db.session.scalars(select(Account)).all()) == 1


def test_an_officer_sees_where_sessions_are_open_and_ends_one_of_them(app: Flask, client: FlaskClient):
    key = make_officer(app)
    sign_in(client, key)
    phone = app.test_client()
    phone.environ_base |= {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1"}
    phone.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:3:4:5:6"
    sign_in(phone, key, later=1)
    page = client.get("/accounts/").text
    assert "Safari, iPhone" in page
    assert "2001:db8:1:2::/64" in page
    numbers = re.findall(r"/accounts/sessions/(\d+)/end", page)
    stranger = app.test_client()
    sign_in(stranger, make_officer(app, email=COLLEAGUE), email=COLLEAGUE)
    assert stranger.post(f"/accounts/sessions/{numbers[0]}/end", data={"csrf_token": token(stranger.get("/accounts/"))}).status_code == 404
    assert client.post(f"/accounts/sessions/{numbers[0]}/end", data={"csrf_token": token(client.get("/accounts/"))}).status_code == 303
    assert (client.get("/accounts/").status_code, phone.get("/accounts/").status_code) == (200, 303)
    assert "iPhone" not in client.get("/accounts/").text


@pytest.mark.parametrize(
    ("told", "called"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149 Safari/537.36 Edg/149",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/149 Mobile Safari/537.36", "Chrome, Android"),
        ("something of its own", "something of its own"),
        ("", "–"),
    ],
)
def test_a_browser_is_called_as_its_user_knows_it(told: str, called: str):
    assert browser_called(told) == called
