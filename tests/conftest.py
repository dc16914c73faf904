"""What every test may ask for: databases on both engines, the application, a browser, a mail server, the acceptance data."""

import gc
import os
import shutil
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.databases import (
    ENGINES,
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    connect,
    folder_modes,
    restore_modes,
    shared_folder,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from jinja2 import BytecodeCache
    from playwright.sync_api import Browser, Page

    from tests.assembly import Assembly

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"

# The same examples on every run, however slow the machine: what fails here fails there.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


# ---------------------------------------------------------------- one run, several processes


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(10_000, 20, 20)  # of Python's 700, 10, 10: looking for cycles took a fifth of the tests' processor time
    if not hasattr(config, "workerinput"):  # the process that starts the others, or the only one
        run = os.environ["PLEDGES_TEST_RUN"] = uuid.uuid4().hex[:8]
        modes = folder_modes()
        config.add_cleanup(lambda: (shutil.rmtree(shared_folder(run), ignore_errors=True), restore_modes(modes)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: what drives the browser leaves an event loop running in its process, which other tests need not meet."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches the database runs on both engines; a browser's journey on SQLite, unless it names its engines itself.

    A test that comes through the web meets PostgreSQL with every change where the engines might answer differently
    (`pytestmark = pytest.mark.both_engines`: searches, locks, two at once, what is counted), and everywhere in `make campaign`.
    """
    definition, named = metafunc.definition, metafunc.definition.iter_markers("parametrize")
    if "engine_name" not in metafunc.fixturenames or any("engine_name" in mark.args[0] for mark in named):
        return
    engines = ENGINES[:1] if definition.get_closest_marker("browser") else ENGINES
    by_web = "app" in metafunc.fixturenames and not definition.get_closest_marker("both_engines")
    marks = MARKS | ({"postgresql": (pytest.mark.postgresql, pytest.mark.campaign)} if by_web else {})
    metafunc.parametrize("engine_name", [pytest.param(name, marks=marks[name]) for name in engines], scope="session", indirect=True)


MARKS = {"sqlite": (), "postgresql": (pytest.mark.postgresql,)}


# ---------------------------------------------------------------- data


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The acceptance data that stand beside the project; `load-governments` and `import` are judged by them."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the acceptance data are not at {SHARED_DATA}")
    return SHARED_DATA


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: each test that uses a database runs once with each."""
    return str(request.param)


@pytest.fixture(scope="session")
def open_databases() -> Iterator[Callable[[str], Databases]]:
    """Opens an engine's databases when the first test needs them."""
    shared = shared_folder(os.environ["PLEDGES_TEST_RUN"])
    opened: dict[str, Databases] = {}

    def open_one(name: str) -> Databases:
        if name not in opened:
            worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
            opened[name] = SqliteDatabases(shared, worker) if name == "sqlite" else PostgresDatabases(shared, worker)
        return opened[name]

    yield open_one
    for one in opened.values():
        one.close()


@pytest.fixture(scope="session")
def databases(engine_name: str, open_databases: Callable[[str], Databases]) -> Databases:
    """Makes databases of the engine that the test runs on."""
    return open_databases(engine_name)


@pytest.fixture(scope="session")
def shared_engine(databases: Databases) -> Iterator[Engine]:
    """One database for all tests whose acts are undone (`session`)."""
    url = databases.fresh()
    engine = connect(url)
    yield engine
    engine.dispose()
    databases.drop(url)


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """A session on a database as the migrations make it. What the code under test commits is a savepoint, and undone after the test."""
    with shared_engine.connect() as connection, connection.begin() as outer:
        with Session(connection, join_transaction_mode="create_savepoint") as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The URL of a database of the test's own, as the migrations make it."""
    url = databases.fresh()
    yield url
    databases.drop(url)


@pytest.fixture
def fresh_database(database_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own, for what really commits: two at once, crashes, locks."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


# ---------------------------------------------------------------- the application


@pytest.fixture(scope="session")
def compiled_templates() -> "BytecodeCache":
    """What Jinja makes of the templates, once for all applications of a run."""
    from jinja2 import FileSystemBytecodeCache

    folder = shared_folder(os.environ["PLEDGES_TEST_RUN"]) / "templates"
    folder.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """The folder of an application's data. Its development seal is the run's, since keys are slow to make."""
    from pledges.adapters.authority import development_key

    key, _ = development_key(shared_folder(os.environ["PLEDGES_TEST_RUN"]), at=datetime.now(UTC))
    return Path(shutil.copytree(key.parent, tmp_path / "instance" / key.parent.name)).parent


@pytest.fixture
def app(database_url: str, instance: Path, compiled_templates: "BytecodeCache") -> Iterator["Flask"]:
    """The application on a database of its own, in development mode without rate limits; letters are files."""
    import config
    from pledges.app import create_app
    from pledges.extensions import db

    application = create_app(config.testing(database_url, instance))
    application.jinja_env.bytecode_cache = compiled_templates
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A visitor without JavaScript and without cookies."""
    return app.test_client()


@pytest.fixture
def assembly(app: "Flask", tmp_path: Path) -> "Assembly":
    """The example's pledges, as far as a test takes them in."""
    from tests.assembly import Assembly

    return Assembly(app, tmp_path)


@pytest.fixture
def released(assembly: "Assembly") -> list[str]:
    """The public ids of eight pledges in Rev.0."""
    with assembly.app.app_context():
        ids = assembly.take_in(8)
        assembly.release()
    return ids


@dataclass(frozen=True, slots=True)
class LiveServer:
    """The application behind a real server; `instance` holds its letters."""

    url: str
    app: "Flask"
    instance: Path


@pytest.fixture
def live_server(database_url: str, instance: Path, compiled_templates: "BytecodeCache") -> Iterator[LiveServer]:
    """The application behind waitress, on http://localhost: passkeys want that name, and letters link to it."""
    from waitress.server import create_server

    import config
    from pledges.app import create_app
    from pledges.extensions import db

    port = free_port()
    application = create_app(config.testing(database_url, instance, base_url=f"http://localhost:{port}"))
    application.jinja_env.bytecode_cache = compiled_templates
    server = create_server(application, host="127.0.0.1", port=port, threads=8)
    thread = threading.Thread(target=server.run, name="waitress")
    thread.start()
    yield LiveServer(url=f"http://localhost:{port}", app=application, instance=instance)
    server.trigger.pull_trigger(server.close)  # in the server's own thread: it may be about to listen to what is closed
    server.task_dispatcher.shutdown()
    thread.join(timeout=10)
    with application.app_context():
        db.engine.dispose()


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ---------------------------------------------------------------- a real browser


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, without any traffic of its own."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("no chromium: `make setup-test` installs it")
    quiet = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu", *quiet])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: "Browser", live_server: LiveServer) -> Iterator["Page"]:
    """A page of a new visitor; addresses may be given as paths. Whatever the console complains of fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="en-GB")
    opened, complaints = context.new_page(), []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    yield opened
    context.close()
    # An answer of 4xx is noted by the console too; whether it was right is for the test to say.
    assert [text for text in complaints if "the server responded with a status of" not in text] == []


# ---------------------------------------------------------------- a mail server


@dataclass(slots=True)
class MailServer:
    """A mail server that keeps what it is sent; `refuse` makes it answer every letter with that line."""

    url: str
    letters: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""

    async def handle_DATA(self, _server: object, _session: object, envelope: "object") -> str:  # noqa: N802 - the library's name
        if self.refuse:
            return self.refuse
        self.letters.append(BytesParser(EmailMessage, policy=modern).parsebytes(envelope.content))  # type: ignore[attr-defined]
        return "250 Kept"


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A real SMTP server on a free port, without TLS: give `smtp_server.url` as the mail URL."""
    from aiosmtpd.controller import Controller

    port = free_port()
    server = MailServer(url=f"smtp://127.0.0.1:{port}?tls=none")
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    yield server
    controller.stop()
