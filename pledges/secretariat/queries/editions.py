"""What an edition holds, and what has been built and released."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from pledges.domain.lifecycle import EditionKind
from pledges.domain.sealing import SealLevel
from pledges.models import Assembly, Commitment, CommitmentText, Edition, EditionEntry, EditionFile, Letter, Pledge, Revision
from pledges.models.visibility import fixed, holding_to_come

_BATCH = 500


def held_by(kind: EditionKind, rev: Edition | None, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Which pledges an edition of a kind holds: a Rev every accepted one that stands, an Add those that no edition holds that is
    released or on the schedule, a Corr those of the Rev that it corrects, as they now stand."""
    if kind is EditionKind.ADD:
        released = select(EditionEntry.pledge_id).join(Edition).where(EditionEntry.pledge_id == Pledge.id, fixed(at))
        return _standing(), ~released.exists()
    if kind is EditionKind.CORR and rev:
        return _standing(), Pledge.id.in_(select(EditionEntry.pledge_id).where(EditionEntry.edition_number == rev.number))
    return (_standing(),)


def pledges_for(session: Session, kind: EditionKind, rev: Edition | None, at: datetime) -> Iterator[tuple[Pledge, Revision]]:
    """The pledges of an edition that is built now, each with its accepted revision."""
    query = select(Pledge, Revision).join(Revision, Revision.id == Pledge.accepted_revision_id).where(*held_by(kind, rev, at))
    yield from _pairs(session, query.order_by(Pledge.id))


def held_by_edition(session: Session, number: int) -> Iterator[tuple[Pledge, Revision]]:
    """The pledges of an edition as it was built, for another language of it."""
    own = select(EditionEntry.pledge_id, EditionEntry.revision_id).where(EditionEntry.edition_number == number).subquery()
    query = select(Pledge, Revision).join(own, own.c.pledge_id == Pledge.id).join(Revision, Revision.id == own.c.revision_id)
    yield from _pairs(session, query)


_LOADED = (
    joinedload(Pledge.network),
    joinedload(Revision.signature),
    selectinload(Revision.commitments).joinedload(Commitment.adopted),
)


def _standing() -> ColumnElement[bool]:
    return Pledge.accepted_revision_id.is_not(None) & Pledge.withdrawn_at.is_(None)


def _pairs(session: Session, query: Select[Pledge, Revision]) -> Iterator[tuple[Pledge, Revision]]:
    rows = session.execute(query.options(*_LOADED).execution_options(yield_per=_BATCH))
    yield from ((pledge, revision) for pledge, revision in rows)


def published_texts(session: Session, at: datetime) -> list[CommitmentText]:
    """Every text that was published by then, oldest version first."""
    published = or_(CommitmentText.published_at.is_(None), CommitmentText.published_at <= at)
    return list(session.scalars(select(CommitmentText).where(published).order_by(CommitmentText.version, CommitmentText.id)))


def built_editions(session: Session) -> list[Edition]:
    """Every edition with its files, the newest first."""
    return list(session.scalars(select(Edition).order_by(Edition.number.desc()).options(selectinload(Edition.files))))


def edition(session: Session, number: int, *, lock: bool = False) -> Edition | None:
    """One edition, whatever its state; with `lock` nobody else changes it meanwhile."""
    query = select(Edition).where(Edition.number == number)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def next_number(session: Session) -> int:
    """Editions are numbered from 1."""
    return (session.scalar(select(func.max(Edition.number))) or 0) + 1


def next_label(session: Session, kind: EditionKind) -> str:
    """Labels count released editions of a kind, timed ones included: Rev.0, Rev.1 … Add.1 … Corr.1 …"""
    taken = session.scalars(select(Edition.label).where(Edition.kind == kind, Edition.released_at.is_not(None)))
    last = max((int(label.partition(".")[2]) for label in taken), default=-1 if kind is EditionKind.REV else 0)
    return f"{kind.value.capitalize()}.{last + 1}"


