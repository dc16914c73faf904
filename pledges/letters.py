"""Every letter we write: a row in the outbox, in the same transaction as the act it tells of."""

import secrets as random
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session

from pledges.domain.languages import INTERFACE
from pledges.models import Letter, Pledge

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates" / "mail"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 (letters are plain text: nothing reads them as markup)
    trim_blocks=True,
    lstrip_blocks=True,
)


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
    """Put a letter into the outbox; it goes out once the transaction is committed, or at `due`.

    `kind` names the template `mail/<kind>.<language>.txt`, whose first line is the subject. `secrets` (link, code) are
    given to the template as stand-ins and filled in when the letter is sent, so that they are kept nowhere afterwards.
    Raises jinja2.UndefinedError when the template wants a value that was not given.
    """
    language = language if language in INTERFACE else "en"
    stand_ins = {name: f"[{name}:{random.token_hex(6)}]" for name in secrets or {}}
    text = _templates.get_template(f"{kind}.{language}.txt").render(**values, **stand_ins, pledge=pledge)
    subject, _, body = text.partition("\n")
    letter = Letter(
        message_id=f"<{random.token_hex(16)}@pledges.invalid>",
        kind=kind,
        pledge_id=pledge.id if pledge else None,
        to=to,
        language=language,
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        created_at=at,
        due_at=due or at,
        secrets={stand_ins[name]: secret for name, secret in (secrets or {}).items()} or None,
    )
    session.add(letter)
    return letter
