"""Reminders are written by a schedule that a person approved, to whoever still wants them, and no more often than it says."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.adapters import mail
from pledges.domain.codes import hash_secret
from pledges.domain.lifecycle import Move
from pledges.extensions import db
from pledges.models import (
    AccessLink,
    Account,
    Government,
    Invitation,
    Letter,
    LetterStop,
    LinkPurpose,
    LogEntry,
    Pledge,
    Reminded,
    Schedule,
)
from pledges.models.frozen import copied
from pledges.secretariat.actions import reminders as acts
from pledges.secretariat.actions.identity import invite, take_back
from pledges.secretariat.actions.outbox import deliver_due
from pledges.secretariat.queries import reminders as queries
from tests.accounts.officers import make_officer, sign_in, token
from tests.asked import asked
from tests.leader.cabinet import KONYA, LEADER, Cabinet, add_government, path
from tests.secretariat.signed import AT, make_account, make_pledge

DAY = timedelta(days=1)


def address(endpoint: str, **values: str) -> str:
    return f"https://pledges.example/{endpoint}/{'/'.join(values.values())}"


@pytest.fixture
def by(session: Session) -> Account:
    return make_account(session)


@pytest.fixture
def cabinet(app: Flask, client: FlaskClient) -> Cabinet:
    """A browser in the mayor's office of Konya."""
    with app.app_context():
        add_government(db.session(), KONYA, "Konya")
    return Cabinet(app, client)


def waiting(session: Session, *, draft: bool = False) -> Pledge:
    """A pledge with a wording that is a draft, or awaits its signature, since AT."""
    pledge = make_pledge(session, preparer="cabinet@konya.example")
    copy = copied(pledge.current, AT)
    pledge.revisions.append(copy)
    session.flush()
    if not draft:
        copy.record, copy.fingerprint, copy.submitted_at = "{}", "0" * 64, AT
        copy.move(Move.SUBMIT)
    session.commit()
    return pledge


def approved(session: Session, by: Account, of: Reminded = Reminded.SIGNATURE) -> Schedule:
    schedule = acts.propose(session, of, after_days=3, every_days=2, most=2, by=by, at=AT)
    acts.approve(session, schedule, by=by, at=AT)
    return schedule


def written(session: Session) -> list[str]:
    return [letter.to for letter in session.scalars(select(Letter).order_by(Letter.id))]


def test_nothing_is_written_before_a_person_approves_and_nothing_after_somebody_ends_it(session: Session, by: Account):
    waiting(session)
    schedule = acts.propose(session, Reminded.SIGNATURE, after_days=3, every_days=2, most=2, by=by, at=AT)
    assert queries.count_due(session, schedule, AT + 4 * DAY) == 1
    assert acts.write_due(session, at=AT + 4 * DAY, address=address) == 0
    acts.approve(session, schedule, by=by, at=AT)
    with pytest.raises(acts.NotOpen):
        acts.approve(session, schedule, by=by, at=AT)
    assert acts.write_due(session, at=AT + 4 * DAY, address=address) == 1
    acts.end(session, schedule, by=by, at=AT)
    assert acts.write_due(session, at=AT + 8 * DAY, address=address) == 0
    logged = [one.act for one in session.scalars(select(LogEntry).order_by(LogEntry.number))]
    assert logged == ["reminders.proposed", "reminders.approved", "reminded", "reminders.ended"]


def test_a_schedule_is_kept_to_the_day_and_to_its_most(session: Session, by: Account):
    waiting(session)
    approved(session, by)
    counts = [acts.write_due(session, at=AT + days * DAY, address=address) for days in (2, 3, 3, 4, 6, 9, 12)]
    assert counts == [0, 1, 0, 0, 1, 0, 0]


def test_a_newly_approved_schedule_takes_the_place_of_the_earlier_one(session: Session, by: Account):
    earlier, later = approved(session, by), approved(session, by)
    session.refresh(earlier)
    assert (earlier.ended_at, later.ended_at) == (AT, None)


def test_a_draft_reminds_its_cabinet_since_somebody_last_worked_on_it(session: Session, by: Account):
    pledge = waiting(session, draft=True)
    approved(session, by, Reminded.DRAFT)
    session.add(
        AccessLink(
            purpose=LinkPurpose.SESSION, pledge=pledge, token_hash=hash_secret("x"), created_at=AT, expires_at=AT + 30 * DAY, holder="",
            seen_at=AT + 2 * DAY,
        )
    )  # fmt: skip
    session.commit()
    assert acts.write_due(session, at=AT + 4 * DAY, address=address) == 0
    assert acts.write_due(session, at=AT + 5 * DAY, address=address) == 1
    assert written(session) == ["cabinet@konya.example"]


def test_nobody_is_reminded_who_wants_none_whose_letters_come_back_or_who_withdrew(session: Session, by: Account):
    pledges = [waiting(session) for _each in range(4)]
    approved(session, by)
    session.add(LetterStop(address_key=pledges[0].leader_email.lower(), at=AT))
    gone = Letter(
        message_id="<gone@pledges.invalid>", kind="sign_link", to=pledges[1].leader_email, language="en", subject="S", body="B",
        created_at=AT, due_at=AT, delivered_at=AT, bounced_at=AT,
    )  # fmt: skip
    session.add(gone)
    pledges[2].withdrawn_at = AT
    session.commit()
    assert acts.write_due(session, at=AT + 4 * DAY, address=address) == 1
    assert written(session)[-1] == pledges[3].leader_email


