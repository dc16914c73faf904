"""What the register's first page costs beside a bare Flask page, and that it costs no more when the register is larger."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.instance import empty, opened, take_in
from benchmarks.measuring import Bench, Measure, apart, cpu_of_requests
from benchmarks.peers import LACKS_BARE, bare
from pledges.extensions import adapters, address, settings
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order
from pledges.secretariat.actions.releasing import release_edition


def register(folder: Path) -> Measure:
    """`/pledges`, the first fifty rows."""
    with opened(folder) as (app, _):
        return cpu_of_requests(app.test_client(), "/pledges")


def _prepared(folder: Path, count: int) -> None:
    with empty(folder) as (_, session):
        take_in(session, folder, count)
        at = datetime.now(UTC)
        compile_to(session, adapters(), Order(), settings=settings(), out=None, keep=True, at=at)
        release_edition(session, 1, at=at, released_at=at, by="the benchmark", address=address)


def run(folder: Path, *, count: int) -> Measure:
    """The page of a register of `count` released pledges, in a process that has done nothing before."""
    _prepared(folder, count)
    return apart(register, folder)


BENCHES = (
    Bench(name="register page, 300 pledges", group="register page", run=partial(run, count=300)),
    Bench(name="register page, 10,000 pledges", group="register page", run=partial(run, count=10_000)),
    Bench(name="bare Flask page", group="register page", run=partial(apart, bare), ours=False, lacks=LACKS_BARE),
)
