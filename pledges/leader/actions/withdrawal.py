"""Withdrawing a signed pledge: no edition to come holds it, and the admins are told."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.dates import in_new_york, in_utc
from pledges.domain.lifecycle import Move, MoveNotAllowed
from pledges.domain.protocol import country_name
from pledges.leader import queries
from pledges.models import Edition, Pledge, Revision, log
from pledges.models.account import admins_to_tell
from pledges.models.protocol import standing_rulings
from pledges.signatures import Address, void_sign_links


def withdraw(session: Session, pledge: Pledge, *, at: datetime, address: Address) -> None:
    """Withdraw, take every edition with a moment of release to come that holds the pledge off the schedule, and tell leader and admins.

    Raises MoveNotAllowed when it was never signed or is withdrawn already.
    """
    signed = queries.signed_revision(session, pledge)
    if signed is None or pledge.withdrawn_at is not None:
        raise MoveNotAllowed(Move.SIGN, pledge.current.content)
    pledge.withdrawn_at = at
    void_sign_links(session, pledge, at=at)
    editions = queries.scheduled_editions(session, pledge, at)
    for edition in editions:
        edition.unschedule(at)
        log.record(session, "unscheduled", f"edition:{edition.number}", at=at, because=f"pledge:{pledge.public_id} was withdrawn")
    _write(session, pledge, signed, editions, at=at, address=address)
    log.record(session, "withdrawn", f"pledge:{pledge.public_id}", at=at, changes_register=True, editions=[one.number for one in editions])
    session.commit()


def _write(session: Session, pledge: Pledge, signed: Revision, editions: list[Edition], *, at: datetime, address: Address) -> None:
    language = pledge.preparer_language
    facts: dict[str, Any] = {"government": signed.government_name, "leader": signed.leader_name, "number": pledge.public_id}
    if pledge.leader_email:
        letters.write(
            session, "withdrawn", to=pledge.leader_email, language=language, at=at, pledge=pledge, **facts,
            office=signed.office_local or signed.office, start=address("leader.start"),
            withdrawn_utc=in_utc(at, language), withdrawn_new_york=in_new_york(at, language),
        )  # fmt: skip
    for officer in admins_to_tell(session):
        letters.write(
            session, "withdrawal_notice", to=officer.email, language=officer.language, at=at, pledge=pledge, **facts, office=signed.office,
            country=country_name(signed.country_code, officer.language, standing_rulings(session)),
            editions=", ".join(edition.label for edition in editions), desk=address("secretariat.pledge", public_id=pledge.public_id),
            withdrawn_utc=in_utc(at, officer.language), withdrawn_new_york=in_new_york(at, officer.language),
        )  # fmt: skip
