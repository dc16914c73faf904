from pathlib import Path

import pytest

from pledges.adapters.archive import Archive, ArchiveConflict, ArchiveNameRefused, replace_file


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.save("editions/3.zh-Hans.pdf", b"sealed")
    with archive.open("editions/3.zh-Hans.pdf") as file:
        assert file.read() == b"sealed"
    assert archive.path("editions/3.zh-Hans.pdf") == tmp_path / "archive/editions/3.zh-Hans.pdf"


def test_the_same_bytes_may_be_saved_again_and_other_bytes_may_not(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.save("editions/1.en.pdf", b"one")
    archive.save("editions/1.en.pdf", b"one")
    with pytest.raises(ArchiveConflict, match=r"editions/1\.en\.pdf"):
        archive.save("editions/1.en.pdf", b"two")
    assert archive.path("editions/1.en.pdf").read_bytes() == b"one"


def test_no_temporary_file_stays_behind(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.save("a.pdf", b"one")
    with pytest.raises(ArchiveConflict):
        archive.save("a.pdf", b"two")
    replace_file(tmp_path / "b", b"three")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b"]


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".hidden", "a/.b", "a b", "a\x00", "a\n", "ä.pdf", "a" * 101, "a/", "c:\\x"]
)
def test_a_name_that_could_leave_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    archive = Archive(tmp_path)
    with pytest.raises(ArchiveNameRefused):
        archive.save(name, b"")
    with pytest.raises(ArchiveNameRefused):
        archive.open(name)


def test_a_file_that_was_never_saved_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Archive(tmp_path).open("editions/9.en.pdf")


def test_a_replaced_file_holds_the_new_bytes_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new/file"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_left_in_the_archive_is_gone_with_the_next_build_and_what_another_makes_stays(tmp_path: Path) -> None:
    left = tmp_path / ".making.left"
    left.mkdir()
    (left / "declaration.pdf").write_bytes(b"half")
    with Archive(tmp_path).workshop() as first:
        (first / "declaration.pdf").write_bytes(b"half")
        with Archive(tmp_path).workshop() as second:
            assert sorted(tmp_path.iterdir()) == sorted((first, second))
        assert [first / "declaration.pdf"] == list(first.iterdir())
    assert list(tmp_path.iterdir()) == []
