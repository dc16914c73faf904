"""Plans the chapters of a declaration: which entries are set together, so that they can be set apart from all others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from pledges.domain.declaration import Declaration, Entry, Signatory, signatory
from pledges.domain.people import SignatureKind
from pledges.domain.protocol import protocol_key, ruled_names
from pledges.domain.themes import Theme
from pledges.typesetting.pages.grouping import by_country, by_region
from pledges.typesetting.pages.index import IndexLine, letter_of
from pledges.typesetting.pages.signatures import Legend

_WORDS = 250
_SIGNATURES = 1000
_LINES = 5000
"""Most entries in one chapter: enough that its last page, which may stay short, does not matter."""
_REGION = 25
"""A region begins a page where so many entries stand before it in its chapter."""


class Part(StrEnum):
    """The parts of the document, in its order."""

    COVER = "cover"
    CONTENTS = "contents"
    CONTEXT = "context"
    DIGITAL = "digital"
    PEACEFUL = "peaceful"
    SUSTAINABLE = "sustainable"
    WORDS = "words"
    SIGNATURES = "signatures"
    INDEX = "index"
    FIGURES = "figures"
    VERIFICATION = "verification"


THEME_PARTS = {Theme.DIGITAL: Part.DIGITAL, Theme.PEACEFUL: Part.PEACEFUL, Theme.SUSTAINABLE: Part.SUSTAINABLE}


@dataclass(frozen=True, slots=True)
class Task:
    """A chapter to set: all that its pages depend on, so that its bytes can be kept under the hash of this value."""

    part: Part
    language: str
    draft: bool
    entries: tuple[Entry, ...]
    theme: Theme | None = None
    opens: bool = False
    legend: Legend | None = None
    lines: tuple[IndexLine, ...] = ()
    after: str = ""
    """The letter that the index stood at before."""
    names: tuple[tuple[str, str], ...] = ()
    """Code and name of each of its countries whose name was ruled."""


def in_reading_order(declaration: Declaration) -> list[Signatory]:
    """The signatories in the order of protocol of the declaration's language, in which the pages list them (PRODUCT.md).

    The tree and the attached data keep the English order.
    """
    placed = [signatory(entry, position) for position, entry in enumerate(declaration.entries)]
    if declaration.language == "en":
        return placed
    keys = [
        protocol_key(
            entry.country_code,
            entry.government,
            entry.leader_name,
            entry.fingerprint,
            language=declaration.language,
            government_id=entry.government_id,
            rulings=declaration.rulings,
        )
        for entry in declaration.entries
    ]
    return sorted(placed, key=lambda one: keys[one.position])


def words_tasks(declaration: Declaration, signatories: Sequence[Signatory], theme: Theme | None) -> Iterator[Task]:
    """The chapters with the words for one theme, or with `theme` None for all themes of a pledge at once; these always have one."""
    speaking = [one for one in signatories if (one.across if theme is None else theme in one.spoken)]
    part = Part.WORDS if theme is None else THEME_PARTS[theme]
    groups = list(_by_region_and_country(speaking)) or ([()] if theme is None else [])
    for place, group in enumerate(groups):
        yield _task(declaration, part, group, theme=theme, opens=place == 0)


def signature_tasks(declaration: Declaration, signatories: Sequence[Signatory]) -> Iterator[Task]:
    """The chapters with the signatures; the first explains the marks."""
    found = {one.signature_kind for one in signatories}
    kinds = tuple(kind for kind in SignatureKind if kind in found)
    legend = Legend(kinds, any(one.late for one in signatories), _is_ruled(declaration, signatories))
    groups = list(_packed(by_country(signatories).values(), _SIGNATURES)) or [()]  # in the order of `as_signed`
    for place, group in enumerate(groups):
        yield _task(declaration, Part.SIGNATURES, group, legend=None if place else legend)


def _is_ruled(declaration: Declaration, signatories: Sequence[Signatory]) -> bool:
    """Whether a ruling concerns any of them in the declaration's language."""
    subjects = {subject for (_kind, subject, language), value in declaration.rulings.items() if value and language == declaration.language}
    return bool(subjects) and any(not subjects.isdisjoint((one.country_code, one.government_id)) for one in signatories)


def as_signed(signatories: Iterable[Signatory]) -> Iterator[Signatory]:
    """The signatories in the order in which the signature chapters hold them."""
    return chain.from_iterable(by_country(signatories).values())


def index_tasks(declaration: Declaration, lines: Sequence[IndexLine]) -> Iterator[Task]:
    """The chapters of the index; `lines` are in its order."""
    for start in range(0, len(lines), _LINES):
        after = letter_of(lines[start - 1], declaration.language) if start else ""
        held = tuple(lines[start : start + _LINES])
        yield Task(Part.INDEX, declaration.language, declaration.draft, (), opens=start == 0, lines=held, after=after)


def _task(
    declaration: Declaration,
    part: Part,
    group: Iterable[Signatory],
    *,
    theme: Theme | None = None,
    opens: bool = False,
    legend: Legend | None = None,
) -> Task:
    entries = tuple(declaration.entries[one.position] for one in group)
    held = {entry.country_code for entry in entries}
    names = tuple((code, name) for code, name in ruled_names(declaration.rulings, declaration.language).items() if code in held)
    return Task(part, declaration.language, declaration.draft, entries, theme, opens, legend, names=names)


def _by_region_and_country(signatories: Iterable[Signatory]) -> Iterator[Sequence[Signatory]]:
    chapter: list[Signatory] = []
    for members in by_region(signatories).values():
        for group in _packed(by_country(members).values(), _WORDS):
            if chapter and (len(chapter) >= _REGION or len(chapter) + len(group) > _WORDS):
                yield chapter
                chapter = []
            chapter = [*chapter, *group]
    if chapter:
        yield chapter


def _packed(groups: Iterable[Sequence[Signatory]], most: int) -> Iterator[Sequence[Signatory]]:
    """Neighbouring groups together as long as they have at most so many members; what is larger alone is cut."""
    chapter: list[Signatory] = []
    for group in groups:
        if chapter and len(chapter) + len(group) > most:
            yield chapter
            chapter = []
        chapter += group
        while len(chapter) > most:
            yield chapter[:most]
            chapter = chapter[most:]
    if chapter:
        yield chapter
