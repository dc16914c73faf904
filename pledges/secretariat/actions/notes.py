"""What officers write at a pledge for each other: notes that name colleagues, and courtesy translations."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.models import Account, CourtesyTranslation, Mention, Note, Pledge, Revision, log
from pledges.secretariat.actions.claims import keep_holding
from pledges.secretariat.actions.letters import WrittenMeanwhile
from pledges.secretariat.queries import reading
from pledges.secretariat.queries.queue import lock


def write_note(session: Session, pledge: Pledge, text: str, *, naming: Sequence[Account], by: Account, at: datetime) -> Note:
    """Keep a note; it stands on the desk of each whom it names until they mark it as read. The same one sent twice is one."""
    lock(session, pledge)
    last = next(reversed(reading.notes(session, pledge)), None)
    if last and (last.account_id, last.text, {one.account_id for one in last.mentions}) == (by.id, text, {one.id for one in naming}):
        return last
    note = Note(pledge=pledge, account_id=by.id, by=by.label, text=text, at=at, mentions=[Mention(account_id=one.id) for one in naming])
    session.add(note)
    keep_holding(session, pledge, by=by, at=at)
    log.record(session, "pledge.noted", _subject(pledge), at=at, account_id=by.id, names=[one.label for one in naming])
    session.commit()
    return note


def mark_read(session: Session, mention: Mention, *, at: datetime) -> None:
    """The officer whom a note names has read it."""
    if mention.read_at is None:
        mention.read_at = at
        log.record(session, "note.read", _subject(mention.note.pledge), at=at, account_id=mention.account_id, note=mention.note_id)
    session.commit()


def translate(
    session: Session, revision: Revision, language: str, words: Mapping[str, str], *, seen: str, by: Account, at: datetime
) -> None:
    """Keep a courtesy translation of a wording; without words, there is none any more. What was signed stays as it is.

    `seen` names the translations that were there when it was begun (queries.reading.version_of), a space between them.
    The same one sent twice is one. Raises WrittenMeanwhile.
    """
    lock(session, revision.pledge)
    kept = {column: text for column, text in words.items() if text}
    known = session.get(CourtesyTranslation, (revision.id, language), populate_existing=True)
    if kept == (known.words if known else {}):
        session.commit()
        return
    if (reading.version_of(known) if known else "") != next((one for one in seen.split() if one.startswith(f"{language}:")), ""):
        raise WrittenMeanwhile
    if kept:
        session.merge(CourtesyTranslation(revision_id=revision.id, language=language, words=kept, by=by.label, account_id=by.id, at=at))
    elif known is not None:
        session.delete(known)
    keep_holding(session, revision.pledge, by=by, at=at)
    subject, number = _subject(revision.pledge), revision.number
    log.record(session, "pledge.translated", subject, at=at, account_id=by.id, revision=number, language=language, of=sorted(kept))
    session.commit()


def _subject(pledge: Pledge) -> str:
    return f"pledge:{pledge.public_id}"
