"""What officers look at: the queue, and one pledge with its history."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, String, Text, and_, bindparam, cast, func, select, text, tuple_, type_coerce
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from pledges.domain.lifecycle import Content, Moderation
from pledges.domain.people import Assurance
from pledges.domain.protocol import countries, region_of
from pledges.domain.reviewing import CLAIM_LIVES, Age, signed_between
from pledges.domain.risks import Risk
from pledges.domain.search import fold
from pledges.domain.themes import Theme
from pledges.models import Account, Claim, Commitment, Decision, Edition, EditionEntry, Pledge, Revision, Signature
from pledges.models.base import UtcDateTime
from pledges.models.frozen import WHOLE
from pledges.models.pledge import UNTOLD

One = TypeVar("One")
PAGE = 50
MOST_AT_ONCE = 200
"""Pledges that are decided together: their letters can still be looked through, and nobody waits long."""
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
class Page(Generic[One]):
    """One page of a list, and where the next one begins (empty on the last)."""

    rows: Sequence[One]
    next: str


class Row(NamedTuple):
    """What a row of the queue tells, of a pledge, its revision and its signature, under the names that these have there."""

    id: int
    public_id: str
    number: int
    language: str
    leader_name: str
    leader_name_latin: str
    office: str
    government_name: str
    country_code: str
    moderation: str
    withdrawn_at: bool
    """Whether it is."""
    kind: str
    assurance: str
    assured_by: str | None
    risks_kept: str | None
    """As JSON."""
    themes_kept: str
    """With spaces between."""
    at: datetime
    """The signature's moment."""
    holder: int | None
    """Number of the officer who reads it now."""
    holder_label: str | None

    @property
    def themes(self) -> list[Theme]:
        """In the Assembly's order."""
        taken_up = self.themes_kept.split()
        return [theme for theme in Theme if theme in taken_up]

    @property
    def risks(self) -> list[dict[str, Any]]:
        """Codes with their facts."""
        return json.loads(self.risks_kept or "null") or []

    @property
    def evidence(self) -> dict[str, str]:
        """As far as a row tells of it."""
        return {"assured_by": self.assured_by or ""}


def waiting(session: Session, filters: Filters, *, by: Account, at: datetime, after: str = "") -> Page[Row]:
    """One page of a pile as `by` sees it, the longest signed first: one statement, however many rows."""
    place = place_in(after)
    page, moments = _page(filters, place is not None), moments_of(filters, by=by, at=at, place=place)
    rows = [Row._make(row) for row in session.connection().execute(page, moments).all()]
    return Page(rows[:PAGE], cursor(rows[PAGE - 1].at, rows[PAGE - 1].id) if len(rows) > PAGE else "")


def numbers_in(session: Session, filters: Filters, *, by: Account, at: datetime) -> list[str]:
    """Public ids of the longest signed that a pile shows through these filters, MOST_AT_ONCE at most."""
    query = filtered(select(Pledge.public_id), filters, placed=False).limit(MOST_AT_ONCE)
    return list(session.scalars(query, moments_of(filters, by=by, at=at, place=None)))


@lru_cache(maxsize=500)
def _page(filters: Filters, placed: bool) -> Select[Any]:
    """The statement of a page: to write one takes longer than to carry it out."""
    themes = select(func.aggregate_strings(Commitment.theme, " ")).where(Commitment.revision_id == Revision.id).scalar_subquery()
    shown = (
        Revision.id, Pledge.public_id, Revision.number, Revision.language, Revision.leader_name, Revision.leader_name_latin,
        Revision.office, Revision.government_name, Revision.country_code, type_coerce(Revision.moderation, String),
        Pledge.withdrawn_at.is_not(None), type_coerce(Signature.kind, String), type_coerce(Signature.assurance, String),
        Signature.evidence["assured_by"].as_string(), cast(Signature.risks, Text), themes, Revision.signed_at,
        Claim.account_id, func.coalesce(func.nullif(Account.name, ""), Account.email),
    )  # fmt: skip
    query = filtered(select(*shown), filters, placed=placed)
    held = and_(Claim.pledge_id == Pledge.id, Claim.at > bindparam("lives"))
    return query.outerjoin(Claim, held).outerjoin(Account, Account.id == Claim.account_id).limit(PAGE + 1)


def filtered(query: Select[*tuple[Any, ...]], filters: Filters, *, placed: bool) -> Select[Any]:
    """What a pile shows through these filters, the longest signed first, and `placed` from a place on; `moments_of` the same fill it."""
    query = of_newest_signed(query).where(_in_pile(filters.pile), *_narrowed(filters)).order_by(Revision.signed_at, Revision.id)
    if placed:
        query = query.where(tuple_(Revision.signed_at, Revision.id) > tuple_(bindparam("signed", type_=UtcDateTime()), bindparam("last")))
    return query


def moments_of(filters: Filters, *, by: Account, at: datetime, place: tuple[datetime, int] | None) -> dict[str, Any]:
    """What differs from officer to officer, moment to moment and page to page, by its name in a statement of `filtered`."""
    after, until = signed_between(filters.age, at) if filters.age else (None, None)
    signed, last = place or (None, None)
    return {"me": by.id, "lives": at - CLAIM_LIVES, "older": after, "until": until, "signed": signed, "last": last}


def _narrowed(filters: Filters) -> Iterator[ColumnElement[bool]]:
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
        after, until = signed_between(filters.age, _EPOCH)
        yield from (Revision.signed_at > bindparam("older"),) if after else ()
        yield from (Revision.signed_at <= bindparam("until"),) if until else ()
    if filters.since:
        yield Revision.signed_at < datetime.combine(filters.since + timedelta(days=1), time.min, UTC)
    if filters.held:
        yield _held(filters.held)
    if folded := fold(filters.q):
        yield Revision.search_text.contains(folded, autoescape=True)


def _held(held: Held) -> ColumnElement[bool]:
    claims = select(Claim.pledge_id).where(Claim.pledge_id == Pledge.id, Claim.at > bindparam("lives")).correlate(Pledge)
    if held is Held.FREE:
        return ~claims.exists()
    me: BindParameter[int] = bindparam("me")
    return claims.where(Claim.account_id == me if held is Held.MINE else Claim.account_id != me).exists()


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
        return and_(Pledge.withdrawn_at.is_(None), *(text(f"revision.{part}") for part in UNTOLD.split(" AND ")))
    return and_(Pledge.withdrawn_at.is_(None), Revision.moderation == Moderation(pile.value))


def _at_risk(code: str) -> ColumnElement[bool]:
    """By the text in which both engines keep JSON: a quote within a fact is escaped there, so no fact reads like a code."""
    kept = cast(Signature.risks, Text)
    return kept.like("[{%") if code == ANY_RISK else kept.contains(f'"code": "{Risk(code)}"', autoescape=True)


def cursor(signed: datetime, revision_id: int) -> str:
    """The place of a revision among the longest signed: what comes after it begins there."""
    return f"{(signed - _EPOCH) // timedelta(microseconds=1)}.{revision_id}"


def place_in(cursor: str) -> tuple[datetime, int] | None:
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
