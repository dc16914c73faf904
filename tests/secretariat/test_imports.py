"""Pledges reported by file: each clause of what `import` promises."""

import json
import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges.domain.commitments import FILE_COLUMNS
from pledges.domain.lifecycle import Content, Moderation, Move
from pledges.domain.people import SignatureKind
from pledges.domain.problems import Refused
from pledges.domain.themes import Theme
from pledges.models import Account, Decision, Letter, LogEntry, Pledge, log
from pledges.secretariat.exports import write_csv
from tests.secretariat.files import AT, KONYA, OULU, exported, good_row, read_file, take_in, write_file
from tests.secretariat.signed import make_account

pytestmark = pytest.mark.usefixtures("places")


def the_pledge(session: Session) -> Pledge:
    return session.scalars(select(Pledge)).one()


# ---------------------------------------------------------------- what comes in


def test_a_good_row_is_a_signed_pledge_that_says_it_was_reported(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row())
    assert take_in(session, path) == (1, 0, 0)
    pledge = the_pledge(session)
    revision = pledge.current
    assert (revision.content, revision.moderation) == (Content.SIGNED, Moderation.IN_REVIEW)
    assert revision.signature.kind is SignatureKind.REPORTED
    assert revision.signature.evidence == {"file": "list.csv", "row": 2, "by": "by import, by the operator"}
    assert revision.themes == [Theme.DIGITAL, Theme.PEACEFUL]
    assert all(words.adopted is None for words in revision.commitments)
    assert json.loads(revision.record)["government"]["id"] == "own-kisumu"
    assert pledge.accepted_revision is None


def test_no_spreadsheet_takes_a_public_id_for_a_formula(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", *(good_row(leader_email=f"mayor{n}@kisumu.example") for n in range(200))))
    ids = session.scalars(select(Pledge.public_id)).all()
    assert len(set(ids)) == 200
    assert [one for one in ids if not re.fullmatch("[0-9a-f]{32}", one)] == []


def test_accepted_by_import_is_a_decision_that_says_so_and_writes_no_letter(session, tmp_path):
    officer = make_account(session)
    officer_id, email = officer.id, officer.email
    path = write_file(tmp_path / "list.csv", good_row())
    assert take_in(session, path, accept=True, email=email.upper()) == (1, 0, 0)
    pledge, decision = the_pledge(session), session.scalars(select(Decision)).one()
    assert pledge.accepted_revision is pledge.current
    assert (decision.by_import, decision.decided_by, decision.decided_by_id) == (True, "by import, by L. Ortiz", officer_id)
    assert session.scalar(select(func.count()).select_from(Letter)) == 0
    entry = session.scalars(select(LogEntry).order_by(LogEntry.number.desc())).first()
    assert (entry.act, entry.subject, entry.account_id) == ("pledge.imported", f"pledge:{pledge.public_id}", officer_id)
    assert list(log.broken_entries(session)) == []


def test_an_unknown_officer_stops_the_import(session, tmp_path):
    with pytest.raises(Refused, match=r"There is no officer nobody@desk\.example\."):
        take_in(session, write_file(tmp_path / "list.csv", good_row()), email="nobody@desk.example")
    session.add(Account(email="gone@desk.example", active=False, fs_uniquifier="gone", created_at=AT))
    with pytest.raises(Refused):
        take_in(session, write_file(tmp_path / "list.csv", good_row()), email="gone@desk.example")
    assert session.scalars(select(Pledge)).all() == []


def test_a_government_must_be_the_one_of_the_directory_but_may_be_named_otherwise(session, tmp_path):
    path = write_file(
        tmp_path / "list.csv",
        good_row(government_name="Kisumu County"), good_row(**OULU, kind="region"), good_row(**{**KONYA, "country_code": "CY"}),
        good_row(government_id="own-nowhere"),
    )  # fmt: skip
    rejects = tmp_path / "rejects.csv"
    assert take_in(session, path, rejects=rejects) == (1, 0, 3)
    assert [row["field"] for row in read_file(rejects)] == ["kind", "country_code", "government_id"]
    assert the_pledge(session).current.government_name == "Kisumu County"


def test_a_version_that_was_never_published_is_refused_and_a_published_one_is_adopted(session, tmp_path):
    columns = (*FILE_COLUMNS, "commitment_version")
    path = write_file(tmp_path / "list.csv", good_row(commitment_version="1"), good_row(**OULU, commitment_version="99"), columns=columns)
    assert take_in(session, path) == (1, 0, 1)
    record = json.loads(the_pledge(session).current.record)
    assert [theme["adopted"]["version"] for theme in record["commitments"]] == [1, 1]


# ---------------------------------------------------------------- the same file again


def test_the_same_file_again_changes_nothing_and_counts_nothing(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row(), good_row(**OULU))
    assert take_in(session, path) == (2, 0, 0)
    entries = session.scalar(select(func.count()).select_from(LogEntry))
    assert take_in(session, path) == (0, 0, 0)
    assert session.scalar(select(func.count()).select_from(LogEntry)) == entries


def test_what_is_equal_after_cleaning_is_unchanged(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row()))
    typed = good_row(
        leader_name="  Achieng   Otieno ", themes="peaceful|digital", actions="Fibre to every clinic.\r\nA bus lane.\n",
        signed_at="2024-09-10T11:00:00+03:00",
    )  # fmt: skip
    assert take_in(session, write_file(tmp_path / "again.csv", typed)) == (0, 0, 0)


