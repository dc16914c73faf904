"""Looking governments up by their ids."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.models import Government


def directory_rows(session: Session, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The stored rows of these governments as plain values, by id."""
    rows = session.execute(select(Government.__table__).where(Government.id.in_(ids))).mappings()
    return {row["id"]: dict(row) for row in rows}


def governments(session: Session, ids: Collection[str]) -> dict[str, Government]:
    """These governments, by id."""
    return {government.id: government for government in session.scalars(select(Government).where(Government.id.in_(ids)))}
