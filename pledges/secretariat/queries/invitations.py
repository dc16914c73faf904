"""Who can be invited, who is, and how far each has come."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from pledges.domain.numbers import number_asked
from pledges.domain.people import GovernmentKind
from pledges.domain.regions import codes_in
from pledges.models import AdvisoryMember, Bounce, Contact, Government, Invitation, Letter, Network, NetworkMember, Pledge
from pledges.secretariat.queries.queue import PAGE, Page


class Progress(StrEnum):
    """How far an invitation has come."""

    UNOPENED = "unopened"
    RETURNED = "returned"
    """A letter came back, and nothing was prepared."""
    OPENED = "opened"
    PREPARED = "prepared"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which governments of the directory; what is empty narrows nothing. `least` and `most` are inhabitants."""

    kind: GovernmentKind | None = None
    region: str = ""
    country: str = ""
    least: int | None = None
    most: int | None = None
    network: int | None = None
    advisory: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """How many governments a choice finds, how many of them can be written to, and to how many addresses it would write now."""

    governments: int
    reachable: int
    letters: int


def networks(session: Session) -> Sequence[Network]:
    """Every network by its name."""
    return session.scalars(select(Network).order_by(Network.name)).all()


def count_chosen(session: Session, choice: Choice) -> Chosen:
    """In one query."""
    chosen = select(Government.id).where(*_narrowed(choice)).subquery()
    counts = (
        select(func.count()).select_from(chosen),
        select(func.count(Contact.government_id.distinct())).where(Contact.government_id.in_(select(chosen.c.id))),
        select(func.count()).select_from(Contact).where(Contact.government_id.in_(select(chosen.c.id)), *_unasked()),
    )
    return Chosen(*session.execute(select(*(count.scalar_subquery() for count in counts))).one())


def chosen_page(session: Session, choice: Choice, *, after: str) -> Page[tuple[Government, str | None, bool, bool]]:
    """Governments, the largest first: each with an address, and whether it is invited and whether anything of it is signed."""
    size = func.coalesce(Government.population, 0)
    columns = (_address().scalar_subquery(), _is_invited(), _is_signed())
    query = select(Government, *columns).where(*_narrowed(choice)).order_by(size.desc(), Government.id).limit(PAGE + 1)
    told, _, last = after.partition(".")
    if (inhabitants := number_asked(told)) is not None:
        query = query.where(or_(size < inhabitants, and_(size == inhabitants, Government.id > last)))
    rows = [tuple(row) for row in session.execute(query)]
    return Page(rows[:PAGE], f"{rows[PAGE - 1][0].population or 0}.{rows[PAGE - 1][0].id}" if len(rows) > PAGE else "")


def to_invite(session: Session, choice: Choice) -> Iterator[tuple[Government, Contact]]:
    """The addresses of the chosen governments to which nothing was written and of which nothing is signed."""
    query = select(Government, Contact).join(Contact, Contact.government_id == Government.id)
    rows = session.execute(query.where(*_narrowed(choice), *_unasked()).order_by(Government.id, Contact.email_key))
    return ((government, contact) for government, contact in rows)


def without_address(session: Session, choice: Choice) -> Iterator[Government]:
    """The chosen governments that cannot be written to, the largest first, a thousand at a time."""
    query = select(Government).where(*_narrowed(choice), ~exists().where(Contact.government_id == Government.id))
    return iter(session.scalars(query.order_by(func.coalesce(Government.population, 0).desc(), Government.id)).yield_per(1000))


def _narrowed(choice: Choice) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [~Government.id.startswith("own-")]
    if choice.kind:
        conditions.append(Government.kind == choice.kind)
    if choice.region:
        conditions.append(Government.country_code.in_(sorted(codes_in(choice.region))))
    if choice.country:
        conditions.append(Government.country_code == choice.country)
    if choice.least is not None:
        conditions.append(Government.population >= choice.least)
    if choice.most is not None:
        conditions.append(Government.population <= choice.most)
    if choice.network is not None:
        conditions.append(exists().where(NetworkMember.government_id == Government.id, NetworkMember.network_id == choice.network))
    if choice.advisory:
        conditions.append(exists().where(AdvisoryMember.government_id == Government.id))
    return conditions


