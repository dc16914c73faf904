from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Move
from pledges.domain.themes import Theme
from pledges.extensions import db
from pledges.models import Account, Pledge, log
from pledges.secretariat.actions.claims import take
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.queries import counts, queue
from pledges.secretariat.queries.queue import PAGE, Filters, Held, Pile
from tests.accounts.officers import make_officer, sign_in
from tests.asked import asked
from tests.secretariat.signed import AT, add_revision, make_account, make_pledge

NOW = AT + timedelta(hours=1)


def rows(session: Session, filters: Filters, *, after: str = "", at: datetime = NOW) -> queue.Page[queue.Row]:
    return queue.waiting(session, filters, by=Account(id=0), at=at, after=after)


def names(session: Session, **filters: object) -> list[str]:
    return [revision.leader_name for revision in rows(session, Filters(**filters)).rows]  # type: ignore[arg-type]


def totals(session: Session) -> dict[Pile, int]:
    return {pile: ages.total() for pile, ages in counts.counted(session, (0, "")).ages(NOW).items()}


def test_the_longest_signed_comes_first(session: Session):
    for hours, name in ((2, "Second"), (3, "Third"), (1, "First")):
        make_pledge(session, name=name, at=AT + timedelta(hours=hours))
    assert names(session) == ["First", "Second", "Third"]


def test_pledges_lie_on_the_pile_of_their_newest_signed_wording(session: Session):
    moved = {pile: make_pledge(session, name=pile.value) for pile in Pile}
    for pile, move in ((Pile.RETURNED, Move.RETURN), (Pile.ACCEPTED, Move.ACCEPT), (Pile.DECLINED, Move.DECLINE)):
        moved[pile].current.move(move)
        moved[pile].current.announced_at = AT
    moved[Pile.UNTOLD].current.move(Move.ACCEPT)
    moved[Pile.WITHDRAWN].withdrawn_at = AT
    again = make_pledge(session, name="old wording")
    again.current.move(Move.RETURN)
    add_revision(session, again, name="new wording", at=AT + timedelta(days=1))
    session.flush()
    assert names(session, pile=Pile.IN_REVIEW) == ["in_review", "new wording"]
    assert names(session, pile=Pile.RETURNED) == ["returned"]
    assert set(names(session, pile=Pile.ACCEPTED)) == {"accepted", "untold"}
    assert names(session, pile=Pile.DECLINED) == ["declined"]
    assert names(session, pile=Pile.UNTOLD) == ["untold"]
    assert names(session, pile=Pile.WITHDRAWN) == ["withdrawn"]
    counts = {Pile.IN_REVIEW: 2, Pile.RETURNED: 1, Pile.ACCEPTED: 2, Pile.DECLINED: 1, Pile.UNTOLD: 1, Pile.WITHDRAWN: 1}
    assert totals(session) == counts


def test_a_wording_that_a_newer_one_replaced_before_it_was_decided_waits_no_more(session: Session):
    add_revision(session, make_pledge(session, name="first"), name="second", at=AT + timedelta(days=1))
    assert names(session) == ["second"]


def test_an_empty_desk_counts_nothing(session: Session):
    assert totals(session) == dict.fromkeys(Pile, 0)
    assert rows(session, Filters()).rows == []


def test_filters_narrow_the_queue(session: Session):
    make_pledge(session, name="Ayşe Yıldırım", themes=(Theme.DIGITAL, Theme.PEACEFUL))
    make_pledge(session, name="斎藤 明美", government="Kuwana", country="JP")
    assert names(session, theme=Theme.PEACEFUL) == ["Ayşe Yıldırım"]
    assert names(session, country="JP") == ["斎藤 明美"]
    assert names(session, q="yildirim") == ["Ayşe Yıldırım"]
    assert names(session, q="明美") == ["斎藤 明美"]
    assert names(session, q="100%") == []
    assert names(session, theme=Theme.PEACEFUL, country="JP") == []
    assert names(session, held=Held.FREE) == ["Ayşe Yıldırım", "斎藤 明美"]
    assert names(session, held=Held.MINE) == names(session, held=Held.OTHERS) == []


@pytest.mark.parametrize("typed", ["%", "_", "\x00", "'; drop table pledge; --", "\\"])
def test_odd_text_finds_nothing_and_breaks_nothing(session: Session, typed: str):
    make_pledge(session)
    assert isinstance(names(session, q=typed), list)


