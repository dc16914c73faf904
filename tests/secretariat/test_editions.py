"""Editions: what each holds, how they are labelled, what stops a build or a release, and that the same register gives the same bytes."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, address, settings
from pledges.leader.actions.withdrawal import withdraw
from pledges.models import Edition, LogDetail, LogEntry, LogHead, Revision
from pledges.models.visibility import current_editions, last_rev, released_edition
from pledges.secretariat.actions.builds import carry_out, order_build
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import CannotBuild, Order
from pledges.secretariat.actions.releasing import CannotRelease, release_edition
from pledges.typesetting.declaration import MissingGlyphs
from tests.assembly import Assembly, now
from tests.secretariat.files import read_file, take_in, write_file
from tests.secretariat.signed import make_account

UNPRINTABLE = "\U0001e6c0\U0001e6c1"  # Tai Yo, which no font of ours has


@pytest.fixture
def assembly(app: Flask, tmp_path: Path) -> Iterator[Assembly]:
    with app.app_context():
        yield Assembly(app, tmp_path)


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


def test_a_withdrawal_stops_the_release_by_name(assembly: Assembly):
    _, leaves = assembly.take_in(2)
    number = assembly.build()
    assembly.withdraw(leaves)
    with pytest.raises(CannotRelease, match=assembly.pledge(leaves).current.leader_name):
        assembly.let_go(number)


def test_words_under_review_again_stop_the_release_by_name(assembly: Assembly):
    [reopened] = assembly.take_in(1)
    number = assembly.build()
    pledge = assembly.pledge(reopened)
    pledge.accepted_revision = None
    assembly.session.commit()
    with pytest.raises(CannotRelease, match=pledge.current.leader_name):
        assembly.let_go(number)


def test_a_release_in_the_past_twice_or_of_nothing_is_refused(assembly: Assembly):
    assembly.take_in(1)
    number = assembly.build()
    with pytest.raises(CannotRelease, match="past"):
        release_edition(assembly.session, number, at=now(), released_at=now() - timedelta(hours=1), by="the tests", address=address)
    release_edition(assembly.session, number, at=now(), released_at=now() + timedelta(seconds=1), by="the tests", address=address)
    with pytest.raises(CannotRelease, match="released already"):
        release_edition(
            assembly.session,
            number,
            at=now() + timedelta(minutes=1),
            released_at=now() + timedelta(hours=1),
            by="the tests",
            break_glass=True,
        )
    with pytest.raises(CannotRelease, match="no edition 9"):
        release_edition(assembly.session, 9, at=now(), released_at=now(), by="the tests", address=address)


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


def test_a_release_to_come_is_scheduled_flagged_and_public_from_its_moment_on(assembly: Assembly):
    assembly.take_in(1)
    number, at = assembly.release(after=timedelta(hours=1)), now()
    edition = assembly.session.get_one(Edition, number)
    assert (edition.break_glass, edition.released_by) == (True, "the tests")
    assert released_edition(assembly.session, number, at) is None
    assert (last_rev(assembly.session, at), current_editions(assembly.session, at)) == (None, [])
    assert released_edition(assembly.session, number, at + timedelta(hours=1)) is edition
    assert current_editions(assembly.session, at + timedelta(hours=1)) == [number]
    entry = assembly.session.scalars(select(LogEntry).where(LogEntry.act == "edition.released")).one()
    assert '"break_glass": true' in assembly.session.get_one(LogDetail, entry.number).details


def test_of_two_releases_at_once_one_gets_the_label(app: Flask, assembly: Assembly, tmp_path: Path):
    assembly.take_in(1)
    numbers = assembly.build(), assembly.build()
    assembly.session.close()
    together, refused = threading.Barrier(2), []

    def release(number: int) -> None:
        with app.app_context():
            session = Assembly(app, tmp_path).session
            together.wait(timeout=30)
            try:
                release_edition(session, number, at=now(), released_at=now() + timedelta(hours=1), by="the tests", address=address)
            except CannotRelease as error:
                refused.append(str(error))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(release, numbers))
    assert refused == ["Another edition took the label Rev.0 meanwhile. Build it again."]


def test_a_release_waits_for_a_withdrawal_that_is_under_way_and_is_stopped_by_it(app: Flask, assembly: Assembly, tmp_path: Path):
    [leaves] = assembly.take_in(1)
    number = assembly.build()
    pledge = assembly.pledge(leaves)
    pledge.withdrawn_at = now()
    assembly.session.flush()

    def release() -> None:
        with app.app_context():
            session = Assembly(app, tmp_path).session
            release_edition(session, number, at=now(), released_at=now(), by="the tests", address=address)

    with ThreadPoolExecutor(1) as threads:
        releasing = threads.submit(release)
        with pytest.raises(TimeoutError):
            releasing.result(timeout=0.3)
        assembly.session.commit()
        with pytest.raises(CannotRelease, match="withdrawn"):
            releasing.result()


def test_no_further_language_publishes_the_words_of_a_pledge_that_was_withdrawn(assembly: Assembly):
    _, leaves = assembly.take_in(2)
    number = assembly.release()
    assembly.withdraw(leaves)
    with pytest.raises(CannotBuild, match=assembly.pledge(leaves).current.leader_name):
        assembly.build(language="fr", edition=number)


def test_a_file_cannot_change_what_was_released_and_is_told_so_by_name(assembly: Assembly, tmp_path: Path):
    [released] = assembly.take_in(1)
    assembly.release()
    [row], rejects = assembly.rows, tmp_path / "rejects.csv"
    assert take_in(assembly.session, write_file(tmp_path / "same.csv", row), at=now()) == (0, 0, 0)
    changed = write_file(tmp_path / "changed.csv", {**row, "leader_role": "Burgomaster"})
    assert take_in(assembly.session, changed, at=now(), rejects=rejects) == (0, 0, 1)
    leader, government = assembly.pledge(released).current.leader_name, assembly.pledge(released).current.government_name
    assert read_file(rejects)[0]["reason"] == f"{leader}, {government}: released, so a file cannot change it."


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


def test_an_addendum_on_schedule_is_taken_off_it_by_a_newer_rev_that_comes_before(assembly: Assembly):
    assembly.take_in(1)
    assembly.release()
    assembly.take_in(1)
    first, later = assembly.build(EditionKind.ADD), timedelta(hours=2)
    assembly.let_go(first, after=later)
    newer = assembly.build()
    assert [edition.number for edition in assembly.let_go(newer, after=timedelta(hours=1)).unscheduled] == [first]
    at = now() + timedelta(days=1)
    assert current_editions(assembly.session, at) == [newer]
    with pytest.raises(CannotRelease, match="no longer the last Rev"):
        assembly.let_go(first, after=later)
    assembly.let_go(first, after=timedelta(minutes=30))  # its Rev is still the last one then
    assert current_editions(assembly.session, now() + timedelta(minutes=40)) == [1, first]


def test_editions_of_one_kind_are_released_in_the_order_in_which_they_were_built(assembly: Assembly):
    assembly.take_in(1)
    assembly.release(after=timedelta(hours=2))
    newer = assembly.build()
    with pytest.raises(CannotRelease, match="wrong order"):
        assembly.let_go(newer)
    assembly.let_go(newer, after=timedelta(hours=3))
    with pytest.raises(CannotRelease, match="wrong order"):
        assembly.let_go(1, after=timedelta(hours=4))


def test_who_builds_is_told_of_another_edition_with_the_same_label_and_of_what_is_public_at_once(assembly: Assembly):
    def told(**order: object) -> dict[str, object]:
        given = {"settings": settings(), "out": None, "keep": True, "at": now()}
        return compile_to(assembly.session, adapters(), Order(**order), **given)

    assembly.take_in(1)
    assert {"same label", "public"}.isdisjoint(told())
    assert told()["same label"] == "edition 1, not released either; whichever is released first keeps Rev.0"
    assembly.let_go(2)
    assert told(edition=2, language="fr")["public"] == "at once, with its edition; no second person released it"
    with pytest.raises(CannotRelease, match="released already"):
        assembly.let_go(2)


def test_a_withdrawal_takes_a_language_off_the_schedule_and_leaves_what_is_public(assembly: Assembly):
    [leaves] = assembly.take_in(1)
    number = assembly.release()
    order_build(assembly.session, adapters(), EditionKind.REV, ("fr",), edition=number, by=make_account(assembly.session), at=now())
    carry_out(assembly.session, adapters(), settings(), now)
    assembly.let_go(number, after=timedelta(hours=1))
    withdraw(assembly.session, assembly.pledge(leaves), at=now(), address=lambda endpoint, **values: endpoint)
    edition = assembly.session.get_one(Edition, number)
    assert [file.language for file in edition.files_public_at(now() + timedelta(days=1))] == ["en"]
