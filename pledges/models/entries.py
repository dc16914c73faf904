"""From rows to the frozen values that a declaration prints."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pledges.domain.declaration import AdoptedText, Entry, Signatory, ThemeWords
from pledges.domain.people import SignatureKind
from pledges.domain.protocol import Rulings, protocol_key
from pledges.domain.themes import Theme
from pledges.models.pledge import CommitmentText, Pledge, Revision


def entry_of(pledge: Pledge, revision: Revision, *, closing_at: datetime) -> Entry:
    """One pledge with one of its signed revisions. *Late* follows the first signature."""
    signature = revision.signature
    if signature is None or revision.record is None or revision.fingerprint is None or pledge.first_signed_at is None:
        raise ValueError(f"revision {revision.number} of pledge {pledge.public_id} is not signed")
    return Entry(
        **_names_and_words(pledge, revision),
        fingerprint=revision.fingerprint,
        record=revision.record,
        signature_kind=signature.kind,
        signed_at=signature.at,
        late=pledge.first_signed_at > closing_at,
        signature_proof=signature.proof,
    )


def draft_entry(pledge: Pledge, revision: Revision, at: datetime) -> Entry:
    """A draft as if it were signed at `at`, for a preview of its page: without record and fingerprint."""
    return Entry(
        **_names_and_words(pledge, revision), fingerprint="", record="", signature_kind=SignatureKind.EMAIL, signed_at=at, late=False
    )


def _names_and_words(pledge: Pledge, revision: Revision) -> dict[str, Any]:
    return {
        "public_id": pledge.public_id,
        "government_id": pledge.government_id,
        "government": revision.government_name,
        "government_native": revision.government_native_name,
        "kind": revision.kind,
        "country_code": revision.country_code,
        "leader_name": revision.leader_name,
        "leader_name_latin": revision.leader_name_latin,
        "honorific": revision.honorific,
        "office": revision.office,
        "office_local": revision.office_local,
        "mandate_basis": revision.mandate_basis,
        "language": revision.language,
        "themes": tuple(
            ThemeWords(words.theme, words.adopted.version if words.adopted else None, words.actions, words.multilateral, words.planned)
            for words in revision.commitments
        ),
        "statement": revision.statement,
        "actions": revision.actions,
        "multilateral": revision.multilateral,
        "network": pledge.network.name if pledge.network else "",
        "mandate_reference": revision.mandate_reference,
        "mandate_date": revision.mandate_date,
        "joint": pledge.joint.public_id if pledge.joint else "",
    }


def sort_key(entry: Entry, rulings: Rulings) -> bytes:
    """The English order of protocol, which every language of an edition shares in its tree."""
    return protocol_key(
        entry.country_code, entry.government, entry.leader_name, entry.fingerprint, government_id=entry.government_id, rulings=rulings
    )


def texts_printed(published: Iterable[CommitmentText], entries: Iterable[Entry | Signatory], language: str) -> tuple[AdoptedText, ...]:
    """The texts an edition prints: every version that an entry adopted and the newest of each theme, in its language or else in English."""
    adopted = {(words.theme, words.version) for entry in entries for words in entry.themes if words.version is not None}
    by_key: dict[tuple[Theme, int], CommitmentText] = {}
    for text in published:
        if text.language == language or (text.language == "en" and (text.theme, text.version) not in by_key):
            by_key[text.theme, text.version] = text
    newest = {(theme, max(version for other, version in by_key if other is theme)) for theme in {theme for theme, _ in by_key}}
    kept = sorted((list(Theme).index(theme), version, theme) for theme, version in adopted | newest)
    return tuple(
        AdoptedText(theme, version, text.language, text.text, text.sha256)
        for _, version, theme in kept
        for text in [by_key[theme, version]]
    )
