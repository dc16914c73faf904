"""How long a declaration takes, beside ReportLab's own shaped paragraphs and beside typst on the same texts."""

import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.content import content_of, names_read_back
from benchmarks.instance import empty, opened, take_in
from benchmarks.measuring import Bench, Measure, apart, peak_mib
from benchmarks.peers import KEPT, LACKS_REPORTLAB, LACKS_TYPST, MADE, fonts_by_language, reportlab, typst, write_for_typst
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order, Setting, compile_declaration
from pledges.typesetting.fonts import prepare


def _prepared(folder: Path, count: int) -> list[str]:
    """A register in the folder, what it says as the peers take it, and the names of its leaders."""
    prepare()
    with empty(folder) as (_, session):
        take_in(session, folder, count)
        setting = Setting(settings().base_url, settings().closing_at, development_seal=True)
        content = content_of(compile_declaration(session, Order(), setting, at=datetime.now(UTC)).declaration)
    write_for_typst(content, folder)
    (folder / KEPT).write_bytes(pickle.dumps((content, fonts_by_language([*content.words, *content.signatures]))))
    return content.names


def ours(folder: Path) -> Measure:
    """`pledges compile`: from the register to a sealed, tagged file with its data, fonts prepared before."""
    measure = Measure()
    with opened(folder) as (_, session):
        with measure.work():
            lines = compile_to(session, adapters(), Order(), settings=settings(), out=folder / MADE, keep=True, at=datetime.now(UTC))
        measure.figures = {"pages": int(str(lines["pages"]))}
    measure.peak_mib = peak_mib()
    return measure


def run(folder: Path, *, count: int, make: Callable[[Path], Measure]) -> Measure:
    """Prepare, make the file in a process that has done nothing before, and read it back."""
    names = _prepared(folder, count)
    measure = apart(make, folder)
    made = folder / MADE
    measure.figures |= {"MB": round(made.stat().st_size / 1e6, 2), "names found": names_read_back(made, names)}
    return measure


def _benches(count: int, promise: float | None) -> tuple[Bench, ...]:
    group = f"compile of {count:,} pledges"
    by = partial(partial, run, count=count)
    return (
        Bench(name=group, group=group, run=by(make=ours), promise_seconds=promise),
        Bench(name=f"typst, {count:,} pledges", group=group, run=by(make=typst), ours=False, lacks=LACKS_TYPST),
        Bench(name=f"ReportLab shaped, {count:,} pledges", group=group, run=by(make=reportlab), ours=False, lacks=LACKS_REPORTLAB),
    )


BENCHES = (*_benches(300, 10), *_benches(10_000, None))
