"""A returned pledge: its leader's cabinet sees the difference, takes it over, changes the words, or keeps what was signed."""

import re

from sqlalchemy import select

from pledges.domain.lifecycle import Content, Moderation, Move
from pledges.extensions import db
from pledges.models import Decision, LogEntry
from tests.leader.cabinet import LEADER, Cabinet
from tests.leader.decided import decide

SUGGESTED = "2026’ya kadar açık veri ofisi kurmak."


def returned(cabinet: Cabinet) -> Cabinet:
    decide(
        cabinet.prepare().sign(),
        Move.RETURN,
        told=True,
        message="Please name a year.",
        actions_digital=SUGGESTED,
    )
    return cabinet


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_the_suggestion_is_shown_word_by_word_against_what_was_signed_and_told_to_who_listens(cabinet: Cabinet):
    page = returned(cabinet).client.get(cabinet.home).text
    shown = page.partition('class="words difference"')[2].partition("</div>")[0]
    assert [words(one) for one in re.findall(r"<del>(.*?)</del>", shown)] == ["goes: Açık "]
    assert [words(one) for one in re.findall(r"<ins>(.*?)</ins>", shown)] == ["comes: 2026’ya kadar açık "]
    assert "Digital futures: Actions for implementation" in page


def test_a_suggestion_that_is_taken_over_waits_for_review_and_for_the_leaders_signature(cabinet: Cabinet):
    assert returned(cabinet).post("take-over-suggestion").location == f"{cabinet.home}/review"
    assert SUGGESTED in cabinet.client.get(f"{cabinet.home}/review").text
    with cabinet.app.app_context():
        first, second = cabinet.pledge().revisions
        assert first.commitments[0].actions == "Açık veri ofisi kurmak."
        assert (second.content, second.commitments[0].actions) == (Content.DRAFT, SUGGESTED)
        assert second.commitments[1].multilateral == "Barış eğitimi."
    cabinet.send()
    cabinet.sign()
    with cabinet.app.app_context():
        assert cabinet.pledge().current.moderation is Moderation.IN_REVIEW
    assert cabinet.post("take-over-suggestion").status_code == 409


def test_keeping_what_was_signed_answers_the_officers_and_goes_back_into_review(cabinet: Cabinet):
    returned(cabinet)
    assert cabinet.post("keep", note="").status_code == 422
    assert cabinet.post("keep", note="See www.example.org").status_code == 422
    assert cabinet.post("keep", note="The council fixed no year.").location == cabinet.home
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        assert (pledge.current.moderation, pledge.current.announced_at, len(pledge.revisions)) == (Moderation.IN_REVIEW, None, 1)
        answer = pledge.decisions[-1]
        assert (answer.by_government, answer.message, answer.decided_by) == (True, "The council fixed no year.", "Ayşe Yıldırım")
        assert db.session.scalars(select(LogEntry.act).order_by(LogEntry.number.desc()).limit(1)).one() == "kept_as_signed"
    page = cabinet.client.get(cabinet.home).text
    assert "Kept as signed, with an answer" in page
    assert "with the secretariat" in page
    assert cabinet.post("keep", note="Again.").location == cabinet.home
    with cabinet.app.app_context():
        assert db.session.query(Decision).count() == 2


def test_nothing_is_kept_or_taken_over_before_the_leader_was_told(cabinet: Cabinet):
    decide(cabinet.prepare().sign(), Move.RETURN, told=False, actions_digital=SUGGESTED)
    assert cabinet.post("take-over-suggestion").status_code == 409
    cabinet.post("keep", note="No.")
    with cabinet.app.app_context():
        assert cabinet.pledge().current.moderation is Moderation.RETURNED
    assert "Returned" not in cabinet.client.get(cabinet.home).text


def test_the_status_page_tells_the_course_in_order_and_who_acts_next(cabinet: Cabinet):
    cabinet.prepare()
    assert "The leader signs with the letter." in cabinet.client.get(cabinet.home).text
    cabinet.sign()
    decide(cabinet, Move.RETURN, told=True, message="Please name a year.")
    cabinet.post("keep", note="No year was fixed.")
    decide(cabinet, Move.ACCEPT, told=True)
    page = cabinet.client.get(cabinet.home).text
    told = re.findall(r"<li><b>([^<]+)</b>", page.partition('class="timeline"')[2])
    assert told == ["Begun", "Sent to the leader", "Signed", "Returned with a suggestion", "Kept as signed, with an answer", "Accepted"]
    assert "The secretariat releases an edition." in page
    assert LEADER not in page.partition('class="timeline"')[2].partition("</ol>")[0]
    cabinet.post("withdraw")
    assert "The government can sign a new pledge at any time." in cabinet.client.get(cabinet.home).text
