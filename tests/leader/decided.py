"""Answers of the secretariat, as leaders find them; without its letters."""

from pledges.domain.lifecycle import Move, Reason
from pledges.extensions import db
from pledges.models import Decision
from tests.leader.cabinet import Cabinet, now


def decide(cabinet: Cabinet, move: Move, *, told: bool, message: str = "", **suggestions: str) -> None:
    """Decide on a cabinet's signed pledge; `told` says whether its leader knows. Suggestions are by column of a pledges file."""
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        pledge.current.move(move)
        pledge.current.announced_at = now() if told else None
        reason = None if move is Move.ACCEPT else Reason.NEEDS_WORDING
        made = Decision(pledge=pledge, revision=pledge.current, move=move, reason=reason, decided_by="L. Ortiz", at=now())
        made.message, made.suggestions = message, suggestions
        db.session.add(made)
        db.session.commit()
