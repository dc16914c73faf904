"""The figures of the benchmarks: as text, as `benchmarks/results.json`, and as the table of docs/benchmarks.md."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from benchmarks.measuring import MIB, Bench

RESULTS = Path(__file__).resolve().parent / "results.json"
PAGE = RESULTS.parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- written by `make bench` from benchmarks/results.json -->\n", "<!-- end of what is written -->\n"
HEAD = ("benchmark", "seconds", "times", "peak MiB", "promise", "figures")


@dataclass(frozen=True, slots=True)
class Row:
    """What one benchmark came to; `peak_mib` is the peak memory of the process that did the work."""

    group: str
    name: str
    ours: bool
    lacks: str = ""
    """What a peer does wrong or not at all."""
    seconds: float | None = None
    peak_mib: float | None = None
    figures: dict[str, float | str] = field(default_factory=dict)
    promise: str = ""
    kept: bool | None = None
    """Whether the promise was kept; None where none was given."""
    problem: str = ""
    measured_at: str = ""
    machine: str = ""


def machine() -> str:
    """What the figures are measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory} MiB, Python {platform.python_version()}"


def now() -> str:
    """The moment of measuring."""
    return datetime.now(UTC).isoformat(timespec="minutes")


def promise_of(bench: Bench) -> str:
    """The limits of a benchmark in words; empty without."""
    limits = ((bench.promise_seconds, "s"), (bench.promise_mib, "MiB"))
    return ", ".join(f"{limit:g} {unit}" for limit, unit in limits if limit is not None)


def cells(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The lines of the table; `times` compares with the first of ours in the group."""
    bases: dict[str, float] = {}
    for row in rows:
        if row.ours and row.seconds:
            bases.setdefault(row.group, row.seconds)
    return [
        (
            row.name if row.ours else f"{row.name} (peer)",
            row.problem or _seconds(row.seconds),
            f"{row.seconds / bases[row.group]:.2f}" if row.group in bases and row.seconds is not None else "",
            "" if row.peak_mib is None else f"{row.peak_mib:.0f}",
            {None: "", True: f"{row.promise}: kept", False: f"{row.promise}: BROKEN"}[row.kept],
            ", ".join(f"{name} {value}" for name, value in row.figures.items()),
        )
        for row in rows
    ]


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.1f}"


def _lacking(rows: Sequence[Row]) -> dict[str, str]:
    """What each peer lacks, said once."""
    return {row.lacks: row.name.split(",")[0] for row in rows if row.lacks}


def plain(rows: Sequence[Row]) -> str:
    """The table for a terminal, a blank line between groups, and below it what each peer lacks."""
    lines = [HEAD, *cells(rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = "<>>><<"
    head, *shown = ["  ".join(map("{:{}{}}".format, line, sides, widths)).rstrip() for line in lines]
    by_group = groupby(zip(rows, shown, strict=True), lambda pair: pair[0].group)
    groups = ["\n".join(line for _, line in pairs) for _, pairs in by_group]
    return "\n\n".join([head, *groups, *(f"{name}: {lacks}." for lacks, name in _lacking(rows).items())])


def markdown(rows: Sequence[Row]) -> str:
    """The table and what the peers lack, as they stand in docs/benchmarks.md."""
    lines = [HEAD, ("---", "---:", "---:", "---:", "---", "---"), *cells(rows)]
    measured = sorted({f"{row.measured_at[:10]} on {row.machine}" for row in rows})
    parts = ["\n".join(f"| {' | '.join(line)} |" for line in lines), *(f"*{name}*: {lacks}." for lacks, name in _lacking(rows).items())]
    return "\n\n".join([*parts, f"Measured {'; '.join(measured)}."]) + "\n"


def results() -> list[Row]:
    """The rows that were written last."""
    return [Row(**row) for row in json.loads(RESULTS.read_text(encoding="utf-8"))["rows"]] if RESULTS.exists() else []


def write(measured: Sequence[Row], order: Sequence[str]) -> None:
    """Write the results in the order of these names, and the page's table; rows that were not run this time keep their last figures."""
    known = {row.name: row for row in [*results(), *measured]}
    rows = [known[name] for name in order if name in known]
    RESULTS.write_text(json.dumps({"rows": [asdict(row) for row in rows]}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{markdown(rows)}{END}{rest.partition(END)[2]}", encoding="utf-8")
