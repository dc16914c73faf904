"""How long a declaration takes, beside ReportLab's own shaped paragraphs and beside typst on the same pledges."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.instance import empty, take_in
from benchmarks.measuring import Bench, Measure
from benchmarks.peers import WRONG_WITH_REPORTLAB, WRONG_WITH_TYPST, with_reportlab, with_typst
from pledges.domain.declaration import Entry
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import Order, Setting, compile_declaration, compile_to
from pledges.typesetting.fonts import prepare


def ours(folder: Path, *, count: int) -> Measure:
    """`pledges compile`: from the register to a sealed, tagged file with its data, fonts prepared before."""
    measure = Measure()
    prepare()
    with empty(folder) as (_, session):
        take_in(session, folder, count)
        with measure.work():
            lines = compile_to(session, adapters(), Order(), settings=settings(), out=None, keep=True, at=datetime.now(UTC), progress=None)
        size = next((folder / "archive" / "editions").glob("*.pdf")).stat().st_size
        measure.figures = {"pledges": int(str(lines["pledges"])), "pages": int(str(lines["pages"])), "bytes": size}
    return measure


def peer(folder: Path, *, count: int, name: str) -> Measure:
    """The same pledges through a peer; the register is read outside the clock, in the peer's favour."""
    measure, file = Measure(), folder / "peer.pdf"
    prepare()
    with empty(folder) as (_, session):
        take_in(session, folder, count)
        setting = Setting(settings().base_url, settings().closing_at, development_seal=True)
        entries = compile_declaration(session, Order(), setting, at=datetime.now(UTC)).declaration.entries
    with measure.work():
        figures = _with_typst(entries, folder, file) if name == "typst" else _with_reportlab(entries, file)
    measure.figures = {"pledges": len(entries), "bytes": file.stat().st_size, **figures}
    return measure


def _with_typst(entries: tuple[Entry, ...], folder: Path, file: Path) -> dict[str, float | str]:
    with_typst(entries, folder, file)
    return {"lacks": WRONG_WITH_TYPST}


def _with_reportlab(entries: tuple[Entry, ...], file: Path) -> dict[str, float | str]:
    return {"texts not drawn": with_reportlab(entries, file), "lacks": WRONG_WITH_REPORTLAB}


def _benches(count: int, promise: float | None) -> tuple[Bench, ...]:
    group = f"compile of {count:,} pledges"
    return (
        Bench(name=group, group=group, run=partial(ours, count=count), promise_seconds=promise),
        Bench(name=f"typst, {count:,} pledges", group=group, run=partial(peer, count=count, name="typst"), ours=False),
        Bench(name=f"ReportLab shaped, {count:,} pledges", group=group, run=partial(peer, count=count, name="reportlab"), ours=False),
    )


BENCHES = (*_benches(300, 10), *_benches(10_000, None))
