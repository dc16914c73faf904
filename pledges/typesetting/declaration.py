"""Typesets a declaration: the one way from the frozen value to the bytes of its PDF."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain
from typing import BinaryIO, TypeVar

from pledges.domain.declaration import Declaration
from pledges.domain.marks import edition_mark
from pledges.domain.protocol import ruled_names
from pledges.domain.publication import Attachment
from pledges.domain.themes import Theme
from pledges.typesetting.binding import Book
from pledges.typesetting.chapter import Bookmark
from pledges.typesetting.composition import Composition, ContentsLine
from pledges.typesetting.fonts import face_of
from pledges.typesetting.metadata import FULL, Claims, Metadata
from pledges.typesetting.output import Objects
from pledges.typesetting.pages.context import contents_part, context
from pledges.typesetting.pages.counts import counts_part
from pledges.typesetting.pages.cover import cover
from pledges.typesetting.pages.index import index_lines
from pledges.typesetting.pages.running import running_feet, shift
from pledges.typesetting.pages.themes import theme_part
from pledges.typesetting.pages.verification import notes_part, verification_part
from pledges.typesetting.placing import SEAL_FIELD, Place
from pledges.typesetting.plan import THEME_PARTS, Part, as_signed, in_reading_order, index_tasks, signature_tasks, words_tasks
from pledges.typesetting.tally import Tally
from pledges.typesetting.words import Words
from pledges.typesetting.workshop import MissingEntry, Summary, Workshop, composition_for, finish

__all__ = ["SEAL_FIELD", "MissingEntry", "MissingGlyphs", "Typeset", "Workshop", "typeset"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Typeset:
    """What was written: its pages, and the SHA-256 of its bytes, before the seal, in lower-case hexadecimal."""

    pages: int
    sha256: str


class MissingGlyphs(Exception):
    """Some characters have no glyph, so the declaration cannot be printed whole."""

    def __init__(self, entries: list[MissingEntry]) -> None:
        super().__init__("; ".join(f"{one.public_id} {one.government}, {one.leader}: {_named(one.characters)}" for one in entries))
        self.entries = entries


def typeset(
    declaration: Declaration,
    attachments: Sequence[Attachment],
    out: BinaryIO,
    *,
    seal_field: bool,
    claims: Claims = FULL,
    progress: Progress | None = None,
    workshop: Workshop | None = None,
) -> Typeset:
    """Write the pages of a declaration with its attachments inside; the same arguments give the same bytes, whatever the workshop.

    `seal_field` adds the empty field `Seal` on the first page; a draft never has it. `progress` is told the part, how much
    of it is done and how much there is. Other `claims` than all give the same pages to validators that do not know all.
    Raises MissingGlyphs with every entry concerned, unless it is a draft, where boxes stand for what is missing;
    ChapterGone, ProcessEnded, TooManyObjects; LookupError for a language that the document has no words in.
    """
    words = Words(declaration.language)
    report = progress or (lambda part, done, total: None)
    with workshop or Workshop() as shop:
        making = _Making(declaration, attachments, seal_field and not declaration.draft, shop, report)
        chapters = making.chapters()
        if not declaration.draft and (missing := _missing(chapters)):
            raise MissingGlyphs(missing)
        with closing(Book(metadata_of(declaration, words, claims), list(Part), scratch=shop.own)) as book:
            book.attach(attachments)
            sha256 = bind(book, declaration, words, chapters, shop, out, report)
    return Typeset(sum(chapter.size.pages for chapter in chapters), sha256)


class _Making:
    """All chapters of one declaration: those that grow with the register in the workshop, the others here."""

    def __init__(
        self, declaration: Declaration, attachments: Sequence[Attachment], seal_field: bool, shop: Workshop, report: Progress
    ) -> None:
        self.declaration, self.attachments, self.seal_field, self.shop, self.report = declaration, attachments, seal_field, shop, report
        self.signatories = in_reading_order(declaration)
        self.tally, self.names = Tally(self.signatories), ruled_names(declaration.rulings, declaration.language)

    def chapters(self) -> list[Summary]:
        """Every chapter in the order of the book. The contents need the others' pages, the notes their fonts."""
        declaration = self.declaration
        before = [self._here(Part.COVER, lambda page: cover(page, declaration, seal_field=self.seal_field))]
        register = [self._here(Part.CONTEXT, context), *self._themes(), *self._register()]
        figures = self._here(Part.FIGURES, lambda page: counts_part(page, declaration, self.tally))
        pages = self._contents(before, [*register, figures]).size.pages
        while True:  # once more if the contents took another page than they do without the index and the end
            index = list(self._index(register, before[0].size.pages + pages))
            families = sorted({face_of(key).source.family for chapter in [*before, *register, *index, figures] for key in chapter.used})
            after = [*register, *index, figures, self._here(Part.VERIFICATION, partial(self._end, families=families))]
            contents = self._contents(before, after)
            if contents.size.pages == pages:
                return [*before, contents, *after]
            pages = contents.size.pages

    def _index(self, register: Sequence[Summary], start: int) -> Iterator[Summary]:
        """The index of what is signed in the chapters that begin after so many pages."""
        starts = accumulate((chapter.size.pages for chapter in register), initial=start)
        places = (
            place._replace(page=place.page + first) for first, chapter in zip(starts, register, strict=False) for place in chapter.signed
        )
        signed = ((self.declaration.entries[one.position], place) for one, place in zip(as_signed(self.signatories), places, strict=True))
        lines = index_lines(Words(self.declaration.language, self.names), signed)
        return self._told("index", len(lines), self.shop.laid_out(index_tasks(self.declaration, lines)))

    def _end(self, page: Composition, families: Sequence[str]) -> None:
        verification_part(page, self.declaration, self.attachments)
        notes_part(page, families)

    def _here(self, part: Part, set_pages: Callable[[Composition], None]) -> Summary:
        composition = composition_for(self.declaration.language, self.names, draft=self.declaration.draft)
        set_pages(composition)
        return finish(composition, part, self.shop.own / f"{part}.chapter")

    def _themes(self) -> Iterator[Summary]:
        for number, theme in enumerate(Theme, 1):
            yield self._here(
                THEME_PARTS[theme], partial(theme_part, declaration=self.declaration, tally=self.tally, theme=theme, number=number)
            )
            yield from self.shop.laid_out(words_tasks(self.declaration, self.signatories, theme))
            self.report("themes", number, len(Theme))

    def _register(self) -> Iterator[Summary]:
        total = len(self.signatories)
        speaking = sum(one.across for one in self.signatories)
        yield from self._told("words", speaking, self.shop.laid_out(words_tasks(self.declaration, self.signatories, None)))
        yield from self._told("signatures", total, self.shop.laid_out(signature_tasks(self.declaration, self.signatories)))

    def _told(self, part: str, total: int, chapters: Iterator[Summary]) -> Iterator[Summary]:
        done = 0
        for chapter in chapters:
            done += chapter.entries
            self.report(part, done, total)
            yield chapter

    def _contents(self, before: list[Summary], after: list[Summary]) -> Summary:
        """Set as often as its own pages move the others: twice at most, since its lines stay the same."""
        pages = 1
        while True:
            starts = accumulate((chapter.size.pages for chapter in after), initial=sum(chapter.size.pages for chapter in before) + pages)
            moved = (_moved(line, start) for start, chapter in zip(starts, after, strict=False) for line in chapter.contents)
            lines = list(_once(moved))
            chapter = self._here(Part.CONTENTS, partial(contents_part, lines=lines))
            if chapter.size.pages == pages:
                return chapter
            pages = chapter.size.pages