def test_pages_follow_each_other_without_gap_or_repeat(session: Session):
    for number in range(2 * PAGE + 7):
        make_pledge(session, name=f"{number:03}", at=AT + timedelta(minutes=number // 3))
    seen, after = [], ""
    for expected in (PAGE, PAGE, 7):
        page = rows(session, Filters(), after=after)
        assert len(page.rows) == expected
        seen += [revision.leader_name for revision in page.rows]
        after = page.next
    assert after == ""
    assert seen == [f"{number:03}" for number in range(2 * PAGE + 7)]


@pytest.mark.parametrize(
    "after", ["garbage", "1", "99999999999999999.1", "-99999999999999999.1", "1.999999999999999999999", "٣.٤", "1.1\n"]
)
def test_a_cursor_that_is_none_breaks_nothing(session: Session, after: str):
    make_pledge(session)
    assert len(rows(session, Filters(), after=after).rows) in (0, 1)


def multiply(session: Session, pledge: Pledge, numbers: range) -> None:
    """More of this pledge, one for each number."""
    revision = pledge.current
    for row, told in (
        (pledge, lambda n: {"id": n, "public_id": f"{n}", "leader_email_key": f"{n}"}),
        (revision, lambda n: {"id": n, "pledge_id": n}),
        (revision.signature, lambda n: {"id": n, "revision_id": n}),
        *((one, lambda n, at=one.position: {"id": 10 * n + at, "revision_id": n}) for one in revision.commitments),
    ):
        alike = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
        session.execute(insert(type(row)), [alike | told(n) for n in numbers])


def test_queries_do_not_grow_with_the_queue(session: Session):
    pledge, sent = make_pledge(session, themes=tuple(Theme)), {}
    for numbers in (range(10_000, 10_050), range(10_050, 11_000)):
        multiply(session, pledge, numbers)
        session.commit()
        with asked(session.get_bind().engine) as statements:
            page = rows(session, Filters())
            counts.counted(session, (0, ""))
        assert page.rows[-1].themes == list(Theme)
        sent[numbers.stop] = len(statements)
    assert sent[10_050] == sent[11_000] <= 4


def test_a_draft_is_nobodys_but_the_cabinets(session: Session):
    pledge = make_pledge(session)
    assert queue.pledge(session, pledge.public_id) is pledge
    draft = Pledge(public_id="a-draft", government=pledge.government, created_at=AT)
    session.add(draft)
    session.flush()
    assert queue.pledge(session, "a-draft") is None


@pytest.mark.parametrize("public_id", ["", "no-such-pledge", "\x00", "a" * 500, "é"])
def test_an_identifier_that_is_none_finds_nothing(session: Session, public_id: str):
    assert queue.pledge(session, public_id) is None


def test_a_page_that_was_kept_shows_what_others_did_meanwhile(app: Flask, client: FlaskClient):
    def desk(**asked: str) -> str:
        return client.get("/secretariat/", query_string=asked).text

    sign_in(client, make_officer(app))
    with app.app_context():
        numbers = [make_pledge(db.session(), name=name).public_id for name in ("Ada <b>", "Bo")]
        colleague = make_account(db.session(), name="N. Okoro")
        log.record(db.session(), "signed", f"pledge:{numbers[0]}", at=AT)
        db.session().commit()
        by = colleague.id
    assert all(shown in desk() for shown in ("Ada &lt;b&gt;", "In review 2"))
    with app.app_context():  # as another process does
        session = db.session()
        take(session, queue.pledge(session, numbers[0]), by=session.get_one(Account, by), at=datetime.now(UTC))
    assert "N. Okoro reads it" in desk()
    assert "N. Okoro reads it" not in desk(held="free")
    assert "N. Okoro le lit" in desk(lang="fr")
    assert "N. Okoro reads it" in desk(lang="en")
    assert f"/pledges/{numbers[1]}?q=Bo" in desk(q="Bo")
    with app.app_context():
        session = db.session()
        pledge, colleague = queue.pledge(session, numbers[0]), session.get_one(Account, by)
        seen = version_of(pledge.current)
        decide(
            session, pledge, Move.ACCEPT, by=colleague, at=datetime.now(UTC), seen_version=seen, grounds=Grounds(), tell=False, address=str
        )
    assert "In review 1" in desk()
    assert "Ada" not in desk()
    assert "Ada &lt;b&gt;" in desk(pile="untold")
