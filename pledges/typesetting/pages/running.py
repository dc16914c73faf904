"""What stands on every page: the running foot, the head, and the watermark of a draft."""

from math import cos, radians, sin

from pledges.domain.declaration import Declaration
from pledges.typesetting.chapter import FOOTER, HEADER, PAGE_HEIGHT, PAGE_WIDTH, WATERMARK, Chapter
from pledges.typesetting.colour import QUIET, RULE, WARNING, WATER
from pledges.typesetting.composition import BOTTOM, INNER, LEFT, OUTER, TOP, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.text import Line
from pledges.typesetting.words import Words

_FOOT = Type(8, 11, Style(Family.SANS), QUIET)
_WARNING = Type(8, 11, Style(Family.SANS, bold=True), WARNING)
_HEAD = TOP + 16
_SHORT_ROOT = 16
_ANGLE = radians(55)
_WATERMARK = Type(120, 120, Style(Family.SANS, bold=True), WATER)


def begin_page(composition: Composition) -> None:
    """The name of the part at the head of a new page; the title page has none."""
    if composition.running_head:
        with composition.page.artifact(HEADER):
            _at(composition, composition.line(composition.running_head, _FOOT), _HEAD)


def begin_draft(composition: Composition) -> None:
    """DRAFT across the page, under its text."""
    written = composition.line(composition.words("draft_watermark"), _WATERMARK)
    length = written.width * _WATERMARK.size / 1000
    x, y = (PAGE_WIDTH - length * cos(_ANGLE)) / 2, (PAGE_HEIGHT - length * sin(_ANGLE)) / 2
    matrix = b"%.4f %.4f %.4f %.4f %.2f %.2f" % (cos(_ANGLE), sin(_ANGLE), -sin(_ANGLE), cos(_ANGLE), x, y)
    with composition.page.artifact(WATERMARK):
        composition.page.draw(b"BT %s Tm %s ET" % (matrix, written.operators(_WATERMARK.size)), _WATERMARK.colour)
    composition.document.use(written)
    begin_page(composition)


def running_range(composition: Composition, first: str, last: str) -> None:
    """From which name to which a page reaches, at the far end of its head, as in a dictionary."""
    text = first if first == last else f"{first} – {last}"
    with composition.page.artifact(HEADER):
        _at(composition, composition.line(text, _FOOT), _HEAD, far=True)


def running_feet(declaration: Declaration, words: Words, pages: int) -> Chapter:
    """As the pages of a chapter: what the feet of all pages share, then the number of each."""
    feet = Composition(Chapter(), words)
    label = words("edition_draft") if declaration.draft else declaration.label
    edition = feet.line(words("foot_edition", assembly=words("assembly_name"), label=label), _FOOT)
    root = feet.line(words("foot_root", root=declaration.root[:_SHORT_ROOT]), _FOOT)
    example = feet.line(words("example_banner"), _WARNING) if declaration.example else None
    y = BOTTOM - 22
    feet.new_page()
    with feet.page.artifact(FOOTER):
        feet.page.fill(LEFT, y + 12, WIDTH, 0.6, RULE)
        _at(feet, edition, y)
        _at(feet, root, y - 11)
        if example:
            _at(feet, example, y - 11, kind=_WARNING, far=True)
    for index in range(pages):
        feet.new_page()
        number = feet.line(words("foot_page", page=words.number(index + 1), pages=words.number(pages)), _FOOT)
        with feet.page.artifact(FOOTER):
            _at(feet, number, y, far=True)
    feet.document.close()
    return feet.document


def shift(index: int, words: Words) -> float:
    """How far a sheet (counted from 0) stands to the right under its text, which keeps its place.

    Odd pages are right-hand pages with the wider margin at the fold; books in Arabic open the other way.
    """
    return 0 if (index % 2 == 0) != words.rtl else round(INNER - OUTER, 2)


def _at(composition: Composition, written: Line, y: float, *, kind: Type = _FOOT, far: bool = False) -> None:
    rest = WIDTH - written.width * kind.size / 1000
    composition.page.show(written, LEFT + (rest if far != composition.words.rtl else 0), y, kind.size, kind.colour)