def test_what_is_due_is_found_with_one_question_however_many_pledges_there_are(session: Session, by: Account):
    def counted() -> int:
        with asked(session.get_bind().engine) as sent:
            queries.due(session, schedule, AT + 4 * DAY, limit=50)
        return len(sent)

    waiting(session)
    schedule = approved(session, by)
    few = counted()
    for _more in range(5):
        waiting(session)
    session.expire_all()
    session.refresh(schedule)
    assert counted() <= few


def test_one_click_in_the_mail_program_ends_reminders_and_a_scanner_that_looks_ends_nothing(cabinet: Cabinet, smtp_server):
    cabinet.prepare()
    with cabinet.app.app_context():
        session = db.session()
        later = cabinet.pledge().current.submitted_at + 4 * DAY
        approved(session, make_account(session))
        assert acts.write_due(session, at=later, address=lambda _page, token="": f"http://localhost:8000/leader/reminders/{token}") == 1
        deliver_due(session, mail.open_mailer(smtp_server.url), lambda: later, base_url="http://localhost:8000")
    taken = smtp_server.letters[-1]
    assert (str(taken["To"]), taken["List-Unsubscribe-Post"]) == (LEADER, "List-Unsubscribe=One-Click")
    stop = path(taken["List-Unsubscribe"].strip("<>"))
    assert stop in taken.get_body(("plain",)).get_content()
    mail_program = cabinet.app.test_client()
    assert "No more reminders" in mail_program.get(stop).text
    with cabinet.app.app_context():
        assert db.session.scalars(select(LetterStop)).all() == []
    for _twice in range(2):
        assert mail_program.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with cabinet.app.app_context():
        assert db.session.scalars(select(LetterStop.address_key)).all() == [LEADER]
    assert mail_program.post(f"{stop}x").status_code == 410
    assert all("List-Unsubscribe" not in letter for letter in smtp_server.letters[:-1]), "only reminders can be ended"


def test_an_editor_proposes_sees_whom_it_would_reach_and_approves(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app, role="editor"))
    page = "/secretariat/letters/reminders"

    def send(to: str, **fields: object) -> str:
        return client.post(to, data={"csrf_token": token(client.get(page)), **fields}, follow_redirects=True).text

    assert "A whole number from 1 to 60." in send(page, of="draft", after_days="0", every_days="2", most="2")
    shown = send(page, of="signature", after_days="3", every_days="2", most="2")
    assert "0 letters would be written now." in shown
    number = re.search(r"reminders/(\d+)/approve", shown)
    assert number
    assert "holds" in send(f"{page}/{number[1]}/approve")
    assert "approved or ended this schedule meanwhile" in send(f"{page}/{number[1]}/approve")
    assert "no reminders are written" in send(f"{page}/{number[1]}/end")
    assert "approved or ended this schedule meanwhile" in send(f"{page}/{number[1]}/end")
    assert client.get(f"{page}/{number[1]}").status_code == 404


def test_an_invitation_from_which_nothing_came_is_brought_to_mind_by_a_link_beside_the_first(app: Flask, client: FlaskClient):
    with app.app_context():
        session = db.session()
        add_government(session, KONYA, "Konya")
        place, by = session.get_one(Government, KONYA), make_account(session)
        told = {"name": "", "language": "fr", "by": by, "at": AT, "address": address}
        sent, held, lost, _other = (
            invite(session, place, email=f"{who}@konya.example", **told) for who in ("sent", "held", "lost", "late")
        )
        for letter in session.scalars(select(Letter).where(Letter.invitation_id != held.id)):
            letter.delivered_at, letter.bounced_at = AT, AT if letter.invitation_id == lost.id else None
        session.add(LetterStop(address_key="late@konya.example", at=AT))
        schedule = approved(session, by, Reminded.INVITATION)
        counts = [acts.write_due(session, at=AT + days * DAY, address=address) for days in (2, 3, 4, 5, 9)]
        assert counts == [0, 1, 0, 1, 0]
        reminders = session.scalars(select(Letter).where(Letter.kind == "reminder_invitation")).all()
        assert {(one.to, one.language, one.invitation_id) for one in reminders} == {("sent@konya.example", "fr", sent.id)}
        links = [next(link for name, link in (one.secrets or {}).items() if name.startswith("[link")) for one in reminders]
        assert queries.count_due(session, schedule, AT + 9 * DAY) == 0
        number, officer = sent.id, by.id
    for link in links:
        page = client.get(f"/leader/invited/{link.rpartition('/')[2]}")
        assert (page.status_code, "sent@konya.example" in page.text) == (200, True)
    with app.app_context():
        assert db.session.get_one(Invitation, number).opened_at
        by, place = db.session.get_one(Account, officer), db.session.get_one(Government, KONYA)
        take_back(db.session(), db.session.get_one(Invitation, number), place, by=by, at=AT)
    assert client.get(f"/leader/invited/{links[0].rpartition('/')[2]}").status_code == 410
