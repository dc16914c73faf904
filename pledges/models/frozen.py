"""From a revision's row to the pledge it holds and back, and the freezing of the record that is signed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import ThemeWords
from pledges.domain.people import level_of
from pledges.domain.record import Adopted, canonical, fingerprint
from pledges.domain.search import fold
from pledges.domain.themes import Theme
from pledges.models.pledge import Commitment, CommitmentText, Pledge, Revision

WHOLE = (
    joinedload(Pledge.network),
    selectinload(Pledge.revisions).options(
        joinedload(Revision.signature), selectinload(Revision.commitments).joinedload(Commitment.adopted)
    ),
)
"""For a query of pledges whose revisions are all read: what `fields_of` needs, in the same number of queries for any number of pledges."""
Texts = Mapping[tuple[Theme, int], CommitmentText]
_COPIED = (
    "government_name", "government_native_name", "kind", "country_code", "leader_name", "leader_name_latin", "honorific", "office",
    "office_local", "office_level", "mandate_basis", "mandate_reference", "mandate_date", "language", "statement", "actions",
    "multilateral",
)  # fmt: skip
_COPIED_OF_A_THEME = ("theme", "position", "adopted", "actions", "multilateral", "planned")


def texts_in(session: Session, language: str) -> dict[tuple[Theme, int], CommitmentText]:
    """Every published text in the language, or in English where it has none, by theme and version."""
    main = language.split("-")[0].lower()
    query = select(CommitmentText).where(CommitmentText.language.in_({main, "en"})).order_by(CommitmentText.language == main)
    return {(text.theme, text.version): text for text in session.scalars(query)}


def newest(texts: Texts) -> dict[Theme, CommitmentText]:
    """The newest version of each theme's text: what a form offers."""
    return {theme: texts[theme, max(version for other, version in texts if other is theme)] for theme in {theme for theme, _ in texts}}


def fields_of(revision: Revision) -> PledgeFields:
    """The pledge that a revision holds. The network and the moment of signing stand outside the record."""
    pledge = revision.pledge
    return PledgeFields(
        government_id=pledge.government_id,
        government_name=revision.government_name,
        government_native_name=revision.government_native_name,
        kind=revision.kind,
        country_code=revision.country_code,
        leader_name=revision.leader_name,
        leader_name_latin=revision.leader_name_latin,
        honorific=revision.honorific,
        office=revision.office,
        office_local=revision.office_local,
        leader_email=pledge.leader_email,
        network=pledge.network.name if pledge.network else "",
        mandate_basis=revision.mandate_basis,
        mandate_reference=revision.mandate_reference,
        mandate_date=revision.mandate_date,
        language=revision.language,
        themes=tuple(
            ThemeWords(words.theme, words.adopted.version if words.adopted else None, words.actions, words.multilateral, words.planned)
            for words in revision.commitments
        ),
        statement=revision.statement,
        actions=revision.actions,
        multilateral=revision.multilateral,
        signed_at=revision.signature.at if revision.signature else None,
        joint=pledge.joint.public_id if pledge.joint else "",
    )


def own_words(revision: Revision) -> dict[str, str]:
    """The government's own words, by column of a pledges file, in the order in which they are read; what it will deliver is among them."""
    return {column: words for column, words in places_for_words(revision).items() if words}


def places_for_words(revision: Revision) -> dict[str, str]:
    """The same with the empty places within the themes that it takes up."""
    row = fields_of(revision).row()
    of_themes = [f"{strand}_{theme}" for theme in revision.themes for strand in ("actions", "planned", "multilateral")]
    for_all = [column for column in ("political_commitment", "actions", "multilateral") if row.get(column)]
    return {column: row.get(column, "") for column in (*of_themes, *for_all)}


def take_fields(revision: Revision, fields: PledgeFields, texts: Texts) -> None:
    """Write a checked pledge into a draft revision. Raises KeyError (theme, version) for a text that was never published."""
    revision.government_name, revision.government_native_name = fields.government_name, fields.government_native_name
    revision.kind, revision.country_code = fields.kind, fields.country_code
    revision.leader_name, revision.leader_name_latin, revision.honorific = fields.leader_name, fields.leader_name_latin, fields.honorific
    revision.office, revision.office_local, revision.office_level = fields.office, fields.office_local, level_of(fields.office)
    revision.mandate_basis, revision.mandate_reference = fields.mandate_basis, fields.mandate_reference
    revision.mandate_date, revision.language = fields.mandate_date, fields.language
    revision.statement, revision.actions, revision.multilateral = fields.statement, fields.actions, fields.multilateral
    revision.commitments = [
        Commitment(
            theme=words.theme, position=list(Theme).index(words.theme), actions=words.actions, multilateral=words.multilateral,
            planned=words.planned, adopted=None if words.version is None else texts[words.theme, words.version],
        )
        for words in fields.themes
    ]  # fmt: skip


def copied(signed: Revision, at: datetime) -> Revision:
    """A draft with what a signed revision says, to be changed and signed anew."""
    copy = Revision(number=signed.number + 1, created_at=at, **{column: getattr(signed, column) for column in _COPIED})
    copy.commitments = [Commitment(**{column: getattr(words, column) for column in _COPIED_OF_A_THEME}) for words in signed.commitments]
    return copy


def freeze(revision: Revision) -> None:
    """Fix the canonical record that is shown, signed and published, and its fingerprint."""
    record = _record(revision)
    revision.record, revision.fingerprint = record.decode(), fingerprint(record)
    revision.search_text = searchable(revision)


def holds_together(revision: Revision) -> bool:
    """Whether what would be printed is what was signed: the record is that of the columns, its hash the one that the signature names."""
    record, signature = _record(revision), revision.signature
    signed = signature is not None and revision.fingerprint == signature.record_hash
    return signed and revision.record == record.decode() and revision.fingerprint == fingerprint(record)


def _record(revision: Revision) -> bytes:
    texts = {words.theme: words.adopted for words in revision.commitments if words.adopted}
    return canonical(fields_of(revision), {theme: Adopted(text.version, text.language, text.sha256) for theme, text in texts.items()})


def searchable(revision: Revision) -> str:
    """What the text filters look in: names, office and government, folded."""
    parts = (revision.leader_name, revision.leader_name_latin, revision.office, revision.government_name, revision.government_native_name)
    return fold(" ".join(parts))


def same_record(one: PledgeFields, other: PledgeFields) -> bool:
    """Whether two pledges say the same in the record; address, network and moment stand outside it, and a file knows no joint pledge."""
    outside: dict[str, Any] = {"leader_email": "", "network": "", "signed_at": None, "joint": ""}
    return replace(one, **outside) == replace(other, **outside)
