"""Every letter we write: a row in the outbox, in the same transaction as the act it tells of."""

import secrets as random
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.languages import INTERFACE
from pledges.letters.kinds import may_wait
from pledges.letters.texts import rendered
from pledges.models import Letter, Pledge
from pledges.models.letter import text_in_force, waits_for_a_person


def write(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    at: datetime,
    due: datetime | None = None,
    pledge: Pledge | None = None,
    secrets: dict[str, str] | None = None,
    **values: object,
) -> Letter:
    """Put a letter into the outbox; it goes out once the transaction is committed, or at `due`, or when an officer has read it.

    `kind` names the template `mail/<kind>.<language>.txt`, whose first line is the subject, unless an editor wrote another text.
    `secrets` (link, code) are given to the template as stand-ins and filled in when the letter is sent, so that they are kept
    nowhere afterwards. Raises jinja2.UndefinedError when the template wants a value that was not given.
    """
    language = language if language in INTERFACE else "en"
    stand_ins = {name: f"[{name}:{random.token_hex(6)}]" for name in secrets or {}}
    with session.no_autoflush:  # whoever writes decides when its rows are sent to the database
        text, waits = text_in_force(session, kind, language), may_wait(kind) and waits_for_a_person(session, kind)
    subject, body = rendered(kind, language, text, {**values, **stand_ins, "pledge": pledge})
    letter = Letter(
        message_id=f"<{random.token_hex(16)}@pledges.invalid>",
        kind=kind,
        pledge_id=pledge.id if pledge else None,
        to=to,
        language=language,
        subject=subject,
        body=body,
        created_at=at,
        due_at=due or at,
        held_at=at if waits else None,
        secrets={stand_ins[name]: secret for name, secret in (secrets or {}).items()} or None,
    )
    if to:  # an address that was erased on request gets nothing
        session.add(letter)
    return letter
