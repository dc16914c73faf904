"""What stands in the way of an edition, asked before it is built."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from pledges.domain.lifecycle import Content, EditionKind, Moderation
from pledges.models import Commitment, Edition, Pledge, Revision
from pledges.models.protocol import waiting_rulings
from pledges.models.visibility import last_rev
from pledges.secretariat.queries.editions import held_by

_PRINTED = (
    Revision.government_name, Revision.government_native_name, Revision.leader_name, Revision.leader_name_latin, Revision.honorific,
    Revision.office, Revision.office_local, Revision.mandate_reference, Revision.statement, Revision.actions, Revision.multilateral,
)  # fmt: skip
_PRINTED_BY_THEME = (Commitment.actions, Commitment.multilateral, Commitment.planned)
_BATCH = 500


class FaultKind(StrEnum):
    """What blocks a build."""

    NO_REV = "no_rev"
    NO_PLEDGE = "no_pledge"
    GLYPHS = "glyphs"
    SUGGESTION = "suggestion"
    RULING = "ruling"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that blocks a build, with the pledge that it concerns, if any, and what else is to be said."""

    kind: FaultKind
    public_id: str = ""
    leader: str = ""
    government: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Preflight:
    """What an edition of a kind would hold now, what blocks it, and what will not be in it because it still waits."""

    kind: EditionKind
    rev: Edition | None
    pledges: int
    faults: Sequence[Fault]
    in_review: int
    """Pledges that wait for a decision: they will not be in it, or with their earlier words."""


def preflight(session: Session, kind: EditionKind, at: datetime) -> Preflight:
    """Look at all that an edition would hold. The key is for whoever has the adapters."""
    rev = last_rev(session, at)
    if kind is not EditionKind.REV and rev is None:
        return Preflight(kind, None, 0, [Fault(FaultKind.NO_REV)], 0)
    held = held_by(kind, rev, at)
    count = session.scalar(select(func.count(Pledge.id)).where(*held)) or 0
    faults = [] if count else [Fault(FaultKind.NO_PLEDGE)]
    faults += [*_without_glyphs(session, held), *_unanswered(session, held)]
    faults += [Fault(FaultKind.RULING, detail=f"{one.subject} ({one.language}): {one.value}") for one in waiting_rulings(session)]
    undecided = Pledge.revisions.any(Revision.moderation == Moderation.IN_REVIEW)
    waiting = select(func.count(Pledge.id)).where(Pledge.withdrawn_at.is_(None), undecided)
    return Preflight(kind, rev, count, faults, session.scalar(waiting) or 0)


def _unanswered(session: Session, held: Sequence[ColumnElement[bool]]) -> Iterator[Fault]:
    """Pledges that would be printed with words for which others were suggested, and whose leader has not answered."""
    newer = aliased(Revision)
    asked = select(newer.id).where(newer.pledge_id == Pledge.id, newer.content == Content.SIGNED, newer.moderation == Moderation.RETURNED)
    rows = select(Pledge.public_id, Revision.leader_name, Revision.government_name)
    rows = rows.join(Revision, Revision.id == Pledge.accepted_revision_id).where(*held, asked.exists())
    yield from (Fault(FaultKind.SUGGESTION, *row) for row in session.execute(rows.order_by(Pledge.id)))


def _without_glyphs(session: Session, held: Sequence[ColumnElement[bool]]) -> Iterator[Fault]:
    missing: dict[tuple[str, str, str], set[str]] = {}
    who = (Pledge.public_id, Revision.leader_name, Revision.government_name, Revision.language)
    own: Any = select(*who, *_PRINTED).join(Revision, Revision.id == Pledge.accepted_revision_id).where(*held)
    by_theme: Any = select(*who, *_PRINTED_BY_THEME).join(Revision, Revision.id == Pledge.accepted_revision_id)
    by_theme = by_theme.join(Commitment, Commitment.revision_id == Revision.id).where(*held)
    for query in (own, by_theme):
        for public_id, leader, government, language, *texts in session.execute(query.execution_options(yield_per=_BATCH)):
            if found := {sign for text in texts if text and not text.isascii() for sign in _unprintable(text, language or "en")}:
                missing.setdefault((public_id, leader, government), set()).update(found)
    for key, signs in missing.items():
        yield Fault(FaultKind.GLYPHS, *key, detail=", ".join(f"U+{ord(sign):04X}" for sign in sorted(signs)))


def _unprintable(text: str, language: str) -> tuple[str, ...]:
    """Asked of the text engine only where some sign of it, taken alone, has no glyph: that is quick for all other texts."""
    if not any(_has_none(sign) for sign in set(text)):
        return ()
    from pledges.typesetting.preview import unprintable

    return unprintable(text, language)


@cache
def _has_none(sign: str) -> bool:
    from pledges.typesetting.preview import unprintable

    return bool(unprintable(sign, "en"))
