"""What a page of the officers' queue costs beside a bare Flask page, with a thousand pledges in review."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.instance import empty, opened
from benchmarks.measuring import Bench, Measure, apart, cpu_of_requests
from benchmarks.peers import LACKS_BARE, bare
from benchmarks.pledges_file import write_pledges
from pledges.secretariat.actions.imports import import_file
from tests.accounts.officers import make_officer, sign_in

COUNT = 1_000


def _page(folder: Path, *, address: str) -> Measure:
    with opened(folder) as (app, _):
        client = app.test_client()
        sign_in(client, make_officer(app))
        return cpu_of_requests(client, address)


def run(folder: Path, *, address: str) -> Measure:
    """That page for a moderator who has signed in, in a process that has done nothing before."""
    with empty(folder) as (_, session):
        write_pledges(folder / "pledges.csv", COUNT)
        import_file(session, folder / "pledges.csv", accept=False, email=None, rejects=None, at=datetime.now(UTC))
    return apart(partial(_page, address=address), folder)


BENCHES = (
    Bench(name="queue, 1,000 pledges, first page", group="queue", run=partial(run, address="/secretariat/")),
    Bench(name="queue, narrowed by region and theme", group="queue", run=partial(run, address="/secretariat/?region=Asia&theme=digital")),
    Bench(name="bare Flask page, beside the queue", group="queue", run=partial(apart, bare), ours=False, lacks=LACKS_BARE),
)
