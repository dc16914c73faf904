"""What officers look at: the queue, one pledge with its history, editions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from pledges.domain.lifecycle import Content, Moderation
from pledges.domain.risks import Risk
from pledges.domain.search import fold
from pledges.domain.themes import Theme
from pledges.models import Commitment, Decision, Edition, EditionEntry, Pledge, Revision, Signature
from pledges.models.frozen import WHOLE

Row = TypeVar("Row")
PAGE = 50
ANY_RISK = "any"
"""In place of a risk's code: whatever should be looked at."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"(-?\d{1,17})\.(\d{1,18})", re.ASCII)
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)


class Pile(StrEnum):
    """Where a signed pledge lies on the desk, by its newest signed revision."""

    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNTOLD = "untold"
    """Decided, and the leader is not told yet."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows; empty fields narrow nothing."""

    pile: Pile = Pile.IN_REVIEW
    theme: Theme | None = None
    country: str = ""
    risk: str = ""
    """A code of domain.risks, or ANY_RISK."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, and where the next one begins (empty on the last)."""

    rows: Sequence[Row]
    next: str


def waiting(session: Session, filters: Filters, *, after: str = "") -> Page[Revision]:
    """One page of a pile, the longest signed first. The number of queries does not grow with the rows."""
    query = _of_newest_signed(select(Revision)).where(_in_pile(filters.pile)).order_by(Signature.at, Revision.id).limit(PAGE + 1)
    if filters.theme:
        query = query.where(Revision.commitments.any(Commitment.theme == filters.theme))
    if filters.country:
        query = query.where(Revision.country_code == filters.country)
    if filters.risk:
        query = query.where(_at_risk(filters.risk))
    if folded := fold(filters.text):
        query = query.where(Revision.search_text.contains(folded, autoescape=True))
    if place := _place(after):
        at, last = place
        query = query.where(or_(Signature.at > at, and_(Signature.at == at, Revision.id > last)))
    loaded = (joinedload(Revision.pledge), joinedload(Revision.signature), selectinload(Revision.commitments))
    rows = session.scalars(query.options(*loaded)).all()
    return Page(rows[:PAGE], _cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")


def piles(session: Session) -> dict[Pile, int]:
    """How many pledges lie on each pile."""
    counted = {pile: func.sum(case((_in_pile(pile), 1), else_=0)) for pile in Pile}
    row = session.execute(_of_newest_signed(select(*counted.values()))).one()
    return {pile: count or 0 for pile, count in zip(counted, row, strict=True)}


def _of_newest_signed(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Only the newest signed revision of each pledge counts: an import may bring a new one before the old one was decided."""
    newer = aliased(Revision)
    of_same = and_(newer.pledge_id == Revision.pledge_id, newer.number > Revision.number, newer.content == Content.SIGNED)
    query = query.select_from(Revision).join(Signature, Signature.revision_id == Revision.id).join(Pledge, Pledge.id == Revision.pledge_id)
    return query.where(~select(newer.id).where(of_same).exists())


def _in_pile(pile: Pile) -> ColumnElement[bool]:
    if pile is Pile.WITHDRAWN:
        return Pledge.withdrawn_at.is_not(None)
    if pile is Pile.UNTOLD:
        decided = Revision.moderation.in_((Moderation.RETURNED, Moderation.ACCEPTED, Moderation.DECLINED))
        return and_(Pledge.withdrawn_at.is_(None), decided, Revision.announced_at.is_(None))
    return and_(Pledge.withdrawn_at.is_(None), Revision.moderation == Moderation(pile.value))


def _at_risk(code: str) -> ColumnElement[bool]:
    """By the text in which both engines keep JSON: a quote within a fact is escaped there, so no fact reads like a code."""
    kept = cast(Signature.risks, Text)
    return kept.like("[{%") if code == ANY_RISK else kept.contains(f'"code": "{Risk(code)}"', autoescape=True)


def _cursor(revision: Revision) -> str:
    signed = revision.signature.at if revision.signature else _EPOCH
    return f"{(signed - _EPOCH) // timedelta(microseconds=1)}.{revision.id}"


def _place(cursor: str) -> tuple[datetime, int] | None:
    """Where a page begins; a cursor that is none begins at the first page."""
    found = _CURSOR.fullmatch(cursor)
    try:
        return (_EPOCH + timedelta(microseconds=int(found[1])), int(found[2])) if found else None
    except OverflowError:
        return None


def pledge(session: Session, public_id: str) -> Pledge | None:
    """One signed pledge with everything an officer needs to judge it; drafts are nobody's but the cabinet's."""
    if not _PUBLIC_ID.fullmatch(public_id):
        return None
    query = select(Pledge).where(Pledge.public_id == public_id, Pledge.first_signed_at.is_not(None))
    loaded = (
        joinedload(Pledge.government),
        *WHOLE,
        selectinload(Pledge.decisions).joinedload(Decision.revision),
    )
    return session.scalars(query.options(*loaded).execution_options(populate_existing=True)).unique().one_or_none()


def lock(session: Session, pledge: Pledge) -> None:
    """Read the pledge anew and hold it until the transaction ends."""
    session.scalars(select(Pledge).where(Pledge.id == pledge.id).with_for_update().execution_options(populate_existing=True)).one()


def newest_signed(session: Session, pledge: Pledge) -> Revision | None:
    """The revision that is decided on, as it stands in the database now."""
    signed = select(Revision).where(Revision.pledge_id == pledge.id, Revision.content == Content.SIGNED)
    return session.scalars(signed.order_by(Revision.number.desc()).limit(1).execution_options(populate_existing=True)).one_or_none()


def last_decision(session: Session, revision: Revision) -> Decision | None:
    """The last decision on a revision."""
    return session.scalars(select(Decision).where(Decision.revision_id == revision.id).order_by(Decision.id.desc()).limit(1)).one_or_none()


def editions_holding(session: Session, pledge: Pledge) -> list[Edition]:
    """The editions that hold the pledge, oldest first, whether or not they are released."""
    query = select(Edition).join(EditionEntry, EditionEntry.edition_number == Edition.number)
    return list(session.scalars(query.where(EditionEntry.pledge_id == pledge.id).order_by(Edition.number)))


def released_with(session: Session, revision: Revision) -> Edition | None:
    """The first edition with a moment of release, past or to come, that prints this revision."""
    query = select(Edition).join(EditionEntry, EditionEntry.edition_number == Edition.number)
    printed = query.where(EditionEntry.revision_id == revision.id, Edition.released_at.is_not(None), Edition.recalled_at.is_(None))
    return session.scalars(printed.order_by(Edition.released_at).limit(1)).one_or_none()


def built_editions(session: Session) -> list[Edition]:
    """Every edition with its files, the newest first."""
    return list(session.scalars(select(Edition).order_by(Edition.number.desc()).options(selectinload(Edition.files))))


def _page(session: Session, query: Select[*tuple[Any, ...]], key: Any, before: int | None) -> Page[Any]:
    if before is not None:
        query = query.where(key < before)
    rows = session.execute(query.order_by(key.desc()).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], str(getattr(rows[PAGE - 1][0], key.key)) if len(rows) > PAGE else "")
