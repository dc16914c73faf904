"""Sending what is due: a crash or a dead mail server loses no letter, and sends none twice that it can know of."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from pledges.adapters import mail
from pledges.letters.html import html
from pledges.models import Letter, log
from pledges.secretariat.queries.outbox import due_letters

LEASE = timedelta(minutes=5)
"""Longer than the slowest sending; after it another worker may take the letter."""
_MOST_TRIES = 12
_LONGEST_WAIT = timedelta(hours=6)
_LONGEST_ERROR = 500
_BATCH = 50


def deliver_due(session: Session, mailer: mail.Mailer, clock: Callable[[], datetime], *, base_url: str = "") -> tuple[int, int]:
    """Send every letter that is due and waits for no person. Gives (delivered, put off or given up).

    In its HTML, addresses below `base_url` are links.
    """
    delivered = failed = 0
    while ids := due_letters(session, clock(), limit=_BATCH):
        session.rollback()
        for letter_id in ids:
            if _claim(session, letter_id, clock()):
                if _deliver(session, mailer, session.get_one(Letter, letter_id), clock(), base_url):
                    delivered += 1
                else:
                    failed += 1
    return delivered, failed


def _claim(session: Session, letter_id: int, at: datetime) -> bool:
    """One conditional UPDATE: whoever changes the row owns the letter until the lease ends."""
    free = or_(Letter.leased_until.is_(None), Letter.leased_until < at)
    mine = update(Letter).where(
        Letter.id == letter_id,
        Letter.delivered_at.is_(None),
        Letter.given_up_at.is_(None),
        Letter.held_at.is_(None),
        Letter.due_at <= at,
        free,
    )
    changed = session.execute(mine.values(leased_until=at + LEASE, tries=Letter.tries + 1)).rowcount  # type: ignore[attr-defined]
    session.commit()
    return bool(changed == 1)


def _deliver(session: Session, mailer: mail.Mailer, letter: Letter, at: datetime, base_url: str) -> bool:
    try:
        mailer.send(_as_mail(letter, base_url), at=at)
    except (mail.MailRefused, mail.LetterError) as error:
        permanent = not isinstance(error, mail.MailRefused) or error.permanent
        _put_off(session, letter, str(error)[:_LONGEST_ERROR], at=at, for_good=permanent or letter.tries >= _MOST_TRIES)
        delivered = False
    else:
        letter.delivered_at, letter.secrets, letter.last_error = at, None, ""
        log.record(session, "letter.delivered", f"letter:{letter.id}", at=at, kind=letter.kind)
        delivered = True
    letter.leased_until = None
    session.commit()
    return delivered


def _put_off(session: Session, letter: Letter, error: str, *, at: datetime, for_good: bool) -> None:
    letter.last_error = error
    if for_good:
        letter.given_up_at, letter.secrets = at, None
        log.record(session, "letter.given_up", f"letter:{letter.id}", at=at, kind=letter.kind, error=error)
    else:
        letter.due_at = at + min(timedelta(minutes=2**letter.tries), _LONGEST_WAIT)


def _as_mail(letter: Letter, base_url: str) -> mail.Letter:
    """The letter with its secrets filled in, as plain text and as HTML."""
    body, headers = letter.body, {}
    for stand_in, secret in (letter.secrets or {}).items():
        body = body.replace(stand_in, secret)
        if stand_in.startswith("[stop:"):  # one click in the mail program ends reminders (RFC 8058)
            headers = {"List-Unsubscribe": f"<{secret}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return mail.Letter(
        message_id=letter.message_id, to=letter.to, subject=letter.subject, text=body, language=letter.language, headers=headers,
        html=html(letter.subject, body, language=letter.language, base_url=base_url),
    )  # fmt: skip
