"""Names and places that officers rule with two, what editions make of them, and networks."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pledges.domain.problems import Refused
from pledges.domain.protocol import RulingKind, country_name
from pledges.extensions import adapters, db
from pledges.models import Account, Edition, EditionEntry, LogEntry, Network, log
from pledges.models.protocol import standing_rulings, waiting_rulings
from pledges.models.visibility import entries_shown
from pledges.secretariat.actions import networks, protocol
from pledges.secretariat.queries import protocol as queries
from tests.accounts.officers import make_officer, sign_in, token
from tests.answers import pdf_text
from tests.asked import asked
from tests.assembly import Assembly, now
from tests.secretariat.signed import AT, make_account, make_pledge

NAME, PLACE = RulingKind.NAME, RulingKind.PLACE
LATER = AT + timedelta(hours=1)


def propose(session: Session, by: Account, value: str = "Taiwan", *, kind: RulingKind = NAME, subject: str = "TW", language: str = "en"):
    return protocol.propose(session, kind, subject, language, value=value, reason="Agreed with the delegation.", by=by, at=AT)


def test_a_name_stands_only_once_a_second_person_has_approved_it(session: Session):
    one, other = make_account(session), make_account(session, "M. Abebe")
    proposed = propose(session, one)
    assert standing_rulings(session) == {}
    assert [waiting.subject for waiting in waiting_rulings(session)] == ["TW"]
    with pytest.raises(Refused, match="second person"):
        protocol.decide(session, proposed.id, approve=True, by=one, at=LATER)
    protocol.decide(session, proposed.id, approve=True, by=other, at=LATER)
    assert standing_rulings(session) == {(NAME, "TW", "en"): "Taiwan"}
    assert waiting_rulings(session) == []
    assert standing_rulings(session, at=AT) == {}  # as it was before
    with pytest.raises(Refused, match="meanwhile"):
        protocol.decide(session, proposed.id, approve=False, by=other, at=LATER)


def test_what_was_refused_or_taken_back_never_stood_and_may_be_proposed_again(session: Session):
    one, other = make_account(session), make_account(session, "M. Abebe")
    protocol.decide(session, propose(session, one).id, approve=False, by=one, at=LATER)
    protocol.decide(session, propose(session, one).id, approve=False, by=other, at=LATER)
    assert standing_rulings(session) == {}
    propose(session, one)
    with pytest.raises(Refused, match="waits for approval already"):
        propose(session, other, "Another name")


def test_an_empty_value_returns_to_the_lists_and_what_changes_nothing_is_refused(session: Session):
    one, other = make_account(session), make_account(session, "M. Abebe")
    protocol.decide(session, propose(session, one).id, approve=True, by=other, at=AT)
    with pytest.raises(Refused, match="how it stands now"):
        propose(session, one)
    protocol.decide(session, propose(session, other, "").id, approve=True, by=one, at=LATER)
    assert country_name("TW", "en", standing_rulings(session)) == country_name("TW", "en")


def test_the_lists_ask_the_same_whatever_they_show(session: Session):
    one, other = make_account(session), make_account(session, "M. Abebe")
    numbers = []
    for code in ("TW", "XK", "TR", "KR"):
        protocol.decide(session, propose(session, one, f"Name {code}", subject=code).id, approve=True, by=other, at=LATER)
        propose(session, other, f"Another name {code}", subject=code)
        session.expire_all()
        with asked(session.get_bind().engine) as sent:
            for listed in (queries.waiting_with_officers(session), queries.last_approved(session)):
                assert {one.proposed_by.label for one in listed}
                assert {one.decided_by.label for one in listed if one.decided_by} <= {"M. Abebe"}
        numbers.append(len([statement for statement in sent if statement.startswith("SELECT")]))
    assert numbers[-1] == numbers[0]


def test_every_step_of_a_ruling_is_logged_with_its_reason_and_only_approval_changes_the_register(session: Session):
    one, other = make_account(session), make_account(session, "M. Abebe")
    protocol.decide(session, propose(session, one).id, approve=True, by=other, at=LATER)
    entries = session.query(LogEntry).filter(LogEntry.subject == "protocol:TW").order_by(LogEntry.number).all()
    assert [(entry.act, entry.account_id, entry.changes_register) for entry in entries] == [
        ("ruling.proposed", one.id, False), ("ruling.approved", other.id, True),
    ]  # fmt: skip
    assert log.register_head(session)[0] == entries[-1].number


def test_an_edition_prints_the_ruled_name_in_the_ruled_order_and_its_other_language_what_stood_when_it_was_built(assembly: Assembly):
    with assembly.app.app_context():
        session = assembly.session
        assembly.take_in(8)
        before = [entry.revision.country_code for entry in _entries(session, assembly.build())]
        last = before[-1]
        assert before[0] != last
        one, other = make_account(session), make_account(session, "M. Abebe")
        protocol.decide(session, propose(session, one, "Aland of the Tests", subject=last).id, approve=True, by=other, at=now())
        french = propose(session, one, "0", kind=PLACE, subject=last, language="fr")
        protocol.decide(session, french.id, approve=True, by=other, at=now())
        session.commit()
        number = assembly.build()
        one, other = session.get_one(Account, 1), session.get_one(Account, 2)
        assert _entries(session, number)[0].revision.country_code == last
        text = pdf_text(assembly.pdf(number))
        assert "Aland of the Tests" in text
        assert "two officers of the secretariat decided so" in " ".join(text.split())
        protocol.decide(session, propose(session, other, "", subject=last).id, approve=True, by=one, at=now())
        named = propose(session, other, "Nom de demain", subject=last, language="fr")
        protocol.decide(session, named.id, approve=True, by=one, at=now())
        assembly.build(language="fr", edition=number)  # the same root, though the English order would be another by now
        (file,) = [file for file in session.get_one(Edition, number).files if file.language == "fr"]
        text = pdf_text(adapters().archive.path(file.name).read_bytes())
        assert "Nom de demain" not in text
        assert country_name(last, "fr") in text


def _entries(session: Session, number: int) -> list[EditionEntry]:
    return list(session.scalars(entries_shown([number]).order_by(EditionEntry.position)))


def test_pages_call_a_country_as_it_was_ruled_at_once(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        (public_id,) = assembly.take_in(1)
        assembly.release()
        one, other = make_account(db.session()), make_account(db.session(), "M. Abebe")
        code = assembly.pledge(public_id).accepted_revision.country_code
        number, second = propose(db.session(), one, "Land of the Tests", subject=code).id, other.id
    assert "Land of the Tests" not in client.get("/pledges").text
    with assembly.app.app_context():
        protocol.decide(db.session(), number, approve=True, by=db.session.get_one(Account, second), at=now())
    assert "Land of the Tests" in client.get("/pledges").text
    assert "Land of the Tests" in client.get(f"/pledges/{public_id}").text


def test_editors_propose_and_another_officer_approves_in_the_pages(app, client: FlaskClient):
    key, second = make_officer(app, role="editor"), make_officer(app, role="admin", email="m.abebe@secretariat.example")
    sign_in(client, key)
    assert country_name("TW", "en") in client.get("/secretariat/protocol").text  # to be looked at
    assert client.get("/secretariat/protocol?country=XK").headers["Location"].endswith("/secretariat/protocol/XK")
    page = client.get("/secretariat/protocol/XK")
    typed = {"kind": "name", "language": "fr", "value": "Kosovo (essai)", "csrf_token": token(page)}
    assert "Say why" in client.post("/secretariat/protocol/XK", data=typed).text
    assert client.post("/secretariat/protocol/XK", data=typed | {"reason": "<b>Agreed</b>"}).status_code == 303
    page = client.get("/secretariat/protocol")
    assert "&lt;b&gt;Agreed&lt;/b&gt;" in page.text
    assert client.post("/secretariat/protocol/rulings/1/approve", data={"csrf_token": token(page)}).status_code == 303
    assert "Nobody approves what they proposed themselves" in client.get("/secretariat/protocol").text
    colleague = app.test_client()
    sign_in(colleague, second, email="m.abebe@secretariat.example")
    page = colleague.get("/secretariat/protocol")
    colleague.post("/secretariat/protocol/rulings/1/approve", data={"csrf_token": token(page)})
    assert "Approved by two" in colleague.get("/secretariat/protocol/XK").text
    assert client.get("/secretariat/protocol/nowhere").status_code == 404


def test_networks_are_added_renamed_and_taken_out_while_nothing_names_them(session: Session):
    by, pledge = make_account(session), make_pledge(session)
    networks.add_network(session, "Cities of the Tests", by=by, at=AT)
    with pytest.raises(Refused, match="already"):
        networks.add_network(session, "cities of the tests", by=by, at=AT)
    pledge.network = network = queries.network_called(session, "Cities of the Tests")
    assert isinstance(network, Network)
    networks.rename_network(session, network, "Regions of the Tests", by=by, at=AT)
    assert [(one.network.name, one.pledges, one.invitations) for one in queries.networks(session)] == [("Regions of the Tests", 1, 0)]
    with pytest.raises(Refused, match="stays"):
        networks.remove_network(session, network, by=by, at=AT)
    pledge.network, by.network = None, network
    with pytest.raises(Refused, match="stays"):
        networks.remove_network(session, network, by=by, at=AT)
    by.network = None
    networks.remove_network(session, network, by=by, at=AT)
    assert queries.networks(session) == []
