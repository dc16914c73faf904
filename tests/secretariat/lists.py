"""Lists of whom to invite, and governments that they find in the directory."""

import csv
import io

from sqlalchemy.orm import Session

from pledges.secretariat.actions.inviting import COLUMNS
from tests.leader.cabinet import KONYA, add_government

NAIROBI, PUERTO = "gn-184745", "gn-3874960"


def address(endpoint: str, **values: str) -> str:
    """The address of a page, for letters."""
    return f"http://localhost:8000/{endpoint.replace('.', '/')}/{'/'.join(values.values())}"


def listed(*rows: dict[str, str]) -> bytes:
    """A list of these rows as an officer brings it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def row(government_id: str = KONYA, **cells: str) -> dict[str, str]:
    """One row: a leader of that government."""
    return {"government_id": government_id, "leader_email": "mayor@konya.example.org", "leader_name": "Ayşe Yıldırım"} | cells


def add_places(session: Session) -> None:
    """Three governments that lists name; not committed."""
    add_government(session, KONYA, "Konya", population=1_400_000, native_name="Konya Büyükşehir")
    add_government(session, NAIROBI, "Nairobi", country_code="KE", population=4_400_000, main_language="fr", found_by=("Nayrobi",))
    add_government(session, PUERTO, "Puerto Montt", country_code="CL", population=160_000, main_language="es-CL")
