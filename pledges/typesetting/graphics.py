"""Draws a ReportLab drawing on a page as vectors, with its words set by the document's own text engine."""

from collections.abc import Iterator, Sequence

from reportlab.graphics.shapes import FILL_EVEN_ODD, Circle, Drawing, Group, Line, Path, Polygon, PolyLine, Rect, Shape, String, mmult
from reportlab.lib.colors import Color

from pledges.typesetting.colour import INK, Colour
from pledges.typesetting.composition import Composition, Type
from pledges.typesetting.structure import alternative, box

Matrix = tuple[float, float, float, float, float, float]
Outline = tuple[Sequence[bytes], Sequence[float]]
"""Path operators (PDF 32000-1, 8.5.2), and the coordinates of their points one after the other."""

SMALLEST = 8.0
"""No word in the document is smaller, in points."""
_ROUND = 0.5523
"""Length of the handles that make four curves a circle."""
_MOVE, _LINE, _CURVE, _CLOSE = b"%.2f %.2f m", b"%.2f %.2f l", b"%.2f %.2f %.2f %.2f %.2f %.2f c", b"h"
_PATH_OPERATORS = (_MOVE, _LINE, _CURVE, _CLOSE)
"""What the codes in a ReportLab path stand for."""


def paint(colour: Colour) -> Color:
    """The colour as ReportLab's shapes take it."""
    return Color(*colour)


def words_at(x: float, y: float, text: str, kind: Type, *, anchor: str = "start") -> String:
    """Words in a drawing; `anchor` (start, middle, end) is the part of them that stands at x."""
    return String(x, y, text, fontName=kind.style, fontSize=kind.size, fillColor=paint(kind.colour), textAnchor=anchor)


def show_drawing(composition: Composition, drawing: Drawing, *, x: float, y: float, words: str, parent: int | None = None) -> int:
    """Show a drawing with its lower left corner at x, y as one figure that is read out as `words`; answers its element.

    Raises ValueError for words that are turned or smaller than 8 points, TypeError for a shape that is not drawn here.
    """
    attributes = alternative(words) + box(x, y, drawing.width, drawing.height)
    element = composition.document.structure.add("Figure", composition.section if parent is None else parent, attributes)
    with composition.page.marked(element):
        for shape, matrix in _placed(drawing, (1, 0, 0, 1, x, y)):
            if isinstance(shape, String):
                _set(composition, shape, matrix)
            elif operators := _operators(shape, matrix):
                composition.page.draw(operators, _colour(shape.fillColor) if _filled(shape) else INK)
    return element


def circle(x: float, y: float, radius: float) -> Outline:
    """The path of a circle around x, y."""
    handle = radius * _ROUND
    points = [x + radius, y]
    for right, up in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        flat = right * up > 0
        first = (right * radius, up * handle) if flat else (right * handle, up * radius)
        second = (right * handle, up * radius) if flat else (right * radius, up * handle)
        end = (0.0, up * radius) if flat else (right * radius, 0.0)
        points += [value for across, along in (first, second, end) for value in (x + across, y + along)]
    return (_MOVE, *[_CURVE] * 4), points


def path(outline: Outline) -> bytes:
    """The operators of a path."""
    operators, points = outline
    return b" ".join(operators) % tuple(points)


def _placed(group: Group, matrix: Matrix) -> Iterator[tuple[Shape, Matrix]]:
    """Each shape of a group, the lowest first, with what places it on the page."""
    for shape in group.contents:
        if isinstance(shape, Group):
            yield from _placed(shape, mmult(matrix, shape.transform))
        else:
            yield shape, matrix


def _outline(shape: Shape) -> Outline:
    match shape:
        case Rect():
            right, top = shape.x + shape.width, shape.y + shape.height
            return _through((shape.x, shape.y, right, shape.y, right, top, shape.x, top), closed=True)
        case Line():
            return _through((shape.x1, shape.y1, shape.x2, shape.y2), closed=False)
        case Polygon() | PolyLine():
            return _through(shape.points, closed=isinstance(shape, Polygon))
        case Circle():
            return circle(shape.cx, shape.cy, shape.r)
        case Path():
            return [_PATH_OPERATORS[code] for code in shape.operators], shape.points
        case _:
            raise TypeError(f"a drawing with {type(shape).__name__} is not drawn here")


def _through(points: Sequence[float], *, closed: bool) -> Outline:
    return (_MOVE, *[_LINE] * (len(points) // 2 - 1), *([_CLOSE] if closed else ())), points


def _operators(shape: Shape, matrix: Matrix) -> bytes:
    """What draws the shape; it sets its own line and leaves no dashes behind."""
    filled, stroked = _filled(shape), shape.strokeColor is not None and shape.strokeWidth > 0
    if not (filled or stroked):
        return b""
    drawn = path(_moved(_outline(shape), matrix))
    even_odd = b"*" if filled and getattr(shape, "fillMode", None) == FILL_EVEN_ODD else b""
    if not stroked:
        return b"%s f%s" % (drawn, even_odd)
    line = b"%s %.2f w %d J %d j" % (
        _colour(shape.strokeColor).stroke,
        shape.strokeWidth,
        shape.strokeLineCap or 0,
        shape.strokeLineJoin or 0,
    )
    dashes = b" ".join(b"%g" % length for length in shape.strokeDashArray or ())
    drawn = b"%s %s %s" % (line, drawn, b"B" + even_odd if filled else b"S")
    return b"[%s] 0 d %s [] 0 d" % (dashes, drawn) if dashes else drawn


def _filled(shape: Shape) -> bool:
    return getattr(shape, "fillColor", None) is not None


def _moved(outline: Outline, matrix: Matrix) -> Outline:
    operators, points = outline
    a, b, c, d, e, f = matrix
    return operators, [value for x, y in zip(points[::2], points[1::2], strict=True) for value in (a * x + c * y + e, b * x + d * y + f)]


def _set(composition: Composition, text: String, matrix: Matrix) -> None:
    scale, turned, _, other, left, bottom = matrix
    size = text.fontSize * scale
    if turned or scale != other or size < SMALLEST:
        raise ValueError(f"words in a drawing are upright and not smaller than {SMALLEST} points: {text.text!r}")
    kind = Type(size, size, text.fontName, _colour(text.fillColor))
    for line in composition.lines(text.text, kind, width=float("inf"), rtl=composition.words.rtl):
        length = line.width * size / 1000
        start = left + scale * text.x - length * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.textAnchor]
        composition.page.show(line, start, bottom + scale * text.y, size, kind.colour)


def _colour(colour: Color) -> Colour:
    return Colour(colour.red, colour.green, colour.blue)
