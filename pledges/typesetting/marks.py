"""The marks of the themes: a square, a circle, a triangle, told apart by shape, lightness and colour."""

from collections.abc import Sequence
from functools import cache

from reportlab.graphics.shapes import Circle, Polygon, Rect, Shape

from pledges.domain.themes import Theme
from pledges.typesetting.colour import DIGITAL, PEACEFUL, SUSTAINABLE, Colour
from pledges.typesetting.composition import Composition
from pledges.typesetting.graphics import circle, paint, path
from pledges.typesetting.structure import alternative, box

COLOURS: dict[Theme, Colour] = {Theme.DIGITAL: DIGITAL, Theme.PEACEFUL: PEACEFUL, Theme.SUSTAINABLE: SUSTAINABLE}
_GAP = 0.45


def shape(theme: Theme, x: float, y: float, size: float) -> bytes:
    """The operators that fill the mark of a theme; x, y is its lower left corner."""
    if theme is Theme.DIGITAL:
        return b"%.2f %.2f %.2f %.2f re f" % (x + size * 0.05, y + size * 0.05, size * 0.9, size * 0.9)
    if theme is Theme.SUSTAINABLE:
        return b"%.2f %.2f m %.2f %.2f l %.2f %.2f l h f" % (x, y, x + size, y, x + size / 2, y + size)
    radius = size / 2
    return path(circle(x + radius, y + radius, radius)) + b" f"


def mark(theme: Theme, x: float, y: float, size: float) -> Shape:
    """The mark of a theme as a shape of a drawing; x, y is its lower left corner."""
    look = {"fillColor": paint(COLOURS[theme]), "strokeColor": None}
    if theme is Theme.DIGITAL:
        return Rect(x + size * 0.05, y + size * 0.05, size * 0.9, size * 0.9, **look)
    if theme is Theme.SUSTAINABLE:
        return Polygon([x, y, x + size, y, x + size / 2, y + size], **look)
    return Circle(x + size / 2, y + size / 2, size / 2, **look)


def width_of(themes: Sequence[object], size: float) -> float:
    """How wide the marks of so many themes are, in points."""
    return size * (len(themes) + _GAP * (len(themes) - 1))


@cache
def marks(themes: tuple[Theme, ...], size: float) -> bytes:
    """The operators that draw the marks side by side from the origin, each in its colour."""
    step = size * (1 + _GAP)
    return b" ".join(b"%s %s" % (COLOURS[theme].fill, shape(theme, place * step, 0, size)) for place, theme in enumerate(themes))


def show_marks(composition: Composition, themes: Sequence[Theme], *, x: float, y: float, size: float, parent: int | None = None) -> None:
    """Show the marks side by side as one picture that is read out as the names of the themes."""
    words = composition.words
    names = words("list_separator").join(words(f"theme_{theme}") for theme in themes)
    parent = composition.section if parent is None else parent
    attributes = alternative(names) + box(x, y, width_of(themes, size), size)
    element = composition.document.structure.add("Figure", parent, attributes)
    with composition.page.marked(element):
        composition.page.place(marks(tuple(themes), size), x, y)