def same_label(session: Session, edition: Edition) -> Sequence[Edition]:
    """Other editions that nobody has released and that bear the same label: whichever is released first keeps it."""
    others = select(Edition).where(Edition.label == edition.label, Edition.number != edition.number, Edition.released_at.is_(None))
    return session.scalars(others.order_by(Edition.number)).all()


def out_of_turn(session: Session, edition: Edition, moment: datetime) -> Edition | None:
    """An edition of the same kind that was built earlier and would be released after `moment`, or built later and released before it."""
    earlier = (Edition.number < edition.number) & (Edition.released_at > moment)
    later = (Edition.number > edition.number) & (Edition.released_at < moment)
    query = select(Edition).where(Edition.kind == edition.kind, Edition.recalled_at.is_(None), earlier | later)
    return session.scalars(query.order_by(Edition.number).limit(1)).one_or_none()


def overtaken_by(session: Session, rev: Edition, moment: datetime, at: datetime) -> Sequence[Edition]:
    """The Adds and Corrs that are to be released after `moment`, when `rev` is the last Rev and they refer to another."""
    timed = select(Edition).where(Edition.released_at >= moment, Edition.released_at > at, Edition.refers_to != rev.number)
    return session.scalars(timed.order_by(Edition.number).with_for_update()).all()


def referring_to(session: Session, number: int) -> Sequence[Edition]:
    """The Adds and Corrs of a Rev."""
    return session.scalars(select(Edition).where(Edition.refers_to == number).order_by(Edition.number).with_for_update()).all()


def begin_alone(session: Session) -> None:
    """Wait until nobody else builds or releases: numbers and labels are counted, so they are given one after the other."""
    session.scalars(select(Assembly).where(Assembly.id == 1).with_for_update()).one()


def no_longer_standing(session: Session, number: int, *, lock: bool = False) -> Sequence[tuple[Pledge, Revision]]:
    """What the edition holds and the register no longer does: withdrawn since it was built, or taken back into review.

    With `lock` its pledges stay as they are until the transaction ends, so that nobody withdraws one unseen.
    """
    held = select(EditionEntry.pledge_id).where(EditionEntry.edition_number == number)
    if lock:
        session.execute(select(Pledge.id).where(Pledge.id.in_(held)).order_by(Pledge.id).with_for_update(read=True))
    query = select(Pledge, Revision).join(EditionEntry, EditionEntry.pledge_id == Pledge.id)
    query = query.join(Revision, Revision.id == EditionEntry.revision_id).where(EditionEntry.edition_number == number)
    query = query.where(~_standing() | (Pledge.accepted_revision_id != EditionEntry.revision_id))
    rows = session.execute(query.order_by(EditionEntry.position).execution_options(populate_existing=True))
    return [(pledge, revision) for pledge, revision in rows]


def to_come_with_other_words(session: Session, accepted: Revision, at: datetime) -> Sequence[Edition]:
    """The editions on the schedule that hold another wording of this pledge."""
    return session.scalars(holding_to_come(accepted.pledge_id, at).where(EditionEntry.revision_id != accepted.id)).all()


def is_told(session: Session, kind: str, link: str) -> bool:
    """Whether somebody was written to with this link."""
    return (
        session.scalar(select(Letter.id).where(Letter.kind == kind, Letter.body.contains(f"{link}\n", autoescape=True)).limit(1))
        is not None
    )


def edition_file(session: Session, number: int, language: str) -> EditionFile | None:
    """One language of an edition, whatever its state."""
    return session.get(EditionFile, (number, language))


def files_to_upgrade(session: Session, number: int | None) -> list[EditionFile]:
    """The files of one edition, or of all, whose seal and evidence together prove less than they could."""
    query = (
        select(EditionFile).where(EditionFile.seal_level != SealLevel.B_LT.value).order_by(EditionFile.edition_number, EditionFile.language)
    )
    if number is not None:
        query = query.where(EditionFile.edition_number == number)
    return [file for file in session.scalars(query) if all(each.level != SealLevel.B_LT for each in file.evidence)]