_Listed = TypeVar("_Listed", ContentsLine, Bookmark)


def _moved(line: _Listed, start: int) -> _Listed:
    return replace(line, target=line.target._replace(page=line.target.page + start))


def _once(lines: Iterable[_Listed]) -> Iterator[_Listed]:
    """The lines without those of headings that a chapter repeats because the chapter before ended within them."""
    path: list[str] = []
    for line in lines:
        if path[line.level : line.level + 1] == [line.title]:
            continue
        path[line.level :] = [line.title]
        yield line


def _missing(chapters: Sequence[Summary]) -> list[MissingEntry]:
    """Each entry once, with what it lacks in any chapter."""
    found: dict[str, MissingEntry] = {}
    for one in chain.from_iterable(chapter.missing for chapter in chapters):
        known = found.setdefault(one.public_id, one)
        found[one.public_id] = known._replace(characters="".join(dict.fromkeys(known.characters + one.characters)))
    return list(found.values())


def _named(characters: str) -> str:
    return " ".join(f"{character} (U+{ord(character):04X})" for character in characters)


def bind(
    book: Book, declaration: Declaration, words: Words, chapters: Sequence[Summary], shop: Workshop, out: BinaryIO, report: Progress
) -> str:
    """Write one file of these chapters, with numbered feet; answers its SHA-256."""
    starts = list(accumulate((chapter.size.pages for chapter in chapters), initial=0))
    feet = running_feet(declaration, words, starts[-1])
    book.add_foot(feet.contents[0])
    used: dict[str, set[int]] = {key: set(codes) for key, codes in feet.used.items()}
    for chapter in chapters:
        for key, codes in chapter.used.items():
            used.setdefault(key, set()).update(codes)
    book.use(used)
    book.add_bookmarks(
        list(_once(_moved(one, start) for start, chapter in zip(starts, chapters, strict=False) for one in chapter.bookmarks))
    )
    numbers = book.place([(chapter.part, chapter.size) for chapter in chapters])
    pages = dict(enumerate(book.page_numbers()))
    places = [
        Place(own, book.element_of(chapter.part), pages if chapter.part in (Part.CONTENTS, Part.INDEX) else {})
        for chapter, own in zip(chapters, numbers, strict=True)
    ]
    shifts = [shift(index, words) for index in range(starts[-1])]

    def written() -> Iterator[Objects]:
        for done, objects in enumerate(shop.bound(zip(chapters, places, strict=True)), 1):
            yield objects
            report("file", done, len(chapters))

    return book.write(out, written(), list(zip(feet.contents[1:], shifts, strict=True)))


def metadata_of(declaration: Declaration, words: Words, claims: Claims) -> Metadata:
    """What the file says of itself."""
    label = words("edition_draft") if declaration.draft else declaration.label
    return Metadata(
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
