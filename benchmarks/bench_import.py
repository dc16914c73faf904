"""How long a file of pledges takes to come in, and that a larger file needs no more memory."""

from functools import partial
from pathlib import Path

from benchmarks.instance import empty, take_in
from benchmarks.measuring import Bench, Measure
from benchmarks.pledges_file import write_pledges


def run(folder: Path, *, count: int) -> Measure:
    """Import and accept `count` pledges into an empty register."""
    measure = Measure()
    write_pledges(folder / "pledges.csv", count)
    with empty(folder) as (_, session):
        with measure.work():
            outcome = take_in(session, folder, count)
        measure.figures = {"imported": outcome.imported, "rejected": outcome.rejected}
    return measure


BENCHES = (
    Bench(name="import of 2,000 pledges", group="import", run=partial(run, count=2_000), promise_seconds=20, promise_mib=300),
    Bench(name="import of 20,000 pledges", group="import of a large file", run=partial(run, count=20_000), promise_mib=300),
)
