"""Several pledges that an officer has marked, read together."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from pledges.domain.lifecycle import Content, Move
from pledges.models import AccessLink, Claim, Decision, Pledge, Revision
from pledges.models.cabinet import cabinet_of, opened_by


def newest_signed(session: Session, numbers: Sequence[str]) -> Sequence[Revision]:
    """The newest signed revision of each pledge with these public ids, the longest there first."""
    newest = select(func.max(Revision.id)).join(Pledge, Pledge.id == Revision.pledge_id)
    newest = newest.where(Pledge.public_id.in_(numbers), Revision.content == Content.SIGNED).group_by(Revision.pledge_id)
    loaded = joinedload(Revision.pledge).options(lazyload(Pledge.joint), joinedload(Pledge.claim).joinedload(Claim.account))
    query = select(Revision).where(Revision.id.in_(newest)).options(loaded, joinedload(Revision.signature))
    return session.scalars(query.order_by(Revision.id).execution_options(populate_existing=True)).all()


def cabinets(session: Session, pledges: Sequence[Pledge]) -> dict[int, list[str]]:
    """Where each pledge's cabinet gets its letters."""
    holders: dict[int, list[str]] = defaultdict(list)
    for link in session.execute(opened_by(AccessLink.pledge_id.in_([pledge.id for pledge in pledges]))):
        holders[link[0] or 0].append(link[1])
    return {pledge.id: cabinet_of(pledge, holders[pledge.id]) for pledge in pledges}


def last_moves(session: Session, revisions: Sequence[Revision]) -> dict[int, Move]:
    """What was decided last on each revision, by its id."""
    made = select(Decision.revision_id, Decision.move).where(Decision.revision_id.in_([revision.id for revision in revisions]))
    return dict(session.execute(made.order_by(Decision.id)).all())
