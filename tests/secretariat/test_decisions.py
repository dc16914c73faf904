from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.domain.codes import hash_secret
from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import EditionKind, Moderation, Move, MoveNotAllowed, Reason
from pledges.models import AccessLink, Account, Decision, Edition, EditionEntry, Letter, LogEntry, Pledge, log
from pledges.secretariat.actions.decisions import DecidedMeanwhile, Grounds, ReleasedAlready, announce, decide, version_of
from tests.secretariat.signed import AT, add_revision, make_account, make_pledge

LATER = AT + timedelta(hours=1)


def address(endpoint: str, **values: str) -> str:
    return f"https://pledges.example/{endpoint}/{'/'.join(values.values())}"


def act(
    session: Session, pledge: Pledge, move: Move, by: Account, *, grounds: Grounds | None = None, tell: bool = True, seen: str = ""
) -> Decision:
    given = grounds or Grounds(Reason.NEEDS_WORDING if move is not Move.ACCEPT else None, "Please look again.")
    seen = seen or version_of(pledge.current)
    return decide(session, pledge, move, by=by, at=LATER, seen_version=seen, grounds=given, tell=tell, address=address)


@pytest.fixture
def pledge(session: Session) -> Pledge:
    return make_pledge(session)


@pytest.fixture
def officer(session: Session) -> Account:
    return make_account(session)


def letters(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).order_by(Letter.id)))


@pytest.mark.parametrize(
    ("move", "state", "letter"),
    [
        (Move.ACCEPT, Moderation.ACCEPTED, "accepted"),
        (Move.RETURN, Moderation.RETURNED, "returned"),
        (Move.DECLINE, Moderation.DECLINED, "declined"),
    ],
)
def test_a_decision_moves_the_pledge_and_tells_leader_and_preparer(
    session: Session, pledge: Pledge, officer: Account, move: Move, state: Moderation, letter: str
):
    decision = act(session, pledge, move, officer)
    assert pledge.current.moderation is state
    assert pledge.current.announced_at == LATER
    assert (decision.decided_by, decision.by_import, decision.at) == ("L. Ortiz", False, LATER)
    assert {(one.kind, one.to) for one in letters(session)} == {(letter, pledge.leader_email), (letter, pledge.preparer_email)}
    assert all("Please look again." in one.body for one in letters(session))
    assert list(log.broken_entries(session)) == []


def test_an_accepted_wording_is_what_the_register_holds(session: Session, pledge: Pledge, officer: Account):
    act(session, pledge, Move.ACCEPT, officer)
    assert pledge.accepted_revision is pledge.current
    entry = session.scalars(select(LogEntry).order_by(LogEntry.number.desc()).limit(1)).one()
    assert (entry.act, entry.subject, entry.account_id, entry.changes_register) == (
        "pledge.accepted",
        f"pledge:{pledge.public_id}",
        officer.id,
        True,
    )


@pytest.mark.parametrize("move", [Move.RETURN, Move.DECLINE])
def test_a_refused_new_wording_leaves_the_accepted_one_in_the_register(session: Session, pledge: Pledge, officer: Account, move: Move):
    act(session, pledge, Move.ACCEPT, officer)
    first = pledge.current
    add_revision(session, pledge, at=LATER)
    act(session, pledge, move, officer)
    assert pledge.accepted_revision is first
    assert pledge.current.moderation is not Moderation.ACCEPTED
    entry = session.scalars(select(LogEntry).order_by(LogEntry.number.desc()).limit(1)).one()
    assert not entry.changes_register
    if move is Move.DECLINE:
        assert "The wording that was accepted before stays" in letters(session)[-1].body


def test_looking_again_takes_the_pledge_out_of_the_register_until_it_is_accepted_again(session: Session, pledge: Pledge, officer: Account):
    act(session, pledge, Move.ACCEPT, officer)
    act(session, pledge, Move.REOPEN, officer, grounds=Grounds(message="A mayor of the same name wrote to us."))
    assert (pledge.accepted_revision, pledge.current.moderation, pledge.current.announced_at) == (None, Moderation.IN_REVIEW, None)
    act(session, pledge, Move.ACCEPT, officer)
    assert pledge.accepted_revision is pledge.current
    assert [one.move for one in session.scalars(select(Decision).order_by(Decision.id))] == [Move.ACCEPT, Move.REOPEN, Move.ACCEPT]


@pytest.mark.parametrize("hours", [-1, 1], ids=["released", "to be released"])
def test_what_is_released_or_soon_will_be_is_not_looked_at_again(session: Session, pledge: Pledge, officer: Account, hours: int):
    act(session, pledge, Move.ACCEPT, officer)
    edition = Edition(
        number=1, kind=EditionKind.REV, label="Rev.0", as_of=AT, root="0" * 64, pledges=1, log_number=1, log_hash="0" * 64, example=False,
        built_at=AT, released_at=LATER + timedelta(hours=hours),
    )  # fmt: skip
    session.add(edition)
    session.flush()
    held = EditionEntry(edition_number=1, pledge_id=pledge.id, revision_id=pledge.current.id, position=0, sort_key=b"k", late=False)
    session.add(held)
    session.flush()
    with pytest.raises(ReleasedAlready):
        act(session, pledge, Move.REOPEN, officer)
    assert pledge.accepted_revision is pledge.current


