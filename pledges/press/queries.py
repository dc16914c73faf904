"""What the press may read."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from pledges.models import Edition, EditionFile

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def released_file(session: Session, number: int, language: str, at: datetime) -> EditionFile | None:
    """One language of an edition, if the edition is public at `at`."""
    if not _LANGUAGE.fullmatch(language):
        return None
    query = select(EditionFile).join(EditionFile.edition).options(contains_eager(EditionFile.edition))
    query = query.where(EditionFile.edition_number == number, EditionFile.language == language, Edition.released_at <= at)
    return session.scalars(query).one_or_none()
