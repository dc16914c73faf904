"""What officers see of letters: the outbox by state, one letter with what came back, the texts that stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.lifecycle import LETTERS
from pledges.letters.kinds import KINDS, may_wait
from pledges.models import Bounce, Letter, LetterRule, LetterText, OtherContact, Pledge, Revision

PAGE = 50


class Post(StrEnum):
    """Where a letter is on its way."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


_OPEN = and_(Letter.delivered_at.is_(None), Letter.given_up_at.is_(None))
_POSTED: dict[Post, ColumnElement[bool]] = {
    Post.HELD: and_(_OPEN, Letter.held_at.is_not(None)),
    Post.WAITING: and_(_OPEN, Letter.held_at.is_(None)),
    Post.SENT: and_(Letter.delivered_at.is_not(None), Letter.bounced_at.is_(None)),
    Post.FAILED: and_(Letter.given_up_at.is_not(None), Letter.cancelled_at.is_(None)),
    Post.BOUNCED: Letter.bounced_at.is_not(None),
    Post.CANCELLED: Letter.cancelled_at.is_not(None),
}


class Act(StrEnum):
    """What an officer does with letters that have not gone out."""

    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Picked:
    """Which letters are meant: those named, or all that wait for a person (of a kind) up to a number."""

    ids: Sequence[int] = ()
    all_held: bool = False
    kind: str = ""
    until: int = 0


def told_by_none_but(session: Session, cancelled: Collection[int]) -> Sequence[Revision]:
    """The decided wordings that these letters told, and no other letter that stands: both were written at one moment."""
    same = (Letter.pledge_id == Revision.pledge_id, Letter.created_at == Revision.announced_at, Letter.kind.in_(LETTERS.values()))
    told = select(Letter.id).where(*same, Letter.id.in_(cancelled)).exists()
    stands = select(Letter.id).where(*same, Letter.cancelled_at.is_(None)).exists()
    return session.scalars(select(Revision).where(told, ~stands).options(joinedload(Revision.pledge))).all()


def open_to(act: Act, picked: Picked, at: datetime) -> list[ColumnElement[bool]]:
    """Which of the picked letters the act can still be done to: none that is just being sent, none that nobody may keep back."""
    free = or_(Letter.leased_until.is_(None), Letter.leased_until < at)
    mine = Letter.id <= picked.until if picked.all_held else Letter.id.in_(picked.ids)
    held = {Act.HOLD: Letter.held_at.is_(None), Act.RELEASE: Letter.held_at.is_not(None)}.get(act)
    conditions = [_OPEN, free, mine, Letter.kind.in_([kind for kind in KINDS if may_wait(kind)])]
    if picked.all_held:
        conditions.append(Letter.held_at.is_not(None))
    if picked.kind:
        conditions.append(Letter.kind == picked.kind)
    return conditions if held is None else [*conditions, held]


def meant(session: Session, act: Act, picked: Picked, at: datetime) -> tuple[dict[str, int], list[Letter]]:
    """How many letters of each kind the act would concern, and the first of them."""
    conditions = open_to(act, picked, at)
    counted = select(Letter.kind, func.count()).where(*conditions).group_by(Letter.kind)
    kinds = {kind: int(count) for kind, count in session.execute(counted)}
    return kinds, list(session.scalars(select(Letter).where(*conditions).order_by(Letter.id).limit(PAGE)))


@dataclass(frozen=True, slots=True)
class Outbox:
    """A page of letters, each with the public id of its pledge; `next` is where the next page begins, 0 for the last."""

    rows: Sequence[tuple[Letter, str | None]]
    next: int


def outbox(session: Session, post: Post | None, *, kind: str = "", before: int | None = None) -> Outbox:
    """Letters, the newest first."""
    query = select(Letter, Pledge.public_id).outerjoin(Pledge, Pledge.id == Letter.pledge_id).order_by(Letter.id.desc())
    if post:
        query = query.where(_POSTED[post])
    if kind:
        query = query.where(Letter.kind == kind)
    if before is not None:
        query = query.where(Letter.id < before)
    rows = [(letter, public_id) for letter, public_id in session.execute(query.limit(PAGE + 1))]
    return Outbox(rows[:PAGE], rows[PAGE - 1][0].id if len(rows) > PAGE else 0)


def posted(session: Session) -> dict[Post, int]:
    """How many letters are in each state."""
    row = session.execute(select(*(func.sum(case((condition, 1), else_=0)) for condition in _POSTED.values()))).one()
    return {post: count or 0 for post, count in zip(_POSTED, row, strict=True)}


def newest_letter(session: Session) -> int:
    """The number of the letter that was written last; 0 when there is none."""
    return session.scalar(select(func.max(Letter.id))) or 0


def letter(session: Session, letter_id: int) -> tuple[Letter, Pledge | None] | None:
    """One letter with its pledge."""
    query = select(Letter, Pledge).outerjoin(Pledge, Pledge.id == Letter.pledge_id).where(Letter.id == letter_id)
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


def bounces_of_letter(session: Session, found: Letter) -> list[Bounce]:
    """What came back of a letter, oldest first."""
    return list(session.scalars(select(Bounce).where(Bounce.letter_id == found.id).order_by(Bounce.id)))


def bounces_of_pledge(session: Session, pledge: Pledge) -> list[tuple[Bounce, Letter]]:
    """What came back of the letters about a pledge, the newest first."""
    query = select(Bounce, Letter).join(Letter, Letter.id == Bounce.letter_id).where(Letter.pledge_id == pledge.id)
    return [(bounce, found) for bounce, found in session.execute(query.order_by(Bounce.id.desc()).limit(PAGE))]


def contact(session: Session, pledge: Pledge) -> OtherContact | None:
    """Another way to reach the people of a pledge."""
    return session.get(OtherContact, pledge.id, options=[joinedload(OtherContact.noted_by)])


def waiting_kinds(session: Session) -> set[str]:
    """The kinds whose letters wait for a person."""
    return set(session.scalars(select(LetterRule.kind).where(LetterRule.waits)))


def texts_in_force(session: Session) -> dict[tuple[str, str], LetterText]:
    """What editors wrote last, by kind and language; without those that gave way to the file again."""
    last = select(func.max(LetterText.id)).group_by(LetterText.kind, LetterText.language)
    rows = session.scalars(
        select(LetterText).where(LetterText.id.in_(last), LetterText.text != "").options(joinedload(LetterText.written_by))
    )
    return {(row.kind, row.language): row for row in rows}


def versions(session: Session, kind: str, language: str) -> list[LetterText]:
    """Every version of one text, the newest first."""
    query = select(LetterText).where(LetterText.kind == kind, LetterText.language == language).order_by(LetterText.number.desc())
    return list(session.scalars(query.options(joinedload(LetterText.written_by))))
