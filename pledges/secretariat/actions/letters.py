"""What officers do with letters: hold, release and cancel them, settle which kinds wait, write their texts, note another contact."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.letters.kinds import KINDS, may_wait
from pledges.letters.texts import check_text
from pledges.models import Account, Invitation, Letter, LetterRule, LetterText, OtherContact, Pledge, log
from pledges.secretariat.queries import letters as queries
from pledges.secretariat.queries.letters import Act, Picked

_ACTS = {Act.HOLD: "letter.held", Act.RELEASE: "letter.released", Act.CANCEL: "letter.cancelled"}


class WrittenMeanwhile(Exception):
    """Somebody else has written another version of this text."""


def do(session: Session, act: Act, picked: Picked, *, by: Account, at: datetime) -> int:
    """Hold, release or cancel what of the picked letters has not gone out, and tell how many that were.

    A released letter is due at once. What is cancelled keeps no secrets and never goes out.
    """
    values: dict[Act, dict[str, datetime | None]] = {
        Act.HOLD: {"held_at": at},
        Act.RELEASE: {"held_at": None, "due_at": at},
        Act.CANCEL: {"held_at": None, "cancelled_at": at, "given_up_at": at, "secrets": None},
    }
    changed = update(Letter).where(*queries.open_to(act, picked, at)).values(values[act]).returning(Letter.id, Letter.kind)
    rows = session.execute(changed.execution_options(synchronize_session=False)).all()
    for letter_id, kind in rows:
        log.record(session, _ACTS[act], f"letter:{letter_id}", at=at, account_id=by.id, kind=kind, by=by.label)
    if act is Act.CANCEL:
        _untell(session, [letter_id for letter_id, _ in rows], by=by, at=at)
    session.commit()
    return len(rows)


def _untell(session: Session, cancelled: Collection[int], *, by: Account, at: datetime) -> None:
    """A decision whose letters are all cancelled lies with those again that are not told yet."""
    for revision in queries.told_by_none_but(session, cancelled):
        revision.announced_at = None
        log.record(session, "pledge.untold", f"pledge:{revision.pledge.public_id}", at=at, account_id=by.id, by=by.label)


def settle_waiting(session: Session, kinds: Collection[str], *, by: Account, at: datetime) -> None:
    """Letters of these kinds wait for a person from now on, all others go out by themselves; what waits already goes on waiting."""
    wanted = {kind for kind in KINDS if kind in kinds and may_wait(kind)}
    before = queries.waiting_kinds(session)
    for kind in sorted(wanted ^ before):
        session.merge(LetterRule(kind=kind, waits=kind in wanted))
        log.record(session, "letter_rule.changed", f"letters:{kind}", at=at, account_id=by.id, waits=kind in wanted, by=by.label)
    session.commit()


def write_text(session: Session, kind: str, language: str, text: str, *, seen: int, by: Account, at: datetime) -> LetterText:
    """A new version of a letter's text; an empty one lets the project's file stand again. Letters written before stay as they are.

    `seen` is the number of the version that the editor changed, 0 for the file. Raises Refused, WrittenMeanwhile.
    """
    if text:
        check_text(kind, language, text)
    last = next(iter(queries.versions(session, kind, language)), None)
    if (last.number if last else 0) != seen:
        raise WrittenMeanwhile
    version = LetterText(kind=kind, language=language, number=seen + 1, text=text, written_by_id=by.id, written_at=at)
    session.add(version)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise WrittenMeanwhile from None
    log.record(session, "letter_text.written", f"letters:{kind}.{language}", at=at, account_id=by.id, version=seen + 1, by=by.label)
    session.commit()
    return version


def note_contact_of(session: Session, invitation: Invitation, words: str, *, by: Account, at: datetime) -> None:
    """Note another way to reach somebody who was invited; no words take the note away. Only officers ever see it."""
    if invitation.other_contact != words:
        invitation.other_contact = words
        subject = f"government:{invitation.government_id}"
        log.record(session, "contact.noted", subject, at=at, account_id=by.id, invitation=invitation.id, by=by.label)
    session.commit()


def note_contact(session: Session, pledge: Pledge, words: str, *, by: Account, at: datetime) -> None:
    """Note another way to reach the people of a pledge; no words take the note away. Only officers ever see it."""
    noted = queries.contact(session, pledge)
    if noted is not None and not words:
        session.delete(noted)
    elif words:
        session.merge(OtherContact(pledge_id=pledge.id, words=words, noted_by_id=by.id, noted_at=at))
    else:
        return
    log.record(session, "contact.noted", f"pledge:{pledge.public_id}", at=at, account_id=by.id, by=by.label)
    session.commit()
