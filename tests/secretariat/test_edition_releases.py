"""Releases of editions: what stops one, when it is public, what becomes of what is on the schedule."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, address, settings
from pledges.leader.actions.withdrawal import withdraw
from pledges.models import Edition, LogDetail, LogEntry
from pledges.models.visibility import current_editions, last_rev, released_edition
from pledges.secretariat.actions.builds import carry_out, order_build
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import CannotBuild, Order
from pledges.secretariat.actions.releasing import CannotRelease, release_edition
from tests.assembly import Assembly, now
from tests.secretariat.files import read_file, take_in, write_file
from tests.secretariat.signed import make_account

pytestmark = pytest.mark.usefixtures("within")


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
    again, then = now() + timedelta(minutes=1), now() + timedelta(hours=1)
    with pytest.raises(CannotRelease, match="released already"):
        release_edition(assembly.session, number, at=again, released_at=then, by="the tests", address=address)
    with pytest.raises(CannotRelease, match="no edition 9"):
        release_edition(assembly.session, 9, at=now(), released_at=now(), by="the tests", address=address)


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
