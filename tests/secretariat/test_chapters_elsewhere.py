"""Chapters over rows of a real PostgreSQL: whoever sets them, and whatever becomes of him, the bytes are the same."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

import config
from pledges.app import create_app
from pledges.domain.declaration import Declaration
from pledges.extensions import adapters, db, settings
from pledges.models import ChapterWork
from pledges.secretariat.actions import editions
from pledges.secretariat.actions.chapters import LEASE, offered, remove_abandoned, set_waiting
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order
from pledges.typesetting import plan
from pledges.typesetting.declaration import Workshop
from pledges.typesetting.plan import in_reading_order, signature_tasks, words_tasks
from pledges.typesetting.task_text import task_of, task_text
from tests.assembly import Assembly
from tests.typesetting.test_chapters import register

ROOT = Path(__file__).resolve().parents[2]
ON_POSTGRESQL = pytest.mark.parametrize(
    "engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True, scope="session"
)
ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
PLEDGES = 40


@pytest.fixture
def register_of_40(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Assembly]:
    """The application with its queue, as it is served, with a register that makes many small chapters and is worth sharing."""
    for name, most in (("_WORDS", 6), ("_SIGNATURES", 3), ("_REGION", 3)):
        monkeypatch.setattr(plan, name, most)
    monkeypatch.setattr(editions, "_WORTH_PROCESSES", PLEDGES)
    app = create_app(config.testing(database_url, tmp_path / "instance", testing=False))
    with app.app_context():
        assembly = Assembly(app, tmp_path)
        assembly.take_in(PLEDGES)
        yield assembly
        db.session.remove()
        db.engine.dispose()
    app.extensions["pledges.queue"].storage.close()


@pytest.fixture
def alone(register_of_40: Assembly, monkeypatch: pytest.MonkeyPatch) -> str:
    """The content hash of a build that offers nothing to others."""
    with monkeypatch.context() as patched:
        patched.setattr(editions, "_WORTH_PROCESSES", PLEDGES + 1)
        return built(register_of_40.app, folder="alone")


def built(app: Flask, *, folder: str = "shared", progress: Callable[[str, int, int], None] | None = None) -> str:
    given = settings()
    order, now = Order(), datetime.now(UTC)
    apart = replace(given, instance=given.instance / folder)  # no chapter of another build
    lines = compile_to(db.session(), adapters(), order, settings=apart, out=None, keep=False, at=now, progress=progress)
    return str(lines["content sha256"])


@contextmanager
def worker(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    given = settings()
    environment = {
        **os.environ, "PLEDGES_MODE": "development", "PLEDGES_INSTANCE": str(given.instance), "PLEDGES_DATABASE_URL": given.database_url,
    }  # fmt: skip
    process = subprocess.Popen([Path(sys.executable).with_name("pledges"), "worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


class OnceSigned:
    """A progress that acts once, when the first chapter of signatures is set and the others are on offer."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act, self.acted = act, False

    def __call__(self, part: str, _done: int, _total: int) -> None:
        if part == "signatures" and not self.acted:
            self.acted = True
            self.act()


def on_offer() -> list[ChapterWork]:
    db.session.rollback()  # others write meanwhile
    return list(db.session.scalars(select(ChapterWork).execution_options(populate_existing=True)))


def wait_until(reached: Callable[[], bool], *processes: subprocess.Popen[bytes]) -> None:
    while not reached():
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                pytest.fail(f"the worker ended: {process.wait(timeout=0.05)}")


@ON_POSTGRESQL
def test_two_workers_and_the_build_give_the_bytes_of_a_build_alone(register_of_40: Assembly, alone: str) -> None:
    app, setters = register_of_40.app, set[str]()
    with ExitStack() as stack:
        both = [stack.enter_context(worker(app)) for _ in range(2)]

        def all_set_by_others() -> None:
            """Those that wait are held back until each worker has had one; then the workers finish the rest."""
            wait_until(lambda: all(row.result for row in on_offer()), *both)
            rows = on_offer()
            setters.update(row.set_by for row in rows)
            while len(setters) < 2:  # one was quicker: what it set is offered again until the other has set some
                again = update(ChapterWork).where(ChapterWork.id == rows[0].id).values(result=None, leased_until=None, tries=0)
                db.session.execute(again)
                db.session.commit()
                app.extensions["pledges.bells"][ChapterWork]()
                wait_until(lambda: all(row.result for row in on_offer()), *both)
                setters.update(row.set_by for row in on_offer())

        assert built(app, progress=OnceSigned(all_set_by_others)) == alone
    assert {int(by.split()[-1]) for by in setters} == {process.pid for process in both}
    assert on_offer() == []


@ON_POSTGRESQL
def test_a_worker_that_is_killed_while_it_holds_a_chapter_changes_no_byte(register_of_40: Assembly, alone: str) -> None:
    app, held = register_of_40.app, list[str]()
    with worker(app) as process:

        def kill_one() -> None:
            wait_until(lambda: any(row.set_by for row in on_offer()), process)
            process.kill()
            process.wait(timeout=60)
            rows = on_offer()
            killed = next(row for row in rows if row.set_by)
            # Where it was quicker than we are, the row is put back to what it is between claim and result.
            db.session.execute(update(ChapterWork).values(result=None, leased_until=datetime.now(UTC) + LEASE, set_by=killed.set_by))
            db.session.commit()
            held.extend(row.set_by for row in on_offer())

        assert built(app, progress=OnceSigned(kill_one)) == alone
    assert {int(by.split()[-1]) for by in held} == {process.pid}
    assert on_offer() == []


