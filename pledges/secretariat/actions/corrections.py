"""Answering a cabinet that asks to have a slip in a signed name corrected."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.corrections import CORRECTABLE
from pledges.domain.lifecycle import Move
from pledges.models import Account, Correction, Pledge, log
from pledges.models.cabinet import cabinet_addresses
from pledges.models.corrections import name_in
from pledges.models.frozen import copied, freeze
from pledges.secretariat.actions.decisions import DecidedMeanwhile
from pledges.secretariat.queries import queue
from pledges.signatures import Address, write_sign_link


def answer_correction(
    session: Session, correction: Correction, *, agreed: bool, answer: str, by: Account, at: datetime, address: Address
) -> None:
    """Agree or refuse, and write to leader and cabinet. Agreed to, a new wording with the corrected name awaits the leader's signature.

    Raises DecidedMeanwhile: it was answered, the pledge was withdrawn, or a newer wording has begun.
    """
    pledge = correction.pledge
    queue.lock(session, pledge)
    session.refresh(correction)
    if correction.answered_at is not None or pledge.withdrawn_at is not None or pledge.current.id != correction.revision_id:
        raise DecidedMeanwhile
    correction.answered_at, correction.answered_by_id, correction.agreed, correction.answer = at, by.id, agreed, answer
    if agreed:
        _prepare(session, pledge, correction, at=at, address=address)
    _tell(session, pledge, correction, at=at, address=address)
    act = "correction_agreed" if agreed else "correction_refused"
    log.record(
        session, act, f"pledge:{pledge.public_id}", at=at, account_id=by.id, field=correction.field, wanted=correction.wanted, by=by.label
    )  # fmt: skip
    session.commit()


def _prepare(session: Session, pledge: Pledge, correction: Correction, *, at: datetime, address: Address) -> None:
    """The signed text once more with the corrected name, frozen and sent to the leader."""
    corrected = copied(correction.revision, at)
    setattr(corrected, CORRECTABLE[correction.field], correction.wanted)
    pledge.revisions.append(corrected)
    session.flush()
    freeze(corrected)
    corrected.move(Move.SUBMIT)
    corrected.submitted_at = at
    if pledge.leader_email:
        write_sign_link(session, pledge, at=at, address=address)


def _tell(session: Session, pledge: Pledge, correction: Correction, *, at: datetime, address: Address) -> None:
    revision = correction.revision
    for to in dict.fromkeys([pledge.leader_email, *cabinet_addresses(session, pledge)]):
        if to:
            letters.write(
                session, "correction_answered", to=to, language=pledge.preparer_language, at=at, pledge=pledge, agreed=correction.agreed,
                before=name_in(revision, correction.field), wanted=correction.wanted, answer=correction.answer,
                government=revision.government_name, number=pledge.public_id, ask=address("leader.ask"),
            )  # fmt: skip
