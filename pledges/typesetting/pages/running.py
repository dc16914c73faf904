"""What stands on every page: the running foot, the head, and the watermark of a draft."""

from math import cos, radians, sin

from pledges.domain.declaration import Declaration
from pledges.typesetting.colour import QUIET, RULE, WARNING, WATER
from pledges.typesetting.composition import BOTTOM, TOP, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.tagged import FOOTER, HEADER, PAGE_HEIGHT, PAGE_WIDTH, WATERMARK, Page
from pledges.typesetting.text import Line

_FOOT = Type(8, 11, Style(Family.SANS), QUIET)
_WARNING = Type(8, 11, Style(Family.SANS, bold=True), WARNING)
_HEAD = TOP + 16
_SHORT_ROOT = 16
_ANGLE = radians(55)
_WATERMARK = Type(120, 120, Style(Family.SANS, bold=True), WATER)


def watermark(composition: Composition, page: Page) -> None:
    """Write DRAFT across the page, under its text."""
    written = composition.line(composition.words("draft_watermark"), _WATERMARK)
    length = written.width * _WATERMARK.size / 1000
    x, y = (PAGE_WIDTH - length * cos(_ANGLE)) / 2, (PAGE_HEIGHT - length * sin(_ANGLE)) / 2
    matrix = b"%.4f %.4f %.4f %.4f %.2f %.2f" % (cos(_ANGLE), sin(_ANGLE), -sin(_ANGLE), cos(_ANGLE), x, y)
    with page.artifact(WATERMARK):
        page.draw(b"BT %s Tm %s ET" % (matrix, written.operators(_WATERMARK.size)), _WATERMARK.colour)
    composition.document.use(written)


def running_foot(composition: Composition, declaration: Declaration) -> None:
    """Head and foot of every page, once their number is known. The title page has no head."""
    words, pages = composition.words, composition.document.pages
    label = words("edition_draft") if declaration.draft else declaration.label
    edition = composition.line(words("foot_edition", assembly=words("assembly_name"), label=label), _FOOT)
    root = composition.line(words("foot_root", root=declaration.root[:_SHORT_ROOT]), _FOOT)
    example = composition.line(words("example_banner"), _WARNING) if declaration.example else None
    for page in pages:
        number = composition.line(words("foot_page", page=words.number(page.index + 1), pages=words.number(len(pages))), _FOOT)
        with page.artifact(FOOTER):
            left, y = composition.left_of(page), BOTTOM - 22
            page.fill(left, y + 12, WIDTH, 0.6, RULE)
            _at(composition, page, edition, left, y)
            _at(composition, page, root, left, y - 11)
            _at(composition, page, number, left, y, far=True)
            if example:
                _at(composition, page, example, left, y - 11, kind=_WARNING, far=True)


def running_head(composition: Composition, page: Page) -> None:
    """The name of the part, at the head of a page."""
    if composition.running_head:
        with page.artifact(HEADER):
            _at(composition, page, composition.line(composition.running_head, _FOOT), composition.left_of(page), _HEAD)


def running_range(composition: Composition, first: str, last: str) -> None:
    """From which name to which a page reaches, at the far end of its head, as in a dictionary."""
    text = first if first == last else f"{first} – {last}"
    with composition.page.artifact(HEADER):
        _at(composition, composition.page, composition.line(text, _FOOT), composition.left, _HEAD, far=True)


def _at(composition: Composition, page: Page, written: Line, left: float, y: float, *, kind: Type = _FOOT, far: bool = False) -> None:
    rest = WIDTH - written.width * kind.size / 1000
    page.show(written, left + (rest if far != composition.words.rtl else 0), y, kind.size, kind.colour)
