"""The paper of a pledge that awaits its signature, made anew each time: the same text gives the same bytes."""

from datetime import datetime

from sqlalchemy.orm import Session

from pledges.domain.declaration import AdoptedText
from pledges.domain.paper import Paper
from pledges.domain.protocol import ruled_names
from pledges.models import Revision
from pledges.models.frozen import fields_of
from pledges.models.protocol import standing_rulings


def paper_of(session: Session, revision: Revision, *, base_url: str, closing_at: datetime, by_hand: bool) -> Paper:
    """The paper of a frozen revision, as a value that needs no database to be set."""
    from pledges.typesetting.paper import paper_language  # fonts and their engine load when a paper is asked for

    language = paper_language(revision.language)
    adopted = [words.adopted for words in revision.commitments if words.adopted]
    return Paper(
        public_id=revision.pledge.public_id,
        fingerprint=revision.fingerprint or "",
        pledge=fields_of(revision),
        texts=tuple(AdoptedText(text.theme, text.version, text.language, text.text, text.sha256) for text in adopted),
        language=language,
        base_url=base_url,
        closing_at=closing_at,
        by_hand=by_hand,
        names=ruled_names(standing_rulings(session, revision.submitted_at), language),
    )


def set_paper(paper: Paper) -> bytes:
    """The PDF."""
    from pledges.typesetting.paper import typeset_paper

    return typeset_paper(paper)
