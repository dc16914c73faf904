"""Every letter we write: a row in the outbox, in the same transaction as the act it tells of."""

import secrets as random
from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.languages import INTERFACE
from pledges.letters.kinds import may_wait
from pledges.letters.texts import rendered
from pledges.models import Invitation, Letter, Pledge
from pledges.models.letter import Settled, settled


def write(
    session: Session,
    kind: str,
    *,
    to: str,
    language: str,
    at: datetime,
    due: datetime | None = None,
    pledge: Pledge | None = None,
    invitation: Invitation | None = None,
    kept: Settled | None = None,
    secrets: dict[str, str] | None = None,
    **values: object,
) -> Letter:
    """Put a letter into the outbox; it goes out once the transaction is committed, or at `due`, or when an officer has read it.

    `kind` names the template `mail/<kind>.<language>.txt`, whose first line is the subject, unless an editor wrote another text.
    Whoever writes many of a kind asks what is settled about it once, and gives it as `kept`.
    `secrets` (link, code) are given to the template as stand-ins and filled in when the letter is sent, so that they are kept
    nowhere afterwards. Raises jinja2.UndefinedError when the template wants a value that was not given.
    """
    language = language if language in INTERFACE else "en"
    stand_ins = {name: f"[{name}:{random.token_hex(6)}]" for name in secrets or {}}
    with session.no_autoflush:  # whoever writes decides when its rows are sent to the database
        kept = kept or settled(session, kind)
    subject, body = rendered(kind, language, kept.texts.get(language), {**values, **stand_ins, "pledge": pledge})
    letter = Letter(
        message_id=f"<{random.token_hex(16)}@pledges.invalid>",
        kind=kind,
        pledge_id=pledge.id if pledge else None,
        invitation=invitation,
        to=to,
        language=language,
        subject=subject,
        body=body,
        created_at=at,
        due_at=due or at,
        held_at=at if kept.waits and may_wait(kind) else None,
        secrets={stand_ins[name]: secret for name, secret in (secrets or {}).items()} or None,
    )
    if to:  # an address that was erased on request gets nothing
        session.add(letter)
    return letter
