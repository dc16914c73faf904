"""What the public learns of decisions: how many pledges were returned or declined, by reason; never a text, a name or a place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from pledges.domain.lifecycle import HIDING, Content, Moderation, Move, Reason
from pledges.domain.themes import Theme
from pledges.models.decision import Decision
from pledges.models.edition import Edition
from pledges.models.pledge import Commitment, Pledge, Revision
from pledges.models.visibility import current_editions


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Decisions that stand for one reason."""

    reason: Reason
    returned: int
    declined: int
    themes: Mapping[Theme, int] | None
    """What the texts were about, a text with two themes under both; None where the reason hides it (domain.lifecycle.HIDING)."""


def decisions_by_reason(session: Session, at: datetime) -> list[ReasonCount]:
    """Decisions that stand and whose leaders were told before the last release, in the order of the reasons; none before any release.

    Each pledge counts once, by its newest signed wording; what was withdrawn counts nowhere.
    """
    editions = current_editions(session, at)
    if not editions:
        return []
    released = session.scalar(select(func.max(Edition.released_at)).where(Edition.number.in_(editions), Edition.released_at <= at))
    moves: dict[Reason, Counter[Move]] = {reason: Counter() for reason in Reason}
    for reason, move, number in session.execute(_standing(released, Decision.reason, Decision.move)):
        moves[reason or Reason.OTHER][move] += number
    themes: dict[Reason, Counter[Theme]] = {reason: Counter() for reason in Reason}
    by_theme = _standing(released, Decision.reason, Commitment.theme).join(Commitment, Commitment.revision_id == Revision.id)
    for reason, theme, number in session.execute(by_theme):
        themes[reason or Reason.OTHER][theme] += number
    return [
        ReasonCount(reason, moves[reason][Move.RETURN], moves[reason][Move.DECLINE], None if reason in HIDING else themes[reason])
        for reason in Reason
    ]


def _standing(told_until: datetime | None, *columns: Any) -> Select[Any]:
    newer, later = aliased(Revision), aliased(Decision)
    signed_again = select(newer.id).where(
        newer.pledge_id == Revision.pledge_id, newer.number > Revision.number, newer.content == Content.SIGNED
    )
    decided_again = select(later.id).where(later.revision_id == Decision.revision_id, later.id > Decision.id)
    query = select(*columns, func.count(Decision.id)).select_from(Decision).join(Revision, Revision.id == Decision.revision_id)
    stands = (Revision.moderation.in_((Moderation.RETURNED, Moderation.DECLINED)), Revision.announced_at <= told_until)
    query = query.join(Pledge, Pledge.id == Revision.pledge_id).where(Pledge.withdrawn_at.is_(None), *stands)
    return query.where(~signed_again.exists(), ~decided_again.exists()).group_by(*columns)
