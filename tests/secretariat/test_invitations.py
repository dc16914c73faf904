"""Invitations to many: from a list or from the directory, each letter once; who opened, prepared and signed."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from pledges.adapters.bounces import Undelivered
from pledges.domain.people import GovernmentKind
from pledges.extensions import db
from pledges.models import (
    Account,
    AdvisoryMember,
    Batch,
    BatchKind,
    Contact,
    Government,
    Invitation,
    Letter,
    Network,
    NetworkMember,
)
from pledges.secretariat.actions import batches
from pledges.secretariat.actions.bounces import note
from pledges.secretariat.actions.inviting import COLUMNS
from pledges.secretariat.actions.networks import remove_network
from pledges.secretariat.queries import invitations as queries
from pledges.secretariat.queries.invitations import Choice, Progress, Which
from tests.accounts.officers import make_officer, sign_in, token
from tests.asked import asked
from tests.leader.cabinet import KONYA, Cabinet, add_government, path
from tests.secretariat.signed import AT, make_account, make_pledge

NAIROBI, PUERTO = "gn-184745", "gn-3874960"


def address(endpoint: str, **values: str) -> str:
    return f"http://localhost:8000/{endpoint.replace('.', '/')}/{'/'.join(values.values())}"


def listed(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row(government_id: str = KONYA, **cells: str) -> dict[str, str]:
    return {"government_id": government_id, "leader_email": "mayor@konya.example.org", "leader_name": "Ayşe Yıldırım"} | cells


def add_places(session: Session) -> None:
    add_government(session, KONYA, "Konya", population=1_400_000, native_name="Konya Büyükşehir")
    add_government(session, NAIROBI, "Nairobi", country_code="KE", population=4_400_000, main_language="fr", found_by=("Nayrobi",))
    add_government(session, PUERTO, "Puerto Montt", country_code="CL", population=160_000, main_language="es-CL")


@pytest.fixture
def desk(session: Session) -> Session:
    """With an officer, a network, and governments in the directory."""
    add_places(session)
    session.add(Network(name="ICLEI"))
    make_account(session)
    return session


def bring(session: Session, data: bytes, *, confirm: bool = True, invite: bool = True) -> Batch:
    """Read a list and, unless told otherwise, carry it out."""
    options = {"invite": invite, "language": ""}
    number = batches.bring(session, BatchKind.INVITATIONS, name="list.csv", data=data, options=options, by=the_officer(session), at=AT)
    work(session)
    return carry_out(session, number) if confirm else session.get_one(Batch, number)


def carry_out(session: Session, number: int) -> Batch:
    batches.confirm(session, session.get_one(Batch, number), by=the_officer(session), at=AT)
    work(session)
    return session.get_one(Batch, number)


def the_officer(session: Session) -> Account:
    return session.scalars(select(Account)).one()


def work(session: Session) -> None:
    batches.carry_on(session, lambda: AT, address=address)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_each_row_of_a_confirmed_list_is_one_letter_in_the_governments_own_language(desk: Session):
    rows = (row(), row(NAIROBI, leader_email="governor@nairobi.example.org"), row(PUERTO, leader_email="alcalde@puerto.example.org"))
    read = bring(desk, listed(*rows), confirm=False)
    assert (read.counts["new"], count(desk, Letter), count(desk, Contact)) == (3, 0, 0)
    number = read.id
    carry_out(desk, number)
    letters = desk.execute(select(Letter.to, Letter.kind, Letter.language).order_by(Letter.id)).all()
    assert letters == [
        ("mayor@konya.example.org", "invitation", "en"), ("governor@nairobi.example.org", "invitation", "fr"),
        ("alcalde@puerto.example.org", "invitation", "es"),
    ]  # fmt: skip
    assert desk.scalars(select(Invitation.batch_id)).all() == [number] * 3
    again = bring(desk, listed(*rows), confirm=False)
    assert again.counts == {"new": 0, "updated": 0, "unchanged": 3, "rejected": 0}


def test_a_list_may_only_keep_addresses_and_what_governments_belong_to(desk: Session):
    batch = bring(desk, listed(row(network="iclei", advisory_group="yes")), invite=False)
    assert (batch.counts["new"], count(desk, Letter), count(desk, Invitation)) == (1, 0, 0)
    assert desk.scalars(select(NetworkMember.government_id)).all() == desk.scalars(select(AdvisoryMember.government_id)).all() == [KONYA]
    changed = bring(desk, listed(row(leader_name="Ayşe Kaya", network="ICLEI")), invite=False)
    assert changed.counts == {"new": 0, "updated": 1, "unchanged": 0, "rejected": 0}
    assert desk.scalars(select(Contact.leader_name)).one() == "Ayşe Kaya"


@pytest.mark.parametrize(
    ("cells", "field", "told"),
    [
        ({"government_id": "gn-1"}, "government_id", "no government with this identifier"),
        ({"leader_email": "nobody"}, "leader_email", "not an e-mail address"),
        ({"letter_language": "tlh"}, "letter_language", "Letters are written in en"),
        ({"network": "ICLEI|Unheard of"}, "network", "There is no network called Unheard of"),
        ({"advisory_group": "perhaps"}, "advisory_group", "Write yes or no"),
        ({"government_id": "", "government_name": "Atlantis", "country_code": "TR"}, "government_name", "no government of this name"),
        ({"leader_name": "evil.com/x"}, "leader_name", "web page"),
        ({"government_name": "\0", "government_id": "\0"}, "government_id", "no government with this identifier"),
    ],
)
def test_a_wrong_row_is_rejected_with_its_reason_and_the_others_are_invited(desk: Session, cells: dict[str, str], field: str, told: str):
    batch = bring(desk, listed(row(NAIROBI, leader_email="a@nairobi.example.org"), row(**cells)))
    assert (batch.counts["new"], batch.counts["rejected"]) == (1, 1)
    assert batch.rejects
    (rejected,) = csv.DictReader(io.StringIO(batch.rejects.decode()))
    assert (rejected["row"], rejected["field"]) == ("3", field)
    assert told in rejected["reason"]


def test_a_government_is_found_by_a_name_that_only_one_of_its_country_has(desk: Session):
    add_government(desk, "gn-5", "Konya", population=5)
    named = {"government_id": "", "country_code": "ke", "government_name": "nayrobi"}
    batch = bring(desk, listed(row(**named), row(**named | {"government_name": "konya", "country_code": "TR"})))
    assert desk.scalars(select(Invitation.government_id)).all() == [NAIROBI]
    assert batch.preview
    assert batch.preview["rejected"][0]["problems"][0]["values"]["governments"][0].startswith(KONYA)


def test_one_address_of_a_government_is_invited_once_however_often_it_is_listed(desk: Session):
    batch = bring(desk, listed(row(), row(leader_email="Mayor@Konya.example.org")))
    assert (count(desk, Invitation), batch.counts["rejected"]) == (1, 1)


def test_an_invitation_notes_its_network_from_its_row_or_from_what_the_government_belongs_to(desk: Session):
    desk.add_all([Network(name="UCLG"), AdvisoryMember(government_id=PUERTO)])
    first, uclg = desk.scalars(select(Network.id).order_by(Network.id)).all()
    desk.add(NetworkMember(network_id=first, government_id=NAIROBI))
    bring(
        desk, listed(row(network="UCLG|ICLEI"), row(NAIROBI, leader_email="a@b.example.org"), row(PUERTO, leader_email="c@d.example.org"))
    )

    def shown(**which: object) -> list[str]:
        return [place.id for _one, place, _far in queries.invited_page(desk, Which(**which), step=None).rows]  # type: ignore[arg-type]

    assert (shown(network=uclg), shown(network=first), shown(advisory=True)) == ([KONYA], [NAIROBI], [PUERTO])
    assert queries.progress(desk, Which(network=first))[Progress.UNOPENED] == 1


def test_what_is_settled_about_letters_is_asked_once_for_a_batch_of_rows(fresh_database: Engine):
    with Session(fresh_database) as session:
        add_places(session)
        make_account(session)
        rows = [row(leader_email=f"mayor{number}@konya.example.org") for number in range(9)]
        number = bring(session, listed(*rows), confirm=False).id
        with asked(fresh_database) as sent:
            carry_out(session, number)
    assert sum("letter_rule" in one or "letter_text" in one for one in sent) == 2


def test_a_network_is_taken_out_with_who_belonged_to_it(desk: Session):
    bring(desk, listed(row(network="ICLEI")), invite=False)
    network = desk.scalars(select(Network)).one()
    remove_network(desk, network, by=the_officer(desk), at=AT)
    assert count(desk, NetworkMember) == 0


def test_a_list_of_several_batches_writes_each_letter_once(desk: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pledges.secretariat.actions.rows._BATCH", 3)
    rows = [row(leader_email=f"mayor{number}@konya.example.org") for number in (*range(7), 0)]
    batch = bring(desk, listed(*rows))
    assert (batch.counts["new"], batch.counts["rejected"], batch.rows, count(desk, Letter)) == (7, 1, 8, 7)
    assert sorted(desk.scalars(select(Letter.to))) == [f"mayor{number}@konya.example.org" for number in range(7)]


def test_whoever_has_signed_is_not_written_to(desk: Session):
    pledge = make_pledge(desk)
    batch = bring(desk, listed(row(pledge.government_id, leader_email=pledge.leader_email.upper())))
    assert (batch.counts["unchanged"], count(desk, Letter)) == (1, 0)


def test_what_rows_are_compared_with_is_asked_for_at_once(fresh_database: Engine):
    with Session(fresh_database) as session:
        make_account(session)
        for number in range(24):
            add_government(session, f"gn-{9000 + number}", f"Place {number}")
        rows = [row(f"gn-{9000 + number}", leader_email=f"m{number}@place.example.org") for number in range(24)]
        counted = []
        for some in (rows[:4], rows):
            with asked(fresh_database) as sent:
                assert bring(session, listed(*some), confirm=False, invite=False).counts["new"] == len(some)
            counted.append(sum(one.startswith("SELECT") for one in sent))
        assert counted[0] == counted[1]


# ---------------------------------------------------------------- the directory


def test_the_directory_is_chosen_from_by_level_region_country_size_network_and_advisory_group(desk: Session):
    add_government(desk, "iso-TR-42", "Konya Province", kind=GovernmentKind.REGION, population=2_200_000)
    network = desk.scalars(select(Network)).one()
    desk.add_all([NetworkMember(network_id=network.id, government_id=PUERTO), AdvisoryMember(government_id=NAIROBI)])
    desk.flush()

    def found(**choice: object) -> set[str]:
        page = queries.chosen_page(desk, Choice(**choice), after="")  # type: ignore[arg-type]
        assert queries.count_chosen(desk, Choice(**choice)).governments == len(page.rows)  # type: ignore[arg-type]
        return {government.id for government, *_rest in page.rows}

    assert found(kind=GovernmentKind.REGION) == {"iso-TR-42"}
    assert found(region="Africa") == found(region="Sub-Saharan Africa") == found(country="KE") == {NAIROBI}
    assert found(least=1_400_000, most=3_000_000) == {KONYA, "iso-TR-42"}
    assert found(network=network.id) == {PUERTO}
    assert found(advisory=True) == {NAIROBI}
    assert len(found()) == 4


def test_the_directory_writes_to_known_addresses_that_were_not_asked_and_to_no_government_that_has_signed(desk: Session):
    bring(
        desk,
        listed(row(), row(NAIROBI, leader_email="a@nairobi.example.org"), row(PUERTO, leader_email="b@puerto.example.org")),
        invite=False,
    )
    bring(desk, listed(row()))
    make_pledge(desk).government_id = PUERTO
    desk.flush()
    assert [contact.email for _government, contact in queries.to_invite(desk, Choice())] == ["a@nairobi.example.org"]
    assert queries.count_chosen(desk, Choice()) == queries.Chosen(3, 3, 1)


# ---------------------------------------------------------------- pages


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
