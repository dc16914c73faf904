"""Rulings of protocol, texts with their versions and drafts, and networks, as officers look at them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session, joinedload

from pledges.domain.protocol import RulingKind
from pledges.domain.themes import Theme
from pledges.models import Account, Commitment, CommitmentText, Government, Invitation, Network, Pledge, Revision, Ruling, TextDraft

_PAGE = 100


def ruling(session: Session, number: int, *, lock: bool = False) -> Ruling | None:
    """One ruling, whatever became of it."""
    query = select(Ruling).where(Ruling.id == number)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True) if lock else query).one_or_none()


def rulings_on(session: Session, subject: str) -> Sequence[Ruling]:
    """Everything that was ever proposed for a country or government, the last first."""
    query = select(Ruling).where(Ruling.subject == subject).order_by(Ruling.id.desc()).limit(_PAGE)
    return session.scalars(query.options(*_WITH_OFFICERS)).all()


def waiting_with_officers(session: Session) -> Sequence[Ruling]:
    """What waits for a second person, the first first."""
    return session.scalars(select(Ruling).where(Ruling.decided_at.is_(None)).order_by(Ruling.id).options(*_WITH_OFFICERS)).all()


_WITH_OFFICERS = (joinedload(Ruling.proposed_by), joinedload(Ruling.decided_by))


def last_approved(session: Session) -> Sequence[Ruling]:
    """What was approved, the last first."""
    query = select(Ruling).where(Ruling.approved.is_(True)).order_by(Ruling.decided_at.desc(), Ruling.id.desc()).limit(_PAGE)
    return session.scalars(query.options(*_WITH_OFFICERS)).all()


def ruling_waits(session: Session, kind: RulingKind, subject: str, language: str) -> bool:
    """Whether a change of just this waits already."""
    asked = select(Ruling.id).where(Ruling.kind == kind, Ruling.subject == subject, Ruling.language == language)
    return session.scalar(asked.where(Ruling.decided_at.is_(None))) is not None


def government_names(session: Session, subjects: Sequence[str]) -> dict[str, str]:
    """The name of each government among the subjects of rulings."""
    rows = session.execute(select(Government.id, Government.name).where(Government.id.in_(set(subjects))))
    return {identifier: name for identifier, name in rows.all()}  # noqa: C416 (its types are known)


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a theme's text."""

    number: int
    texts: dict[str, CommitmentText]
    """By language."""
    pledges: int
    """How many signed pledges adopted it, in whatever wording of theirs."""


def versions(session: Session) -> dict[Theme, list[Version]]:
    """Every published version by theme, the newest first."""
    adopted = select(CommitmentText.theme, CommitmentText.version, func.count(distinct(Revision.pledge_id)))
    adopted = adopted.join(Commitment, Commitment.adopted_id == CommitmentText.id).join(Revision, Revision.id == Commitment.revision_id)
    adopted = adopted.where(Revision.signature.has()).group_by(CommitmentText.theme, CommitmentText.version)
    pledges = {(theme, number): count for theme, number, count in session.execute(adopted)}
    texts: dict[tuple[Theme, int], dict[str, CommitmentText]] = {}
    for text in session.scalars(select(CommitmentText).order_by(CommitmentText.version.desc(), CommitmentText.id)):
        texts.setdefault((text.theme, text.version), {})[text.language] = text
    found: dict[Theme, list[Version]] = {theme: [] for theme in Theme}
    for (theme, number), by_language in texts.items():
        found[theme].append(Version(number, by_language, pledges.get((theme, number), 0)))
    return found


def draft(session: Session, theme: Theme, *, lock: bool = False) -> TextDraft | None:
    """The next version of a theme's text, if somebody writes one."""
    query = select(TextDraft).where(TextDraft.theme == theme)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True) if lock else query).one_or_none()


def drafts(session: Session) -> dict[Theme, TextDraft]:
    """All texts that are being written."""
    return {one.theme: one for one in session.scalars(select(TextDraft))}


@dataclass(frozen=True, slots=True)
class Used:
    """A network and what names it."""

    network: Network
    pledges: int
    invitations: int
    focal_points: int

    @property
    def stays(self) -> bool:
        """Whether something names it."""
        return bool(self.pledges or self.invitations or self.focal_points)


def networks(session: Session) -> list[Used]:
    """Every network in the order of names, with how many pledges, invitations and officers name it."""

    def counted(table: Any) -> Any:
        return select(func.count()).where(table.network_id == Network.id).correlate(Network).scalar_subquery()

    named = [counted(table) for table in (Pledge, Invitation, Account)]
    rows = session.execute(select(Network, *named).order_by(func.lower(Network.name), Network.id))
    return [Used(*row) for row in rows]


def network(session: Session, number: int) -> Network | None:
    """One network."""
    return session.scalars(select(Network).where(Network.id == number).with_for_update()).one_or_none()


def network_called(session: Session, name: str) -> Network | None:
    """The network of that name, capitals apart."""
    return session.scalars(select(Network).where(func.lower(Network.name) == name.lower())).first()
