"""The register as a file: every status, columns in order, cells that no spreadsheet computes, words that come back."""

import json
import zipfile
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from pledges.domain.commitments import COLUMNS, FILE_COLUMNS
from pledges.domain.lifecycle import Move
from pledges.models import Pledge
from pledges.secretariat.exports import EXPORT_COLUMNS, WRITERS, all_cells, write_csv, write_json, write_xlsx
from pledges.secretariat.queries.exports import Status, register
from tests.secretariat.files import AT, add_places, exported, good_row, read_file, take_in, write_file
from tests.secretariat.signed import add_revision, make_pledge

README_COLUMNS = [
    "government_id", "government_name", "government_native_name", "kind", "country_code", "leader_name",
    "leader_role", "leader_email", "network", "themes", "pledge_language", "political_commitment",
    "actions", "multilateral", "signed_at", "case", "leader_name_latin", "honorific",
    "office_local", "mandate_basis", "mandate_reference", "mandate_date",
]  # fmt: skip
DANGEROUS = ["=1+1", "'=1+1", "''=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "'quoted'", "_x000D_ is text", "https://example.org", "007", "a\nb"]


def test_the_columns_of_a_pledges_file_come_first_and_in_its_order():
    assert list(EXPORT_COLUMNS[: len(README_COLUMNS)]) == README_COLUMNS
    assert set(COLUMNS) | {"case"} < set(EXPORT_COLUMNS)
    assert EXPORT_COLUMNS[: len(FILE_COLUMNS)] == FILE_COLUMNS


def xlsx_rows(path) -> list[list[str]]:
    """The cells of the first sheet. Each must be an inline or shared string or absent: never a number, a formula or a link."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 (our own file)
    assert sheet.find(f".//{main}f") is None
    assert sheet.find(f".//{main}hyperlink") is None
    rows = []
    for row in sheet.iter(f"{main}row"):
        found = dict.fromkeys(range(len(EXPORT_COLUMNS)), "")
        for cell in row.iter(f"{main}c"):
            assert cell.get("t") == "inlineStr"
            letters = "".join(sign for sign in cell.get("r", "") if sign.isalpha())
            number = 0
            for letter in letters:
                number = number * 26 + ord(letter) - 64
            found[number - 1] = "".join(text.text or "" for text in cell.iter(f"{main}t"))
        rows.append(list(found.values()))
    return rows


@pytest.fixture
def dangerous(session, tmp_path) -> list[dict[str, str]]:
    """A register whose texts a spreadsheet would compute, cut or link."""
    add_places(session)
    rows = [good_row(leader_email=f"m{number}@kisumu.example", actions=text, multilateral=text) for number, text in enumerate(DANGEROUS)]
    assert take_in(session, write_file(tmp_path / "list.csv", *rows)) == (len(rows), 0, 0)
    return exported(session)


def test_a_csv_cell_that_would_be_computed_gets_one_apostrophe_and_comes_back_without(session, tmp_path, dangerous):
    assert write_csv(tmp_path / "out.csv", iter(dangerous)) == len(DANGEROUS)
    cells = [row["actions"] for row in read_file(tmp_path / "out.csv")]
    assert cells == ["'=1+1", "''=1+1", "'''=1+1", "'+1", "'-1", "'@SUM(A1)", "'|cmd", *DANGEROUS[7:]]
    assert take_in(session, tmp_path / "out.csv") == (0, 0, 0)


def test_json_holds_the_words_untouched(tmp_path, dangerous):
    assert write_json(tmp_path / "out.json", iter(dangerous)) == len(DANGEROUS)
    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [row["actions"] for row in written] == DANGEROUS
    assert list(written[0]) == list(EXPORT_COLUMNS)


def test_xlsx_holds_strings_and_nothing_else(tmp_path, dangerous):
    assert write_xlsx(tmp_path / "out.xlsx", iter(dangerous)) == len(DANGEROUS)
    header, *rows = xlsx_rows(tmp_path / "out.xlsx")
    assert header == list(EXPORT_COLUMNS)
    column = EXPORT_COLUMNS.index("actions")
    assert [row[column] for row in rows] == [text.replace("_x000D_", "_x005F_x000D_") for text in DANGEROUS]


@pytest.mark.parametrize("ending", sorted(WRITERS))
def test_an_empty_register_is_a_file_with_its_columns_only(tmp_path, ending):
    assert WRITERS[ending](tmp_path / f"out{ending}", iter([])) == 0
    if ending == ".csv":
        assert (tmp_path / "out.csv").read_text(encoding="utf-8").strip().split(",") == list(EXPORT_COLUMNS)


def test_every_status_is_exported_unless_some_are_named(session):
    made: dict[Status, Pledge] = {}
    for status in Status:
        pledge = made[status] = make_pledge(session, name=f"Leader {status}")
        if status in (Status.DRAFT, Status.AWAITING_SIGNATURE):
            unsign(session, pledge, awaiting=status is Status.AWAITING_SIGNATURE)
        elif status is Status.WITHDRAWN:
            pledge.withdrawn_at = AT
        elif status is not Status.SIGNED:
            pledge.current.move({Status.ACCEPTED: Move.ACCEPT, Status.RETURNED: Move.RETURN, Status.DECLINED: Move.DECLINE}[status])
    session.commit()
    ids = {status: pledge.public_id for status, pledge in made.items()}
    assert {row["public_id"]: row["status"] for row in all_cells(register(session, []))} == {ids[status]: status for status in Status}
    for status in Status:
        assert [row["public_id"] for row in all_cells(register(session, [status]))] == [ids[status]]
    both = all_cells(register(session, [Status.ACCEPTED, Status.WITHDRAWN]))
    assert {row["public_id"] for row in both} == {ids[Status.ACCEPTED], ids[Status.WITHDRAWN]}


def unsign(session, pledge: Pledge, *, awaiting: bool) -> None:
    """Take the signature away again: a draft, or one that waits for it."""
    revision = pledge.current
    session.delete(revision.signature)
    session.flush()
    session.expire(revision)
    content = "awaiting_signature" if awaiting else "draft"
    session.execute(type(revision).__table__.update().where(type(revision).id == revision.id).values(content=content, moderation="none"))
    session.expire_all()
    pledge.first_signed_at = None
    session.flush()


def test_an_accepted_pledge_is_exported_as_accepted_while_new_words_are_in_review(session):
    pledge = make_pledge(session, name="First Words")
    pledge.current.move(Move.ACCEPT)
    pledge.accepted_revision = pledge.current
    session.flush()
    add_revision(session, pledge, name="New Words")
    session.commit()
    (row,) = exported(session)
    assert (row["leader_name"], row["status"], row["revision"]) == ("First Words", "accepted", "1")


def test_memory_does_not_grow_with_the_register(session, tmp_path, monkeypatch):
    monkeypatch.setattr("pledges.secretariat.queries.exports._BATCH", 3)
    add_places(session)
    rows = [good_row(leader_email=f"m{number}@kisumu.example") for number in range(10)]
    take_in(session, write_file(tmp_path / "list.csv", *rows))
    kept = [sum(isinstance(one, Pledge) for one in session) for _ in register(session, [])]
    assert len(kept) == 10
    assert max(kept) <= 3
    assert len(session.scalars(select(Pledge)).all()) == 10
