"""What the public learns of decisions: counts by reason, once told and released, and never whom or what they were about beyond a theme."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import EditionKind, Move, Reason
from pledges.domain.themes import Theme
from pledges.extensions import db
from pledges.models import Account, Edition, Pledge
from pledges.models.decision_counts import ReasonCount, decisions_by_reason
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from tests.assembly import Assembly
from tests.secretariat.signed import AT, add_revision, make_account, make_pledge

RELEASED = AT + timedelta(days=2)


def release(session: Session) -> None:
    session.add(
        Edition(
            number=1, kind=EditionKind.REV, label="Rev.0", as_of=AT, root="0" * 64, pledges=0, log_number=0, log_hash="0" * 64,
            example=False, built_at=AT, released_at=RELEASED,
        )
    )  # fmt: skip
    session.flush()


def act(session: Session, pledge: Pledge, move: Move, by: Account, grounds: Grounds, *, told: bool = True, days: int = 1) -> None:
    at, seen = AT + timedelta(days=days), version_of(pledge.current)
    decide(session, pledge, move, by=by, at=at, seen_version=seen, grounds=grounds, tell=told, address=lambda *_, **__: "https://x.example")


def settle(session: Session, by: Account, move: Move, reason: Reason, *, theme: Theme = Theme.DIGITAL, **how: Any) -> Pledge:
    pledge = make_pledge(session, themes=(theme,))
    act(session, pledge, move, by, Grounds(reason), **how)
    return pledge


def counts(session: Session) -> dict[Reason, ReasonCount]:
    return {one.reason: one for one in decisions_by_reason(session, RELEASED + timedelta(days=9)) if one.returned or one.declined}


def test_decisions_are_counted_by_reason_and_some_reasons_hide_what_the_text_was_about(session: Session):
    by = make_account(session)
    settle(session, by, Move.RETURN, Reason.NEEDS_WORDING)
    settle(session, by, Move.DECLINE, Reason.OUTSIDE_THE_THEMES, theme=Theme.PEACEFUL)
    settle(session, by, Move.DECLINE, Reason.LANGUAGE_OF_HATRED)
    assert decisions_by_reason(session, RELEASED) == []  # nothing is public before a release
    release(session)
    assert counts(session) == {
        Reason.NEEDS_WORDING: ReasonCount(Reason.NEEDS_WORDING, 1, 0, {Theme.DIGITAL: 1}),
        Reason.OUTSIDE_THE_THEMES: ReasonCount(Reason.OUTSIDE_THE_THEMES, 0, 1, {Theme.PEACEFUL: 1}),
        Reason.LANGUAGE_OF_HATRED: ReasonCount(Reason.LANGUAGE_OF_HATRED, 0, 1, None),
    }


def test_only_decisions_that_stand_and_were_told_before_the_release_count(session: Session):
    by = make_account(session)
    settle(session, by, Move.DECLINE, Reason.DUPLICATE, told=False)
    settle(session, by, Move.DECLINE, Reason.DUPLICATE, days=3)
    settle(session, by, Move.DECLINE, Reason.DUPLICATE).withdrawn_at = RELEASED
    add_revision(session, settle(session, by, Move.RETURN, Reason.NEEDS_WORDING))
    again = settle(session, by, Move.DECLINE, Reason.DUPLICATE)
    act(session, again, Move.REOPEN, by, Grounds(message="A mistake."))
    release(session)
    assert counts(session) == {}


def test_the_interface_for_programs_names_no_pledge(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(1)
        settle(db.session(), make_account(db.session()), Move.DECLINE, Reason.NOT_CONFIRMED)
        assembly.release()
    answer = client.get("/api/v1/decisions")
    told = {one["reason"]: one for one in answer.json["items"]}
    assert told["not_confirmed"] == {"reason": "not_confirmed", "returned": 0, "declined": 1, "themes": None}
    assert told["duplicate"]["themes"] == {"digital": 0, "peaceful": 0, "sustainable": 0}
    assert "Konya" not in answer.text
    assert "Yıldırım" not in answer.text


def test_the_statistics_say_why_pledges_were_returned_or_declined(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(1)
        settle(db.session(), make_account(db.session()), Move.DECLINE, Reason.NOT_CONFIRMED)
        assembly.release()
    page = client.get("/statistics").text
    assert "The signature could not be confirmed" in page
    assert "There is another pledge for the same matter" not in page  # nothing was decided so
