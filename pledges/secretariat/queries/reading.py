"""What helps to decide on one pledge: notes, translations, the government's other pledges, what changed from wording to wording."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from pledges.accounts.roles import READ
from pledges.domain.lifecycle import Content
from pledges.domain.merging import Piece, differences
from pledges.domain.search import fold
from pledges.models import Account, CourtesyTranslation, Government, GovernmentName, Mention, Note, Pledge, Revision, Role
from pledges.models.frozen import fields_of, own_words
from pledges.secretariat.queries.queue import of_newest_signed

MOST_OTHERS = 20
BY_HAND = "own-"
"""How the identifier of a government that is not in the directory begins."""
_NAMED = ("leader_name", "leader_name_latin", "honorific", "leader_role", "office_local", "government_name", "government_native_name")


class Alike(StrEnum):
    """How another pledge meets this one."""

    SAME_OFFICE = "same_office"
    """The same government and office: probably one pledge twice."""
    LIKE_NAMED_OFFICE = "like_named_office"
    """The same office of a government of the same name and kind in the same country, of which one was entered by hand."""
    SAME_GOVERNMENT = "same_government"
    LIKE_NAMED = "like_named"


@dataclass(frozen=True, slots=True)
class Other:
    """Another pledge that concerns the same government, as far as its name and office tell."""

    revision: Revision
    alike: Alike


@dataclass(frozen=True, slots=True)
class Change:
    """How one signed wording differs from the one before, by column of a pledges file."""

    revision: Revision
    before: Revision
    changed: dict[str, tuple[Piece, ...]]


def notes(session: Session, pledge: Pledge) -> Sequence[Note]:
    """The officers' notes, the oldest first, with whom they name."""
    query = select(Note).where(Note.pledge_id == pledge.id).order_by(Note.id)
    return session.scalars(query.options(selectinload(Note.mentions).joinedload(Mention.account))).all()


def unread_mentions(session: Session, account: Account) -> Sequence[Mention]:
    """The notes that name this officer and are not marked as read, the oldest first."""
    query = select(Mention).join(Note, Note.id == Mention.note_id).where(Mention.account_id == account.id, Mention.read_at.is_(None))
    whole = joinedload(Mention.note).joinedload(Note.pledge).selectinload(Pledge.revisions)
    return session.scalars(query.options(whole).order_by(Mention.note_id)).all()


def mention(session: Session, note_id: int, account: Account) -> Mention | None:
    """That a note names this officer."""
    return session.get(Mention, (note_id, account.id))


def colleagues(session: Session, account: Account) -> Sequence[Account]:
    """The other officers who work at the desk, by name."""
    others = select(Account).where(Account.active, Account.id != account.id, Account.roles.any(Role.name.in_(READ)))
    return sorted(session.scalars(others), key=lambda other: fold(other.label))


def translations(session: Session, revision: Revision) -> dict[str, CourtesyTranslation]:
    """The courtesy translations of a wording by language."""
    query = select(CourtesyTranslation).where(CourtesyTranslation.revision_id == revision.id)
    return {one.language: one for one in session.scalars(query.order_by(CourtesyTranslation.language))}


def version_of(translation: CourtesyTranslation) -> str:
    """Language and moment, without a space: it tells whether a translation is still the one that was read."""
    return f"{translation.language}:{translation.at.isoformat()}"


def others(session: Session, pledge: Pledge, revision: Revision) -> list[Other]:
    """Signed pledges for the same government, or for one that is called the same in the same country, the likeliest duplicates first.

    Offices are compared by their normalised level, or folded where the style is unknown. A leader's name plays no part: written in Latin
    letters, many people share one.
    """
    theirs = Pledge.government_id.in_({pledge.government_id, *_like_named(session, pledge.government)})
    query = of_newest_signed(select(Revision)).where(Pledge.id != pledge.id, theirs).order_by(Revision.id.desc())
    loaded = query.options(joinedload(Revision.pledge), joinedload(Revision.signature)).limit(MOST_OTHERS)
    found = [Other(other, _alike(revision, other)) for other in session.scalars(loaded)]
    return sorted(found, key=lambda other: list(Alike).index(other.alike))


def _like_named(session: Session, here: Government) -> set[str]:
    """Governments of the same country and kind that may be this one: two entries of the directory never are, one by hand may be."""
    there = select(Government).where(Government.country_code == here.country_code, Government.kind == here.kind, Government.id != here.id)
    found = list(session.scalars(there.where(Government.id.startswith(BY_HAND))))
    if here.id.startswith(BY_HAND):
        named = select(GovernmentName.government_id).where(GovernmentName.folded.in_(_names(here)))
        found += session.scalars(there.where(Government.id.in_(named)))
    return {one.id for one in found if _same_names(here, one)}


def _same_names(one: Government, other: Government) -> bool:
    """Names in their own script decide where both have one, else any name; accents, capitals and variants of one letter do not count."""
    natives = {fold(one.native_name), fold(other.native_name)}
    return len(natives) == 1 if "" not in natives else bool(_names(one) & _names(other))


def _names(government: Government) -> set[str]:
    names = (government.name, government.native_name, *government.alternate_names.split("|"))
    return set(map(fold, names)) - {""}


def _alike(revision: Revision, other: Revision) -> Alike:
    same_office = _office(revision) == _office(other)
    if revision.pledge.government_id == other.pledge.government_id:
        return Alike.SAME_OFFICE if same_office else Alike.SAME_GOVERNMENT
    return Alike.LIKE_NAMED_OFFICE if same_office else Alike.LIKE_NAMED


def _office(revision: Revision) -> str:
    return revision.office_level.value if revision.office_level != "unset" else fold(revision.office)


def changes(pledge: Pledge) -> list[Change]:
    """Every signed wording after the first against the one signed before it, the newest first."""
    signed = [revision for revision in pledge.revisions if revision.content is Content.SIGNED]
    return [_change(before, after) for before, after in reversed(list(pairwise(signed)))]


def _change(before: Revision, after: Revision) -> Change:
    old, new = _said(before), _said(after)
    columns = [column for column in dict.fromkeys((*new, *old)) if old.get(column, "") != new.get(column, "")]
    return Change(after, before, {column: differences(old.get(column, ""), new.get(column, ""), after.language) for column in columns})


def _said(revision: Revision) -> dict[str, str]:
    row = fields_of(revision).row()
    return {column: row[column] for column in (*_NAMED, "themes", "pledge_language")} | own_words(revision)
