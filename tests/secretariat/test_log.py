"""The log as officers look through it, take it away, and have it checked by a program that knows none of our code."""

import csv
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pledges.extensions import db
from pledges.models import LogDetail, log
from pledges.secretariat.queries.log import NOBODY, LogFilters, every_entry, log_entries, signed_pledges
from tests.accounts.officers import make_officer, sign_in, sign_in_long_ago, token
from tests.asked import asked
from tests.assembly import Assembly, now
from tests.conftest import ROOT
from tests.secretariat.signed import AT, make_account, make_pledge

CHECKER = ROOT / "docs" / "check_log.py"


def test_the_log_is_narrowed_by_who_act_subject_and_day(session: Session):
    by = make_account(session)
    for place, (act, subject) in enumerate([("ruling.proposed", "protocol:TW"), ("ruling.approved", "protocol:TW"), ("x", "protocol:T_")]):
        log.record(session, act, subject, at=AT + timedelta(days=place), account_id=by.id if place else None)
    session.commit()

    def found(**narrowed: object) -> list[str]:
        return [
            row[0].act for row in log_entries(session, LogFilters(**narrowed), before=None).rows if row[0].subject.startswith("protocol:")
        ]

    assert found() == ["x", "ruling.approved", "ruling.proposed"]
    assert found(who=by.id) == ["x", "ruling.approved"]
    assert found(who=NOBODY) == ["ruling.proposed"]
    assert found(act="x") == ["x"]
    assert found(subject="protocol:T_") == ["x"]
    assert found(since=AT.date() + timedelta(days=1), until=AT.date() + timedelta(days=1)) == ["ruling.approved"]


def test_only_pledges_that_were_signed_are_linked_from_the_log(session: Session):
    signed, draft = make_pledge(session), make_pledge(session)
    draft.first_signed_at = None
    for subject in (f"pledge:{signed.public_id}", f"pledge:{draft.public_id}", "pledge:none", "edition:1"):
        log.record(session, "linked", subject, at=AT)
    session.commit()
    rows = log_entries(session, LogFilters(act="linked"), before=None).rows
    assert (len(rows), signed_pledges(session, rows)) == (4, {f"pledge:{signed.public_id}"})


def test_pages_follow_the_number_and_ask_the_same_whatever_they_show(session: Session):
    for place in range(120):
        log.record(session, "counted", f"thing:{place}", at=AT, who="somebody")
    session.commit()
    filters, shown, before = LogFilters(act="counted"), list[int](), None
    while True:
        with asked(session.get_bind().engine) as sent:
            page = log_entries(session, filters, before=before)
        assert len([one for one in sent if one.startswith("SELECT")]) == 1
        shown += [row[0].number for row in page.rows]
        if not page.next:
            break
        before = int(page.next)
    assert len(shown) == 120
    assert shown == sorted(shown, reverse=True)
    assert [row[0].number for row in every_entry(session, filters)] == shown[::-1]


@pytest.fixture
def exported(assembly: Assembly, client: FlaskClient, tmp_path: Path) -> tuple[Path, int, str]:
    """The whole log of an assembly with an edition, and the head that the edition prints."""
    with assembly.app.app_context():
        assembly.take_in(2)
        number = assembly.release()
        from pledges.secretariat.queries.editions import edition

        built = edition(db.session(), number)
        assert built
        head = built.log_number, built.log_hash
        log.record(db.session(), "odd", "thing:1", at=now(), told="=cmd|' /C calc'!A0")
        db.session.get_one(LogDetail, 1)
        db.session.delete(db.session.get_one(LogDetail, 1))
        db.session.commit()
    sign_in(client, make_officer(assembly.app, role="admin"))
    answer = client.post("/secretariat/log/export", data={"csrf_token": token(client.get("/secretariat/log"))})
    file = tmp_path / "log.csv"
    file.write_bytes(answer.data)
    return file, *head


def check(file: Path, *head: object) -> tuple[int, str]:
    told = subprocess.run([sys.executable, CHECKER, file, *map(str, head)], capture_output=True, text=True, check=False)
    return told.returncode, told.stdout


def test_a_program_without_our_code_checks_the_exported_log_and_finds_what_was_changed(exported: tuple[Path, int, str]):
    file, number, printed = exported
    code, told = check(file, number, printed)
    assert (code, "0 faults, 0 gaps, details of 1 erased" in told) == (0, True), told
    assert check(file, number, "0" * 64)[0] == 1
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert [row for row in rows if any(cell.startswith("=") for cell in row)] == []

    def changed(place: int, cell: str, old: str, new: str) -> tuple[int, str]:
        copy = [list(row) for row in rows]
        column = rows[0].index(cell)
        copy[place][column] = copy[place][column].replace(old, new)
        text = io.StringIO()
        csv.writer(text).writerows(copy)
        file.write_text(text.getvalue(), encoding="utf-8")
        return check(file)

    assert "entry 2 was changed" in changed(2, "subject", ":", ";")[1]
    assert f"the details of entry {len(rows) - 1} were changed" in changed(len(rows) - 1, "details", "{", "{ ")[1]
    assert "entry 3 was changed" in changed(3, "previous_hash", rows[3][-2], "0" * 64)[1]
    assert changed(1, "by", "", "")[0] == 0


def test_the_log_is_shown_to_officers_and_taken_away_by_admins_alone_which_is_logged(app: Flask, client: FlaskClient):
    sign_in(client, make_officer(app))
    page = client.get("/secretariat/log?who=0&act=account.invited&subject=x&since=2024-99-99&until=1&before=zz")
    assert page.status_code == 200
    assert "No entry is like this" in page.text
    assert "Save as a table" not in client.get("/secretariat/log").text
    assert client.post("/secretariat/log/export", data={"csrf_token": token(page)}).status_code == 403
    assert "pledges verify-log" in client.get("/secretariat/log/check").text
    admin = app.test_client()
    sign_in(admin, make_officer(app, role="admin", email="m.abebe@secretariat.example"), email="m.abebe@secretariat.example")
    admin.post("/secretariat/log/export", data={"csrf_token": token(admin.get("/secretariat/log")), "act": "account.signed_in"}).close()
    noted = admin.get("/secretariat/log?act=log.exported").text
    assert ">The log was saved as a table<br>" in noted
    assert "account.signed_in" in noted.partition("<tbody>")[2]
    sign_in_long_ago(admin)
    late = admin.post("/secretariat/log/export", data={"csrf_token": token(admin.get("/secretariat/log"))})
    assert late.location.startswith("/accounts/confirm")
