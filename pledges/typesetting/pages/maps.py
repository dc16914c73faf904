"""The world map of signatories: countries in one hue, the darker the more pledges, the smallest as dots."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from itertools import pairwise

from reportlab.graphics.shapes import FILL_EVEN_ODD, Circle, Drawing, Path, Rect

from pledges.domain.protocol import country_name
from pledges.domain.themes import Theme
from pledges.typesetting import world
from pledges.typesetting.colour import INK, LAND, PAPER, QUIET, Colour, tone
from pledges.typesetting.composition import DATA, LABEL, NOTE, WIDTH, Composition, Type
from pledges.typesetting.graphics import paint, show_drawing, words_at
from pledges.typesetting.tally import Tally

_CLASSES = (2, 10, 100)
"""Where the second, third and fourth class of pledges begin."""
_TONES = (0.34, 0.56, 0.78, 1.0)
_GRID = 0.25
"""Points of outlines nearer to each other than this (in points) are one, for neighbours alike."""
_SMALL = 9.0
"""A country with less area on the map (square points) is shown as a dot."""
_DOT = 2.0
_KEY_HEIGHT = 22.0
_KEY = Type(DATA.size, DATA.leading, DATA.style, QUIET)
_NAMED = 5
"""How many countries the words for the map name."""


def map_figure(composition: Composition, tally: Tally, theme: Theme | None, colour: Colour, *, width: float = WIDTH) -> None:
    """The map of the pledges, or of those that take up a theme, with its key below."""
    drawing = world_map(composition, tally.countries(theme), colour, width)
    composition.room(drawing.height)
    x = composition.left + (WIDTH - width) / 2
    show_drawing(composition, drawing, x=x, y=composition.y - drawing.height, words=_told(composition, tally, theme))
    composition.y -= drawing.height + 4
    composition.text(composition.words("map_source", section=composition.words("designations_heading")), NOTE, after=8)


def world_map(composition: Composition, counted: Mapping[str, int], colour: Colour, width: float) -> Drawing:
    """Map and key; `counted` holds the pledges by country code. Raises KeyError for a code that the map does not know."""
    drawing = Drawing(width, width * world.HEIGHT + _KEY_HEIGHT)
    for code, country in world.countries().items():
        if country.rings:
            drawing.add(_shape(country.rings, width, _fill(counted.get(code, 0), colour)))
    for code, pledges in sorted(counted.items(), key=lambda item: (item[1], item[0])):
        country = world.countries()[code]
        if pledges and country.area * width * width < _SMALL:
            x, y = country.place
            look = {"fillColor": paint(_fill(pledges, colour)), "strokeColor": paint(INK), "strokeWidth": 0.35}
            drawing.add(Circle(x * width, y * width + _KEY_HEIGHT, _DOT, **look))
    _key(composition, drawing, colour)
    return drawing


def _fill(pledges: int, colour: Colour) -> Colour:
    return tone(colour, _TONES[bisect(_CLASSES, pledges)]) if pledges else LAND


def _shape(rings: Sequence[world.Ring], width: float, colour: Colour) -> Path:
    path = Path(fillColor=paint(colour), strokeColor=paint(PAPER), strokeWidth=0.35, strokeLineJoin=1, fillMode=FILL_EVEN_ODD)
    for ring in rings:
        points = list(dict.fromkeys((_snapped(x * width), _snapped(y * width + _KEY_HEIGHT)) for x, y in ring))
        if len(points) > 2:
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            path.closePath()
    return path


def _snapped(value: float) -> float:
    return round(value / _GRID) * _GRID


def _key(composition: Composition, drawing: Drawing, colour: Colour) -> None:
    """The classes in one line: what is counted, then a field and its words for each, as the language runs."""
    words = composition.words
    number = words.number
    bounds = [(1, _CLASSES[0] - 1), *((first, after - 1) for first, after in pairwise(_CLASSES))]
    labels = [
        number(first) if first == last else words("map_class_range", first=number(first), last=number(last)) for first, last in bounds
    ]
    labels = [words("map_class_none"), *labels, words("map_class_more", first=number(_CLASSES[-1]))]
    step, anchor = drawing.width / 6, "end" if words.rtl else "start"
    for place, text in enumerate((words("counts_pledges"), *labels)):
        start, field = place * step, 12.0 if place else 0.0
        x = drawing.width - start if words.rtl else start
        if place:
            fill = LAND if place == 1 else tone(colour, _TONES[place - 2])
            look = {"fillColor": paint(fill), "strokeColor": paint(QUIET), "strokeWidth": 0.4}
            drawing.add(Rect(x - 8.5 if words.rtl else x, 3, 8.5, 8.5, **look))
        drawing.add(words_at(x - field if words.rtl else x + field, 4, text, _KEY if place else LABEL, anchor=anchor))


def _told(composition: Composition, tally: Tally, theme: Theme | None) -> str:
    """What stands for the map: its counts, the countries with most pledges, and where all are listed."""
    words, counted = composition.words, tally.countries(theme)
    most = sorted(counted, key=lambda code: (-counted[code], country_name(code, "en")))[:_NAMED]
    label = words("theme_commitments") if theme else words("counts_pledges")
    figures = {label: tally.pledges(theme), words("countries_or_areas"): len(counted)}
    told = words(
        "map_alternative",
        figures=listed(composition, figures),
        most=listed(composition, {words.country(code): counted[code] for code in most}),
    )
    parts = [f"{words(f'theme_{theme}')}. " if theme else "", told, " ", words("map_table_follows")]
    return "".join(parts)


def listed(composition: Composition, figures: Mapping[str, int]) -> str:
    """Figures as they are read out: name and figure, one after the other."""
    words = composition.words
    return words("list_separator").join(words("figure_line", label=label, figure=words.number(figure)) for label, figure in figures.items())
