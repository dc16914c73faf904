"""The real, sealed file before the validators, and its twins before those that do not know what is sealed."""

from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from benchmarks.validators import judges
from benchmarks.validators.files import Files, make_files
from benchmarks.validators.known import unknown

pytestmark = pytest.mark.xdist_group("validators")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return make_files(tmp_path_factory.mktemp("validators"))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as ReportLab writes it by itself: a font that is not embedded, no structure, no claim."""
    path = tmp_path_factory.mktemp("plain") / "plain.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(100, 700, "Declaration")
    canvas.save()
    return path


# ---------------------------------------------------------------- each of them says no where it must


def test_outloud_and_pdfua_refuse_a_file_without_structure(plain: Path) -> None:
    assert [one.rule for one in judges.outloud(plain) if one.error]
    assert [one.rule for one in judges.pdfua(plain) if one.error]


def test_outloud_and_pdfua_refuse_a_file_that_lost_its_language_and_title(files: Files, tmp_path: Path) -> None:
    stripped = tmp_path / "stripped.pdf"
    with pikepdf.open(files.sealed) as file:
        del file.Root.Lang, file.Root.ViewerPreferences
        file.save(stripped)
    assert [one.rule for one in judges.outloud(stripped) if one.error]
    assert [one.rule for one in judges.pdfua(stripped) if one.error]


def test_qpdf_refuses_a_file_with_a_broken_stream(files: Files, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    content = bytearray(files.sealed.read_bytes())
    place = content.index(b"stream\n") + 40
    content[place : place + 8] = b"\0" * 8
    broken.write_bytes(content)
    assert judges.qpdf(broken)


def test_the_archive_validators_refuse_a_file_with_a_font_outside(plain: Path) -> None:
    assert [one for one in judges.pikepdf_archive(plain, "3b") if one.error]
    assert [one for one in judges.preflight(plain) if one.error]
    assert judges.poppler_fonts(plain)


def test_pdfbox_refuses_the_twin_that_holds_attachments(files: Files) -> None:
    assert judges.preflight(files.archive)


def test_a_validator_that_cannot_read_the_file_is_not_taken_for_content(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pdf"
    nothing.write_bytes(b"no file of this kind")
    for judge in (judges.outloud, judges.pdfua, judges.poppler_fonts):
        with pytest.raises(judges.NoAnswer):
            judge(nothing)


# ---------------------------------------------------------------- and yes to what we make


def test_outloud_finds_no_error_in_the_sealed_file_and_no_warning_that_is_not_known(files: Files) -> None:
    complaints = judges.outloud(files.sealed)
    assert [one for one in complaints if one.error] == []
    assert unknown("outloud", "sealed", complaints) == []


def test_pdfua_qpdf_and_pdffonts_pass_the_sealed_file(files: Files) -> None:
    assert judges.pdfua(files.sealed) == []
    assert judges.qpdf(files.sealed) == []
    assert judges.poppler_fonts(files.sealed) == []


def test_pikepdf_finds_the_twin_with_the_attachments_to_be_pdfa_3b(files: Files) -> None:
    with pikepdf.open(files.archive) as file:
        assert sorted(file.attachments) == ["declaration.csv", "declaration.json", "proofs.json"]
    assert judges.pikepdf_archive(files.archive, "3b") == []


def test_pikepdf_and_pdfbox_find_the_classic_twin_to_be_pdfa_1b(files: Files) -> None:
    assert judges.pikepdf_archive(files.classic, "1b") == []
    assert judges.preflight(files.classic) == []


def test_what_pikepdf_does_not_know_in_the_sealed_file_is_what_the_documentation_lists(files: Files) -> None:
    assert unknown("pikepdf", "sealed", judges.pikepdf_archive(files.sealed, "3b")) == []


def test_the_twins_show_what_the_sealed_file_shows(files: Files) -> None:
    def shown(path: Path) -> list[list[bytes]]:
        with pikepdf.open(path) as file:
            return [[part.read_bytes() for part in page.Contents] for page in file.pages]

    assert shown(files.archive) == shown(files.sealed)
    assert len(shown(files.classic)) == len(shown(files.sealed))
