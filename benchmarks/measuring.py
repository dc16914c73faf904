"""What a benchmark is, and what it hands back."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Measure:
    """What one run took: `seconds` of the work itself, preparation left out, and named figures beside it (`pages`, `bytes`, …)."""

    seconds: float = 0.0
    figures: dict[str, float | str] = field(default_factory=dict)

    @contextmanager
    def work(self) -> Iterator[None]:
        """Add the time that the block takes to `seconds`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - start


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One row of the table, run in a process of its own.

    Rows of one `group` do the same work; those that are not `ours` are peers. `run` gets an empty folder for its files.
    `promise_seconds` and `promise_mib` (peak memory of the process) are limits that the project has promised: breaking
    one fails `make bench`. `repeat` runs it that many times, and the fastest counts.
    """

    name: str
    group: str
    run: Callable[[Path], Measure]
    ours: bool = True
    promise_seconds: float | None = None
    promise_mib: float | None = None
    repeat: int = 1
