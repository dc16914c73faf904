"""The index of governments, in the alphabetical order of the edition's language, each line a link to its page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

import icu

from pledges.domain.declaration import Entry
from pledges.domain.protocol import collation_key, read_as
from pledges.typesetting.chapter import Target
from pledges.typesetting.colour import QUIET
from pledges.typesetting.composition import BODY, BOTTOM, DATA, SECTION, TITLE, WIDTH, Composition, Type
from pledges.typesetting.direction import starts_right_to_left, steady
from pledges.typesetting.pages.running import running_range
from pledges.typesetting.structure import language_attribute
from pledges.typesetting.text import Line
from pledges.typesetting.words import Words

_COLUMNS, _GUTTER = 2, 24.0
_COLUMN = (WIDTH - _GUTTER * (_COLUMNS - 1)) / _COLUMNS
_LINE = Type(8.5, 12.0, DATA.style)
_LETTER = Type(12, 16, SECTION.style)
_BEFORE_LETTER = 8.0
_BELOW_ARABIC = 5.0
_HANGING = 10.0
"""How far the further lines of an entry stand in."""
_AFTER_WORD, _SHORTEST_LEADER, _NUMBERS = 4.0, 6.0, 70.0
_OTHER = "·"
"""The heading of names without any letter of the index."""
_NORMAL = 0
"""ICU's type of a bucket that has a letter of its own (UAlphabeticIndexLabelType)."""


@dataclass(frozen=True, slots=True)
class IndexLine:
    """A government with the pages (counted from 1) of its signatures and the place that its line leads to; `native` may be empty."""

    name: str
    native: str
    language: str
    """Language of the native name (BCP 47)."""
    country: str
    pages: tuple[int, ...]
    target: Target


@dataclass(frozen=True, slots=True)
class _Item:
    """A letter, or a government's line broken for its column."""

    letter: str
    line: IndexLine | None
    words: list[Line]
    """The letter, or the names in the language of the government."""
    country: list[Line]
    country_start: float
    """Where the country follows the names on their last line, in points; 0 where it begins a line."""
    numbers: list[Line]
    height: float


def index_lines(words: Words, signed: Iterable[tuple[Entry, Target]]) -> list[IndexLine]:
    """A line for each government in the order of the index, from each pledge with the place of its signature in the document."""
    found: dict[str, IndexLine] = {}
    for entry, target in signed:
        line = found.get(entry.government_id) or IndexLine(
            entry.government,
            entry.government_native if entry.government_native != entry.government else "",
            entry.language,
            words.country(entry.country_code),
            (),
            target,
        )
        first = min(line.target, target, key=lambda target: (target.page, -target.top))
        found[entry.government_id] = replace(line, pages=tuple(sorted({*line.pages, target.page + 1})), target=first)
    return sorted(found.values(), key=lambda line: _place(line, words.language))


def index_part(composition: Composition, lines: Sequence[IndexLine], *, opens: bool, after: str = "") -> None:
    """The lines in two columns under the letters of the language; the columns of the last page end at nearly the same height.

    The part that `opens` the index has its heading; `after` is the letter that the part before ended with.
    """
    words = composition.words
    composition.running_head = words("index_heading")
    composition.new_page()
    if opens:
        composition.heading(1, words("index_heading"), TITLE, listed=0, after=8)
        composition.text(words("index_intro"), BODY, after=6)
    with composition.within("L"):
        _pages(composition, _items(composition, lines, after))
    composition.missing.clear()  # the signatures have the same names and report what they lack, with their entries


def letter_of(line: IndexLine, language: str) -> str:
    """The letter that a line stands under."""
    return letter(_shown(line, language), language)[1]


def _shown(line: IndexLine, language: str) -> str:
    """The name that a reader of the language looks for: the native one where it is in this language and its letters."""
    own = line.native and line.language.partition("-")[0] == language and letter(line.native, language)[1] != _OTHER
    return line.native if own else line.name


def _place(line: IndexLine, language: str) -> tuple[int, bytes, bytes, int]:
    name = _shown(line, language)
    bucket, _ = letter(name, language)
    return bucket, collation_key(_lettered(name), language), collation_key(line.country, language), line.pages[0]


