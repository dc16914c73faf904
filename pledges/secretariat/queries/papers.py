"""The files that signatures rest on, and the pledge that a paper belongs to."""

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from pledges.models import Account, Pledge, Revision, SignedFile


def signed_file(session: Session, number: int) -> SignedFile | None:
    """One file with its bytes."""
    return session.get(SignedFile, number, options=[undefer(SignedFile.data)])


def files_of(session: Session, revision: Revision) -> list[SignedFile]:
    """The files of a wording, oldest first."""
    return list(session.scalars(select(SignedFile).where(SignedFile.revision_id == revision.id).order_by(SignedFile.id)))


def awaiting_signature(session: Session, public_id: str) -> Pledge | None:
    """The pledge with this receipt number, while its newest wording awaits the signature; drafts are nobody's but the cabinet's."""
    pledge = session.scalars(select(Pledge).where(Pledge.public_id == public_id)).one_or_none()
    return pledge if pledge and pledge.awaits_signature else None


def officer(session: Session, number: int | None) -> Account | None:
    """Who did something."""
    return session.get(Account, number) if number else None
