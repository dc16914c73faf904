"""What the register's first page costs beside a bare Flask page, and that it costs no more when the register is larger."""

import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.instance import empty, take_in
from benchmarks.measuring import Bench, Measure
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import Order, compile_to, release_edition

REQUESTS = 200


def _seconds_a_request(client: FlaskClient, path: str, measure: Measure) -> None:
    """CPU seconds of one request in this process, without a network: the mean of many after a few to warm up."""
    for _ in range(10):
        assert client.get(path).status_code == 200  # noqa: S101 (a page that fails is not measured)
    start = time.process_time()
    for _ in range(REQUESTS):
        client.get(path)
    measure.seconds = (time.process_time() - start) / REQUESTS
    measure.figures = {"CPU ms a request": round(measure.seconds * 1000, 3)}


def register(folder: Path, *, count: int) -> Measure:
    """`/pledges`, fifty rows, of a register of `count` released pledges."""
    measure = Measure()
    with empty(folder) as (app, session):
        take_in(session, folder, count)
        at = datetime.now(UTC)
        compile_to(session, adapters(), Order(), settings=settings(), out=None, keep=True, at=at, progress=None)
        release_edition(session, 1, at=at, released_at=at, by="the benchmark", break_glass=True)
        session.close()
        _seconds_a_request(app.test_client(), "/pledges", measure)
    return measure


def bare(_folder: Path) -> Measure:
    """A Flask page that says hello: the floor."""
    app, measure = Flask("bare"), Measure()
    app.add_url_rule("/pledges", view_func=lambda: "hello")
    _seconds_a_request(app.test_client(), "/pledges", measure)
    return measure


BENCHES = (
    Bench(name="register page, 300 pledges", group="register page", run=partial(register, count=300)),
    Bench(name="register page, 10,000 pledges", group="register page", run=partial(register, count=10_000)),
    Bench(name="bare Flask page", group="register page", run=bare, ours=False),
)