def letter(name: str, language: str) -> tuple[int, str]:
    """Number and words of the letter that a name stands under in the language's index; a dot for names without any of its letters."""
    index = _index(language)
    number = index.getBucketIndex(_lettered(read_as(name, language)))
    label, kind = index.getBucket(number)
    return number, str(label) if kind == _NORMAL else _OTHER


def _lettered(name: str) -> str:
    """The name from its first letter or figure on, as 's-Hertogenbosch is looked for under S."""
    start = next((place for place, character in enumerate(name) if character.isalnum()), 0)
    return name[start:]


@cache
def _index(language: str) -> icu.ImmutableIndex:
    """ICU's index of the language; it has Latin letters in all languages, since the register has a Latin name of each government."""
    index = icu.AlphabeticIndex(icu.Locale(language))
    index.addLabels(icu.Locale("en"))
    return index.buildImmutableIndex()


def _items(composition: Composition, lines: Sequence[IndexLine], after: str) -> Iterator[_Item]:
    language = composition.words.language
    for heading, members in groupby(lines, key=lambda line: letter_of(line, language)):
        if heading == after:
            _continued(composition, heading)
        else:
            yield _Item(heading, None, [composition.line(heading, _LETTER)], [], 0, [], _BEFORE_LETTER + _letter_height(heading))
        for line in members:
            yield _measured(composition, heading, line)


def _measured(composition: Composition, heading: str, line: IndexLine) -> _Item:
    words, rtl = composition.words, composition.words.rtl
    name = _shown(line, words.language)
    other = line.name if name == line.native else line.native
    if rtl:
        name, other = steady(name), steady(other)
    numbers = composition.lines(words("list_separator").join(_ranges(line.pages, words)), _LINE, width=_NUMBERS, rtl=rtl)
    measure = _COLUMN - _HANGING - _length(max(numbers, key=lambda number: number.width)) - 2 * _AFTER_WORD
    # the first line starts at the edge, the others stand in: they are broken for the narrower measure
    text = f"{name} · {other}" if other else name
    names = composition.lines(text, _LINE, width=measure, language=line.language, rtl=rtl, first_indent=-_HANGING)
    start = _length(names[-1]) - (_HANGING if len(names) == 1 else 0)
    country = composition.lines(words("list_separator") + line.country, _LINE, width=float("inf"), rtl=rtl)
    if start + _length(country[0]) > measure:
        country, start = composition.lines(line.country, _LINE, width=measure, rtl=rtl), 0.0
    height = max(len(names) + len(country) - (1 if start else 0), len(numbers)) * _LINE.leading
    return _Item(heading, line, names, country, start, numbers, height)


def _ranges(pages: Sequence[int], words: Words) -> Iterator[str]:
    """The pages with neighbours as one: "12–47"; a government may have signed very often."""
    for _, run in groupby(enumerate(pages), lambda pair: pair[1] - pair[0]):
        first, *others = [page for _, page in run]
        yield words.number(first) + (f"–{words.number(others[-1])}" if others else "")


def _length(line: Line) -> float:
    return line.width * _LINE.size / 1000


def _pages(composition: Composition, items: Iterator[_Item]) -> None:
    """Fill page after page; what remains at the end is divided so that the columns balance."""
    waiting: list[_Item] = [item for item in (next(items, None),) if item]
    while True:
        height = composition.y - BOTTOM
        room = _COLUMNS * height - sum(item.height for item in waiting)
        while room >= 0 and (item := next(items, None)):
            waiting.append(item)
            room -= item.height
        columns, taken = _divided(waiting, height)
        if taken == len(waiting):
            _show(composition, _balanced(waiting, height))
            return
        _show(composition, columns)
        waiting = waiting[taken:]
        composition.new_page()
        if waiting[0].line:
            _continued(composition, waiting[0].letter)


def _divided(items: Sequence[_Item], height: float) -> tuple[list[Sequence[_Item]], int]:
    """The items that fit into columns of that height, and how many they are; no letter stays alone at a column's foot."""
    columns, start = [], 0
    for _ in range(_COLUMNS):
        end, used = start, 0.0
        # an empty column takes what is taller than a column, or there would be no end of pages
        while end < len(items) and (used + items[end].height <= height or (end == start == 0)):
            used += items[end].height
            end += 1
        if start < end < len(items) and items[end - 1].line is None:
            end -= 1
        columns.append(items[start:end])
        start = end
    return columns, start


