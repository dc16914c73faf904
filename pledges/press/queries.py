"""What the press may read."""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from pledges.models import EditionFile, SealEvidence
from pledges.models.visibility import public_file

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def released_file(session: Session, number: int, language: str, at: datetime) -> EditionFile | None:
    """One language of an edition, if it is public at `at`."""
    if not _LANGUAGE.fullmatch(language):
        return None
    query = select(EditionFile).join(EditionFile.edition).options(contains_eager(EditionFile.edition))
    query = query.where(EditionFile.edition_number == number, EditionFile.language == language, public_file(at))
    return session.scalars(query).one_or_none()


def recalled_file(session: Session, number: int, language: str, at: datetime) -> EditionFile | None:
    """One language of an edition that was public until it was recalled."""
    if not _LANGUAGE.fullmatch(language):
        return None
    file = session.get(EditionFile, (number, language))
    was_public = file is not None and file.released_at is not None and file.released_at <= at
    return file if file is not None and was_public and file.edition.recalled_at is not None else None


def released_evidence(session: Session, number: int, language: str, sha256: str, at: datetime) -> SealEvidence | None:
    """An evidence file beside a file of an edition that is public at `at`, by the SHA-256 of the evidence."""
    if released_file(session, number, language, at) is None:
        return None
    query = select(SealEvidence).where(SealEvidence.edition_number == number, SealEvidence.language == language)
    return session.scalars(query.where(SealEvidence.sha256 == sha256)).first()
