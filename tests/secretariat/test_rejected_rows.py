"""Rows of a pledges file that cannot be taken: each is named with its reason, and the rest is taken."""

import csv
import gzip

import pytest

from pledges.domain.commitments import FILE_COLUMNS
from pledges.domain.problems import Refused
from tests.secretariat.files import KONYA, OULU, exported, good_row, read_file, take_in, write_file

pytestmark = pytest.mark.usefixtures("places")


def test_the_second_row_of_a_key_is_rejected_across_batches_too(session, tmp_path, monkeypatch):
    monkeypatch.setattr("pledges.secretariat.actions.rows._BATCH", 2)
    rows = [good_row(), good_row(leader_email="GOVERNOR@Kisumu.Example", actions="Other"), good_row(**OULU), good_row(actions="Third")]
    rejects = tmp_path / "rejects.csv"
    assert take_in(session, write_file(tmp_path / "list.csv", *rows), rejects=rejects) == (2, 0, 2)
    assert [(row["row"], row["field"]) for row in read_file(rejects)] == [("3", "leader_email"), ("5", "leader_email")]
    assert exported(session)[0]["actions"] == "Fibre to every clinic.\nA bus lane."


def test_a_rejected_first_row_does_not_take_the_key(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row(themes="war"), good_row())
    assert take_in(session, path) == (1, 0, 1)


def test_rejects_tell_row_field_and_reason_and_come_back_corrected(session, tmp_path):
    bad = good_row(**OULU, themes="war", leader_name="=SUM(A1)", actions="-3 °C and 'quoted'")
    path, rejects = write_file(tmp_path / "list.csv", good_row(), bad), tmp_path / "rejects.csv"
    assert take_in(session, path, rejects=rejects) == (1, 0, 1)
    (told,) = read_file(rejects)
    assert list(told) == [*FILE_COLUMNS, "row", "field", "reason"]
    assert (told["row"], told["field"]) == ("3", "themes")
    assert told["leader_name"] == "'=SUM(A1)"
    corrected = {**told, "themes": "digital", "leader_name": "Anna Virtanen"}
    again, still = tmp_path / "again.csv", tmp_path / "still.csv"
    with again.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(told))
        writer.writeheader()
        writer.writerows([corrected, {**told, "government_id": "own-konya"}])
    assert take_in(session, again, rejects=still) == (1, 0, 1)
    assert exported(session)[1]["actions"] == "-3 °C and 'quoted'"
    assert list(read_file(still)[0]) == list(told)
    assert take_in(session, still) == (0, 0, 1)


def test_bytes_that_are_not_utf8_reject_their_row_and_come_back_as_they_were(session, tmp_path):
    path, rejects = write_file(tmp_path / "list.csv", good_row(leader_name="Agnès Müller"), good_row(**OULU)), tmp_path / "rejects.csv"
    for column in ("leader_name", "leader_email", "government_id", "network"):
        row = {**good_row(leader_name="Agnes"), column: "Agn\udce8s"}
        with path.open("a", encoding="utf-8", errors="surrogateescape", newline="") as file:
            csv.writer(file).writerow([row[name] for name in FILE_COLUMNS])
    assert take_in(session, path, rejects=rejects) == (2, 0, 4)
    assert [row["field"] for row in read_file(rejects)] == ["leader_name", "leader_email", "government_id", "network"]
    assert rejects.read_bytes().count(b"Agn\xe8s") == 4
    assert exported(session)[0]["leader_name"] == "Agnès Müller"


@pytest.mark.parametrize("column", ["leader_name", "leader_email", "government_id", "network", "actions"])
def test_a_nul_rejects_its_row_wherever_it_stands(session, tmp_path, column):
    path = write_file(tmp_path / "list.csv", good_row(**{column: "a\0b"}), good_row(**OULU))
    assert take_in(session, path) == (1, 0, 1)


def test_a_field_may_be_longer_than_the_csv_modules_limit(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row(actions="x" * 400_000), good_row(**OULU), good_row(**KONYA, case="y" * 400_000))
    rejects = tmp_path / "rejects.csv"
    assert take_in(session, path, rejects=rejects) == (2, 0, 1)
    csv.field_size_limit(10**7)
    assert read_file(rejects)[0]["reason"] == "This is too long: 400000 characters, at most 5000 are possible."


