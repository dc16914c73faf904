"""Who among the officers may call what, and the fresh sign-in before dangerous acts."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pledges.accounts.guard import fresh_sign_in
from pledges.accounts.roles import ATTEST, DECIDE, FOCAL_POINT, MAY, MODERATOR, ROLES
from pledges.accounts.routes.account import BEFORE_SIGNING_IN
from pledges.extensions import csrf, db
from pledges.models import Role
from tests import who_may_call
from tests.accounts.officers import confirm_password, make_officer, sign_in, sign_in_long_ago
from tests.answers import walk

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
UNKNOWN = {"public_id": ["0" * 22], "number": [999_999], "government_id": ["nowhere"], "correction_id": [999_999]}
"""Nothing has these numbers: what a role may call finds nothing and changes nothing."""


@ONE_ENGINE
def test_every_page_of_the_room_is_in_the_table_of_roles(app: Flask):
    behind_the_door = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith(("secretariat.", "accounts."))}
    assert sorted(behind_the_door - MAY.keys() - BEFORE_SIGNING_IN) == [], "name the roles that may call them in pledges/accounts/roles.py"
    assert sorted(MAY.keys() - app.view_functions.keys()) == [], "these are gone: take them out of pledges/accounts/roles.py"
    assert [endpoint for endpoint, roles in MAY.items() if not roles or not roles <= set(ROLES)] == []


@ONE_ENGINE
def test_a_number_that_no_row_can_have_leads_nowhere(client: FlaskClient):
    assert [client.get(f"/secretariat/letters/{number}").status_code for number in (2**31 - 1, 2**31, 10**30)] == [303, 404, 404]


@ONE_ENGINE
def test_the_table_in_the_documents_is_that_of_the_application(app: Flask):
    assert who_may_call.PAGE.read_text(encoding="utf-8") == who_may_call.page(app), "write it anew with `make who-may-call`"


@ONE_ENGINE
@pytest.mark.parametrize("role", ROLES)
def test_a_role_calls_what_the_table_gives_it_and_nothing_else(app: Flask, client: FlaskClient, role: str):
    sign_in(client, make_officer(app, role=role))
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # so that a POST is refused for who sends it, not for its form
    served, wrong = set(), []
    for endpoint, address, answer in walk(app, client, UNKNOWN, posting=True, room=tuple(MAY)):
        answer.close()
        if answer.status_code not in (403, 405):
            served.add(endpoint)
        if answer.status_code >= 500 or (answer.status_code == 403) is (role in MAY[endpoint]):
            wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []
    assert served == {endpoint for endpoint, roles in MAY.items() if role in roles}


@ONE_ENGINE
def test_a_page_that_the_table_forgets_opens_to_nobody(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    sign_in(client, make_officer(app, role="moderator editor admin"))
    assert client.get("/secretariat/log").status_code == 200
    monkeypatch.delitem(MAY, "secretariat.log")
    assert client.get("/secretariat/log").status_code == 403


@ONE_ENGINE
def test_an_officer_of_several_roles_may_what_each_of_them_may(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app, role="editor moderator"))
    assert client.get("/secretariat/governments").status_code == 200
    assert client.get("/secretariat/").status_code == 200


def test_only_moderators_decide_and_a_focal_point_sees_its_own_page_alone():
    assert {MODERATOR} == DECIDE == MAY["secretariat.decide"] == MAY["secretariat.confirm_paper"]
    theirs = {endpoint for endpoint, roles in MAY.items() if FOCAL_POINT in roles and endpoint.startswith("secretariat.")}
    assert theirs == {endpoint for endpoint, roles in MAY.items() if roles == ATTEST}


def test_every_role_of_the_table_can_be_held(app: Flask):
    with app.app_context():
        assert {role.name for role in db.session.query(Role)} == set(ROLES)


@pytest.fixture
def dangerous(app: Flask) -> list[str]:
    """What is done by an act for which a fresh sign-in is asked, at /danger; its button stands on /danger and on /elsewhere."""
    done: list[str] = []

    @app.route("/danger", methods=["GET", "POST"])
    @csrf.exempt
    @fresh_sign_in
    def danger() -> str:
        done.append("looked")
        return "the button"

    return done


@ONE_ENGINE
class TestFreshSignIn:
    def test_whoever_has_just_signed_in_is_asked_for_nothing(self, app: Flask, client: FlaskClient, dangerous: list[str]):
        sign_in(client, make_officer(app))
        assert client.post("/danger").status_code == 200
        assert dangerous == ["looked"]

    def test_later_the_password_is_asked_for_and_leads_back(self, app: Flask, client: FlaskClient, dangerous: list[str]):
        sign_in(client, make_officer(app))
        sign_in_long_ago(client)
        asked = client.get("/danger?of=7")
        assert urlsplit(asked.location).path == "/accounts/confirm"
        assert urlsplit(confirm_password(client, asked, password="not the password at all").location or "").path == ""
        assert client.get("/danger").status_code == 303
        assert dangerous == []
        back = confirm_password(client, asked)
        assert back.location == "/danger?of=7"
        assert client.get(back.location).status_code == 200

    def test_an_act_that_was_sent_too_late_is_not_done_and_leads_back_to_its_button(
        self, app: Flask, client: FlaskClient, dangerous: list[str]
    ):
        sign_in(client, make_officer(app))
        sign_in_long_ago(client)
        asked = client.post("/danger", headers={"Referer": "http://localhost/elsewhere?page=2"})
        assert dangerous == []
        assert "Nothing is done yet." in client.get(asked.location).text
        assert confirm_password(client, asked).location == "/elsewhere?page=2"

    @pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "https://localhost.evil.example/x"])
    def test_it_leads_to_no_other_site(self, app: Flask, client: FlaskClient, dangerous: list[str], evil: str):
        sign_in(client, make_officer(app))
        sign_in_long_ago(client)
        asked = client.post("/danger", headers={"Referer": evil})
        for first in (asked.location, f"/accounts/confirm?next={evil}"):
            asked.location = first
            answer = confirm_password(client, asked)
            assert urlsplit(urljoin("http://localhost/accounts/confirm", answer.location.replace("\\", "/"))).hostname == "localhost"
