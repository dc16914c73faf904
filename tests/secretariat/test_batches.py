"""Files that officers bring: read without keeping anything, confirmed, carried out by a job, and the rejects to download."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from pledges.domain.commitments import FILE_COLUMNS
from pledges.extensions import db
from pledges.models import Account, Batch, BatchKind, BatchState, LogEntry, Network, Pledge
from pledges.secretariat.actions import batches
from pledges.secretariat.actions.batches import KEPT, LEASE, NotSo
from tests.accounts.officers import make_officer, sign_in, token
from tests.secretariat.files import AT, add_places, good_row
from tests.secretariat.signed import make_account

ANNA = "Anna Kovač"


def address(endpoint: str, **values: str) -> str:
    return f"http://localhost:8000/{endpoint.replace('.', '/')}/{'/'.join(values.values())}"


def table(*rows: dict[str, str], separator: str = ",") -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, FILE_COLUMNS, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def desk(session: Session) -> Session:
    """With an officer, and governments that a file may name."""
    add_places(session)
    make_account(session, ANNA)
    return session


def officer(session: Session) -> Account:
    return session.scalars(select(Account)).one()


def brought(session: Session, data: bytes, *, accept: bool = False) -> Batch:
    options = {"accept": accept}
    number = batches.bring(session, BatchKind.PLEDGES, name="june.csv", data=data, options=options, by=officer(session), at=AT)
    work(session)
    return session.get_one(Batch, number)


def confirm(session: Session, batch: Batch) -> None:
    batches.confirm(session, batch, by=officer(session), at=AT)


def carried_out(session: Session, batch: Batch) -> Batch:
    number = batch.id
    confirm(session, batch)
    assert work(session) == 1
    return session.get_one(Batch, number)


def work(session: Session, *, after: timedelta = timedelta()) -> int:
    return batches.carry_on(session, lambda: AT + after, address=address)


def test_reading_a_file_tells_what_each_row_would_do_and_keeps_nothing(desk: Session):
    carried_out(desk, brought(desk, table(good_row())))
    oulu = good_row(government_id="own-oulu", government_name="Oulu", country_code="FI")
    rows = (good_row(actions="A tram."), oulu, good_row(country_code="FI"))
    before = desk.scalar(select(func.count()).select_from(LogEntry))
    batch = brought(desk, table(*rows))
    assert batch.state is BatchState.READ
    assert batch.counts == {"new": 1, "updated": 1, "unchanged": 0, "rejected": 1}
    assert batch.preview
    assert batch.preview["updated"][0]["changed"] == ["actions"]
    assert [problem["field"] for problem in batch.preview["rejected"][0]["problems"]] == ["country_code"]
    assert desk.scalar(select(func.count()).select_from(Pledge)) == 1
    assert desk.scalar(select(func.count()).select_from(LogEntry)) == before + 1  # that the file was brought


def test_a_confirmed_file_is_carried_out_once_in_the_name_of_who_confirmed_it(desk: Session):
    batch = carried_out(desk, brought(desk, table(good_row(), good_row(kind="region")), accept=True))
    assert work(desk) == 0
    assert (batch.state, batch.counts["new"], batch.counts["rejected"], batch.data) == (BatchState.DONE, 1, 1, None)
    pledge = desk.scalars(select(Pledge)).one()
    assert [decision.decided_by for decision in pledge.decisions] == [f"by import, by {ANNA}"]
    acts = desk.scalars(select(LogEntry.act).where(LogEntry.subject == f"batch:{batch.id}").order_by(LogEntry.number)).all()
    assert acts == ["batch.brought", "batch.confirmed", "batch.done"]
    with pytest.raises(NotSo):
        confirm(desk, batch)


def test_a_discarded_file_is_forgotten_and_never_carried_out(desk: Session):
    batch = brought(desk, table(good_row()))
    batches.discard(desk, batch, by=officer(desk), at=AT)
    assert work(desk) == 0
    assert (batch.data, batch.preview, batch.rejects) == (None, None, None)
    with pytest.raises(NotSo):
        confirm(desk, batch)
    assert desk.scalars(select(Pledge)).all() == []


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "names no column"), (b"a,b\n1,2\n", "names no column"), (b"\xff\xfeg\0o\0", "in another encoding")]
)
def test_a_file_that_is_no_pledges_file_is_refused_in_words(desk: Session, data: bytes, said: str):
    batch = brought(desk, data)
    assert batch.state is BatchState.REFUSED
    assert batch.problem
    assert said in batch.problem["message"]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_as_spreadsheets_of_many_countries_write_it_is_read(desk: Session, separator: str):
    batch = brought(desk, table(good_row(), separator=separator))
    assert batch.counts["new"] == 1


def test_rows_with_stray_bytes_are_shown_and_come_back_as_they_were(desk: Session):
    batch = brought(desk, table(good_row()).replace(b"Achieng", b"Achi\xe9ng"))
    assert batch.counts["rejected"] == 1
    assert batch.rejects
    assert b"Achi\xe9ng" in batch.rejects


def test_a_worker_that_died_is_followed_by_another_and_a_file_that_kills_them_is_given_up(desk: Session):
    batch = brought(desk, table(good_row()))
    number = batch.id
    confirm(desk, batch)
    desk.execute(update(Batch).values(leased_until=AT + LEASE, tries=1))
    desk.commit()
    assert work(desk) == 0
    desk.execute(update(Batch).values(tries=3))
    desk.commit()
    assert work(desk, after=2 * LEASE) == 1
    assert desk.get_one(Batch, number).state is BatchState.REFUSED
    assert desk.scalars(select(LogEntry.act).order_by(LogEntry.number.desc()).limit(1)).one() == "batch.refused"


def test_what_a_lost_worker_had_carried_out_is_told_apart_from_what_was_known_before(desk: Session):
    rows = table(good_row(), good_row(leader_email="other@city.example"))
    carried_out(desk, brought(desk, table(good_row())))  # as a worker leaves it that is lost after the first row
    batch = brought(desk, rows)
    confirm(desk, batch)
    batch.rows_done, batch.tries = 1, 1
    desk.commit()
    number = batch.id
    assert work(desk) == 1
    batch = desk.get_one(Batch, number)
    assert batch.counts == {"new": 1, "updated": 0, "unchanged": 0, "rejected": 0, "earlier": 1}
    assert [one["leader_email"] for one in (batch.preview or {})["earlier"]] == [good_row()["leader_email"]]


def test_a_worker_that_comes_back_after_another_claimed_its_batch_stops(desk: Session):
    number = brought(desk, table(good_row(), good_row(leader_email="other@city.example"))).id
    confirm(desk, desk.get_one(Batch, number))

    def clock() -> datetime:
        desk.execute(update(Batch).values(tries=Batch.tries + 1))
        return AT

    batches.carry_on(desk, clock, address=address)
    desk.expire_all()
    assert desk.get_one(Batch, number).state is BatchState.CONFIRMED


def test_what_a_batch_holds_of_people_is_forgotten_in_time(desk: Session):
    waits = brought(desk, table(good_row(kind="region"))).id
    batch = carried_out(desk, brought(desk, table(good_row(kind="region"), good_row())))
    batches.forget_old(desk, AT + KEPT)
    desk.refresh(batch)
    assert batch.rejects is not None
    batches.forget_old(desk, AT + KEPT + timedelta(seconds=1))
    desk.refresh(batch)
    assert (batch.rejects, batch.preview, batch.counts["new"]) == (None, None, 1)
    unconfirmed = desk.get_one(Batch, waits)
    assert (unconfirmed.state, unconfirmed.data, unconfirmed.rejects) == (BatchState.DISCARDED, None, None)
    assert desk.scalars(select(LogEntry.subject).where(LogEntry.act == "batch.forgotten")).all() == [f"batch:{waits}", f"batch:{batch.id}"]


def test_a_dry_run_makes_no_network_either(desk: Session):
    brought(desk, table(good_row(network="A new network")))
    assert desk.scalars(select(Network)).all() == []


# ---------------------------------------------------------------- pages


def test_an_officer_imports_a_file_without_a_shell(app: Flask, client: FlaskClient):
    with app.app_context():
        add_places(db.session())
    sign_in(client, make_officer(app))
    page = client.get("/secretariat/imports")
    data = table(good_row(), good_row(kind="region", leader_name="<b>Otieno"))
    upload = {"csrf_token": token(page), "file": (io.BytesIO(data), "june.csv")}
    there = client.post("/secretariat/imports", data=upload).location
    assert "Being read" in client.get(there).text
    carry_on(app)
    read = client.get(there).text
    assert "Achieng Otieno" in read
    assert "&lt;b&gt;Otieno" in read
    assert "The directory has this government as another kind: city." in read
    client.post(f"{there}/confirm", data={"csrf_token": token(client.get(there))})
    carry_on(app)
    assert "Done" in client.get(there).text
    rejects = client.get(f"{there}/rejects.csv")
    assert rejects.headers["Content-Disposition"].startswith("attachment")
    assert [row["field"] for row in csv.DictReader(io.StringIO(rejects.text))] == ["kind"]
    assert client.post(f"{there}/confirm", data={"csrf_token": token(client.get(there))}).status_code == 409


def carry_on(app: Flask) -> None:
    with app.app_context():
        batches.carry_on(db.session(), lambda: AT, address=address)
        db.session.remove()
