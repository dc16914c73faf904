"""Runs the benchmarks by name, each in a process of its own, prints one table and writes benchmarks/results.json.

`python -m benchmarks` runs all of them, `python -m benchmarks import register` those whose name or group holds one of the
words, `--list` names them. A module benchmarks/bench_*.py holds a tuple BENCHES.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.measuring import Bench

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
MIB = 1024 * 1024
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Row:
    """What one benchmark came to; `peak_mib` is the peak memory of its process."""

    group: str
    name: str
    ours: bool
    seconds: float | None
    peak_mib: float | None
    figures: dict[str, float | str]
    kept: bool | None
    """Whether the promise was kept; None where none was given."""
    problem: str = ""


def modules() -> list[str]:
    """Modules that hold benchmarks."""
    return [f"benchmarks.{path.stem}" for path in sorted(HERE.glob("bench_*.py"))]


def all_benches() -> Iterator[tuple[str, Bench]]:
    """Every benchmark with the module that holds it."""
    for module in modules():
        yield from ((module, bench) for bench in import_module(module).BENCHES)


def wanted(words: list[str]) -> list[tuple[str, Bench]]:
    """Those whose name or group holds one of the words; all without words."""
    return [(module, bench) for module, bench in all_benches() if not words or any(word in f"{bench.group} {bench.name}" for word in words)]


def run_inside(module: str, name: str) -> None:
    """In the process of its own: run one benchmark and print what it took as JSON, last on standard output."""
    bench = next(bench for bench in import_module(module).BENCHES if bench.name == name)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        measure = bench.run(Path(folder))
    print(json.dumps({"seconds": measure.seconds, "figures": measure.figures, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """The most memory that this process, or one that it started, has held.

    Linux lets a new process inherit the peak of the one that starts it in getrusage; its own status does not.
    """
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * MAXRSS_UNIT
    status = Path("/proc/self/status")
    if status.exists():
        own = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) * 1024
    else:
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT
    return max(own, started) / MIB


def run_once(module: str, bench: Bench) -> Row:
    """Run a benchmark in a fresh process, and judge it by its promise."""
    command = [sys.executable, "-m", "benchmarks", "--inside", module, bench.name]
    process = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    row = Row(bench.group, bench.name, bench.ours, None, None, {}, kept=None)
    if process.returncode != 0:
        return replace(row, problem=f"ended with {process.returncode}")
    taken = json.loads(process.stdout.splitlines()[-1])
    return replace(row, **taken, kept=kept(bench, taken["seconds"], taken["peak_mib"]))


def kept(bench: Bench, seconds: float, peak_mib: float) -> bool | None:
    """Whether a run keeps what was promised; None where nothing was."""
    limits = [(seconds, bench.promise_seconds), (peak_mib, bench.promise_mib)]
    given = [(value, limit) for value, limit in limits if limit is not None]
    return all(value <= limit for value, limit in given) if given else None


def best(module: str, bench: Bench) -> Row:
    """The fastest of its runs; the first that failed if one did."""
    rows = [run_once(module, bench) for _ in range(bench.repeat)]
    return next((row for row in rows if row.problem), min(rows, key=lambda row: row.seconds or 0))


def table(rows: list[Row]) -> str:
    """The rows as text, a blank line between groups; `times` compares with the first of ours in the group."""
    head = ("group", "benchmark", "seconds", "times", "peak MiB", "promise", "figures")
    cells: list[tuple[str, ...]] = [head]
    for row in rows:
        base = next((other.seconds for other in rows if other.group == row.group and other.ours and other.seconds), None)
        cells.append(
            (
                row.group,
                row.name + ("" if row.ours else " (peer)"),
                row.problem or f"{row.seconds:.3f}",
                f"{row.seconds / base:.2f}" if base and row.seconds is not None else "",
                "" if row.peak_mib is None else f"{row.peak_mib:.0f}",
                {None: "", True: "kept", False: "BROKEN"}[row.kept],
                ", ".join(f"{name} {value}" for name, value in row.figures.items()),
            )
        )
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines, group = [], head[0]
    for line in cells:
        if line[0] != group:
            lines.append("")
            group = line[0]
        lines.append(
            "  ".join(
                cell.rjust(width) if 2 <= at <= 4 else cell.ljust(width) for at, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
        )
    return "\n".join(lines)


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MIB,
    }


def write(rows: list[Row]) -> None:
    """Write the results; rows that were not run this time keep their last figures."""
    before = json.loads(RESULTS.read_text(encoding="utf-8"))["rows"] if RESULTS.exists() else []
    names = {bench.name for _, bench in all_benches()}
    measured = {
        row.name: {**asdict(row), "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()} for row in rows
    }
    kept_rows = {row["name"]: row for row in before if row["name"] in names}
    RESULTS.write_text(json.dumps({"rows": list((kept_rows | measured).values())}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Exit 1 when a benchmark failed or a promise was broken, 2 when no benchmark has such a name."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="run those whose name or group holds one of these words")
    parser.add_argument("--list", action="store_true", help="only name them")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        run_inside(*options.words)
        return 0
    chosen = wanted(options.words)
    if options.list:
        print("\n".join(f"{bench.group}: {bench.name}" for _, bench in chosen))
        return 0
    if not chosen:
        print("no benchmark has such a name; `make bench ARGS=--list` names them", file=sys.stderr)
        return 2
    rows = []
    for module, bench in chosen:
        print(f"{bench.group}: {bench.name} …", file=sys.stderr)
        rows.append(best(module, bench))
    print(table(rows))
    write(rows)
    return int(any(row.problem or row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
