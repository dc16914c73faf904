"""Rulings of protocol: one officer proposes a name or a place with a reason, another approves it."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.domain.problems import N_, refuse
from pledges.domain.protocol import NO_RULINGS, RulingKind, country_name, known_countries
from pledges.models import Account, Ruling, log
from pledges.models.protocol import standing_rulings
from pledges.secretariat.queries import protocol as queries


def propose(
    session: Session, kind: RulingKind, subject: str, language: str, *, value: str, reason: str, by: Account, at: datetime
) -> Ruling:
    """Propose what a country is called, or as what it or a government is sorted; an empty value returns to the lists.

    Raises Refused: such a change waits already, or it would change nothing.
    """
    if queries.ruling_waits(session, kind, subject, language):
        raise refuse("value", N_("A change of this waits for approval already."))
    stands = standing_rulings(session).get((kind, subject, language), "")
    listed = country_name(subject, language, NO_RULINGS) if kind is RulingKind.NAME and subject in known_countries() else ""
    if value == stands:
        raise refuse("value", N_("This is how it stands now."))
    proposed = Ruling(kind=kind, subject=subject, language=language, value=value, reason=reason, proposed_by=by, proposed_at=at)
    session.add(proposed)
    _log(session, "ruling.proposed", proposed, by, at, before=stands or listed)
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
        raise refuse("value", N_("A change of this waits for approval already.")) from None
    return proposed


def decide(session: Session, number: int, *, approve: bool, by: Account, at: datetime) -> Ruling:
    """Approve a proposal of somebody else, or refuse it; whoever proposed it may take it back. Raises Refused."""
    proposed = queries.ruling(session, number, lock=True)
    if proposed is None or proposed.decided_at is not None:
        raise refuse("value", N_("A colleague has answered this meanwhile."))
    if approve and proposed.proposed_by_id == by.id:
        raise refuse("value", N_("Nobody approves what they proposed themselves: a second person has to look at it."))
    proposed.approved, proposed.decided_by, proposed.decided_at = approve, by, at
    _log(session, "ruling.approved" if approve else "ruling.refused", proposed, by, at)
    session.commit()
    return proposed


def _log(session: Session, act: str, ruling: Ruling, by: Account, at: datetime, **more: object) -> None:
    told = {"kind": ruling.kind, "language": ruling.language, "value": ruling.value, "reason": ruling.reason, "by": by.label, **more}
    log.record(
        session, act, f"protocol:{ruling.subject}", at=at, account_id=by.id, changes_register=act == "ruling.approved", **told
    )  # fmt: skip
