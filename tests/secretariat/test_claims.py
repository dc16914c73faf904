"""Two officers, one queue: who reads what, for how long, and what comes next."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Moderation, Move
from pledges.domain.reviewing import CLAIM_LIVES
from pledges.domain.themes import Theme
from pledges.models import Account, Claim, LogEntry, Pledge
from pledges.secretariat.actions.claims import HeldByAnother, put_back, take, take_next
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.queries import claims
from pledges.secretariat.queries.queue import Filters
from tests.secretariat.signed import AT, make_account, make_pledge

NOW = AT + timedelta(hours=1)


@pytest.fixture
def officers(session: Session) -> tuple[Account, Account]:
    return make_account(session), make_account(session, "M. Sow")


def accept(session: Session, pledge: Pledge, by: Account) -> None:
    seen = version_of(pledge.current)
    decide(session, pledge, Move.ACCEPT, by=by, at=NOW, seen_version=seen, grounds=Grounds(), tell=False, address=lambda *_, **__: "")


def test_who_reads_a_pledge_decides_on_it_and_nobody_else_meanwhile(session: Session, officers: tuple[Account, Account]):
    pledge, (first, second) = make_pledge(session), officers
    take(session, pledge, by=first, at=NOW)
    for act in (lambda: take(session, pledge, by=second, at=NOW), lambda: accept(session, pledge, second)):
        with pytest.raises(HeldByAnother) as refused:
            act()
        assert refused.value.claim.account is first
    accept(session, pledge, first)
    assert pledge.current.moderation is Moderation.ACCEPTED
    assert session.scalars(select(Claim)).all() == []


def test_a_pledge_that_nobody_decided_in_time_is_anybodys(session: Session, officers: tuple[Account, Account]):
    pledge, (first, second) = make_pledge(session), officers
    take(session, pledge, by=first, at=NOW)
    take(session, pledge, by=first, at=NOW + CLAIM_LIVES / 2)  # acting on it begins the time anew
    with pytest.raises(HeldByAnother):
        take(session, pledge, by=second, at=NOW + CLAIM_LIVES)
    session.rollback()
    take(session, pledge, by=second, at=NOW + CLAIM_LIVES * 1.5)
    assert session.scalars(select(Claim)).one().account is second


def test_taking_over_and_putting_back_are_logged(session: Session, officers: tuple[Account, Account]):
    pledge, (first, second) = make_pledge(session), officers
    take(session, pledge, by=first, at=NOW)
    take(session, pledge, by=second, at=NOW, over=True)
    put_back(session, pledge, by=first, at=NOW)  # it is not the first one's any more
    assert session.scalars(select(Claim)).one().account is second
    put_back(session, pledge, by=second, at=NOW)
    assert session.scalars(select(Claim)).all() == []
    acts = session.execute(select(LogEntry.act, LogEntry.account_id).order_by(LogEntry.number)).all()
    assert acts == [("pledge.taken", first.id), ("pledge.taken_over", second.id), ("pledge.put_back", second.id)]


def test_the_next_one_is_the_longest_signed_that_nobody_reads_through_the_filters(session: Session, officers: tuple[Account, Account]):
    first, second = officers
    for hours, theme in ((3, Theme.DIGITAL), (1, Theme.DIGITAL), (2, Theme.PEACEFUL), (4, Theme.DIGITAL)):
        make_pledge(session, name=f"{hours}", themes=(theme,), at=AT - timedelta(hours=10 - hours))
    session.flush()
    digital = Filters(theme=Theme.DIGITAL)
    taken = [take_next(session, digital, by=by, at=NOW) for by in (first, second, first, second)]
    assert [pledge and pledge.current.leader_name for pledge in taken] == ["1", "3", "4", None]
    assert taken[0]
    put_back(session, taken[0], by=first, at=NOW)
    after = claims.place_of(taken[0].current)
    other = take_next(session, Filters(), by=first, at=NOW, after=after)
    assert other
    assert other.current.leader_name == "2"  # put back and gone on: not the same one again


def test_officers_who_press_at_once_get_different_pledges(fresh_database: Engine):
    with Session(fresh_database) as session:
        accounts = [make_account(session, f"{number}").id for number in range(4)]
        for number in range(4):
            make_pledge(session, name=f"{number}", at=AT + timedelta(minutes=number))
        session.commit()
    got: list[str] = []

    def press(account_id: int) -> None:
        with Session(fresh_database) as session:
            pledge = take_next(session, Filters(), by=session.get_one(Account, account_id), at=NOW)
            got.append(pledge.current.leader_name if pledge else "nothing")

    presses = [Thread(target=press, args=(account_id,)) for account_id in accounts]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(got) == ["0", "1", "2", "3"]
