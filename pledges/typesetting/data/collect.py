"""Makes `world.json` anew from Natural Earth; run by a developer, never by the application.

    npm pack world-atlas && tar xzf world-atlas-*.tgz
    python pledges/typesetting/data/collect.py package/countries-110m.json package/countries-50m.json

with shapely, which the project does not install. Where Natural Earth draws who controls an area, the shapes follow the maps of
the United Nations instead (`MOVED`); no line here is a statement on a frontier, and the document prints the note that says so.
"""

import csv
import json
import sys
from itertools import pairwise
from pathlib import Path

from shapely import make_valid
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

HERE = Path(__file__).parent
STEPS = 20
"""Steps of the grid in one degree: a twentieth of a degree is less than a tenth of a point on a page."""
NAMED = {"Taiwan": "TW", "Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Siachen Glacier": "IN"}
"""Shapes without a code of their own in M49."""
MOVED = (
    ("RU", "UA", box(32, 44, 36.7, 46.2)),
    ("MA", "EH", box(-18, 20, -8, 27.667)),
    ("IL", "SY", box(35.63, 32.7, 36, 33.4)),
    ("FR", "GF", box(-56, 1, -50, 7)),
    ("NO", "SJ", box(5, 74, 40, 82)),
)
"""Parts of a shape that belong to another code: what lies within the box."""
LEFT_OUT = {"AQ"}
PLACES = {
    "AQ": (-59.0, -62.2), "BQ": (-68.3, 12.2), "BV": (3.4, -54.4), "CC": (96.8, -12.2), "CX": (105.7, -10.4), "GI": (-5.4, 36.1),
    "GP": (-61.7, 16.0), "MQ": (-61.1, 14.6), "RE": (55.5, -20.9), "TK": (-171.9, -9.2), "TV": (179.2, -8.5), "UM": (166.6, 19.3),
    "YT": (45.2, -12.8), "IO": (72.4, -7.3), "KI": (173.0, 1.4), "US": (-98.5, 39.5), "FR": (2.5, 46.7), "FJ": (178.0, -17.8),
    "PS": (35.2, 31.9), "VA": (12.45, 41.9),
}  # fmt: skip
"""Longitude and latitude of a seat of government, where Natural Earth has no shape at this scale or its largest part would mislead."""


def shapes(path: Path, codes: dict[str, str]) -> dict[str, MultiPolygon]:
    """The countries of a TopoJSON file by ISO 3166-1 alpha-2 code."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = [_arc(deltas, topology["transform"]) for deltas in topology["arcs"]]
    found: dict[str, list[BaseGeometry]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        code = NAMED.get(name) or codes.get(geometry.get("id", ""))
        if code is None:
            continue
        rings = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
        for outer, *holes in rings:
            whole = make_valid(Polygon(_unwrapped(_ring(outer, arcs)), [_ring(hole, arcs) for hole in holes]))
            found.setdefault(code, []).extend(_within(whole))
    return {code: _joined(parts) for code, parts in found.items()}


def _arc(deltas: list[list[int]], transform: dict[str, list[float]]) -> list[tuple[float, float]]:
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for across, up in deltas:
        x, y = x + across, y + up
        points.append((x * scale_x + left, y * scale_y + bottom))
    return points


def _ring(indexes: list[int], arcs: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = []
    for index in indexes:
        part = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += part[1 if points else 0 :]
    return points


def _unwrapped(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The same ring without jumps over the antimeridian: its longitudes go on beyond 180 degrees."""
    turned, shift = [points[0]], 0
    for (before, _), (x, y) in pairwise(points):
        shift += 360 * ((x - before < -180) - (x - before > 180))
        turned.append((x + shift, y))
    return turned


def _within(shape: BaseGeometry) -> list[BaseGeometry]:
    """The parts of a shape on each side of the antimeridian, where the map has them."""
    parts = [translate(shape.intersection(box(edge, -90, edge + 360, 90)), -180 - edge) for edge in (-540, -180, 180)]
    return [part for part in parts if not part.is_empty]


def _joined(parts: list[BaseGeometry]) -> MultiPolygon:
    """One shape without lines inside: joined with a hair's breadth, which closes what rounding left open."""
    hair = 1e-6
    joined = unary_union([part.buffer(hair) for part in parts]).buffer(-hair)
    return joined if isinstance(joined, MultiPolygon) else MultiPolygon([joined])


def _place(shape: MultiPolygon) -> tuple[float, float]:
    """A point within the largest part."""
    point = max(shape.geoms, key=lambda part: float(part.area)).representative_point()
    return point.x, point.y


def _coded(shape: MultiPolygon) -> list[list[int]]:
    """Each ring as its first point and then steps, in twentieths of a degree."""
    rings = []
    for part in shape.geoms:
        for ring in (part.exterior, *part.interiors):
            points = [(round(x * STEPS), round(y * STEPS)) for x, y in list(ring.coords)[:-1]]
            kept = [point for before, point in zip([points[-1], *points[:-1]], points, strict=True) if point != before]
            if len(kept) > 2:
                steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in zip([(0, 0), *kept[:-1]], kept, strict=True)]
                rings.append([value for step in steps for value in step])
    return rings


def main(coarse: Path, fine: Path) -> None:
    """Write the file beside this one."""
    with (HERE.parents[1] / "domain" / "data" / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["m49_code"]: row["country_code"] for row in rows}
    world, detailed = shapes(coarse, codes), shapes(fine, codes)
    for giver, taker, area in MOVED:
        part = world[giver].intersection(area)
        world[giver] = _joined([world[giver].difference(area)])
        world[taker] = _joined([part, *([world[taker]] if taker in world else [])])
    places = {}
    for code in sorted({row["country_code"] for row in rows}):
        places[code] = PLACES.get(code) or _place(world[code] if code in world else detailed[code])
    data = {
        "steps": STEPS,
        "shapes": {code: _coded(shape) for code, shape in sorted(world.items()) if code not in LEFT_OUT},
        "places": {code: [round(x * STEPS), round(y * STEPS)] for code, (x, y) in places.items()},
    }
    (HERE / "world.json").write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
