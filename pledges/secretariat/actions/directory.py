"""Loading the directory of governments; loading the same file again changes nothing."""

import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TextIO

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pledges.domain.people import GovernmentKind
from pledges.domain.problems import N_, refuse
from pledges.domain.protocol import known_countries
from pledges.domain.search import fold
from pledges.models import Government, GovernmentName
from pledges.secretariat.queries.directory import directory_rows

COLUMNS = (
    "id", "name", "native_name", "kind", "country_code", "subdivision_code", "population", "latitude", "longitude", "main_language",
    "alternate_names",
)  # fmt: skip
_FIGURES: dict[str, Callable[[str], float]] = {"population": int, "latitude": float, "longitude": float}
_BATCH = 2000
_LONGEST = 250


def load_governments(session: Session, file: TextIO) -> tuple[int, int]:
    """Add and update governments from a directory file, all of them or none. Gives (new or changed, unchanged).

    Memory does not grow with the file: batches of rows are compared with what is stored. Raises Refused when columns lack,
    and for a row that cannot be a government.
    """
    reader = csv.DictReader(file)
    lacking = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if lacking:
        raise refuse("file", N_("The directory lacks the columns %(columns)s."), columns=tuple(lacking))
    changed = same = 0
    for batch in _batches(_government(number, row) for number, row in enumerate(reader, 2)):
        stored = directory_rows(session, [row["id"] for row in batch])
        news = [row for row in batch if stored.get(row["id"]) != row]
        changed, same = changed + len(news), same + len(batch) - len(news)
        if news:
            _store(session, news)
    session.commit()
    return changed, same


def _government(number: int, row: dict[str, str]) -> dict[str, Any]:
    try:
        plain = {column: row[column].strip() for column in COLUMNS}
        kind = GovernmentKind(plain["kind"])
        figures = {column: read(plain[column]) if plain[column] else None for column, read in _FIGURES.items()}
        if not plain["id"] or plain["country_code"] not in known_countries():
            raise ValueError
    except (ValueError, AttributeError):  # a row that is too short holds None
        raise refuse("file", N_("Row %(number)d is no government."), number=number) from None
    return {**plain, **figures, "kind": kind}


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        yield list({row["id"]: row for row in batch}.values())  # of several rows of one government the last stands


def _store(session: Session, rows: list[dict[str, Any]]) -> None:
    on_conflict = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    upsert = on_conflict(Government)
    connection = session.connection()  # the session itself would look at each of 300,000 rows for what an object needs
    connection.execute(
        upsert.on_conflict_do_update(index_elements=["id"], set_={c: upsert.excluded[c] for c in COLUMNS if c != "id"}), rows
    )
    connection.execute(delete(GovernmentName).where(GovernmentName.government_id.in_([row["id"] for row in rows])))
    connection.execute(insert(GovernmentName), [{"folded": name, "government_id": row["id"]} for row in rows for name in found_by(row)])


def found_by(row: dict[str, Any]) -> set[str]:
    """The folded names that find a government: each name whole, and its own names from each later word on."""
    own = {fold(row["name"]), fold(row["native_name"])}
    names = own | {fold(name) for name in row["alternate_names"].split("|")}
    for name in own:
        words = name.split()
        names |= {" ".join(words[start:]) for start in range(1, len(words))}
    return {name[:_LONGEST] for name in names if name}
