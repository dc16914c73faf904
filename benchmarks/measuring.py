"""What a benchmark is, and what it hands back."""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

MIB = 1024 * 1024
REQUESTS = 200
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Measure:
    """What one run took: `seconds` of the work itself, preparation left out, and named figures beside it (`pages`, `bytes`, …)."""

    seconds: float = 0.0
    figures: dict[str, float | str] = field(default_factory=dict)
    peak_mib: float | None = None
    """The most memory that the work has held, where it ran apart from its preparation."""

    @contextmanager
    def work(self) -> Iterator[None]:
        """Add the time that the block takes to `seconds`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


def peak_mib() -> float:
    """The most memory that this process, or one that it started and waited for, has held.

    Linux lets a new process inherit the peak of the one that starts it in getrusage; its own status does not.
    """
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * MAXRSS_UNIT
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) * 1024
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT
    return max(own, started) / MIB


def apart(work: Callable[[Path], Measure], folder: Path) -> Measure:
    """Do the work in a fresh process, so that neither the memory nor the caches of its preparation count."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(work, folder).result()


def cpu_of_requests(client: "FlaskClient", path: str) -> Measure:
    """CPU seconds of one request in this process, without a network: the mean of many after a few to warm up."""
    for _ in range(10):
        assert client.get(path).status_code == 200  # noqa: S101 (a page that fails is not measured)
    start = time.process_time()
    for _ in range(REQUESTS):
        client.get(path)
    seconds = (time.process_time() - start) / REQUESTS
    return Measure(seconds, {"CPU ms a request": round(seconds * 1000, 2)}, peak_mib())


def beside_bare(client: "FlaskClient", path: str, *, before: Callable[[], object] = lambda: None) -> Measure:
    """CPU seconds of one request in this process, without a network, and of a bare Flask page in between, both the mean of many.

    What is done `before` each request is not counted.
    """
    from flask import Flask

    app = Flask("bare")
    app.add_url_rule("/pledges", view_func=lambda: "hello")
    bare, taken = app.test_client(), {"page": 0.0, "bare": 0.0}
    for turn in range(REQUESTS + 20):
        if turn == 20:  # warm
            taken = dict.fromkeys(taken, 0.0)
        before()
        for name, reader, address in (("page", client, path), ("bare", bare, "/pledges")):
            start = time.process_time()
            answer = reader.get(address)
            taken[name] += time.process_time() - start
            assert answer.status_code == 200, answer.status  # noqa: S101 (a page that fails is not measured)
    page, floor = taken["page"] / REQUESTS, taken["bare"] / REQUESTS
    figures = {"CPU ms": round(page * 1000, 2), "bare ms": round(floor * 1000, 2), "bare Flask pages": round(page / floor, 1)}
    return Measure(page, dict(figures), peak_mib())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One row of the table, run in a process of its own.

    Rows of one `group` do the same work; those that are not `ours` are peers, and `lacks` says what a peer does wrong or not at
    all. `run` gets an empty folder for its files.
    `promise_seconds` and `promise_mib` (peak memory of the process) are limits that the project has promised: breaking
    one fails `make bench`. `repeat` runs it that many times, and the fastest counts.
    """

    name: str
    group: str
    run: Callable[[Path], Measure]
    ours: bool = True
    lacks: str = ""
    promise_seconds: float | None = None
    promise_mib: float | None = None
    repeat: int = 1
