"""The shapes of countries on an equal-area map; where they come from stands in `data/README.md`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

Point = tuple[float, float]
Ring = tuple[Point, ...]

_ROOT = sqrt(3)
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
"""The polynomial of Equal Earth (Šavrič, Patterson, Jenny 2018)."""
_SOUTH, _NORTH = -56.5, 83.7
"""The latitudes that the map shows."""


@dataclass(frozen=True, slots=True)
class Country:
    """Outlines and place of a country on a map one unit wide, from its lower left corner; `area` in the square of that unit."""

    rings: tuple[Ring, ...]
    place: Point
    area: float


def equal_earth(longitude: float, latitude: float) -> Point:
    """The point on a sphere of radius one (degrees to units of the radius), by the equal-area projection Equal Earth."""
    angle = asin(_ROOT / 2 * sin(radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = 9 * _A4 * sixth * square + 7 * _A3 * sixth + 3 * _A2 * square + _A1
    return (
        2 * _ROOT * radians(longitude) * cos(angle) / (3 * slope),
        angle * (_A4 * sixth * square + _A3 * sixth + _A2 * square + _A1),
    )


_HALF = equal_earth(180, 0)[0]
_BOTTOM = equal_earth(0, _SOUTH)[1]
HEIGHT = (equal_earth(0, _NORTH)[1] - _BOTTOM) / (2 * _HALF)
"""Height of the map whose width is one."""


@cache
def countries() -> Mapping[str, Country]:
    """Every country and area by its ISO 3166-1 alpha-2 code; those too small for the scale have no rings."""
    data = json.loads((resources.files("pledges.typesetting") / "data" / "world.json").read_text(encoding="utf-8"))
    steps, shapes = data["steps"], data["shapes"]
    return MappingProxyType({code: _country(shapes.get(code, ()), place, steps) for code, place in data["places"].items()})


def _country(coded: Sequence[Sequence[int]], place: Sequence[int], steps: int) -> Country:
    rings = tuple(_ring(ring, steps) for ring in coded)
    return Country(rings, _on_map(place[0] / steps, place[1] / steps), sum(map(_area, rings)))


def _ring(coded: Sequence[int], steps: int) -> Ring:
    x = y = 0
    points = []
    for across, up in zip(coded[::2], coded[1::2], strict=True):
        x, y = x + across, y + up
        points.append(_on_map(x / steps, y / steps))
    return tuple(points)


def _on_map(longitude: float, latitude: float) -> Point:
    x, y = equal_earth(longitude, max(latitude, _SOUTH))
    return (x + _HALF) / (2 * _HALF), (y - _BOTTOM) / (2 * _HALF)


def _area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise((*ring, ring[0])))) / 2


@dataclass(frozen=True, slots=True)
class Shaded:
    """A map for a page: countries of one class as one path, those too small for the scale as dots (class and place)."""

    width: int
    height: int
    paths: Mapping[str, str]
    dots: Sequence[tuple[str, int, int]]


LAND = "land"
"""The class of a country that is in no other."""
_SMALL = 30
"""A country with less area on the map (square units) is a dot."""


def shaded(classes: Mapping[str, str], width: int = 640) -> Shaded:
    """The map with its countries (by code) in classes, downward from its top. Raises KeyError for a code that the map does not know."""
    paths: dict[str, str] = {}
    for code, outline in _outlines(width).items():
        paths[classes.get(code, LAND)] = paths.get(classes.get(code, LAND), "") + outline
    small = [(name, countries()[code]) for code, name in sorted(classes.items()) if countries()[code].area * width * width < _SMALL]
    dots = [(name, round(one.place[0] * width), round((HEIGHT - one.place[1]) * width)) for name, one in small]
    return Shaded(width, round(HEIGHT * width), paths, dots)


@cache
def _outlines(width: int) -> Mapping[str, str]:
    """Points in whole units, each from the one before: the map of a page has to be light."""
    return MappingProxyType({code: "".join(_path(ring, width) for ring in country.rings) for code, country in countries().items()})


def _path(ring: Ring, width: int) -> str:
    points = list(dict.fromkeys((round(x * width), round((HEIGHT - y) * width)) for x, y in ring))
    if len(points) < 3:
        return ""
    steps = (f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"
