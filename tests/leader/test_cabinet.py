"""Several people of one cabinet: a draft is handed on, and whoever no longer works on it is taken off."""

import pytest
from sqlalchemy import select

from pledges.extensions import db
from pledges.models import AccessLink, LinkPurpose, LogDetail, LogEntry, Pledge
from tests.leader.cabinet import LEADER, PREPARER, Cabinet, path

ANN = "ann@konya.example.org"


def hand_on(cabinet: Cabinet, to: str = ANN, **fields: str) -> str:
    """Hand the draft on; the path of the colleague's link."""
    assert cabinet.post("cabinet", address=to, **fields).location == f"{cabinet.home}/cabinet"
    return path(cabinet.letter("handed_on")["link"])


def opened(cabinet: Cabinet, link: str) -> Cabinet:
    """The colleague's browser."""
    colleague = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    assert colleague.post(link).location == cabinet.home
    return colleague


def test_a_colleague_opens_the_draft_by_the_letter_once_and_both_work_on_it(cabinet: Cabinet):
    cabinet.begin()
    link = hand_on(cabinet, note="Please look at the themes <b>first</b>.")
    letter = cabinet.letter("handed_on")
    assert letter["to"] == ANN
    assert "    Please look at the themes <b>first</b>." in letter["text"]
    assert PREPARER not in letter["text"]
    colleague = opened(cabinet, link)
    assert colleague.post("themes", themes=["digital"]).status_code == 303
    assert cabinet.client.get(f"{cabinet.home}/words").text.count("actions_digital") > 0
    assert colleague.client.get(link).status_code == 410
    people = cabinet.client.get(f"{cabinet.home}/cabinet").text
    assert ANN in people
    assert PREPARER in people
    with cabinet.app.app_context():
        token = letter["link"].rsplit("/", 1)[1]
        assert token not in set(db.session.scalars(select(AccessLink.token_hash)))
        assert [entry.act for entry in db.session.scalars(select(LogEntry).order_by(LogEntry.number))] == ["draft_made", "handed_on"]
        assert token not in " ".join(db.session.scalars(select(LogDetail.details)))


def test_whoever_hands_over_keeps_the_draft_until_the_colleague_has_opened_it(cabinet: Cabinet):
    cabinet.begin()
    link = hand_on(cabinet, keeps="no")
    assert cabinet.client.get(cabinet.home).status_code == 200
    colleague = opened(cabinet, link)
    assert cabinet.client.get(cabinet.home).status_code == 404
    assert colleague.client.get(cabinet.home).status_code == 200
    with cabinet.app.app_context():
        assert cabinet.pledge().preparer_email == ANN
    before = len(cabinet.letters())
    cabinet.post("/leader/ask", address=PREPARER)
    assert cabinet.letters()[before:] == []
    assert cabinet.post(path(cabinet.letter("resume_link", to=PREPARER)["link"])).status_code == 410


def test_the_draft_is_handed_over_by_whichever_letter_the_colleague_opens_it_and_once(cabinet: Cabinet):
    cabinet.begin()
    hand_on(cabinet, keeps="no")
    cabinet.post("/leader/ask", address=ANN)
    colleague = opened(cabinet, path(cabinet.letter("resume_link", to=ANN)["link"]))
    assert cabinet.client.get(cabinet.home).status_code == 404
    assert colleague.post("cabinet", address=PREPARER).status_code == 303
    back = opened(cabinet, path(cabinet.letter("handed_on", to=PREPARER)["link"]))
    opened(cabinet, path(cabinet.letter("handed_on", to=ANN)["link"]))
    assert back.client.get(cabinet.home).status_code == 200


def test_a_colleague_who_is_taken_off_opens_nothing_any_more(cabinet: Cabinet):
    cabinet.begin()
    colleague = opened(cabinet, hand_on(cabinet))
    with cabinet.app.app_context():
        theirs = db.session.scalars(select(AccessLink.id).where(AccessLink.holder == ANN, AccessLink.purpose == LinkPurpose.SESSION)).one()
    waiting = hand_on(cabinet)
    assert cabinet.post(f"cabinet/{theirs}/take-off").location == f"{cabinet.home}/cabinet"
    assert colleague.client.get(cabinet.home).status_code == 404
    assert colleague.client.get(waiting).status_code == 410
    before = len(cabinet.letters())
    cabinet.post("/leader/ask", address=ANN)
    assert cabinet.letters()[before:] == []
    cabinet.client.get(f"{cabinet.home}/cabinet")  # tells once more what was done
    assert ANN not in cabinet.client.get(f"{cabinet.home}/cabinet").text


def test_a_colleague_may_leave_and_may_ask_for_a_new_link_before(cabinet: Cabinet):
    cabinet.begin()
    colleague = opened(cabinet, hand_on(cabinet))
    cabinet.post("/leader/ask", address=ANN.upper())
    assert cabinet.letters()[-1] == ("resume_link", ANN)
    with cabinet.app.app_context():
        theirs = db.session.scalars(select(AccessLink.id).where(AccessLink.holder == ANN, AccessLink.purpose == LinkPurpose.SESSION)).one()
    assert colleague.post(f"cabinet/{theirs}/take-off").location == "/leader/start"
    assert colleague.client.get(cabinet.home).status_code == 404
    assert cabinet.client.get(cabinet.home).status_code == 200


def test_strangers_see_nobody_and_take_nobody_off(cabinet: Cabinet):
    cabinet.begin()
    opened(cabinet, hand_on(cabinet))
    other = Cabinet(cabinet.app, cabinet.app.test_client())
    other.begin(preparer_email="other@example.org")
    with cabinet.app.app_context():
        theirs = db.session.scalars(select(AccessLink.id).where(AccessLink.holder == ANN, AccessLink.purpose == LinkPurpose.SESSION)).one()
    stranger = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    answers = [stranger.client.get(f"{cabinet.home}/cabinet"), stranger.post("cabinet", address="x@example.org")]
    answers += [stranger.post(f"cabinet/{theirs}/take-off"), other.post(f"cabinet/{theirs}/take-off")]
    assert {answer.status_code for answer in answers} == {404}
    assert all(ANN not in answer.text for answer in answers)
    with cabinet.app.app_context():
        assert db.session.get_one(AccessLink, theirs).voided_at is None


def test_the_leaders_own_browser_is_taken_off_by_nobody(cabinet: Cabinet):
    cabinet.prepare().sign()
    with cabinet.app.app_context():
        leaders = db.session.scalars(select(AccessLink.id).where(AccessLink.purpose == LinkPurpose.LEADER)).one()
    assert cabinet.post(f"cabinet/{leaders}/take-off").status_code == 404
    assert LEADER in cabinet.client.get(f"{cabinet.home}/cabinet").text


@pytest.mark.parametrize("note", ["See https://evil.example", "www.evil.example", "evil.example/login", "x" * 501])
def test_a_note_leads_nowhere_and_is_short(cabinet: Cabinet, note: str):
    cabinet.begin()
    answer = cabinet.post("cabinet", address=ANN, note=note)
    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text
    assert ("handed_on", ANN) not in cabinet.letters()


def test_a_broken_address_is_told_and_nothing_is_written(cabinet: Cabinet):
    cabinet.begin()
    assert cabinet.post("cabinet", address="ann@").status_code == 422
    assert len(cabinet.letters()) == 1
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Pledge)))) == 1
