"""Many pledges at once: shown first with their letters, then each decided by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Moderation, Move, Reason
from pledges.models import AccessLink, Account, Letter, LinkPurpose
from pledges.secretariat.actions.bulk import Case, Hindrance, decide_many, preview
from pledges.secretariat.actions.claims import take
from pledges.secretariat.actions.decisions import Grounds
from pledges.secretariat.queries.queue import PAGE, Filters, numbers_in
from tests.asked import asked
from tests.secretariat.signed import AT, make_account, make_pledge

NOW = AT + timedelta(hours=1)


@pytest.fixture
def officer(session: Session) -> Account:
    return make_account(session)


def address(endpoint: str, **values: str) -> str:
    return f"https://pledges.example/{endpoint}/{'/'.join(values.values())}"


def looked(session: Session, numbers: list[str], move: Move | None, officer: Account) -> list[Case]:
    return preview(session, numbers, move, by=officer, at=NOW)


def test_the_preview_names_who_gets_which_letter_and_what_is_left_out(session: Session, officer: Account):
    plain, alone, held, withdrawn = (make_pledge(session, name=name) for name in ("plain", "alone", "held", "withdrawn"))
    alone.preparer_email = alone.leader_email = ""
    session.add(
        AccessLink(purpose=LinkPurpose.SESSION, pledge=plain, holder="aide@konya.example", token_hash="a", created_at=AT, expires_at=NOW)
    )
    withdrawn.withdrawn_at = AT
    take(session, held, by=make_account(session, "M. Sow"), at=NOW)
    cases = looked(session, [one.public_id for one in (plain, alone, held, withdrawn)], Move.DECLINE, officer)
    told = {case.revision.leader_name: (case.letter, list(case.readers), case.hindrance) for case in cases}
    assert told["plain"] == ("declined", ["aide@konya.example", "cabinet@konya.example", plain.leader_email], None)
    assert told["alone"] == ("declined", [], None)
    assert (told["held"][2], told["withdrawn"][2]) == (Hindrance.HELD, Hindrance.CHANGED)


def test_each_is_decided_by_itself_and_those_that_changed_meanwhile_are_left(session: Session, officer: Account):
    first, second, third = (make_pledge(session, name=name) for name in ("first", "second", "third"))
    numbers = [one.public_id for one in (first, second, third)]
    seen = {case.revision.pledge.public_id: case.seen for case in looked(session, numbers, Move.DECLINE, officer)}
    second.withdrawn_at = NOW
    session.commit()
    grounds = Grounds(Reason.OUTSIDE_THE_THEMES, "Thank you.")
    outcome = decide_many(session, seen, Move.DECLINE, by=officer, at=NOW, grounds=grounds, tell=True, address=address)
    assert [one.leader_name for one in outcome.done] == ["first", "third"]
    assert [(one.leader_name, why) for one, why in outcome.left] == [("second", Hindrance.CHANGED)]
    assert {one.current.moderation for one in (first, third)} == {Moderation.DECLINED}
    written = session.scalars(select(Letter)).all()
    assert {(one.kind, one.to) for one in written} == {
        ("declined", "cabinet@konya.example"), ("declined", first.leader_email), ("declined", third.leader_email)
    }  # fmt: skip
    again = decide_many(session, seen, Move.DECLINE, by=officer, at=NOW, grounds=grounds, tell=True, address=address)
    assert again == outcome, "sent twice, it tells the same"
    assert session.scalars(select(Letter)).all() == written
    other = decide_many(session, seen, Move.DECLINE, by=make_account(session), at=NOW, grounds=grounds, tell=True, address=address)
    assert other.done == []


def test_all_that_the_filters_show_can_be_marked_beyond_one_page(session: Session, officer: Account):
    shown = [make_pledge(session, name=f"{place}", country="KE", at=AT + timedelta(minutes=place)).public_id for place in range(PAGE + 2)]
    make_pledge(session, name="elsewhere")
    session.flush()
    assert numbers_in(session, Filters(country="KE"), by=officer, at=NOW) == shown


def test_what_was_decided_before_is_told_to_all_at_once(session: Session, officer: Account):
    pledges = [make_pledge(session, name=name) for name in ("accepted", "declined")]
    numbers = [one.public_id for one in pledges]
    for pledge, move in zip(pledges, (Move.ACCEPT, Move.DECLINE), strict=True):
        seen = {case.revision.pledge.public_id: case.seen for case in looked(session, [pledge.public_id], move, officer)}
        decide_many(session, seen, move, by=officer, at=NOW, grounds=Grounds(Reason.DUPLICATE), tell=False, address=address)
    assert session.scalars(select(Letter)).all() == []
    cases = looked(session, numbers, None, officer)
    assert [case.letter for case in cases] == ["accepted", "declined"]
    seen = {case.revision.pledge.public_id: case.seen for case in cases}
    outcome = decide_many(session, seen, None, by=officer, at=NOW, grounds=Grounds(), tell=True, address=address)
    assert len(outcome.done) == 2
    assert sorted(session.scalars(select(Letter.kind))) == ["accepted", "accepted", "declined", "declined"]


def test_the_queries_of_a_preview_do_not_grow_with_the_pledges(session: Session, officer: Account):
    numbers = [make_pledge(session, name=f"{number}").public_id for number in range(30)]
    session.commit()
    session.connection()  # begins the transaction, which is a statement too
    sent = []
    for count in (2, 30):
        session.expunge_all()
        with asked(session.get_bind().engine) as statements:
            assert len(looked(session, numbers[:count], Move.ACCEPT, officer)) == count
        sent.append(len(statements))
    assert sent[0] == sent[1] <= 4
