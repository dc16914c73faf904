"""What helps to decide on one pledge, and what officers write there for each other."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import Move, Reason
from pledges.domain.people import OfficeLevel
from pledges.models import Account, Decision, Government, Role
from pledges.models.frozen import freeze
from pledges.secretariat.actions.claims import take
from pledges.secretariat.actions.letters import WrittenMeanwhile
from pledges.secretariat.actions.notes import mark_read, translate, write_note
from pledges.secretariat.queries import claims, queue, reading
from pledges.secretariat.queries.reading import Alike
from tests.asked import asked
from tests.secretariat.signed import AT, add_revision, make_account, make_pledge

NOW = AT + timedelta(hours=1)


@pytest.fixture
def officer(session: Session) -> Account:
    return make_account(session)


def test_a_note_stands_on_the_desk_of_whom_it_names_until_it_is_read(session: Session, officer: Account):
    pledge, named, other = make_pledge(session), make_account(session, "M. Sow"), make_account(session, "N. Ivanova")
    take(session, pledge, by=officer, at=NOW - timedelta(minutes=10))
    for _ in ("pressed", "pressed twice"):
        write_note(session, pledge, "Please call them.", naming=[named], by=officer, at=NOW)
    assert [one.note.text for one in reading.unread_mentions(session, named)] == ["Please call them."]
    assert reading.unread_mentions(session, other) == []
    held = claims.claim_of(session, pledge, NOW)
    assert held
    assert held.at == NOW  # whoever writes is still reading
    mark_read(session, reading.unread_mentions(session, named)[0], at=NOW)
    assert reading.unread_mentions(session, named) == []
    assert [(one.by, [mention.account.label for mention in one.mentions]) for one in reading.notes(session, pledge)] == [
        ("L. Ortiz", ["M. Sow"])
    ]


def test_only_who_works_at_the_desk_can_be_named(session: Session, officer: Account):
    moderator, focal_point, gone = (make_account(session, name) for name in ("Moderator", "Focal point", "Gone"))
    roles = {role.name: role for role in session.scalars(select(Role))}
    moderator.roles, focal_point.roles, gone.roles = [roles["moderator"]], [roles["focal_point"]], [roles["editor"]]
    gone.active = False
    session.flush()
    assert [one.label for one in reading.colleagues(session, officer)] == ["Moderator"]


def test_a_courtesy_translation_stands_beside_the_words_and_changes_nothing_that_was_signed(session: Session, officer: Account):
    revision = make_pledge(session).current
    signed = (revision.record, revision.fingerprint, revision.row_version)
    translate(session, revision, "fr", {"actions": "Nous plantons des arbres.", "multilateral": ""}, seen="", by=officer, at=NOW)
    assert reading.translations(session, revision)["fr"].words == {"actions": "Nous plantons des arbres."}
    assert (revision.record, revision.fingerprint, revision.row_version) == signed
    stands = " ".join(reading.version_of(one) for one in reading.translations(session, revision).values())
    translate(session, revision, "fr", {"actions": ""}, seen=stands, by=officer, at=NOW)
    assert reading.translations(session, revision) == {}


def test_of_two_who_translate_the_same_words_the_second_is_told_and_another_language_hinders_nobody(session: Session, officer: Account):
    revision = make_pledge(session).current
    for _ in ("pressed", "pressed twice"):
        translate(session, revision, "fr", {"actions": "Le premier."}, seen="", by=officer, at=NOW)
    with pytest.raises(WrittenMeanwhile):
        translate(session, revision, "fr", {"actions": "Le second."}, seen="", by=make_account(session, "M. Sow"), at=NOW)
    translate(session, revision, "es", {"actions": "El segundo."}, seen="", by=officer, at=NOW)
    assert {one.words["actions"] for one in reading.translations(session, revision).values()} == {"Le premier.", "El segundo."}


def alike(session: Session, pledge: object) -> list[tuple[str, Alike]]:
    return [(other.revision.leader_name, other.alike) for other in reading.others(session, pledge, pledge.current)]  # type: ignore[attr-defined]


def test_other_pledges_of_a_government_are_found_by_its_entry_and_by_its_names_never_by_a_persons(session: Session):
    pledge = make_pledge(session, name="Li Wei", government="Konya")
    pledge.government.native_name = "Konya"
    elsewhere = make_pledge(session, name="Li Wei", government="Izmir")
    same = make_pledge(session, name="same government", government="Ignored")
    same.government_id = pledge.government_id
    deputy = make_pledge(session, name="deputy", government="Ignored")
    deputy.government_id, deputy.current.office, deputy.current.office_level = pledge.government_id, "Vice-Mayor", OfficeLevel.DEPUTY_MAYOR
    by_hand = make_pledge(session, name="by hand", government="KÓNYA")
    abroad = make_pledge(session, name="abroad", government="Konya", country="GR")
    other_script = make_pledge(session, name="other script", government="Konya")
    other_script.government.native_name = "Qonya"
    session.flush()
    session.expire_all()
    assert alike(session, pledge) == [
        ("same government", Alike.SAME_OFFICE), ("by hand", Alike.LIKE_NAMED_OFFICE), ("deputy", Alike.SAME_GOVERNMENT)
    ]  # fmt: skip
    assert alike(session, elsewhere) == alike(session, abroad) == []
    assert ("Li Wei", Alike.LIKE_NAMED_OFFICE) in alike(session, by_hand)


def test_two_entries_of_the_directory_are_two_governments_whatever_they_are_called(session: Session):
    pledges = []
    for number in (1, 2):
        pledge = make_pledge(session, name=f"{number}", government="San Pablo")
        place = pledge.government
        entry = Government(id=f"gn-{number}", name="San Pablo", kind=place.kind, country_code=place.country_code)
        session.add(entry)
        pledge.government = entry
        pledges.append(pledge)
    session.flush()
    assert [alike(session, pledge) for pledge in pledges] == [[], []]


def test_every_wording_is_shown_against_the_one_signed_before_it(session: Session):
    pledge = make_pledge(session)
    second = add_revision(session, pledge, name="Ayşe Yıldırım Kaya", at=NOW)
    second.actions = "We plant 5,000 trees."
    freeze(second)
    (change,) = reading.changes(pledge)
    assert (change.before.number, change.revision.number, list(change.changed)) == (1, 2, ["leader_name", "leader_name_latin", "actions"])
    pieces = change.changed["actions"]
    assert "".join(piece.text for piece in pieces if piece.before) == "We plant trees."
    assert [piece.text for piece in pieces if not piece.before] == ["5,000 "]


def test_a_pledge_that_was_signed_and_decided_again_and_again_asks_for_nothing_more(session: Session, officer: Account):
    pledge = make_pledge(session)
    for revision in (pledge.current, add_revision(session, pledge), add_revision(session, pledge)):
        decided = {"decided_by": "L. Ortiz", "decided_by_id": officer.id, "at": AT}
        session.add(Decision(pledge=pledge, revision=revision, move=Move.RETURN, reason=Reason.OTHER, **decided))
    session.commit()
    number = pledge.public_id
    session.expunge_all()
    shown = queue.pledge(session, number)
    assert shown
    with asked(session.get_bind().engine) as sent:
        assert all(revision.signature for revision in shown.revisions)
        assert [decision.revision.number for decision in shown.decisions] == [1, 2, 3]
    assert sent == []
