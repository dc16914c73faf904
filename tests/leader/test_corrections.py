"""A slip in a signed name: asked by the cabinet, agreed to or refused by an officer, signed anew by the leader, told to the public."""

import re
from pathlib import Path

from sqlalchemy import select

from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import Content, Move
from pledges.extensions import db
from pledges.models import Correction, LogEntry
from pledges.models.frozen import holds_together
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from tests.accounts.officers import make_officer, sign_in
from tests.assembly import Assembly, now
from tests.leader.cabinet import LEADER, PREPARER, Cabinet, csrf
from tests.secretariat.signed import make_account

WANTED = {"field": "leader_name", "wanted": "Ayşe Yıldırım Kaya", "note": "The second surname is missing."}


def officer(cabinet: Cabinet) -> Cabinet:
    browser = cabinet.app.test_client()
    sign_in(browser, make_officer(cabinet.app, role="moderator"))
    return Cabinet(cabinet.app, browser, cabinet.public_id)


def answer(desk: Cabinet, how: str, told: str = "") -> int:
    page = f"/secretariat/pledges/{desk.public_id}"
    asked = re.search(r"corrections/(\d+)/agree", desk.client.get(page).text)
    fields = {"correction-answer": told, "correction-csrf_token": csrf(desk.client.get("/leader/ask"))}
    return desk.client.post(f"{page}/corrections/{asked[1] if asked else 1}/{how}", data=fields).status_code


def accept_and_release(cabinet: Cabinet, folder: Path) -> None:
    with cabinet.app.app_context():
        session, pledge = db.session(), cabinet.pledge()
        seen, by = version_of(pledge.current), make_account(session)
        decide(session, pledge, Move.ACCEPT, by=by, at=now(), seen_version=seen, grounds=Grounds(), tell=True, address=lambda *_, **__: "")
        Assembly(cabinet.app, folder).release()


def test_a_name_is_corrected_by_a_new_signature_and_the_public_reads_from_what_to_what(cabinet: Cabinet, tmp_path: Path):
    cabinet.prepare().sign()
    assert cabinet.post("correct", **WANTED).location == cabinet.home
    assert "The secretariat has not answered yet." in cabinet.client.get(cabinet.home).text
    desk = officer(cabinet)
    assert "Ayşe Yıldırım Kaya" in desk.client.get("/secretariat/corrections").text
    assert "/secretariat/corrections" in desk.client.get("/secretariat/").text
    assert answer(desk, "agree", "Of course.") == 303
    with cabinet.app.app_context():
        first, second = cabinet.pledge().revisions
        assert (first.leader_name, first.content) == ("Ayşe Yıldırım", Content.SIGNED)
        assert (second.leader_name, second.content) == ("Ayşe Yıldırım Kaya", Content.AWAITING_SIGNATURE)
        assert holds_together(first)
        assert [words.actions for words in second.commitments] == [words.actions for words in first.commitments]
    cabinet.sign()
    accept_and_release(cabinet, tmp_path)
    page = cabinet.app.test_client().get(f"/pledges/{cabinet.public_id}").text
    assert "Name corrected on" in page
    assert "<del><bdi>Ayşe Yıldırım</bdi></del>" in page
    assert "<ins><bdi>Ayşe Yıldırım Kaya</bdi></ins>" in page
    assert "The second surname is missing." not in page
    with cabinet.app.app_context():
        acts = list(db.session.scalars(select(LogEntry.act).where(LogEntry.act.like("correction%")).order_by(LogEntry.number)))
        assert acts == ["correction_asked", "correction_agreed"]


def test_a_refused_correction_needs_a_reason_and_changes_nothing(cabinet: Cabinet):
    cabinet.prepare().sign()
    cabinet.post("correct", **WANTED)
    desk = officer(cabinet)
    assert answer(desk, "refuse") == 422
    assert answer(desk, "refuse", "The directory says otherwise.") == 303
    assert answer(desk, "agree") == 409
    with cabinet.app.app_context():
        assert len(cabinet.pledge().revisions) == 1
        assert [one.agreed for one in db.session.query(Correction)] == [False]
    assert "The directory says otherwise." in cabinet.client.get(cabinet.home).text
    letters = [to for kind, to in cabinet.letters() if kind == "correction_answered"]
    assert sorted(letters) == sorted([LEADER, PREPARER])


def test_one_thing_is_asked_at_a_time_of_a_signed_text_and_by_the_rules_of_its_field(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.client.get(f"{cabinet.home}/correct").location == cabinet.home
    cabinet.sign()
    for wrong in (
        {"field": "", "wanted": "x"},
        {"field": "leader_name", "wanted": ""},
        {"field": "leader_name", "wanted": "Ayşe Yıldırım"},
    ):
        assert cabinet.post("correct", **wrong).status_code == 422
    assert cabinet.post("correct", **WANTED | {"field": "leader_email", "wanted": "somebody@else.example.org"}).status_code == 422
    assert cabinet.post("correct", **WANTED).location == cabinet.home
    assert cabinet.client.get(f"{cabinet.home}/correct").location == cabinet.home
    with cabinet.app.app_context():
        assert db.session.query(Correction).count() == 1


def test_a_correction_of_a_withdrawn_pledge_cannot_be_agreed_to(cabinet: Cabinet):
    cabinet.prepare().sign()
    cabinet.post("correct", **WANTED)
    desk = officer(cabinet)
    cabinet.post("withdraw")
    assert answer(desk, "agree") == 409
    assert "Ayşe" not in desk.client.get("/secretariat/corrections").text


def test_the_letter_about_a_correction_is_written_in_each_language(cabinet: Cabinet):
    subjects, desk = set(), officer(cabinet)
    for language in INTERFACE:
        cabinet.client.set_cookie("lang", language)
        cabinet.prepare(leader_email=f"{language}@konya.example.org").sign()
        cabinet.post("correct", **WANTED)
        desk.public_id = cabinet.public_id
        assert answer(desk, "agree", "Of course.") == 303
        letter = cabinet.letter("correction_answered", to=f"{language}@konya.example.org")["text"]
        assert "Ayşe Yıldırım Kaya" in letter
        assert "Of course." in letter
        subjects.add(letter.partition("\n")[0])
    assert len(subjects) == len(INTERFACE)