def test_rows_with_too_few_or_too_many_cells_are_rejected_and_the_rest_is_taken(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row())
    with path.open("a", newline="") as file:
        file.write("own-oulu,Oulu\r\n" + "x," * 40 + "\r\n\r\n")
    write_file(tmp_path / "one.csv", good_row(**OULU))
    with path.open("a", newline="") as file:
        file.write((tmp_path / "one.csv").read_text().split("\n", 1)[1])
    rejects = tmp_path / "rejects.csv"
    assert take_in(session, path, rejects=rejects) == (2, 0, 2)
    assert [(row["row"], row["reason"]) for row in read_file(rejects)] == [
        ("3", "The row has 2 cells, the header has 16."), ("4", "The row has 41 cells, the header has 16."),
    ]  # fmt: skip
    assert {row["government_id"] for row in exported(session)} == {"own-kisumu", "own-oulu"}


@pytest.mark.parametrize("following", ["a plain row", "a row with quotation marks", "nothing"])
def test_an_unclosed_quotation_mark_loses_its_own_line_only(session, tmp_path, following):
    broken = write_file(tmp_path / "broken.csv", good_row(actions="x")).read_text().replace(",x,", ',"x,')
    rest = {
        "a plain row": [good_row(**OULU, actions="plain")],
        "a row with quotation marks": [good_row(**OULU, actions="a\nb"), good_row(**KONYA)],
    }
    rows = rest.get(following, [])
    more = write_file(tmp_path / "more.csv", *rows).read_text().split("\n", 1)[1]
    path = tmp_path / "list.csv"
    path.write_text(broken + more, newline="")
    assert take_in(session, path) == (len(rows), 0, 1)


def test_line_ends_byte_order_mark_and_compression_make_no_difference(session, tmp_path):
    plain = write_file(tmp_path / "list.csv", good_row(), good_row(**OULU)).read_bytes()
    take_in(session, tmp_path / "list.csv")
    for name, data in {
        "bom.csv": b"\xef\xbb\xbf" + plain,
        "unix.csv": plain.replace(b"\r\n", b"\n"),
        "old-mac.csv": plain.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        "packed.csv.gz": gzip.compress(b"\xef\xbb\xbf" + plain),
        "no-last-line-end.csv": plain.rstrip(),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert take_in(session, tmp_path / name) == (0, 0, 0), name


def test_a_broken_archive_gives_what_can_be_read_and_tells_where_it_breaks_off(session, tmp_path):
    rows = [good_row(leader_email=f"m{number}@kisumu.example") for number in range(300)]
    packed = gzip.compress(write_file(tmp_path / "list.csv", *rows).read_bytes())
    (tmp_path / "cut.csv.gz").write_bytes(packed[: len(packed) // 2])
    rejects = tmp_path / "rejects.csv"
    imported, _, rejected = take_in(session, tmp_path / "cut.csv.gz", rejects=rejects)
    assert 0 < imported < 300
    assert rejected == 1
    assert read_file(rejects)[0]["reason"].startswith("The file breaks off here")
    (tmp_path / "not.csv.gz").write_bytes(b"no archive at all")
    with pytest.raises(Refused, match="This is not a table"):
        take_in(session, tmp_path / "not.csv.gz")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "names no column"), (b"\n\n", "names no column"), (b"a,b\n1,2\n", "names no column"),
        (b"leader_name,leader_name\nx,y\n", "names a column twice: leader_name"), (b"\xff\xfeg\0o\0", "CSV UTF-8"),
        (b"PK\x03\x04\x14", "CSV UTF-8"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "CSV UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_pledges_file_is_refused_as_a_whole(session, tmp_path, data, said):
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(Refused, match=said):
        take_in(session, tmp_path / "list.csv")


def test_a_header_alone_is_an_empty_list_and_missing_columns_are_told_for_each_row(session, tmp_path):
    assert take_in(session, write_file(tmp_path / "header.csv")) == (0, 0, 0)
    rejects = tmp_path / "rejects.csv"
    path = write_file(tmp_path / "few.csv", good_row(), columns=["government_id", "leader_name"])
    assert take_in(session, path, rejects=rejects) == (0, 0, 1)
    assert set(read_file(rejects)[0]["field"].split("|")) >= {"leader_email", "themes", "signed_at", "political_commitment"}


def test_the_rejects_file_never_overwrites_what_is_read(session, tmp_path):
    path = write_file(tmp_path / "list.csv", good_row())
    with pytest.raises(Refused, match="would overwrite"):
        take_in(session, path, rejects=tmp_path / "." / "list.csv")
    assert len(read_file(path)) == 1
