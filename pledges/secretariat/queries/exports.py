"""The register row by row, for export."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.lifecycle import Content, Moderation
from pledges.models import Pledge, Revision
from pledges.models.frozen import WHOLE

_BATCH = 200


class Status(StrEnum):
    """Where a pledge stands, in one word."""

    DRAFT = "draft"
    AWAITING_SIGNATURE = "awaiting_signature"
    SIGNED = "signed"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


def standing(pledge: Pledge) -> Revision:
    """The revision that stands for a pledge: the accepted one, else the newest signed one, else the draft."""
    signed = [revision for revision in pledge.revisions if revision.content is Content.SIGNED]
    return pledge.accepted_revision or (signed or pledge.revisions)[-1]


def status(pledge: Pledge) -> Status:
    """Where a pledge stands; *signed* is signed and not yet decided."""
    if pledge.withdrawn_at is not None:
        return Status.WITHDRAWN
    revision = standing(pledge)
    if revision.content is not Content.SIGNED:
        return Status(revision.content.value)
    return Status.SIGNED if revision.moderation is Moderation.IN_REVIEW else Status(revision.moderation.value)


def register(session: Session, statuses: Collection[Status]) -> Iterator[tuple[Pledge, Revision, Status]]:
    """Every pledge of these statuses (all when none is named), in the order they were made; memory does not grow with them."""
    last = 0
    options = (joinedload(Pledge.accepted_revision), *WHOLE)
    while batch := session.scalars(select(Pledge).where(Pledge.id > last).order_by(Pledge.id).limit(_BATCH).options(*options)).all():
        for pledge in batch:
            stands = status(pledge)
            if not statuses or stands in statuses:
                yield pledge, standing(pledge), stands
        last = batch[-1].id
        session.expunge_all()
