"""What a compiled declaration says: frozen values, no database and no PDF.

The same value gives the same bytes (docs/decisions). All moments are aware datetimes in UTC;
hashes are lower-case hexadecimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, TypeVar

from pledges.domain.lifecycle import EditionKind
from pledges.domain.people import GovernmentKind, MandateBasis, SignatureKind
from pledges.domain.protocol import Rulings
from pledges.domain.sealing import SealLevel
from pledges.domain.themes import Theme

_Value = TypeVar("_Value")


def _packed_by_values(kind: type[_Value]) -> type[_Value]:
    """Pickled as its values in their order, in half the time that a dataclass with slots takes by itself: a register is packed often."""
    values = attrgetter(*(each.name for each in fields(kind)))  # type: ignore[arg-type]  # each of them is a dataclass
    kind.__reduce__ = lambda self: (kind, values(self))  # type: ignore[method-assign]
    return kind


@_packed_by_values
@dataclass(frozen=True, slots=True)
class ThemeWords:
    """What one government says within one theme; `version` is that of the published text it adopted, None if it adopted none."""

    theme: Theme
    version: int | None = None
    actions: str = ""
    multilateral: str = ""
    planned: str = ""
    """Deliverables, one a line (domain.planned)."""


@_packed_by_values
@dataclass(frozen=True, slots=True)
class Entry:
    """One pledge as an edition prints it. `record` is the canonical record (RFC 8785) that `fingerprint` hashes."""

    public_id: str
    fingerprint: str
    record: str
    government_id: str
    government: str
    government_native: str
    kind: GovernmentKind
    country_code: str
    leader_name: str
    leader_name_latin: str
    honorific: str
    office: str
    office_local: str
    mandate_basis: MandateBasis | None
    language: str
    themes: tuple[ThemeWords, ...]
    statement: str
    """The government's own words of political commitment (files); printed once, after its actions."""
    actions: str
    """Words on actions for all themes at once; printed once with the marks of the themes."""
    multilateral: str
    signature_kind: SignatureKind
    signed_at: datetime
    late: bool
    network: str = ""
    mandate_reference: str = ""
    """Number or title of the council's resolution."""
    mandate_date: date | None = None
    signature_proof: dict[str, Any] | None = field(default=None, hash=False)
    """What is published so that anyone can check the signature (docs/record.md)."""
    joint: str = ""
    """Public id of the joint pledge that it belongs to."""
    joint_with: tuple[str, ...] = ()
    """The other governments of that joint pledge that stand in the same edition, in the English order of protocol."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """What figures and plans need to know of an entry, without its words: a register of 240,000 is held in memory as these."""

    position: int
    """Place among the declaration's entries."""
    government_id: str
    country_code: str
    kind: GovernmentKind
    signature_kind: SignatureKind
    signed_at: datetime
    late: bool
    themes: tuple[ThemeWords, ...]
    """Without words."""
    spoken: tuple[Theme, ...]
    """Themes with words of their own."""
    across: bool
    """Whether there are words for all its themes at once, or of political commitment."""


@dataclass(frozen=True, slots=True)
class AdoptedText:
    """A published political commitment in one language; `sha256` is that of its UTF-8 bytes."""

    theme: Theme
    version: int
    language: str
    text: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Counts:
    """The one number everywhere: what an edition (or the current register) holds."""

    pledges: int
    governments: int
    countries: int
    commitments: dict[Theme, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Declaration:
    """One edition in one language, entries in the English order of protocol."""

    kind: EditionKind
    label: str
    """Rev.0, Add.1, Corr.1 …; it counts released editions, so that builds never released leave no trace in the pages, as a number would."""
    refers_to: str
    """Label of the edition that an Add or a Corr refers to, else empty."""
    language: str
    as_of: datetime
    """Moment of the last act of its register: the edition's date."""
    closing_at: datetime
    """When the Assembly closed: what is first signed after it is late."""
    entries: Sequence[Entry]
    """A tuple, or a sequence that lies on disk, since a register can be larger than the memory."""
    texts: tuple[AdoptedText, ...]
    """In the edition's language (English where a version has no such text): every version adopted, and the newest of each theme."""
    counts: Counts
    root: str
    """Merkle root (RFC 9162) over the fingerprints in the English order of protocol."""
    log_number: int
    log_hash: str
    base_url: str
    example: bool
    development_seal: bool
    draft: bool = False
    seal_level: SealLevel = SealLevel.B_B
    """What the seal will prove by itself, known before the pages are set."""
    rulings: Rulings = field(default_factory=dict, hash=False)
    """What was ruled of names and order when its register was frozen."""


def signatory(entry: Entry, position: int) -> Signatory:
    """The entry without its words."""
    return Signatory(
        position=position,
        government_id=entry.government_id,
        country_code=entry.country_code,
        kind=entry.kind,
        signature_kind=entry.signature_kind,
        signed_at=entry.signed_at,
        late=entry.late,
        themes=tuple(ThemeWords(words.theme, words.version) for words in entry.themes),
        spoken=tuple(words.theme for words in entry.themes if words.actions or words.multilateral or words.planned),
        across=bool(entry.actions or entry.multilateral or entry.statement),
    )


def count(entries: Sequence[Entry | Signatory]) -> Counts:
    """Count the entries: each pledge once, each government once, each country once, each theme of each pledge once."""
    commitments = {theme: sum(any(words.theme is theme for words in entry.themes) for entry in entries) for theme in Theme}
    return Counts(
        pledges=len(entries),
        governments=len({entry.government_id for entry in entries}),
        countries=len({entry.country_code for entry in entries}),
        commitments=commitments,
    )
