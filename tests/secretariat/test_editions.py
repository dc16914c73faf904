"""Editions: what each holds, how they are labelled, what stops a build, and that the same register gives the same bytes."""

import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, settings
from pledges.models import Edition, LogHead, Revision
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import CannotBuild, Order
from pledges.secretariat.actions.releasing import CannotRelease
from pledges.typesetting.declaration import MissingGlyphs
from tests.assembly import Assembly, now

pytestmark = pytest.mark.usefixtures("within")
UNPRINTABLE = "\U0001e6c0\U0001e6c1"  # Tai Yo, which no font of ours has


def unsealed(assembly: Assembly, out: Path, **order: object) -> dict[str, object]:
    return compile_to(
        assembly.session, adapters(), Order(**order), settings=settings(), out=out, keep=False, at=now(), progress=None
    )  # fmt: skip


def held(assembly: Assembly, number: int) -> int:
    return assembly.session.get_one(Edition, number).pledges


def test_editions_are_numbered_as_built_and_labelled_as_released(assembly: Assembly):
    assembly.take_in(2)
    assert (assembly.build(), assembly.build()) == (1, 2)
    assembly.let_go(2)
    labels = {edition: assembly.session.get_one(Edition, edition).label for edition in (1, 2, assembly.build())}
    assert labels == {1: "Rev.0", 2: "Rev.0", 3: "Rev.1"}
    with pytest.raises(CannotRelease, match=r"Rev\.0"):
        assembly.let_go(1)


def test_an_add_holds_who_came_later_and_a_corr_the_pledges_as_they_now_stand(assembly: Assembly):
    _, second = assembly.take_in(2)
    assembly.release()
    assembly.take_in(1)
    added = assembly.release(EditionKind.ADD)
    assembly.withdraw(second)
    corrected = assembly.release(EditionKind.CORR)
    assert (held(assembly, added), held(assembly, corrected)) == (1, 1)
    assert [assembly.session.get_one(Edition, number).label for number in (added, corrected)] == ["Add.1", "Corr.1"]
    with pytest.raises(CannotBuild, match="no pledge"):
        assembly.build(EditionKind.ADD)
    assembly.take_in(1)
    assembly.release(EditionKind.ADD, after=timedelta(days=1))
    with pytest.raises(CannotBuild, match="no pledge"):  # the late signatory waits in an Add on the schedule
        assembly.build(EditionKind.ADD)


@pytest.mark.parametrize("kind", [EditionKind.ADD, EditionKind.CORR])
def test_without_a_released_rev_there_is_nothing_to_refer_to(assembly: Assembly, kind: EditionKind):
    assembly.take_in(1)
    assembly.build()
    with pytest.raises(CannotBuild, match="none has been released"):
        assembly.build(kind)


def test_all_languages_of_an_edition_share_number_pledges_and_root(assembly: Assembly):
    assembly.take_in(3)
    number = assembly.build()
    root = assembly.session.get_one(Edition, number).root
    assembly.take_in(1)
    for language in ("fr", "ar", "es", "ru", "zh"):
        assert assembly.build(language=language, edition=number) == number
    edition = assembly.session.get_one(Edition, number)
    assert (edition.pledges, edition.root, len(edition.files)) == (3, root, 6)
    with pytest.raises(CannotBuild, match="already"):
        assembly.build(language="fr", edition=number)
    with pytest.raises(CannotBuild, match="not offered"):
        assembly.build(language="tlh")