@pytest.mark.parametrize("move", [Move.ACCEPT, Move.RETURN, Move.DECLINE])
def test_what_was_decided_is_not_decided_again(session: Session, pledge: Pledge, officer: Account, move: Move):
    act(session, pledge, Move.RETURN, officer)
    with pytest.raises(MoveNotAllowed):
        act(session, pledge, move, officer)


def test_a_withdrawn_pledge_is_not_decided(session: Session, pledge: Pledge, officer: Account):
    pledge.withdrawn_at = LATER
    session.flush()
    with pytest.raises(DecidedMeanwhile):
        act(session, pledge, Move.ACCEPT, officer)


def test_only_the_newest_signed_wording_can_be_accepted(session: Session, pledge: Pledge, officer: Account):
    seen = version_of(pledge.current)
    add_revision(session, pledge, at=LATER)
    with pytest.raises(DecidedMeanwhile):
        act(session, pledge, Move.ACCEPT, officer, seen=seen)
    act(session, pledge, Move.ACCEPT, officer)
    assert pledge.accepted_revision is not None
    assert pledge.accepted_revision.number == 2


def test_declining_without_grounds_is_refused_by_the_database(session: Session, pledge: Pledge, officer: Account):
    with pytest.raises(IntegrityError), session.begin_nested():
        act(session, pledge, Move.DECLINE, officer, grounds=Grounds())


def test_decided_now_and_told_later(session: Session, pledge: Pledge, officer: Account):
    act(session, pledge, Move.ACCEPT, officer, tell=False)
    assert (letters(session), pledge.current.announced_at) == ([], None)
    told_at = LATER + timedelta(days=1)
    announce(session, pledge, by=officer, at=told_at, seen_version=version_of(pledge.current), address=address)
    assert pledge.current.announced_at == told_at
    assert {one.kind for one in letters(session)} == {"accepted"}
    with pytest.raises(DecidedMeanwhile):
        announce(session, pledge, by=officer, at=told_at, seen_version=version_of(pledge.current), address=address)


@pytest.mark.parametrize("language", INTERFACE)
@pytest.mark.parametrize("move", [Move.ACCEPT, Move.RETURN, Move.DECLINE])
def test_letters_are_whole_in_each_language_and_keep_their_link_apart(session: Session, officer: Account, language: str, move: Move):
    for reason in Reason:
        act(
            session,
            make_pledge(session, language=language),
            move,
            officer,
            grounds=Grounds(reason, "First line.\nSecond line.", {"actions": "Say it so."}),
        )
    written = letters(session)
    assert len(written) == 2 * len(Reason)
    assert len({one.body.split("\n\n", 2)[2] for one in written}) >= (len(Reason) if move is not Move.ACCEPT else 1)
    for letter in written:
        assert letter.language == language
        assert "Konya" in letter.subject
        assert "{" not in letter.body + letter.subject
        assert "\n\n\n" not in letter.body
        assert "First line.\nSecond line." in letter.body
        assert ("Say it so." in letter.body) == (move is Move.RETURN)
        assert letter.secrets
        [(stand_in, link)] = letter.secrets.items()
        assert stand_in in letter.body
        assert link not in letter.body
        token = link.rsplit("/", 1)[1]
        assert session.scalars(select(AccessLink).where(AccessLink.token_hash == hash_secret(token))).one().pledge_id == letter.pledge_id


def test_a_preparer_who_is_the_leader_gets_one_letter(session: Session, officer: Account):
    pledge = make_pledge(session)
    pledge.preparer_email = pledge.leader_email.upper()
    session.flush()
    act(session, pledge, Move.ACCEPT, officer)
    assert [one.to for one in letters(session)] == [pledge.leader_email]


def test_of_two_officers_at_once_the_second_is_told(fresh_database: Engine):
    with Session(fresh_database) as session:
        pledge = make_pledge(session)
        officers = [make_account(session, name).id for name in ("L. Ortiz", "M. Sow")]
        seen, public_id = version_of(pledge.current), pledge.public_id
        session.commit()
    outcomes: list[str] = []

    def decide_at_once(officer_id: int, move: Move) -> None:
        with Session(fresh_database) as session:
            pledge = session.scalars(select(Pledge).where(Pledge.public_id == public_id)).one()
            try:
                act(session, pledge, move, session.get_one(Account, officer_id), seen=seen)
            except (DecidedMeanwhile, MoveNotAllowed):
                outcomes.append("told")
            else:
                outcomes.append("decided")

    threads = [Thread(target=decide_at_once, args=pair) for pair in zip(officers, (Move.ACCEPT, Move.DECLINE), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "told"]
    with Session(fresh_database) as session:
        assert len(session.scalars(select(Decision)).all()) == 1
        assert list(log.broken_entries(session)) == []
