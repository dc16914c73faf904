"""Deciding on a pledge, and telling its leader, now or later."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.addresses import address_key
from pledges.domain.codes import LINK_LIVES, hash_secret
from pledges.domain.dates import in_utc
from pledges.domain.lifecycle import LETTERS, MODERATING, Moderation, Move, MoveNotAllowed, Reason
from pledges.models import AccessLink, Account, Decision, LinkPurpose, Pledge, Revision, log
from pledges.models.cabinet import cabinet_addresses
from pledges.secretariat.actions import claims
from pledges.secretariat.actions.notices import tell_of_replaced_words
from pledges.secretariat.queries import claims as read
from pledges.secretariat.queries import queue
from pledges.signatures import Address


class DecidedMeanwhile(Exception):
    """The pledge is no longer what the officer saw."""


class ReleasedAlready(Exception):
    """The revision stands in an edition that is released, or has a moment of release: only a withdrawal takes it out."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why, in a coded reason and the officer's words; suggested wording never changes what was signed."""

    reason: Reason | None = None
    message: str = ""
    suggestions: Mapping[str, str] = field(default_factory=dict)
    """By the column of a pledges file whose words each would replace."""


def version_of(revision: Revision) -> str:
    """What an officer's page shows, so that a later decision can tell whether it still stands."""
    return f"{revision.number}.{revision.row_version}"


def decide(
    session: Session,
    pledge: Pledge,
    move: Move,
    *,
    by: Account,
    at: datetime,
    seen_version: str,
    grounds: Grounds,
    tell: bool,
    address: Address,
) -> Decision:
    """Decide on the newest signed revision, which must be as the officer saw it (`seen_version`), and with `tell` write to the leader.

    Of two officers at once the second gets DecidedMeanwhile, and HeldByAnother while the first still reads it. Nobody holds it afterwards.
    Raises also MoveNotAllowed, ReleasedAlready.
    """
    revision = _as_seen(session, pledge, seen_version)
    if revision.moderation is Moderation.IN_REVIEW:
        claims.refuse_to_others(session, pledge, by=by, at=at)
    if move not in MODERATING:
        raise MoveNotAllowed(move, revision.moderation)
    if move is Move.REOPEN and queue.released_with(session, revision):
        raise ReleasedAlready
    revision.move(move)
    revision.announced_at = None
    changed = _keep_accepted(pledge, revision, move)
    if move is Move.ACCEPT:
        tell_of_replaced_words(session, revision, at=at, address=address)
    read.drop(session, pledge)
    decision = Decision(
        pledge=pledge, revision=revision, move=move, reason=grounds.reason, message=grounds.message, suggestions=dict(grounds.suggestions),
        decided_by=by.label, decided_by_id=by.id, at=at,
    )  # fmt: skip
    session.add(decision)
    if tell and move in LETTERS:
        _tell(session, pledge, decision, at=at, address=address)
    act, facts = f"pledge.{LETTERS.get(move, 'reopened')}", {"reason": grounds.reason, "told": revision.announced_at is not None}
    _note(session, act, pledge, revision, by=by, at=at, changes_register=changed, **facts)
    session.commit()
    return decision


def announce(session: Session, pledge: Pledge, *, by: Account, at: datetime, seen_version: str, address: Address) -> None:
    """Tell the leader what was decided before. Raises DecidedMeanwhile when there is nothing left to tell."""
    revision = _as_seen(session, pledge, seen_version)
    decision = queue.last_decision(session, revision)
    if decision is None or decision.move not in LETTERS or revision.announced_at is not None:
        raise DecidedMeanwhile
    _tell(session, pledge, decision, at=at, address=address)
    _note(session, "pledge.told", pledge, revision, by=by, at=at)
    session.commit()


def _as_seen(session: Session, pledge: Pledge, seen_version: str) -> Revision:
    """The newest signed revision. The pledge is locked: on PostgreSQL a second officer, or the leader who withdraws, waits here."""
    queue.lock(session, pledge)
    revision = queue.newest_signed(session, pledge)
    if revision is None or pledge.withdrawn_at is not None or version_of(revision) != seen_version:
        raise DecidedMeanwhile
    return revision


def _note(
    session: Session,
    act: str,
    pledge: Pledge,
    revision: Revision,
    *,
    by: Account,
    at: datetime,
    changes_register: bool = False,
    **facts: object,
) -> None:
    subject, details = f"pledge:{pledge.public_id}", {"revision": revision.number, "by": by.label, **facts}
    log.record(session, act, subject, at=at, account_id=by.id, changes_register=changes_register, **details)


def _keep_accepted(pledge: Pledge, revision: Revision, move: Move) -> bool:
    """Keep which revision the register holds, and tell whether that changed. While a new one is in review the accepted one stays."""
    if move is Move.ACCEPT:
        pledge.accepted_revision = revision
    elif move is Move.REOPEN and pledge.accepted_revision_id == revision.id:
        pledge.accepted_revision = None
    else:
        return False
    return True


def _tell(session: Session, pledge: Pledge, decision: Decision, *, at: datetime, address: Address) -> None:
    """Write to the leader, and to the cabinet where that is somebody else; a pledge without addresses is only marked as told."""
    decision.revision.announced_at = at
    revision, language = decision.revision, pledge.preparer_language
    readers = {address_key(to): (to, purpose) for to, purpose in _readers(session, pledge) if to}
    for to, purpose in readers.values():
        token, expires_at = secrets.token_urlsafe(32), at + LINK_LIVES
        session.add(
            AccessLink(
                purpose=purpose, pledge_id=pledge.id, token_hash=hash_secret(token), created_at=at, expires_at=expires_at,
                holder=address_key(to),
            )
        )  # fmt: skip
        letters.write(
            session, LETTERS[decision.move], to=to, language=language, at=at, pledge=pledge,
            secrets={"link": address("leader.link", token=token)},
            leader=revision.leader_name, office=revision.office_local or revision.office, government=revision.government_name,
            number=pledge.public_id, fingerprint=revision.fingerprint, reason=decision.reason, message=decision.message,
            suggestion=decision.suggestion, earlier_stands=pledge.accepted_revision_id is not None,
            expires=f"{in_utc(expires_at, language)} UTC", ask=address("leader.ask"),
        )  # fmt: skip


def _readers(session: Session, pledge: Pledge) -> list[tuple[str, LinkPurpose]]:
    """The cabinet with links to go on, the leader with one to follow."""
    return [*((to, LinkPurpose.RESUME) for to in cabinet_addresses(session, pledge)), (pledge.leader_email, LinkPurpose.STATUS)]
