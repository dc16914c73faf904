"""Scans of papers signed by hand: which one counts for a text, and which wait to be read."""

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from pledges.domain.lifecycle import Content
from pledges.domain.people import SignatureKind
from pledges.models.pledge import Pledge, Revision
from pledges.models.signature import SignedFile


def current_scan(session: Session, revision: Revision) -> SignedFile | None:
    """The scan that counts for the text as it was last sent for signature, whatever became of it; an earlier one was replaced."""
    return session.scalars(_current().where(Revision.id == revision.id)).one_or_none()


def waiting_scan(session: Session, number: int) -> SignedFile | None:
    """The scan with this number, if it still waits to be read or confirmed; as it stands in the database now."""
    return session.scalars(_current().where(SignedFile.id == number, _waits()).execution_options(populate_existing=True)).one_or_none()


def waiting_scans(session: Session) -> list[SignedFile]:
    """Every scan that waits, the longest first, with its text and pledge."""
    return list(session.scalars(_current().where(_waits()).order_by(SignedFile.uploaded_at, SignedFile.id)))


def how_many_wait() -> Select[int]:
    """The statement that counts them."""
    return _current().where(_waits()).with_only_columns(func.count())


def _current() -> Select[SignedFile]:
    """The newest scan of each text that was uploaded since the text was sent for signature."""
    later = aliased(SignedFile)
    replaced = exists().where(later.revision_id == SignedFile.revision_id, later.kind == SignatureKind.PAPER, later.id > SignedFile.id)
    query = select(SignedFile).join(SignedFile.revision).join(Revision.pledge)
    query = query.options(contains_eager(SignedFile.revision).contains_eager(Revision.pledge))
    return query.where(SignedFile.kind == SignatureKind.PAPER, SignedFile.uploaded_at >= Revision.submitted_at, ~replaced)


def _waits() -> ColumnElement[bool]:
    unread = and_(SignedFile.confirmed_at.is_(None), SignedFile.refused_at.is_(None))
    return and_(unread, Revision.content == Content.AWAITING_SIGNATURE, Pledge.withdrawn_at.is_(None))
