"""The next version of a theme's published text: editors write it in six languages, somebody who wrote none of it publishes it."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from pledges.domain.languages import INTERFACE
from pledges.domain.problems import N_, refuse
from pledges.domain.themes import Theme
from pledges.models import Account, CommitmentText, TextDraft, log
from pledges.secretariat.queries import protocol as queries

Words = Mapping[str, Mapping[str, str]]
"""`title` and `text` by language."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the draft, published it or thrown it away since the page was shown."""


def starting_words(published: Mapping[str, CommitmentText]) -> dict[str, dict[str, str]]:
    """What a new version begins with: the one before."""
    return {language: {"title": text.title, "text": text.text} for language, text in published.items()}


def save_draft(session: Session, theme: Theme, words: Words, *, seen: int, by: Account, at: datetime) -> None:
    """Keep the next version as it is written so far; `seen` is the state of the draft that was shown, 0 for none.

    Raises ChangedMeanwhile.
    """
    draft = _draft(session, theme, seen)
    before = draft.words if draft else starting_words(queries.versions(session)[theme][0].texts)
    changed = sorted(language for language in words if words[language] != before.get(language))
    if not changed:
        return
    if draft is None:
        draft = TextDraft(theme=theme, words={}, writers=[], changed_at=at)
        session.add(draft)
    draft.words = {language: dict(told) for language, told in words.items()}
    draft.writers, draft.changed_at = sorted({*draft.writers, by.id}), at
    log.record(session, "text.drafted", f"text:{theme}", at=at, account_id=by.id, languages=changed, by=by.label)
    session.commit()


def discard_draft(session: Session, theme: Theme, *, seen: int, by: Account, at: datetime) -> None:
    """Throw the next version away; the published one stays as it is. Raises ChangedMeanwhile."""
    draft = _draft(session, theme, seen)
    if draft is None:
        raise ChangedMeanwhile
    session.delete(draft)
    log.record(session, "text.discarded", f"text:{theme}", at=at, account_id=by.id, words=draft.words, by=by.label)
    session.commit()


def publish(session: Session, theme: Theme, *, seen: int, by: Account, at: datetime) -> int:
    """Make the draft the newest version, which pledges prepared from now on adopt; every pledge keeps the one it signed.

    Gives the version's number. Raises ChangedMeanwhile, and Refused while a language lacks or for one of its writers.
    """
    draft = _draft(session, theme, seen)
    if draft is None:
        raise ChangedMeanwhile
    if by.id in draft.writers:
        raise refuse("text", N_("You wrote in this text. Somebody who did not has to publish it."))
    if lacking := lacks(draft.words):
        raise refuse("text", N_("The text is not complete in these languages: %(languages)s."), languages=tuple(lacking))
    number = queries.versions(session)[theme][0].number + 1
    for language, words in draft.words.items():
        digest = sha256(words["text"].encode()).hexdigest()
        session.add(CommitmentText(theme=theme, version=number, language=language, **words, sha256=digest, published_at=at))
    writers = draft.writers
    session.delete(draft)
    log.record(
        session, "text.published", f"text:{theme}", at=at, account_id=by.id, changes_register=True, version=number, writers=writers,
        by=by.label,
    )  # fmt: skip
    session.commit()
    return number


def lacks(words: Words) -> list[str]:
    """The languages in which a title or the text is still missing."""
    return [language for language in INTERFACE if not all((words.get(language) or {}).get(part) for part in ("title", "text"))]


def _draft(session: Session, theme: Theme, seen: int) -> TextDraft | None:
    draft = queries.draft(session, theme, lock=True)
    if (draft.row_version if draft else 0) != seen:
        raise ChangedMeanwhile
    return draft
