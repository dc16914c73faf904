"""How long a file of pledges takes to come in, and that a larger file needs no more memory."""

from functools import partial
from pathlib import Path

from benchmarks.instance import empty, opened, take_in
from benchmarks.measuring import Bench, Measure, apart, peak_mib
from benchmarks.pledges_file import write_pledges


def _prepared(folder: Path, count: int) -> None:
    write_pledges(folder / "pledges.csv", count)
    with empty(folder):
        pass


def imported(folder: Path) -> Measure:
    """Import and accept the file into an empty register."""
    measure = Measure()
    with opened(folder) as (_, session):
        with measure.work():
            outcome = take_in(session, folder)
        measure.figures = {"imported": outcome.imported, "rejected": outcome.rejected}
    measure.peak_mib = peak_mib()
    return measure


def run(folder: Path, *, count: int) -> Measure:
    """The work in a process that has done nothing before."""
    _prepared(folder, count)
    return apart(imported, folder)


BENCHES = (
    Bench(name="import of 2,000 pledges", group="import", run=partial(run, count=2_000), promise_seconds=20, promise_mib=286),
    Bench(name="import of 20,000 pledges", group="import of a large file", run=partial(run, count=20_000), promise_mib=286),
)
