"""Runs the benchmarks by name, each in a process of its own, prints one table and writes benchmarks/results.json.

`python -m benchmarks` runs all of them, `python -m benchmarks import register` those whose name or group holds one of the
words, `--list` names them. A module benchmarks/bench_*.py holds a tuple BENCHES.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from benchmarks.measuring import Bench, peak_mib
from benchmarks.report import Row, machine, now, plain, promise_of, write

HERE = Path(__file__).resolve().parent


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
    print(json.dumps({"seconds": measure.seconds, "figures": measure.figures, "peak_mib": measure.peak_mib or peak_mib()}))


def run_once(module: str, bench: Bench) -> Row:
    """Run a benchmark in a fresh process, and judge it by its promise."""
    command = [sys.executable, "-m", "benchmarks", "--inside", module, bench.name]
    process = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    row = Row(bench.group, bench.name, bench.ours, bench.lacks, promise=promise_of(bench), measured_at=now(), machine=machine())
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
    print(plain(rows))
    write(rows, [bench.name for _, bench in all_benches()])
    return int(any(row.problem or row.kept is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