def test_changed_words_are_a_new_revision_and_the_old_one_stays(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row()), accept=True)
    assert take_in(session, write_file(tmp_path / "new.csv", good_row(actions="Two bus lanes."))) == (0, 1, 0)
    pledge = the_pledge(session)
    assert [revision.actions for revision in pledge.revisions] == ["Fibre to every clinic.\nA bus lane.", "Two bus lanes."]
    assert pledge.accepted_revision is pledge.revisions[0]
    assert pledge.current.moderation is Moderation.IN_REVIEW


def test_while_new_words_are_in_review_the_export_with_the_accepted_ones_changes_nothing(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row()), accept=True)
    take_in(session, write_file(tmp_path / "new.csv", good_row(actions="Two bus lanes.")))
    write_csv(tmp_path / "out.csv", exported(session))
    assert read_file(tmp_path / "out.csv")[0]["actions"] == "Fibre to every clinic.\nA bus lane."
    for accept in (False, True):
        assert take_in(session, tmp_path / "out.csv", accept=accept) == (0, 0, 0)
    assert the_pledge(session).current.moderation is Moderation.IN_REVIEW


def test_the_status_is_only_ever_raised(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row())
    take_in(session, path)
    assert take_in(session, path, accept=True) == (0, 1, 0)
    assert the_pledge(session).current.moderation is Moderation.ACCEPTED
    assert len(the_pledge(session).revisions) == 1
    assert take_in(session, path, accept=True) == (0, 0, 0)
    assert take_in(session, path) == (0, 0, 0)
    assert the_pledge(session).current.moderation is Moderation.ACCEPTED


@pytest.mark.parametrize(
    ("column", "value"),
    [("network", "Metropolis"), ("network", ""), ("signed_at", "2024-09-11T08:00:00Z"), ("leader_email", "Governor@kisumu.example")],
)
def test_a_change_outside_the_record_updates_without_a_revision(session, tmp_path, column, value):
    take_in(session, write_file(tmp_path / "list.csv", good_row()))
    fingerprint = the_pledge(session).current.fingerprint
    assert take_in(session, write_file(tmp_path / "new.csv", good_row(**{column: value}))) == (0, 1, 0)
    pledge = the_pledge(session)
    assert [revision.fingerprint for revision in pledge.revisions] == [fingerprint]
    assert exported(session)[0][column] == value
    if column == "signed_at":
        assert pledge.first_signed_at == pledge.current.signature.at


def test_an_address_with_an_international_domain_is_one_person_however_it_is_written(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row(leader_email="maire@bücher.example")))
    assert take_in(session, write_file(tmp_path / "same.csv", good_row(leader_email="maire@bücher.example"))) == (0, 0, 0)
    assert take_in(session, write_file(tmp_path / "ascii.csv", good_row(leader_email="maire@xn--bcher-kva.example"))) == (0, 1, 0)
    assert len(the_pledge(session).revisions) == 1