@ON_POSTGRESQL
def test_a_lease_that_ran_out_is_taken_by_another_and_three_times_at_most(register_of_40: Assembly) -> None:
    at = datetime.now(UTC)
    with offer_of(register(9), at):
        number = len(on_offer())
        assert number > 1
        db.session.execute(update(ChapterWork).values(leased_until=at + LEASE, tries=2))
        db.session.commit()
        assert set_waiting(db.session(), lambda: at, by="second") == 0
        assert set_waiting(db.session(), lambda: at + LEASE + timedelta(seconds=1), by="second") == number
        db.session.execute(update(ChapterWork).values(result=None, leased_until=None))
        db.session.commit()
        assert set_waiting(db.session(), lambda: at, by="third") == 0


@ON_POSTGRESQL
def test_a_worker_that_would_set_something_else_takes_nothing(register_of_40: Assembly) -> None:
    at = datetime.now(UTC)
    with offer_of(register(9), at):
        db.session.execute(update(ChapterWork).values(renderer=sha256(b"another font").hexdigest()))
        db.session.commit()
        assert set_waiting(db.session(), lambda: at, by="other") == 0
        assert {(row.set_by, row.tries) for row in on_offer()} == {("", 0)}  # nothing was touched, and there is something


@ON_POSTGRESQL
def test_a_task_that_is_not_the_one_of_its_key_gets_no_result(register_of_40: Assembly) -> None:
    at = datetime.now(UTC)
    with offer_of(register(9), at):
        db.session.execute(update(ChapterWork).values(key="0" * 64))
        db.session.commit()
        assert set_waiting(db.session(), lambda: at, by="other") == 0
        assert {row.result for row in on_offer()} == {None}


@ON_POSTGRESQL
@pytest.mark.parametrize("kind", ["cut", "code", "another chapter"])
def test_a_result_that_is_damaged_or_foreign_is_set_anew(register_of_40: Assembly, alone: str, kind: str, tmp_path: Path) -> None:
    touched = tmp_path / "touched"

    def spoil() -> None:
        assert set_waiting(db.session(), lambda: datetime.now(UTC), by="here") > 1
        results = {row.id: row.result or b"" for row in on_offer()}
        program = f"cposix\nsystem\n(S'touch {touched}'\ntR.".encode()
        foreign = {"cut": b"\0" * 40, "code": sha256(program).digest() + program, "another chapter": next(iter(results.values()))}
        db.session.execute(update(ChapterWork).values(result=foreign[kind]))
        db.session.commit()

    assert built(register_of_40.app, progress=OnceSigned(spoil)) == alone
    assert not touched.exists()


@ON_POSTGRESQL
def test_what_a_build_that_died_had_on_offer_is_swept_away(register_of_40: Assembly) -> None:
    at = datetime.now(UTC)
    with offer_of(register(9), at):
        remove_abandoned(db.session(), at + timedelta(hours=1))
        assert len(on_offer()) > 1
        remove_abandoned(db.session(), at + timedelta(days=1))
        assert on_offer() == []


@ON_POSTGRESQL
def test_a_database_that_fails_while_chapters_are_on_offer_stops_no_build(
    register_of_40: Assembly, alone: str, caplog: pytest.LogCaptureFixture
) -> None:
    def cut_off() -> None:
        own = db.session.scalar(select(func.pg_backend_pid()))
        with db.engine.connect() as another:
            another.execute(select(func.pg_terminate_backend(own)))

    assert built(register_of_40.app, progress=OnceSigned(cut_off)) == alone
    assert "all are set here" in caplog.text
    assert on_offer() == []  # what it had on offer was taken back once the database answered again


@ON_POSTGRESQL
def test_a_build_that_fails_leaves_no_rows(register_of_40: Assembly) -> None:
    def fail() -> None:
        assert db.session.scalar(select(func.count(ChapterWork.id))) > 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        built(register_of_40.app, progress=OnceSigned(fail))
    assert on_offer() == []


@ON_SQLITE
def test_on_sqlite_nothing_is_offered(register_of_40: Assembly, alone: str) -> None:
    seen = list[int]()
    assert built(register_of_40.app, progress=OnceSigned(lambda: seen.append(len(on_offer())))) == alone
    assert seen == [0]


def test_a_task_is_the_same_after_its_way_as_text() -> None:
    value = register(6)
    signatories = in_reading_order(value)
    tasks = [*words_tasks(value, signatories, None), *signature_tasks(value, signatories)]
    assert [task_of(task_text(task)) for task in tasks] == tasks
    assert [repr(task_of(task_text(task))) for task in tasks] == [repr(task) for task in tasks]


@contextmanager
def offer_of(value: Declaration, at: datetime) -> Iterator[None]:
    """While it lasts, the signatures of a declaration are on offer and none has had its turn."""
    with offered(db.session(), at=at) as offer, Workshop() as shop:
        assert offer is not None
        tasks = offer(signature_tasks(value, in_reading_order(value)), shop.own)
        next(tasks)
        yield
        tasks.close()