def _unasked() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Of a contact: its address is not invited, and nothing of its government is signed."""
    asked = (Invitation.government_id == Contact.government_id, Invitation.email_key == Contact.email_key)
    stands = (Pledge.first_signed_at.is_not(None), Pledge.withdrawn_at.is_(None))
    return (
        ~exists().where(*asked, Invitation.taken_back_at.is_(None)),
        ~exists().where(Pledge.government_id == Contact.government_id, *stands),
    )


def _address() -> Select[str]:
    return select(func.min(Contact.email)).where(Contact.government_id == Government.id).correlate(Government)


def _is_invited() -> ColumnElement[bool]:
    return exists().where(Invitation.government_id == Government.id, Invitation.taken_back_at.is_(None))


def _is_signed() -> ColumnElement[bool]:
    return exists().where(Pledge.government_id == Government.id, Pledge.first_signed_at.is_not(None), Pledge.withdrawn_at.is_(None))


@dataclass(frozen=True, slots=True)
class Which:
    """Which of the standing invitations; what is empty narrows nothing."""

    region: str = ""
    network: int | None = None
    advisory: bool = False
    batch: int | None = None


def _standing(query: Any, which: Which) -> Any:
    """Of a query on invitations."""
    query = query.join(Government, Government.id == Invitation.government_id).where(Invitation.taken_back_at.is_(None))
    if which.region:
        query = query.where(Government.country_code.in_(sorted(codes_in(which.region))))
    if which.network is not None:
        query = query.where(Invitation.network_id == which.network)
    if which.advisory:
        query = query.where(exists().where(AdvisoryMember.government_id == Invitation.government_id))
    return query if which.batch is None else query.where(Invitation.batch_id == which.batch)


def progress(session: Session, which: Which) -> dict[Progress, int]:
    """How many of the standing invitations have come how far."""
    steps = _standing(select(how_far().label("step")).select_from(Invitation), which)
    each = steps.subquery()  # PostgreSQL groups by columns alone, not by what asks other tables
    counted = {Progress(step): count for step, count in session.execute(select(each.c.step, func.count()).group_by(each.c.step))}
    return {step: counted.get(step, 0) for step in Progress}


def invited_page(
    session: Session, which: Which, *, step: Progress | None, before: int | None = None
) -> Page[tuple[Invitation, Government, str]]:
    """Standing invitations, the newest first, each with its government and how far it has come."""
    query = _standing(select(Invitation, Government, how_far()), which)
    if step:
        query = query.where(how_far() == step.value)
    if before is not None:
        query = query.where(Invitation.id < before)
    rows = [(one, place, step_of) for one, place, step_of in session.execute(query.order_by(Invitation.id.desc()).limit(PAGE + 1))]
    return Page(rows[:PAGE], str(rows[PAGE - 1][0].id) if len(rows) > PAGE else "")


def invitation(session: Session, number: int) -> Invitation | None:
    """The standing invitation with this number."""
    return session.scalars(select(Invitation).where(Invitation.id == number, Invitation.taken_back_at.is_(None))).one_or_none()


def what_came_back(session: Session, invitations: Collection[Invitation]) -> dict[int, Bounce]:
    """The last word of a mail system on each of the invitations of which a letter came back."""
    query = select(Letter.invitation_id, Bounce).join(Bounce, Bounce.letter_id == Letter.id)
    mine = query.where(Letter.invitation_id.in_([one.id for one in invitations]), Letter.bounced_at.is_not(None), Bounce.action == "failed")
    return {number: bounce for number, bounce in session.execute(mine.order_by(Bounce.id)) if number is not None}


def how_far() -> ColumnElement[str]:
    """Of an invitation, as Progress calls it: by the pledge that its link began, or that its government prepares with its address."""
    theirs = or_(
        Pledge.invitation_id == Invitation.id,
        and_(Pledge.government_id == Invitation.government_id, Pledge.leader_email_key == Invitation.email_key),
    )
    signed = exists().where(theirs, Pledge.first_signed_at.is_not(None), Pledge.withdrawn_at.is_(None)).correlate(Invitation)
    return case(
        (signed, Progress.SIGNED.value),
        (exists().where(theirs, Pledge.withdrawn_at.is_(None)).correlate(Invitation), Progress.PREPARED.value),
        (exists().where(Letter.invitation_id == Invitation.id, Letter.bounced_at.is_not(None)), Progress.RETURNED.value),
        (Invitation.opened_at.is_not(None), Progress.OPENED.value),
        else_=Progress.UNOPENED.value,
    )
