"""Pledges files of invented leaders, as the secretariat gets them."""

import csv
import gzip
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pledges.domain.commitments import FILE_COLUMNS
from pledges.domain.people import GovernmentKind
from pledges.domain.spreadsheets import escape_cell
from pledges.models import Government
from pledges.secretariat.actions.imports import import_file
from pledges.secretariat.actions.rows import Outcome
from pledges.secretariat.exports import all_cells
from pledges.secretariat.queries.exports import register

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLACES = {"own-kisumu": ("Kisumu", "KE"), "own-oulu": ("Oulu", "FI"), "own-konya": ("Konya", "TR")}
OULU = {"government_id": "own-oulu", "government_name": "Oulu", "country_code": "FI", "leader_email": "mayor@oulu.example"}
KONYA = {"government_id": "own-konya", "government_name": "Konya", "country_code": "TR", "leader_email": "baskan@konya.example"}
"""What a row of another of these governments says of it."""


def good_row(**changes: str) -> dict[str, str]:
    """A row that is taken in as it is."""
    row = {
        "government_id": "own-kisumu", "government_name": "Kisumu", "government_native_name": "", "kind": "city", "country_code": "KE",
        "leader_name": "Achieng Otieno", "leader_role": "Governor", "leader_email": "governor@kisumu.example", "network": "UCLG Africa",
        "themes": "digital|peaceful", "pledge_language": "en", "political_commitment": "We commit to our people.",
        "actions": "Fibre to every clinic.\nA bus lane.", "multilateral": "", "signed_at": "2024-09-10T08:00:00Z", "case": "",
    }  # fmt: skip
    return row | changes


def add_places(session: Session) -> None:
    """The governments that `good_row` may name."""
    for place, (name, country) in PLACES.items():
        session.add(Government(id=place, name=name, kind=GovernmentKind.CITY, country_code=country))
    session.commit()


def add_places_of(session: Session, directory: Path, rows: Iterable[dict[str, str]]) -> None:
    """Only those governments of the directory that the rows name: all 39,052 would take longer than the test."""
    wanted = {row["government_id"] for row in rows}
    with gzip.open(directory, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["id"] in wanted:
                place = {"name": row["name"], "country_code": row["country_code"]}
                session.add(Government(id=row["id"], kind=GovernmentKind(row["kind"]), **place))
    session.commit()


def write_file(path: Path, *rows: dict[str, str], columns: Iterable[str] = FILE_COLUMNS) -> Path:
    """A pledges file. Lone surrogates become the three bytes that some software writes for them, which are not UTF-8."""
    columns = list(columns)
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([escape_cell(row.get(column, "")) for column in columns] for row in rows)
    return path


def read_file(path: Path) -> list[dict[str, str]]:
    """The rows of a table as they stand in the file."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def take_in(
    session: Session, path: Path, *, accept: bool = False, email: str | None = None, rejects: Path | None = None, at: datetime = AT
) -> tuple[int, int, int]:
    """Import a file. Gives (imported, updated, rejected)."""
    return counts(import_file(session, path, accept=accept, email=email, rejects=rejects, at=at))


def counts(outcome: Outcome) -> tuple[int, int, int]:
    """(imported, updated, rejected)."""
    return outcome.imported, outcome.updated, outcome.rejected


def exported(session: Session) -> list[dict[str, str]]:
    """The register as `export` writes it."""
    return list(all_cells(register(session, [])))
