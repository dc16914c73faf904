"""The signature pages: two balanced columns in the order of protocol, no signature split over a page."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from pledges.domain.declaration import Entry
from pledges.domain.people import SignatureKind
from pledges.domain.themes import Theme
from pledges.typesetting.chapter import Target
from pledges.typesetting.colour import QUIET
from pledges.typesetting.composition import BODY, BOTTOM, DATA, LABEL, NAME, NOTE, TITLE, WIDTH, Composition, Type
from pledges.typesetting.marks import marks, show_marks, width_of
from pledges.typesetting.pages.actions import government_names
from pledges.typesetting.pages.names import mandate, name_lines
from pledges.typesetting.pages.running import running_range
from pledges.typesetting.structure import BULLETS, alternative, box, language_attribute
from pledges.typesetting.text import Line, line
from pledges.typesetting.words import Words

_GUTTER = 22.0
_COLUMN = (WIDTH - _GUTTER) / 2
_AFTER = 11.0
_MARK = 7.0
_SIGNED = Type(9.5, NAME.leading)
_LATIN = Type(9, 12, colour=QUIET)


@dataclass(frozen=True, slots=True)
class _Block:
    """One signature, broken into lines for its column; `pieces` are tag-free paragraphs: lines, type, language."""

    entry: Entry
    signed: Line
    name: list[Line]
    pieces: list[tuple[list[Line], Type, str]]
    sign: Line
    """The letter that tells how it was signed."""
    height: float


@dataclass(frozen=True, slots=True)
class Legend:
    """What the first page of the signatures explains: the kinds of signature that occur, and whether any is late."""

    kinds: tuple[SignatureKind, ...]
    late: bool
    ruled: bool = False
    """A name or a place in the order was decided otherwise than the lists have it."""


def signatures_part(composition: Composition, entries: Sequence[Entry], legend: Legend | None) -> None:
    """Signatures in two columns; with a legend they begin the part."""
    words = composition.words
    composition.running_head = words("signatures_heading")
    composition.new_page()
    if legend:
        composition.heading(1, words("signatures_heading"), TITLE, listed=0, after=8)
        composition.text(words("signatures_intro"), BODY, after=6)
        if legend.ruled:
            composition.text(words("signatures_ruled"), BODY, after=6)
        composition.text(words("signatures_leaders"), BODY, after=6)
        _show_legend(composition, legend)
    if entries:
        with composition.within("L"):
            _columns(composition, entries)


def _show_legend(composition: Composition, legend: Legend) -> None:
    words = composition.words
    composition.text(words("signatures_legend"), NOTE, after=2)
    lines = [(words(f"signature_mark_{kind}"), words(f"signature_{kind}")) for kind in legend.kinds]
    if legend.late:
        lines.append((words("signature_late"), words("signature_late_note")))
    with composition.within("L", BULLETS):
        for sign, meaning in lines:
            _legend_line(composition, sign, meaning)
        for theme in Theme:
            with composition.within("LI"):
                label = composition.document.structure.add("Lbl", composition.section)
                x = composition.left + (WIDTH - _MARK if words.rtl else 0)
                show_marks(composition, [theme], x=x, y=composition.y - 9, size=_MARK, parent=label)
                composition.text(words(f"theme_{theme}"), DATA, tag="LBody", indent=34)
    composition.y -= 10
    composition.rule(after=14)


def _legend_line(composition: Composition, sign: str, meaning: str) -> None:
    with composition.within("LI"):
        top = composition.y
        composition.text(sign, LABEL, tag="Lbl", width=32)
        composition.y = top
        composition.text(meaning, DATA, tag="LBody", indent=34)


def _columns(composition: Composition, entries: Sequence[Entry]) -> None:
    """Fill pages of two columns. What fits on a page is split so that both columns end at nearly the same height."""
    page: list[_Block] = []
    ends = [0.0]
    for entry in entries:
        block = _measured(composition, entry)
        ends.append(ends[-1] + block.height)
        if page and _split(ends)[1] - _AFTER > composition.y - BOTTOM:
            _place(composition, page, _split(ends[:-1])[0])
            page, ends = [], [0.0, block.height]
            composition.new_page()
        page.append(block)
    _place(composition, page, _split(ends)[0])


def _split(ends: Sequence[float]) -> tuple[int, float]:
    """How many blocks the first column takes so that the higher one is as low as can be, and its height; `ends` are those of one column."""
    total = ends[-1]
    middle = bisect_left(ends, total / 2)
    return min(((place, max(ends[place], total - ends[place])) for place in (middle - 1, middle) if place > 0), key=itemgetter(1))


def _place(composition: Composition, blocks: Sequence[_Block], place: int) -> None:
    """Show the blocks, so many in the first column."""
    top = lowest = composition.y
    for column, members in enumerate((blocks[:place], blocks[place:])):
        composition.y = top
        start = column * (_COLUMN + _GUTTER)
        x = composition.left + (WIDTH - start - _COLUMN if composition.words.rtl else start)
        for block in members:
            _show(composition, block, x)
        lowest = min(lowest, composition.y)
    composition.y = lowest
    first, last = (composition.words.country(block.entry.country_code) for block in (blocks[0], blocks[-1]))
    running_range(composition, first, last)


def _measured(composition: Composition, entry: Entry) -> _Block:
    words = composition.words
    composition.entry = entry
    rtl = words.rtl
    signed = composition.line(words("signed"), _SIGNED)
    indent = signed.width * _SIGNED.size / 1000 + 4
    name = name_lines(composition, entry, NAME, width=_COLUMN, first_indent=indent)
    texts = [(entry.leader_name_latin, _LATIN, f"{entry.language.split('-')[0]}-Latn"), *_office(entry)]
    texts.append((government_names(entry), DATA, entry.language))
    texts.append((mandate(words, entry), NOTE, words.language))
    pieces = [
        (composition.lines(text, kind, width=_COLUMN, language=language, rtl=rtl), kind, language) for text, kind, language in texts if text
    ]
    composition.entry = None
    sign = _sign(words, entry.signature_kind, entry.late)
    taken = sign.width * LABEL.size / 1000 + width_of(entry.themes, _MARK) + 14
    country = words.country(entry.country_code)
    pieces.append((composition.lines(country, DATA, width=_COLUMN - taken, rtl=rtl), DATA, words.language))
    height = len(name) * NAME.leading + sum(len(lines) * kind.leading for lines, kind, _ in pieces) + _AFTER
    return _Block(entry, signed, name, pieces, sign, height)


def _office(entry: Entry) -> list[tuple[str, Type, str]]:
    """The office as it is styled locally, then in English."""
    offices = [(entry.office_local, DATA, entry.language), (entry.office, DATA, "en")]
    return offices if entry.office_local != entry.office else offices[1:]


def _show(composition: Composition, block: _Block, x: float) -> None:
    words, structure, entry = composition.words, composition.document.structure, block.entry
    composition.signed.append(Target(page=composition.page.index, top=composition.y + 6))
    body = structure.add("LBody", structure.add("LI", composition.section))
    name = structure.add("P", body)
    indent = block.signed.width * _SIGNED.size / 1000 + 4
    composition.show(name, [block.signed], _SIGNED, x=x, top=composition.y, width=_COLUMN)
    span = structure.add("Span", name, _language(words.language, entry.language))
    top = composition.show(span, block.name, NAME, x=x, top=composition.y, width=_COLUMN, first_indent=indent)
    for lines, kind, language in block.pieces:
        top = composition.show(structure.add("P", body, _language(words.language, language)), lines, kind, x=x, top=top, width=_COLUMN)
    _show_marks(composition, block, body, x=x, baseline=top + DATA.leading - 9.6)
    composition.y = top - _AFTER


def _show_marks(composition: Composition, block: _Block, parent: int, *, x: float, baseline: float) -> None:
    """The letter of the signature and the marks of the themes, at the far end of the line with the country: one picture with its words."""
    words, entry, page = composition.words, block.entry, composition.page
    themes = tuple(own.theme for own in entry.themes)
    letter = block.sign.width * LABEL.size / 1000
    width = width_of(themes, _MARK) + 6 + letter
    start = x if words.rtl else x + _COLUMN - width
    said = _said(words, entry.signature_kind, entry.late, themes)
    figure = composition.document.structure.add("Figure", parent, said + box(start, baseline, width, _MARK))
    with page.marked(figure):
        page.show(block.sign, start if words.rtl else start + width - letter, baseline, LABEL.size)
        page.place(marks(themes, _MARK), start + (letter + 6 if words.rtl else 0), baseline)


@lru_cache
def _sign(words: Words, kind: SignatureKind, late: bool) -> Line:
    """The letter for the kind of a signature, and the word for a late one."""
    signs = [f"signature_mark_{kind}", *(["signature_late"] if late else [])]
    return line(words("list_separator").join(map(words, signs)), LABEL.style, words.language, rtl=words.rtl)


@lru_cache
def _said(words: Words, kind: SignatureKind, late: bool, themes: tuple[Theme, ...]) -> bytes:
    """What is read out for the letter and the marks."""
    said = [f"signature_{kind}", *(["signature_late_note"] if late else []), *(f"theme_{theme}" for theme in themes)]
    return alternative(words("list_separator").join(map(words, said)))


def _language(document: str, own: str) -> bytes:
    return b"" if own == document else language_attribute(own)
