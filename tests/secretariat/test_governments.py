"""The desk's pages of governments: domains, leaders, invitations, and what speaks against a signature."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.risks import WORDS
from pledges.extensions import db
from pledges.models import Government, GovernmentDomain, Invitation, KnownLeader
from pledges.secretariat.actions.decisions import version_of
from pledges.secretariat.forms.identity import risk_told
from tests.accounts.officers import make_officer, sign_in, token
from tests.leader.cabinet import KONYA, Cabinet, add_government, path
from tests.secretariat.signed import make_pledge


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    with app.app_context():
        add_government(db.session(), KONYA, "Konya", native_name="Konya Büyükşehir")
        add_government(db.session(), "gn-2", "Karaman")
    sign_in(client, make_officer(app))
    return client


def post(client: FlaskClient, page: str, **fields: str):
    return client.post(f"/secretariat/{page}", data={"csrf_token": token(client.get(f"/secretariat/governments/{KONYA}")), **fields})


def form(prefix: str, page_token: str, **fields: str) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in ({"csrf_token": page_token} | fields).items()}


def send(client: FlaskClient, page: str, prefix: str, **fields: str):
    page_token = token(client.get(f"/secretariat/governments/{KONYA}"))
    return client.post(f"/secretariat/{page}", data=form(prefix, page_token, **fields))


def test_governments_are_found_by_typing(officer: FlaskClient):
    assert f"/secretariat/governments/{KONYA}" in officer.get("/secretariat/governments?q=kon").text
    assert officer.get("/secretariat/governments/gn-404").status_code == 404


def test_a_domain_is_recorded_after_a_second_look_and_taken_out_after_another(officer: FlaskClient):
    home = f"governments/{KONYA}"
    look = officer.get(f"/secretariat/{home}/domain?domain=Mayor@Konya.bel.tr")
    assert (look.status_code, "konya.bel.tr" in look.text, "Other governments" in look.text) == (200, True, False)
    assert post(officer, f"{home}/domain", domain="konya.bel.tr").status_code == 303
    assert "konya.bel.tr" in officer.get(f"/secretariat/{home}").text
    again = post(officer, f"{home}/domain", domain="konya.bel.tr")
    assert (again.status_code, "recorded already" in again.text) == (409, True)
    for imitation in ("kоnya.bel.tr", "konya.bel.tr", "mail.konya.bel.tr"):
        assert "Other governments" in officer.get(f"/secretariat/governments/gn-2/domain?domain={imitation}").text
    assert "Take this domain out" in officer.get(f"/secretariat/{home}/domain?domain=konya.bel.tr").text
    assert post(officer, f"{home}/domain/remove", domain="konya.bel.tr").status_code == 303
    assert post(officer, f"{home}/domain/remove", domain="konya.bel.tr").status_code == 404


@pytest.mark.parametrize(
    "typed", ["", "bel.tr", "gmail.com", "<script>alert(1)</script>", "konya.bel.tr\r\nBcc: x@y.tr", "\x00", "\u202ekonya.tr", "x" * 300]
)
def test_a_domain_that_is_nobodys_own_is_refused_at_its_field(officer: FlaskClient, app: Flask, typed: str):
    for answer in (
        officer.get(f"/secretariat/governments/{KONYA}/domain", query_string={"domain": typed}),
        post(officer, f"governments/{KONYA}/domain", domain=typed),
    ):
        assert (answer.status_code, 'id="domain-error"' in answer.text) == (422, True)
        assert "<script>alert" not in answer.text
    with app.app_context():
        assert db.session.scalars(select(GovernmentDomain)).all() == []


def test_a_leader_is_noted_with_source_and_term_and_taken_out_again(officer: FlaskClient, app: Flask):
    good = {"name": "Ayşe Yıldırım", "office": "Mayor", "begins": "2024-04-01", "ends": "", "source": "electoral board <2024>"}
    for _ in ("pressed", "pressed twice"):
        assert send(officer, f"governments/{KONYA}/leaders", "leader", **good).status_code == 303
    page = officer.get(f"/secretariat/governments/{KONYA}").text
    assert "electoral board &lt;2024&gt;" in page
    with app.app_context():
        noted = db.session.scalars(select(KnownLeader)).one()
        assert (noted.name, noted.term_begins, noted.term_ends) == ("Ayşe Yıldırım", date(2024, 4, 1), None)
        number = noted.id
    assert post(officer, f"governments/gn-2/leaders/{number}/remove").status_code == 404
    assert post(officer, f"governments/{KONYA}/leaders/{number}/remove").status_code == 303
    assert post(officer, f"governments/{KONYA}/leaders/{number}/remove").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Ayşе"}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"office": ""}, "office"),
        ({"source": " "}, "source"),
        ({"begins": "2024-13-01"}, "begins"),
        ({"begins": "2024-04-01", "ends": "2019-03-31"}, "ends"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_a_leader_who_cannot_be_is_refused_at_the_field(officer: FlaskClient, wrong: dict[str, str], field: str):
    answer = send(officer, f"governments/{KONYA}/leaders", "leader", **{"name": "A", "office": "Mayor", "source": "s", **wrong})
    assert (answer.status_code, f'id="leader-{field}-error"' in answer.text) == (422, True)


def test_an_invited_leader_finds_government_and_address_filled_in(officer: FlaskClient, app: Flask):
    email = "mayor@konya.example.org"
    sent = send(officer, f"governments/{KONYA}/invitations", "invite", email=email, leader_name="Ayşe Yıldırım", language="tr")
    assert sent.status_code == 422
    sent = send(officer, f"governments/{KONYA}/invitations", "invite", email=email, leader_name="Ayşe Yıldırım", language="es")
    assert sent.status_code == 303
    staff = Cabinet(app, app.test_client())
    letter = staff.letter("invitation")
    assert "Ayşe Yıldırım" in letter["text"]
    link = path(letter["link"])
    page = staff.client.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert all(told in page.text for told in ("Konya", email, "Ayşe Yıldırım"))
    begun = staff.client.post(link, data={"submission_key": "ab" * 16, "preparer_email": "", "csrf_token": token(page)})
    staff.public_id = begun.location.split("/")[2]
    with app.app_context():
        draft = staff.pledge()
        assert (draft.leader_email, draft.current.leader_name, draft.government_id) == (email, "Ayşe Yıldırım", KONYA)
        number = db.session.scalars(select(Invitation)).one().id
    assert post(officer, f"governments/gn-2/invitations/{number}/take-back").status_code == 404
    assert post(officer, f"governments/{KONYA}/invitations/{number}/take-back").status_code == 303
    assert staff.client.get(link).status_code == 410


def test_an_officer_reads_each_risk_and_notes_who_was_called(officer: FlaskClient, app: Flask):
    with app.app_context():
        pledge = make_pledge(db.session())
        facts = dict.fromkeys(("domain", "known", "name", "source", "begins", "ends", "office", "address", "signatures", "days"), "«x»")
        risks = [{**facts, "code": code.value, "government": "Konya", "field": "office", "pledge": pledge.public_id} for code in WORDS]
        pledge.current.signature.risks = risks
        db.session.commit()
        public_id, seen = pledge.public_id, version_of(pledge.current)
    page = officer.get(f"/secretariat/pledges/{public_id}").text
    assert [words[0] for words in WORDS.values() if words[0] not in page] == []
    good = {"assurance": "called_back", "note": "Spoke to <b>her</b> office.", "seen": seen}
    assert send(officer, f"pledges/{public_id}/assure", "assure", **good | {"note": " "}).status_code == 422
    assert send(officer, f"pledges/{public_id}/assure", "assure", **good | {"assurance": "official_domain"}).status_code == 422
    assert send(officer, f"pledges/{public_id}/assure", "assure", **good | {"seen": "7.7"}).status_code == 409
    assert send(officer, f"pledges/{public_id}/assure", "assure", **good).status_code == 303
    page = officer.get(f"/secretariat/pledges/{public_id}").text
    assert "Spoke to &lt;b&gt;her&lt;/b&gt; office." in page
    assert "Called back by the secretariat" in page
    assert "Free mail" in officer.get("/secretariat/?risk=any").text
    assert officer.get("/secretariat/?risk=nonsense").status_code == 200


def test_a_fact_stands_isolated_in_its_sentence(app: Flask):
    with app.test_request_context():
        assert risk_told({"code": "free_mail", "domain": "gmail.com"})[1].startswith("The address is at \u2068gmail.com\u2069,")


def test_editors_and_strangers_establish_nothing(app: Flask, client: FlaskClient):
    with app.app_context():
        add_government(db.session(), KONYA, "Konya")
        pledge = make_pledge(db.session())
        db.session.commit()
        public_id = pledge.public_id
    acts = ("domain", "domain/remove", "leaders", "leaders/1/remove", "invitations", "invitations/1/take-back")
    addresses = [f"/secretariat/governments/{KONYA}/{act}" for act in acts] + [f"/secretariat/pledges/{public_id}/assure"]
    stranger = app.test_client()
    data = {"csrf_token": token(stranger.get("/leader/ask"))}
    assert {stranger.post(one, data=data).status_code for one in addresses} == {303}
    assert "/accounts/sign-in" in stranger.post(addresses[0], data=data).location
    sign_in(client, make_officer(app, role="editor"))
    data = {"csrf_token": token(client.get(f"/secretariat/pledges/{public_id}"))}
    assert {client.post(one, data=data).status_code for one in addresses} == {403}
    assert {client.get(f"/secretariat/governments{one}").status_code for one in ("", f"/{KONYA}", f"/{KONYA}/domain?domain=a.tr")} == {403}
    assert "/secretariat/governments" not in client.get("/secretariat/").text
    with app.app_context():
        assert db.session.scalars(select(Government.id).where(Government.id == KONYA)).one()
        assert db.session.scalars(select(GovernmentDomain)).all() == []