# ---------------------------------------------------------------- absent and empty


def test_an_absent_column_changes_nothing_and_an_empty_cell_empties(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row()))
    without = [column for column in FILE_COLUMNS if column not in ("actions", "network", "signed_at")]
    assert take_in(session, write_file(tmp_path / "less.csv", good_row(), columns=without)) == (0, 0, 0)
    assert take_in(session, write_file(tmp_path / "empty.csv", good_row(actions=""))) == (0, 1, 0)
    assert the_pledge(session).current.actions == ""


def test_themes_can_be_narrowed_while_the_words_of_the_dropped_theme_stand_in_absent_columns(session, tmp_path):
    columns = (*FILE_COLUMNS, "actions_digital", "actions_peaceful", "commitment_version")
    first = good_row(actions_digital="Code clubs.", actions_peaceful="Mediators.", commitment_version="|1")
    take_in(session, write_file(tmp_path / "list.csv", first, columns=columns))
    assert take_in(session, write_file(tmp_path / "narrow.csv", good_row(themes="peaceful"))) == (0, 1, 0)
    (words,) = the_pledge(session).current.commitments
    assert (words.theme, words.actions, words.adopted.version) == (Theme.PEACEFUL, "Mediators.", 1)


def test_a_theme_that_is_added_adopts_no_text_that_the_file_does_not_name(session, tmp_path):
    columns = (*FILE_COLUMNS, "commitment_version")
    take_in(session, write_file(tmp_path / "list.csv", good_row(themes="digital", commitment_version="1"), columns=columns))
    assert take_in(session, write_file(tmp_path / "wide.csv", good_row(themes="sustainable|digital"))) == (0, 1, 0)
    adopted = [(words.theme, words.adopted and words.adopted.version) for words in the_pledge(session).current.commitments]
    assert adopted == [(Theme.DIGITAL, 1), (Theme.SUSTAINABLE, None)]


def test_words_for_a_theme_that_the_row_drops_are_refused_where_the_file_has_them(session, tmp_path):
    columns = (*FILE_COLUMNS, "actions_digital")
    path = write_file(tmp_path / "list.csv", good_row(themes="peaceful", actions_digital="Code clubs."), columns=columns)
    rejects = tmp_path / "rejects.csv"
    assert take_in(session, path, rejects=rejects) == (0, 0, 1)
    assert read_file(rejects)[0]["field"] == "actions_digital"


# ---------------------------------------------------------------- what a file may not change


def signed_here(pledge: Pledge) -> None:
    pledge.current.signature.kind = SignatureKind.EMAIL


def withdrawn(pledge: Pledge) -> None:
    pledge.withdrawn_at = AT


def declined(pledge: Pledge) -> None:
    pledge.current.move(Move.DECLINE)


@pytest.mark.parametrize(("happens", "said"), [(signed_here, "signed here"), (withdrawn, "withdrawn"), (declined, "declined")])
def test_what_was_decided_here_is_rejected_by_name_when_it_differs_and_left_alone_when_it_does_not(session, tmp_path, happens, said):
    same, different = write_file(tmp_path / "same.csv", good_row()), write_file(tmp_path / "new.csv", good_row(leader_role="Mayor"))
    take_in(session, same)
    happens(the_pledge(session))
    session.commit()
    for accept in (False, True):
        assert take_in(session, same, accept=accept) == (0, 0, 0)
        rejects = tmp_path / "rejects.csv"
        assert take_in(session, different, accept=accept, rejects=rejects) == (0, 0, 1)
        assert read_file(rejects)[0]["reason"] == f"Achieng Otieno, Kisumu: {said}, so a file cannot change it."
    assert the_pledge(session).accepted_revision is None
    assert len(the_pledge(session).revisions) == 1


def test_a_returned_pledge_is_corrected_by_file(session, tmp_path):
    take_in(session, write_file(tmp_path / "list.csv", good_row()))
    the_pledge(session).current.move(Move.RETURN)
    session.commit()
    assert take_in(session, write_file(tmp_path / "new.csv", good_row(leader_role="Mayor"))) == (0, 1, 0)
    assert the_pledge(session).current.moderation is Moderation.IN_REVIEW
