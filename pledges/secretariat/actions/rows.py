"""Taking in the rows of a file: batch by batch, each one transaction, and whatever one row holds, the next is still taken."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import TextIO

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pledges.domain.problems import Problem
from pledges.domain.spreadsheets import escape_cell
from pledges.secretariat.table import Row, Table

_BATCH = 250
_ANOTHER_WRITER = (IntegrityError, StaleDataError, OperationalError)
_REJECT_COLUMNS = ("row", "field", "reason")
_REASONS_TOLD = 20


@dataclass(slots=True)
class Outcome:
    """How many rows came in new, changed something, or were rejected; unchanged rows are counted apart, and told to nobody at a shell."""

    imported: int = 0
    updated: int = 0
    rejected: int = 0
    unchanged: int = 0
    first_reasons: list[str] = field(default_factory=list)
    """Why the first rows were rejected, for who asked for no rejects file."""


@dataclass(frozen=True, slots=True)
class By:
    """Who imports: an officer, or the operator of the command line."""

    account_id: int | None = None
    name: str = "the operator"

    @property
    def label(self) -> str:
        """As decisions and the log write it."""
        return f"by import, by {self.name}"


class Change(Enum):
    """What a good row did."""

    NOTHING = 0
    IMPORTED = 1
    UPDATED = 2


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a row; `key` is the hash of what it is about, None for a row that was rejected."""

    row: Row
    problems: list[Problem]
    change: Change = Change.NOTHING
    key: int | None = None
    changed: tuple[str, ...] = ()
    """The columns in which it differs from what stood."""


@dataclass(slots=True, kw_only=True)
class Run(ABC):
    """One run over one file; the same file again changes nothing."""

    session: Session
    by: By
    at: datetime
    source: str
    """Name of the file, kept as evidence."""
    dry: bool = False
    """Only tell what would become of each row: nothing is kept."""
    told: Callable[[list[Fate]], None] = lambda _fates: None
    """Hears of each batch once it is done."""
    outcome: Outcome = field(default_factory=Outcome)
    seen: set[int] = field(default_factory=set)
    """Hashes of the keys taken so far: the second row of a key is rejected."""

    @abstractmethod
    def fates(self, rows: list[Row]) -> list[Fate]:
        """Take these rows in, within the caller's transaction."""

    def run(self, table: Table, rejects: TextIO | None = None) -> Outcome:
        """Take in every good row; the rest goes to the rejects file with its reason."""
        # A rejects file that comes back corrected has the three columns already.
        columns = [column for column in table.columns if column not in _REJECT_COLUMNS]
        write = csv.writer(rejects).writerow if rejects else None
        if write:
            write([*columns, *_REJECT_COLUMNS])
        while rows := list(islice(table.rows, _BATCH)):
            fates = self._batch(rows)
            for fate in fates:
                self._count(fate)
                if write and fate.problems:
                    write(_rejected(fate, columns))
            self.told(fates)
        return self.outcome

    def _count(self, fate: Fate) -> None:
        outcome = self.outcome
        if fate.key is not None:
            self.seen.add(fate.key)
        outcome.imported += fate.change is Change.IMPORTED
        outcome.updated += fate.change is Change.UPDATED
        outcome.rejected += bool(fate.problems)
        outcome.unchanged += not fate.problems and fate.change is Change.NOTHING
        if fate.problems and len(outcome.first_reasons) < _REASONS_TOLD:
            outcome.first_reasons.append(f"row {fate.row.number}: {' '.join(f'{problem.field}: {problem}' for problem in fate.problems)}")

    def _batch(self, rows: list[Row], tries_left: int = 2) -> list[Fate]:
        """One transaction, begun anew when another writer came first: then what that one wrote is seen."""
        try:
            fates = self.fates(rows)
            if self.dry:
                self.session.flush()  # what the database refuses is found as well
                self.session.rollback()
            else:
                self.session.commit()
        except _ANOTHER_WRITER:
            self.session.rollback()
            if not tries_left:
                raise
            return self._batch(rows, tries_left - 1)
        self.session.expunge_all()
        return fates


def _rejected(fate: Fate, columns: list[str]) -> list[str]:
    """The row as it came, with its number, the fields concerned and the reason."""
    cells = [escape_cell(fate.row.cells.get(column, "")) for column in columns]
    fields = "|".join(dict.fromkeys(problem.field for problem in fate.problems))
    return [*cells, str(fate.row.number), fields, escape_cell(" ".join(map(str, fate.problems)))]
