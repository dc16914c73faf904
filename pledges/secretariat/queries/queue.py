"""What officers look at: the queue, and one pledge with its history."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, lazyload, load_only, selectinload

from pledges.domain.lifecycle import Content, Moderation
from pledges.domain.people import Assurance
from pledges.domain.protocol import countries, region_of
from pledges.domain.reviewing import CLAIM_LIVES, FRESH, REVIEW_WITHIN, Age, signed_between
from pledges.domain.risks import Risk
from pledges.domain.search import fold
from pledges.domain.themes import Theme
from pledges.models import Account, Claim, Commitment, Decision, Edition, EditionEntry, Pledge, Revision, Signature
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


class Held(StrEnum):
    """Who reads a pledge now."""

    FREE = "free"
    MINE = "mine"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue shows; empty fields narrow nothing. The names are those in an address."""

    pile: Pile = Pile.IN_REVIEW
    theme: Theme | None = None
    region: str = ""
    """As the UN's M49 calls it (domain.protocol)."""
    country: str = ""
    network: int | None = None
    language: str = ""
    assurance: Assurance | None = None
    risk: str = ""
    """A code of domain.risks, or ANY_RISK."""
    age: Age | None = None
    since: date | None = None
    """Signed on this day or before, in UTC."""
    held: Held | None = None
    q: str = ""
    """Names, office, government."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many pledges lie on the desk, by pile and age, and in which languages they are written."""

    piles: dict[Pile, Counter[Age]]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, and where the next one begins (empty on the last)."""

    rows: Sequence[Row]
    next: str


_SHOWN = (
    Revision.pledge_id, Revision.number, Revision.row_version, Revision.fingerprint, Revision.moderation, Revision.announced_at,
    Revision.language, Revision.leader_name, Revision.leader_name_latin, Revision.office, Revision.government_name, Revision.country_code,
)  # fmt: skip
"""What a row of the queue tells."""


def waiting(session: Session, filters: Filters, *, by: Account, at: datetime, after: str = "") -> Page[Revision]:
    """One page of a pile as `by` sees it, the longest signed first. The number of queries does not grow with the rows."""
    loaded = (
        load_only(*_SHOWN),
        joinedload(Revision.pledge).options(
            load_only(Pledge.public_id, Pledge.withdrawn_at), lazyload(Pledge.joint), joinedload(Pledge.claim).joinedload(Claim.account)
        ),
        joinedload(Revision.signature).load_only(Signature.kind, Signature.assurance, Signature.at, Signature.evidence, Signature.risks),
        selectinload(Revision.commitments).load_only(Commitment.theme),
    )
    rows = session.scalars(filtered(select(Revision), filters, by=by, at=at, after=after).options(*loaded).limit(PAGE + 1)).all()
    return Page(rows[:PAGE], cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")


def filtered(query: Select[*tuple[Any, ...]], filters: Filters, *, by: Account, at: datetime, after: str = "") -> Select[Any]:
    """What a pile shows through these filters, the longest signed first, from a place on."""
    query = of_newest_signed(query).where(_in_pile(filters.pile), *_narrowed(filters, by=by, at=at)).order_by(Signature.at, Revision.id)
    if place := _place(after):
        signed, last = place
        query = query.where(or_(Signature.at > signed, and_(Signature.at == signed, Revision.id > last)))
    return query


def _narrowed(filters: Filters, *, by: Account, at: datetime) -> Iterator[ColumnElement[bool]]:
    asked = (
        (Revision.country_code, filters.country), (Pledge.network_id, filters.network), (Revision.language, filters.language),
        (Signature.assurance, filters.assurance),
    )  # fmt: skip
    yield from (column == value for column, value in asked if value)
    if filters.theme:
        yield Revision.commitments.any(Commitment.theme == filters.theme)
    if filters.region:
        yield Revision.country_code.in_([code for code in countries() if region_of(code).m49 == filters.region])
    if filters.risk:
        yield _at_risk(filters.risk)
    if filters.age:
        after, until = signed_between(filters.age, at)
        yield and_(*([Signature.at > after] if after else []), *([Signature.at <= until] if until else []))
    if filters.since:
        yield Signature.at < datetime.combine(filters.since + timedelta(days=1), time.min, UTC)
    if filters.held:
        yield _held(filters.held, by=by, at=at)
    if folded := fold(filters.q):
        yield Revision.search_text.contains(folded, autoescape=True)


def _held(held: Held, *, by: Account, at: datetime) -> ColumnElement[bool]:
    claims = select(Claim.pledge_id).where(Claim.pledge_id == Pledge.id, Claim.at > at - CLAIM_LIVES)
    if held is Held.FREE:
        return ~claims.exists()
    return claims.where(Claim.account_id == by.id if held is Held.MINE else Claim.account_id != by.id).exists()


def counted(session: Session, at: datetime) -> Counted:
    """Everything on the desk, in one query."""
    age = case((Signature.at > at - FRESH, Age.FRESH.value), (Signature.at > at - REVIEW_WITHIN, Age.OLDER.value), else_=Age.OVERDUE.value)
    lies = (Revision.moderation, Pledge.withdrawn_at.is_not(None), Revision.announced_at.is_not(None), age, Revision.language)
    found, languages = {pile: Counter[Age]() for pile in Pile}, set()
    for state, withdrawn, told, old, language, number in session.execute(of_newest_signed(select(*lies, func.count())).group_by(*lies)):
        languages.add(language)
        for pile in _piles_of(state, withdrawn=withdrawn, told=told):
            found[pile][Age(old)] += number
    return Counted(found, frozenset(languages))


def _piles_of(state: Moderation, *, withdrawn: bool, told: bool) -> list[Pile]:
    if withdrawn:
        return [Pile.WITHDRAWN]
    return [Pile(state.value), *([Pile.UNTOLD] if state is not Moderation.IN_REVIEW and not told else [])]


def of_newest_signed(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Only the newest signed revision of each pledge counts: an import may bring a new one before the old one was decided."""
    query = query.select_from(Revision).join(Signature, Signature.revision_id == Revision.id).join(Pledge, Pledge.id == Revision.pledge_id)
    return query.where(_newest_signed())


@cache
def _newest_signed() -> ColumnElement[bool]:
    """No newer one is signed; written once, since the queue asks it twice on each page."""
    newer = aliased(Revision)
    of_same = and_(newer.pledge_id == Revision.pledge_id, newer.number > Revision.number, newer.content == Content.SIGNED)
    return ~select(newer.id).where(of_same).exists()


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


def cursor(revision: Revision) -> str:
    """The place of a row among the longest signed: what comes after it begins there."""
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
        selectinload(Pledge.decisions),
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