def _balanced(items: Sequence[_Item], height: float) -> list[Sequence[_Item]]:
    lowest = sum(item.height for item in items) / _COLUMNS
    while lowest < height:
        columns, taken = _divided(items, lowest)
        if taken == len(items):
            return columns
        lowest += _LINE.leading / 2
    return _divided(items, height)[0]


def _continued(composition: Composition, heading: str) -> None:
    """Above a page that begins within a letter: which one; for the eye alone."""
    written = composition.line(composition.words("index_continued", letter=heading), _LETTER)
    x = composition.left + (WIDTH - written.width * _LETTER.size / 1000 if composition.words.rtl else 0)
    with composition.page.artifact():
        composition.page.show(written, x, composition.y - _LETTER.size, _LETTER.size, QUIET)
    composition.y -= _LETTER.leading + 4


def _show(composition: Composition, columns: Sequence[Sequence[_Item]]) -> None:
    top = lowest = composition.y
    for place, column in enumerate(columns):
        start = place * (_COLUMN + _GUTTER)
        x = composition.left + (WIDTH - start - _COLUMN if composition.words.rtl else start)
        composition.y = top
        for number, item in enumerate(column):
            if item.line is None:
                _show_letter(composition, item, x, first=number == 0)
            else:
                _show_line(composition, item, item.line, x)
        lowest = min(lowest, composition.y)
    composition.y = lowest
    held = [item for column in columns for item in column]
    if held:
        running_range(composition, held[0].letter, held[-1].letter)


def _show_letter(composition: Composition, item: _Item, x: float, *, first: bool) -> None:
    structure = composition.document.structure
    composition.y -= 0 if first else _BEFORE_LETTER
    body = structure.add("LBody", structure.add("LI", composition.section))
    top = composition.show(structure.add("P", body), item.words, _LETTER, x=x, top=composition.y, width=_COLUMN)
    composition.y = top - (_letter_height(item.letter) - _LETTER.leading)


def _letter_height(heading: str) -> float:
    """Letters of Arabic reach far below their line."""
    return _LETTER.leading + (_BELOW_ARABIC if starts_right_to_left(heading) else 0)


def _show_line(composition: Composition, item: _Item, line: IndexLine, x: float) -> None:
    structure, words, page = composition.document.structure, composition.words, composition.page
    link = structure.add("Link", structure.add("LBody", structure.add("LI", composition.section)))
    name = structure.add("Span", link, language_attribute(line.language) if line.language != words.language else b"")
    left, width = x if words.rtl else x + _HANGING, _COLUMN - _HANGING
    top = composition.y
    below = composition.show(name, item.words, _LINE, x=left, top=top, width=width, first_indent=-_HANGING)
    below += _LINE.leading if item.country_start else 0
    country = structure.add("Span", link)
    below = composition.show(country, item.country, _LINE, x=left, top=below, width=width, first_indent=item.country_start)
    last = below + _LINE.leading
    numbers = max(map(_length, item.numbers))
    start = _HANGING + _length(item.country[-1]) + (item.country_start if len(item.country) == 1 else 0)
    _leader(composition, x, last, start + _AFTER_WORD, _COLUMN - numbers - _AFTER_WORD)
    far = x if words.rtl else x + _COLUMN - numbers
    composition.show(structure.add("Span", link), item.numbers, _LINE, x=far, top=last, width=numbers)
    composition.y = top - item.height
    page.link(link, (x, composition.y, x + _COLUMN, top), _shown(line, words.language), line.target)


def _leader(composition: Composition, x: float, top: float, start: float, end: float) -> None:
    """Dots that lead the eye from the end of the words to the page, both measured from the column's start."""
    if end - start < _SHORTEST_LEADER:
        return
    left, right = (x + _COLUMN - end, x + _COLUMN - start) if composition.words.rtl else (x + start, x + end)
    y = top - _LINE.size - (_LINE.leading - _LINE.size) * 0.35
    with composition.page.artifact():
        operators = b"%s 0.7 w 1 J [0 3] 0 d %.1f %.1f m %.1f %.1f l S [] 0 d 0 J" % (QUIET.stroke, left, y, right, y)
        composition.page.draw(operators, QUIET)
