"""What each page of the officers' queue takes beside a bare Flask page, with a thousand pledges, in the process and through the server."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

import config
from benchmarks.instance import empty
from benchmarks.measuring import Bench, Measure, apart, beside_bare
from benchmarks.pledges_file import write_pledges
from benchmarks.served import waited_for
from pledges.app import create_app
from pledges.domain.lifecycle import Move
from pledges.models import Account, Pledge
from pledges.models.base import prepare_sqlite
from pledges.secretariat.actions.claims import take
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from pledges.secretariat.actions.imports import import_file
from tests.accounts.officers import make_officer, sign_in

COUNT = 1_000
NARROWED = "/secretariat/?region=Asia&theme=digital"


def _signed_in(folder: Path) -> tuple[Flask, FlaskClient]:
    """The application as a server has it, without a context of its own around the requests, and a moderator's browser."""
    app = create_app(config.testing(f"sqlite:///{folder / 'pledges.db'}", folder))
    client = app.test_client()
    sign_in(client, make_officer(app))
    return app, client


def _page(folder: Path, *, address: str) -> Measure:
    _app, client = _signed_in(folder)
    return beside_bare(client, address)


def _last_page(folder: Path) -> Measure:
    _app, client = _signed_in(folder)
    return beside_bare(client, _last_address(client))


def _last_address(client: FlaskClient) -> str:
    address = "/secretariat/"
    while further := re.search(r'rel="next" href="([^"]+)"', client.get(address).text):
        address = unescape(further[1])
    return address


def _after_an_act(folder: Path) -> Measure:
    """Each page is the first after a colleague took a pledge of that page or decided on it, as another process does."""
    _app, client = _signed_in(folder)
    acts = _acts(folder)
    return beside_bare(client, "/secretariat/", before=lambda: next(acts))


def _acts(folder: Path) -> Iterator[None]:
    engine = create_engine(f"sqlite:///{folder / 'pledges.db'}")
    prepare_sqlite(engine)
    with Session(engine) as session:
        colleague = session.scalars(select(Account)).first() or Account()
        for pledge in session.scalars(select(Pledge).order_by(Pledge.id).limit(COUNT)).all():
            now = datetime.now(UTC)
            take(session, pledge, by=colleague, at=now)
            yield
            seen, why = version_of(pledge.current), Grounds()
            decide(session, pledge, Move.ACCEPT, by=colleague, at=now, seen_version=seen, grounds=why, tell=False, address=str)
            yield


def _waited_for(folder: Path, *, address: str) -> Measure:
    _app, client = _signed_in(folder)
    return waited_for(folder, client, address or _last_address(client))


def _waited_for_after_an_act(folder: Path) -> Measure:
    _app, client = _signed_in(folder)
    acts = _acts(folder)
    return waited_for(folder, client, "/secretariat/", before=lambda: next(acts))


def run(folder: Path, *, work: Callable[[Path], Measure], accept: bool = False) -> Measure:
    """That page for a moderator who has signed in, in a process that has done nothing before."""
    with empty(folder) as (_, session):
        write_pledges(folder / "pledges.csv", COUNT)
        import_file(session, folder / "pledges.csv", accept=accept, email=None, rejects=None, at=datetime.now(UTC))
    return apart(work, folder)


def _bench(name: str, work: Callable[[Path], Measure], *, accept: bool = False) -> Bench:
    return Bench(name=f"queue, 1,000 pledges, {name}", group="queue", run=partial(run, work=work, accept=accept))


BENCHES = (
    _bench("first page", partial(_page, address="/secretariat/")),
    _bench("narrowed by region and theme", partial(_page, address=NARROWED)),
    _bench("last page", _last_page),
    _bench("all accepted", partial(_page, address="/secretariat/?pile=accepted"), accept=True),
    _bench("nothing there", partial(_page, address="/secretariat/?pile=returned")),
    _bench("after each act of a colleague", _after_an_act),
    _bench("first page, waited for through the server", partial(_waited_for, address="/secretariat/")),
    _bench("narrowed, waited for through the server", partial(_waited_for, address=NARROWED)),
    _bench("last page, waited for through the server", partial(_waited_for, address="")),
    _bench("after each act, waited for through the server", _waited_for_after_an_act),
)
