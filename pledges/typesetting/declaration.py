"""Typesets a declaration: the one way from the frozen value to the bytes of its PDF."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pledges.domain.declaration import Declaration
from pledges.domain.marks import edition_mark
from pledges.domain.themes import Theme
from pledges.typesetting.composition import Composition
from pledges.typesetting.metadata import FULL, Claims, Metadata
from pledges.typesetting.pages.actions import words_part
from pledges.typesetting.pages.context import contents, context, reserve_contents
from pledges.typesetting.pages.counts import counts_part
from pledges.typesetting.pages.cover import cover
from pledges.typesetting.pages.running import running_foot, running_head, watermark
from pledges.typesetting.pages.signatures import signatures_part
from pledges.typesetting.pages.themes import theme_part
from pledges.typesetting.pages.verification import notes_part, verification_part
from pledges.typesetting.tagged import SEAL_FIELD, Attachment, Page, TaggedDocument
from pledges.typesetting.tally import Tally
from pledges.typesetting.words import Words

__all__ = ["SEAL_FIELD", "Attachment", "MissingEntry", "MissingGlyphs", "Typeset", "typeset"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Typeset:
    """The PDF before the seal."""

    pdf: bytes
    pages: int


class MissingEntry(NamedTuple):
    """An entry with characters that no font has; all but the characters is empty where they stand in the document's own words."""

    public_id: str
    government: str
    leader: str
    characters: str


class MissingGlyphs(Exception):
    """Some characters have no glyph, so the declaration cannot be printed whole."""

    def __init__(self, entries: list[MissingEntry]) -> None:
        super().__init__("; ".join(f"{one.public_id} {one.government}, {one.leader}: {_named(one.characters)}" for one in entries))
        self.entries = entries


def typeset(
    declaration: Declaration,
    attachments: Sequence[Attachment],
    *,
    seal_field: bool,
    claims: Claims = FULL,
    progress: Progress | None = None,
) -> Typeset:
    """The pages of a declaration with its attachments inside; the same arguments give the same bytes.

    `seal_field` adds the empty field `Seal` on the first page; a draft never has it. `progress` is told the part, how much
    of it is done and how much there is. Other `claims` than all give the same pages to validators that do not know all.
    Raises MissingGlyphs with every entry concerned, unless it is a draft, where boxes stand for what is missing;
    LookupError for a language that the document has no words in.
    """
    words = Words(declaration.language)
    document = _Book(declaration, words, claims)
    composition = document.composition
    report = progress or (lambda part, done, total: None)
    _parts(composition, declaration, attachments, seal_field=seal_field and not declaration.draft, report=report)
    if composition.missing and not declaration.draft:
        raise MissingGlyphs(_missing(composition))
    document.attach(attachments)
    report("file", 0, 1)
    pdf = document.write()
    report("file", 1, 1)
    return Typeset(pdf, len(document.pages))


class _Book(TaggedDocument):
    """The declaration's file: each new page begins with its head and, in a draft, with the watermark."""

    def __init__(self, declaration: Declaration, words: Words, claims: Claims) -> None:
        label = words("edition_draft") if declaration.draft else declaration.label
        super().__init__(
            Metadata(
                title=f"{words('document_title')}, {label}",
                author=words("secretariat"),
                subject=words("document_subject", label=label),
                language=declaration.language,
                moment=declaration.as_of,
                mark=edition_mark(
                    edition="draft" if declaration.draft else declaration.label, language=declaration.language, root=declaration.root
                ),
                claims=claims,
            )
        )
        self._draft = declaration.draft
        self.composition = Composition(self, words)

    def add_page(self) -> Page:
        """A new last page with what every page has."""
        page = super().add_page()
        if self._draft:
            watermark(self.composition, page)
        running_head(self.composition, page)
        return page


def _parts(
    composition: Composition, declaration: Declaration, attachments: Sequence[Attachment], *, seal_field: bool, report: Progress
) -> None:
    total = len(declaration.entries)
    cover(composition, declaration, seal_field=seal_field)
    reserved = reserve_contents(composition)
    context(composition)
    tally = Tally(declaration.entries)
    for number, theme in enumerate(Theme, 1):
        theme_part(composition, declaration, tally, theme, number=number)
        report("themes", number, len(Theme))
    words_part(composition, declaration)
    report("words", total, total)
    signatures_part(composition, declaration, lambda done: report("signatures", done, total))
    counts_part(composition, declaration, tally)
    verification_part(composition, declaration, attachments)
    notes_part(composition)
    contents(composition, reserved)
    running_foot(composition, declaration)


def _missing(composition: Composition) -> list[MissingEntry]:
    found = []
    for public_id, (entry, characters) in composition.missing.items():
        government, leader = (entry.government, entry.leader_name) if entry else ("", "")
        found.append(MissingEntry(public_id, government, leader, "".join(characters)))
    return found


def _named(characters: str) -> str:
    return " ".join(f"{character} (U+{ord(character):04X})" for character in characters)
