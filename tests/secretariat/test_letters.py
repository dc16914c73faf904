"""The desk's letters: read, held, released, cancelled, rewritten; and what came back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges import letters
from pledges.adapters import mail
from pledges.domain.lifecycle import Move
from pledges.domain.problems import Refused
from pledges.extensions import db
from pledges.models import Account, Letter, LetterText, LogEntry, OtherContact, Pledge
from pledges.secretariat.actions import letters as acts
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.actions.outbox import deliver_due
from pledges.secretariat.queries import letters as queries
from pledges.secretariat.queries.letters import Act, Picked, Post
from tests.accounts.officers import make_officer, sign_in, token
from tests.asked import asked
from tests.secretariat.signed import AT, make_account, make_pledge

LATER = AT + timedelta(hours=1)
OWN = "Hello {{ government }}\n\n{{ link }}\n{{ ask }}\n{{ expires }}\n"


@pytest.fixture
def by(session: Session) -> Account:
    return make_account(session, "E. Ditor")


@pytest.fixture
def pledge(session: Session) -> Pledge:
    return make_pledge(session)


def write(session: Session, kind: str = "accepted", *, to: str = "mayor@konya.example", pledge: Pledge | None = None) -> Letter:
    """A letter of a kind with whatever that needs; not committed."""
    values = letters.texts.sample_values("en", letters.texts.placeholders(kind)[0]) | {"pledge": None}
    for name in ("link", "pledge", "code"):
        values.pop(name, None)
    secrets = {"link": "https://pledges.example/leader/link/secret"}
    letter = letters.write(session, kind, to=to, language="en", at=AT, pledge=pledge, secrets=secrets, **values)
    session.flush()
    return letter


def deliver(session: Session, server: object) -> tuple[int, int]:
    return deliver_due(session, mail.open_mailer(server.url), lambda: LATER, base_url="https://pledges.example")  # type: ignore[attr-defined]


def acts_of(session: Session) -> list[tuple[str, int | None]]:
    return [(one.act, one.account_id) for one in session.scalars(select(LogEntry).order_by(LogEntry.number))]


def test_letters_of_a_kind_that_waits_go_out_once_a_person_releases_them(session: Session, by: Account, smtp_server):
    acts.settle_waiting(session, {"accepted", "sign_link"}, by=by, at=AT)
    held, free = write(session), write(session, "status_link")
    session.commit()
    assert (held.held_at, free.held_at) == (AT, None)
    assert queries.waiting_kinds(session) == {"accepted"}, "what is needed to sign never waits"
    assert deliver(session, smtp_server) == (1, 0)
    assert acts.do(session, Act.RELEASE, Picked([held.id, free.id]), by=by, at=LATER) == 1
    assert deliver(session, smtp_server) == (1, 0)
    assert [(act, who == by.id) for act, who in acts_of(session)] == [
        ("letter_rule.changed", True), ("letter.delivered", False), ("letter.released", True), ("letter.delivered", False),
    ]  # fmt: skip


def test_a_letter_that_waits_for_the_server_can_be_held_and_cancelled_and_keeps_no_secret_then(session: Session, by: Account, smtp_server):
    letter, never = write(session), write(session, "sign_link")
    session.commit()
    assert acts.do(session, Act.HOLD, Picked([letter.id, never.id]), by=by, at=AT) == 1
    assert acts.do(session, Act.CANCEL, Picked([letter.id, never.id]), by=by, at=AT) == 1
    session.refresh(letter)
    assert (letter.cancelled_at, letter.secrets) == (AT, None)
    assert deliver(session, smtp_server) == (1, 0), "the letter to sign was neither held nor cancelled"
    assert acts.do(session, Act.RELEASE, Picked([letter.id]), by=by, at=AT) == 0
    assert queries.posted(session) == dict.fromkeys(Post, 0) | {Post.SENT: 1, Post.CANCELLED: 1}


def test_a_decision_whose_letters_are_all_cancelled_is_not_told(session: Session, by: Account, pledge: Pledge):
    decide(
        session, pledge, Move.ACCEPT, by=by, at=AT, seen_version=version_of(pledge.current), grounds=Grounds(), tell=True,
        address=lambda endpoint, **_: f"https://pledges.example/{endpoint}",
    )  # fmt: skip
    first, second = session.scalars(select(Letter).where(Letter.kind == "accepted"))
    for letter, told in ((first, True), (second, False)):
        acts.do(session, Act.CANCEL, Picked([letter.id]), by=by, at=LATER)
        session.refresh(pledge.current)
        assert (pledge.current.announced_at is not None) is told
    assert session.scalars(select(LogEntry.act).order_by(LogEntry.number.desc())).first() == "pledge.untold"


def test_what_is_just_being_sent_is_left_alone(session: Session, by: Account):
    letter = write(session)
    letter.leased_until = AT + timedelta(minutes=5)
    session.commit()
    assert acts.do(session, Act.CANCEL, Picked([letter.id]), by=by, at=AT) == 0


def test_all_that_wait_are_released_at_once_and_none_that_came_after_the_preview(session: Session, by: Account):
    acts.settle_waiting(session, {"accepted", "declined"}, by=by, at=AT)
    first = [write(session, kind) for kind in ("accepted", "accepted", "declined")]
    later = write(session)
    picked = Picked(all_held=True, kind="accepted", until=first[-1].id)
    assert queries.meant(session, Act.RELEASE, picked, AT)[0] == {"accepted": 2}
    assert acts.do(session, Act.RELEASE, picked, by=by, at=LATER) == 2
    session.expire_all()
    assert [one.held_at is None for one in (*first, later)] == [True, True, False, False]


def test_the_outbox_asks_as_often_for_many_letters_as_for_few(session: Session):
    def counted() -> int:
        with asked(session.get_bind().engine) as sent:
            queries.outbox(session, None)
            queries.posted(session)
            queries.texts_in_force(session)
        return len(sent)

    write(session)
    few = counted()
    for _more in range(20):
        write(session)
    assert counted() == few


def test_an_editors_text_stands_from_then_on_and_the_earlier_one_can_come_back(session: Session, by: Account):
    before = write(session)
    acts.write_text(session, "accepted", "en", OWN, seen=0, by=by, at=AT)
    assert (write(session).subject, before.subject) == ("Hello Konya", "Accepted: the pledge of Konya")
    with pytest.raises(acts.WrittenMeanwhile):
        acts.write_text(session, "accepted", "en", OWN + "More.", seen=0, by=by, at=AT)
    acts.write_text(session, "accepted", "en", "", seen=1, by=by, at=LATER)
    assert write(session).subject == "Accepted: the pledge of Konya"
    assert [(one.number, one.text) for one in queries.versions(session, "accepted", "en")] == [(2, ""), (1, OWN)]
    assert [act for act, _who in acts_of(session)] == ["letter_text.written", "letter_text.written"]


def test_a_text_without_its_link_is_not_kept(session: Session, by: Account):
    with pytest.raises(Refused, match="link"):
        acts.write_text(session, "accepted", "en", "Hello\n\nAll is well.", seen=0, by=by, at=AT)
    assert session.scalars(select(LetterText)).all() == []


def test_each_letter_goes_out_as_plain_text_and_as_html_with_the_same_link(session: Session, smtp_server):
    write(session)
    session.commit()
    deliver(session, smtp_server)
    (taken,) = smtp_server.letters
    plain, html = (taken.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "https://pledges.example/leader/link/secret" in plain
    assert '<a href="https://pledges.example/leader/link/secret"' in html
    assert '<html lang="en" dir="ltr">' in html


def test_another_contact_is_noted_changed_and_taken_away(session: Session, pledge: Pledge, by: Account):
    for words in ("Deputy: +90 332 000", "Ask the registry", ""):
        acts.note_contact(session, pledge, words, by=by, at=AT)
        noted = session.get(OtherContact, pledge.id)
        assert (noted.words if noted else "") == words
    assert [act for act, _who in acts_of(session)] == ["contact.noted"] * 3


# ---------------------------------------------------------------- over the web


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    """An officer who may do everything with letters."""
    sign_in(client, make_officer(app, role="editor moderator"))
    return client


def send(officer: FlaskClient, address: str, **fields: object) -> str:
    """The page that a form leads to."""
    known = token(officer.get("/secretariat/letters"))
    data = {"csrf_token": known, "contact-csrf_token": known, **fields}
    return officer.post(f"/secretariat/{address}", data=data, follow_redirects=True).text


def test_a_person_settles_what_waits_reads_a_letter_and_releases_it_after_a_second_look(app: Flask, officer: FlaskClient):
    assert "Kept." in send(officer, "letters/waiting", kind="accepted")
    with app.app_context():
        number = write(db.session()).id
        db.session.commit()
    page = officer.get(f"/secretariat/letters/{number}").text
    assert "[link]" in page
    assert "leader/link/secret" not in page
    question = send(officer, "letters/release", letter=number)
    assert "Release 1 letter?" in question
    assert "mayor@konya.example" in question
    assert "1 letter is on its way." in send(officer, "letters/release", letter=number, confirmed="yes")
    assert "None of these letters" in send(officer, "letters/release", letter=number)
    assert officer.get("/secretariat/letters/999").status_code == 404


def test_an_editor_looks_at_a_text_before_keeping_it(officer: FlaskClient):
    page = "letters/texts/accepted/ar"
    looked = send(officer, page, seen="0", text=OWN, look="yes")
    assert "It is not kept yet." in looked
    assert "Hello Konya" in looked
    assert 'dir="rtl"' in looked
    assert "The letter needs its placeholder" in send(officer, page, seen="0", text="Hello\n\nWorld", keep="yes")
    assert "version 1" in send(officer, page, seen="0", text=OWN, keep="yes")
    assert "Somebody wrote another version" in send(officer, page, seen="0", text=OWN, keep="yes")
    assert "as delivered" in send(officer, page, seen="1", text="", own="yes")
    assert officer.get("/secretariat/letters/texts/accepted/xx").status_code == 404
    assert officer.get("/secretariat/letters/texts/reasons/en").status_code == 404


def test_another_contact_is_noted_at_the_pledge_and_stands_on_no_public_page(app: Flask, officer: FlaskClient):
    with app.app_context():
        public_id = make_pledge(db.session()).public_id
        db.session.commit()
    page = send(officer, f"pledges/{public_id}/contact", **{"contact-words": "Deputy <b> +90 332"})
    assert "Deputy &lt;b&gt; +90 332" in page
    assert "Deputy" not in officer.get(f"/pledges/{public_id}").text
    assert "+90 +90" in send(officer, f"pledges/{public_id}/contact", **{"contact-words": "+90 " * 1_000})