def test_the_same_register_gives_the_same_bytes_and_leaves_no_trace(assembly: Assembly, tmp_path: Path):
    assembly.take_in(4)
    first = unsealed(assembly, tmp_path / "a.pdf")
    entries = assembly.session.get_one(LogHead, 1).number
    assembly.build()  # never released
    second = unsealed(assembly, tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert first["content sha256"] == second["content sha256"]
    assert assembly.session.get_one(LogHead, 1).number == entries + 1, "only the sealed build is an act"


def test_a_sealed_edition_pleases_the_checkers(assembly: Assembly, tmp_path: Path):
    assembly.take_in(2)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(assembly.pdf(assembly.build()))
    told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "No syntax or stream encoding errors" in subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True).stdout
    first_page = subprocess.run(["pdftotext", "-l", "1", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert "DEVELOPMENT SEAL" in first_page


def test_a_missing_glyph_stops_the_build_and_names_entry_and_character(assembly: Assembly, tmp_path: Path):
    assembly.take_in(1)
    [public_id] = assembly.take_in(1, actions=f"We plant {UNPRINTABLE} trees.")
    with pytest.raises(MissingGlyphs) as stopped:
        assembly.build()
    leader = assembly.pledge(public_id).current.leader_name
    assert all(part in str(stopped.value) for part in (public_id, leader, "U+1E6C0", "U+1E6C1"))
    assert assembly.session.get(Edition, 1) is None
    unsealed(assembly, tmp_path / "draft.pdf", draft=True)
    text = subprocess.run(["pdftotext", "-l", "1", str(tmp_path / "draft.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    assert "DRAFT" in text.upper()


def test_two_builds_at_once_get_two_numbers(app: Flask, assembly: Assembly, tmp_path: Path):
    assembly.take_in(2)
    assembly.session.close()
    numbers: list[int] = []

    def build() -> None:
        with app.app_context():
            numbers.append(Assembly(app, tmp_path).build())

    builders = [threading.Thread(target=build) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert sorted(numbers) == [1, 2]


def test_a_record_names_its_government(assembly: Assembly):
    [public_id] = assembly.take_in(1)
    revision: Revision = assembly.pledge(public_id).current
    assert f'"id":"{revision.pledge.government_id}"' in str(revision.record)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE revision SET actions = 'edited after signing'",
        "UPDATE revision SET record = '{}'",
        "UPDATE signature SET record_hash = fingerprint FROM (SELECT '0' AS fingerprint) AS other",
        "UPDATE commitment_text SET text = 'We promise nothing at all.'",
    ],
)
def test_words_that_nobody_signed_are_never_printed(assembly: Assembly, tampering: str):
    assembly.take_in(1)
    assembly.session.execute(text(tampering))
    assembly.session.commit()
    with pytest.raises(CannotBuild):
        assembly.build()


def test_a_pledge_subject_to_approval_says_so_beside_its_signature(assembly: Assembly, tmp_path: Path):
    assembly.take_in(1, mandate_basis="subject_to_approval")
    file = tmp_path / "sealed.pdf"
    file.write_bytes(assembly.pdf(assembly.build()))
    told = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert "Subject to approval" in told


@pytest.mark.parametrize(("times", "built"), [(1, True), (9, False)])
def test_chapters_that_somebody_removes_during_a_build_are_set_again_once_and_then_it_says_so(assembly: Assembly, times: int, built: bool):
    assembly.take_in(3)
    folder, removed = settings().instance / "chapters", list[int]()

    def remove(part: str, _done: int, _total: int) -> None:
        if part == "index" and len(removed) < times:
            removed.append(len([file.unlink() for file in folder.glob("*.chapter")]))

    given = {"settings": settings(), "out": None, "keep": False, "at": now()}
    if not built:
        with pytest.raises(CannotBuild, match="no longer in"):
            compile_to(assembly.session, adapters(), Order(), progress=remove, **given)
        return
    digest = compile_to(assembly.session, adapters(), Order(), progress=remove, **given)["content sha256"]
    assert removed[0] > 0
    assert digest == compile_to(assembly.session, adapters(), Order(), progress=None, **given)["content sha256"]


def test_a_build_writes_nothing_into_the_systems_folder_for_temporary_files(
    assembly: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assembly.take_in(3)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "there is no such folder"))
    assert assembly.build() == 1
