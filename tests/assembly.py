"""A small assembly of invented leaders: what it takes to bring pledges from a file to a released edition."""

import csv
import gzip
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters, address, db, settings
from pledges.models import Edition, Pledge, log
from pledges.secretariat.actions.directory import load_governments
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order
from pledges.secretariat.actions.imports import import_file
from pledges.secretariat.actions.releasing import Released, release_edition

DATA = Path(__file__).resolve().parent.parent / "pledges" / "secretariat" / "data"


@cache
def example_rows() -> tuple[dict[str, str], ...]:
    """The pledges of the example assembly, as its file reports them."""
    with gzip.open(DATA / "example_pledges.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _places() -> dict[str, dict[str, str]]:
    wanted = {row["government_id"] for row in example_rows()}
    with gzip.open(DATA / "governments.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["id"] in wanted}


@dataclass
class Assembly:
    """An application with its acts, in the context of which every method must be called; `rows` are what was imported so far."""

    app: Flask
    folder: Path
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def session(self) -> Session:
        """The application's own."""
        return db.session()

    def take_in(self, count: int, *, accept: bool = True, **changes: str) -> list[str]:
        """Import the example's next rows and give their public ids; `changes` are cells that differ, with {n} for the row's number."""
        number = len(self.rows)
        rows = [
            row | {name: cell.replace("{n}", str(place)) for name, cell in changes.items()}
            for place, row in enumerate(example_rows()[number : number + count], number)
        ]
        self.bring(rows, accept=accept)
        self.rows += rows
        return [self.pledge_of(row).public_id for row in rows]

    def bring(self, rows: list[dict[str, str]], *, accept: bool = True) -> None:
        """Import these rows, whether they are new or change what is there."""
        places = [_places()[row["government_id"]] for row in rows]
        load_governments(self.session, io.StringIO(_table(places)))
        path = self.folder / "pledges.csv"
        path.write_text(_table(rows), encoding="utf-8")
        outcome = import_file(self.session, path, accept=accept, email=None, rejects=None, at=now())
        assert (outcome.imported + outcome.updated, outcome.rejected) == (len(rows), 0), outcome.first_reasons

    def pledge_of(self, row: dict[str, str]) -> Pledge:
        """The pledge that came with a row."""
        return self.session.scalars(select(Pledge).where(Pledge.leader_email_key == row["leader_email"].lower())).one()

    def build(self, kind: EditionKind = EditionKind.REV, *, language: str = "en", edition: int | None = None) -> int:
        """Build and seal; the number."""
        order = Order(kind=kind, language=language, edition=edition)
        lines = compile_to(self.session, adapters(), order, settings=settings(), out=None, keep=True, at=now(), progress=None)
        return int(str(lines["number"]))

    def release(self, kind: EditionKind = EditionKind.REV, *, after: timedelta = timedelta()) -> int:
        """Build an edition and release it, at once or after a time; the number."""
        number = self.build(kind)
        self.let_go(number, after=after)
        return number

    def let_go(self, number: int, *, after: timedelta = timedelta()) -> Released:
        """Release what is built, at once or after a time, as the command line does."""
        at = now()
        return release_edition(self.session, number, at=at, released_at=at + after, by="the tests", address=address)

    def pledge(self, public_id: str) -> Pledge:
        """The pledge with this id."""
        return self.session.scalars(select(Pledge).where(Pledge.public_id == public_id)).one()

    def withdraw(self, public_id: str) -> None:
        """As its leader does, without the letters."""
        pledge = self.pledge(public_id)
        pledge.withdrawn_at = now()
        log.record(self.session, "pledge.withdrawn", f"pledge:{pledge.public_id}", at=now(), changes_register=True)
        self.session.commit()

    def pdf(self, number: int) -> bytes:
        """The English file of an edition, as it stands in the archive."""
        file = self.session.get_one(Edition, number).files[0]
        return adapters().archive.path(file.name).read_bytes()


def now() -> datetime:
    """The clock of the application's own pages."""
    return datetime.now(UTC)


def _table(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
