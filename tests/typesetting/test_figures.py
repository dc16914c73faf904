import io
import re
import subprocess
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import radians, sin
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image
from reportlab.graphics.shapes import Circle, Drawing, Group, Rect, String, Wedge
from reportlab.graphics.shapes import Path as Outline

from pledges.domain.declaration import Counts, Entry, ThemeWords, count
from pledges.domain.people import GovernmentKind
from pledges.domain.protocol import countries, country_name
from pledges.domain.themes import Theme
from pledges.typesetting import world
from pledges.typesetting.chapter import Chapter
from pledges.typesetting.colour import ACCENT, DIGITAL, LAND, PAPER, PEACEFUL, SUSTAINABLE, Colour, tone
from pledges.typesetting.composition import DATA, Composition, Type
from pledges.typesetting.graphics import paint, show_drawing, words_at
from pledges.typesetting.metadata import Metadata
from pledges.typesetting.pages.figures import growth, scale
from pledges.typesetting.pages.maps import world_map
from pledges.typesetting.tally import Tally
from pledges.typesetting.words import LANGUAGES, Words
from tests.typesetting.bound import bound
from tests.typesetting.test_declaration import CLOSING, declaration, entry, essence, printed, text_of

METADATA = Metadata("Title", "Author", "Subject", "en", CLOSING, "WALRG-Declaration edition=Rev.0 language=en root=" + "ab" * 32)
SOME = ("FR", "FR", "KE", "JP", "BR", "TV", "SM", "KE", "FR", "FJ", "XK")


def pledges() -> list[Entry]:
    """Eleven pledges of ten governments in eight countries, the smallest among them, around the closing."""
    themes = [(Theme.DIGITAL,), (Theme.DIGITAL, Theme.PEACEFUL), tuple(Theme)]
    return [
        entry(
            place, country_code=code, government_id="gn-0" if place == 1 else f"gn-{place}",
            themes=tuple(ThemeWords(theme, version=1 if place % 2 else None) for theme in themes[place % 3]),
            signed_at=CLOSING + timedelta(hours=7 * (place - 7)), late=place > 7,
        )
        for place, code in enumerate(SOME)
    ]  # fmt: skip


def composition(language: str = "en") -> Composition:
    made = Composition(Chapter(), Words(language))
    made.new_page()
    return made


def alternatives(pdf: bytes) -> list[str]:
    """What is read out for each figure that is more than the mark of a theme."""
    read = pikepdf.open(io.BytesIO(pdf))
    found = [one for one in read.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
    return [str(one.Alt) for one in found if re.search(r"\d", str(one.Alt))]


def pages(pdf: bytes) -> list[str]:
    return text_of(pdf, "-layout").split("\f")


def rows(pdf: bytes, heading: str) -> list[list[str]]:
    """The rows of the table below a heading, to the end of its page."""
    page = next(page for page in pages(pdf) if re.search(f"^ *{heading}", page, re.MULTILINE) and "Contents" not in page)
    below = page[re.search(f"^ *{heading}", page, re.MULTILINE).end() :].splitlines()  # type: ignore[union-attr]
    return [cells for line in below if len(cells := re.split(r"\s{2,}", line.strip())) > 2 and cells[-1].isdigit()]


def contrast(one: Colour, other: Colour) -> float:
    """Of two colours, by WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    return sum(share * value for share, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_tally_counts_as_the_declaration_does() -> None:
    entries = pledges()
    tally, counts = Tally(entries), count(tuple(entries))
    assert (tally.pledges(), tally.governments().total(), len(tally.countries())) == (counts.pledges, counts.governments, counts.countries)
    assert {theme: tally.pledges(theme) for theme in Theme} == counts.commitments
    assert tally.regions() == Counter({"africa": 2, "americas": 1, "asia": 1, "europe": 5, "oceania": 2})
    assert sum(tally.governments_by_region().values()) == counts.governments
    assert sum(tally.countries_by_region().values()) == counts.countries
    assert (tally.late, tally.kinds) == (3, Counter({GovernmentKind.CITY: 11}))
    assert tally.adopted[Theme.DIGITAL, 1] + tally.adopted[Theme.DIGITAL, None] == counts.commitments[Theme.DIGITAL]


def test_each_figure_tells_its_counts_to_those_who_cannot_see_it() -> None:
    told = alternatives(printed(declaration(pledges())))
    theme_maps, (bars, line, whole) = told[:3], told[3:]
    assert [one.partition(".")[0] for one in theme_maps] == ["Digital futures", "Peaceful futures", "Sustainable futures for all"]
    assert "Europe: Digital futures: 5, Peaceful futures: 3, Sustainable futures for all: 1" in bars
    assert "Signed until the closing: 8, Signed in all: 11" in line
    assert "Pledges: 11, Countries or areas: 8. Most pledges: France: 3, Kenya: 2, " in whole


def test_the_tables_hold_the_figures_of_the_drawings() -> None:
    entries = pledges()
    pdf, tally = printed(declaration(entries)), Tally(entries)
    by_country = {cells[0]: list(map(int, cells[1:])) for cells in rows(pdf, "Pledges by country or area")}
    assert by_country == {
        country_name(code, "en"): [pledges, tally.governments()[code], *(tally.countries(theme)[code] for theme in Theme)]
        for code, pledges in tally.countries().items()
    }
    by_theme = rows(pdf, "Pledges by world region and theme")
    assert [cells for cells in by_theme if len(cells) == 5][:5] == [
        [region.title(), *(str(tally.regions(theme)[region]) for theme in Theme), str(pledges)]
        for region, pledges in tally.regions().items()
    ]
    steps = rows(pdf, "Signatures over time")
    assert sum(int(cells[1]) for cells in steps) == int(steps[-1][2]) == tally.pledges()


def test_every_country_or_area_is_on_the_map() -> None:
    assert world.countries().keys() == countries().keys()
    counted = dict.fromkeys(countries(), 1)
    drawing = world_map(composition(), counted, ACCENT, 439)
    light = paint(tone(ACCENT, 0.34))
    shown = [shape for shape in drawing.contents if isinstance(shape, Outline | Circle) and shape.fillColor == light]
    dots = {(round(shape.cx, 3), round(shape.cy, 3)) for shape in shown if isinstance(shape, Circle)}
    assert all(0 <= value <= size for dot in dots for value, size in zip(dot, (drawing.width, drawing.height), strict=True))
    seen = [code for code, one in world.countries().items() if one.area * 439 * 439 >= 9]
    assert len(shown) - len(dots) == sum(bool(one.rings) for one in world.countries().values())
    assert len(dots) == len(countries()) - len(seen)
    assert {"VA", "TV", "SG", "MT", "LU", "PS", "BB"}.isdisjoint(seen)


def test_countries_without_a_pledge_are_land_and_have_no_dot() -> None:
    drawing = world_map(composition(), {"FR": 150}, ACCENT, 439)
    fills = Counter(shape.fillColor for shape in drawing.contents if isinstance(shape, Outline))
    assert fills[paint(tone(ACCENT, 1.0))] == 1
    assert fills[paint(LAND)] == sum(bool(one.rings) for one in world.countries().values()) - 1
    assert not any(isinstance(shape, Circle) for shape in drawing.contents)


def test_the_map_is_of_equal_area() -> None:
    def area(west: float, south: float) -> float:
        corners = [world.equal_earth(west + x, south + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
        return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(corners)) / 2

    for south in (-50, 0, 60):
        sphere = radians(1) * (sin(radians(south + 1)) - sin(radians(south)))
        assert area(100, south) == pytest.approx(sphere, rel=1e-4)


def test_the_shapes_follow_the_maps_of_the_united_nations() -> None:
    def within(code: str, longitude: float, latitude: float) -> bool:
        x, y = world._on_map(longitude, latitude)
        crossings = 0
        for ring in world.countries()[code].rings:
            for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
                crossings += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        return crossings % 2 == 1

    assert [within(code, 34.4, 45.3) for code in ("UA", "RU")] == [True, False]
    assert [within(code, -13, 24.5) for code in ("EH", "MA")] == [True, False]
    assert [within(code, -53, 4) for code in ("GF", "FR")] == [True, False]
    assert [within(code, 178, 65) for code in ("RU", "US")] == [True, False]


def test_the_growth_is_told_by_hour_day_or_month_as_its_span_demands() -> None:
    def steps(*moments: datetime) -> tuple[str, list[tuple[str, int, int]]]:
        unit, found = growth(Tally([entry(place, signed_at=moment) for place, moment in enumerate(moments)]))
        return unit, [(step.start.isoformat(" ", "minutes")[:16], step.new, step.all) for step in found]

    start = datetime(2024, 9, 19, 20, 50, tzinfo=UTC)
    assert steps(start, start + timedelta(minutes=5), start + timedelta(minutes=20)) == (
        "hour", [("2024-09-19 20:00", 2, 2), ("2024-09-19 21:00", 1, 3)],
    )  # fmt: skip
    assert steps(start, start + timedelta(days=9)) == ("day", [("2024-09-19 00:00", 1, 1), ("2024-09-28 00:00", 1, 2)])
    assert steps(datetime(2000, 1, 1, tzinfo=UTC), start) == ("month", [("2000-01-01 00:00", 1, 1), ("2024-09-01 00:00", 1, 2)])


@pytest.mark.parametrize("highest", [1, 2, 7, 10, 99, 300, 240_000])
def test_the_scale_has_few_round_figures_and_does_not_pass_the_highest(highest: int) -> None:
    figures = scale(highest)
    assert figures[0] == 0
    assert 2 <= len(figures) <= 6
    assert figures[-1] <= highest


@pytest.mark.parametrize("place", [1, 11])
def test_figures_of_one_pledge_or_of_one_moment_are_drawn(place: int) -> None:
    entries = [entry(one, signed_at=CLOSING) for one in range(place)]
    assert len(alternatives(printed(declaration(entries)))) >= 5


def test_the_three_themes_and_the_classes_of_the_map_differ_in_grey() -> None:
    assert all(contrast(colour, PAPER) > 4.5 for colour in (DIGITAL, PEACEFUL, SUSTAINABLE))
    for hue in (ACCENT, DIGITAL, PEACEFUL, SUSTAINABLE):
        shades = [luminance(colour) for colour in (PAPER, LAND, *(tone(hue, share) for share in (0.34, 0.56, 0.78, 1.0)))]
        assert all(lighter > darker + 0.02 for lighter, darker in pairwise(shades))


def test_a_drawing_is_shown_with_its_groups_moved_and_scaled_and_its_words_found(tmp_path: Path) -> None:
    made = composition()
    drawing = Drawing(200, 100)
    group = Group(Rect(0, 0, 10, 10, fillColor=paint(PEACEFUL), strokeColor=None), words_at(0, 20, "Words within", DATA))
    group.scale(2, 2)
    group.translate(5, 5)
    drawing.add(group)
    drawing.add(Circle(100, 50, 20, fillColor=None, strokeColor=paint(DIGITAL), strokeWidth=2))
    show_drawing(made, drawing, x=100, y=300, words="Two shapes")
    file = tmp_path / "drawing.pdf"
    file.write_bytes(bound(METADATA, [made.document]))
    read = pikepdf.open(file)
    content = read.pages[0].Contents
    operators = b"".join(part.read_bytes() for part in (content if isinstance(content, pikepdf.Array) else [content]))
    assert b"110.00 310.00 m 130.00 310.00 l 130.00 330.00 l 110.00 330.00 l h f" in operators
    assert b"220.00 350.00 m" in operators
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    left, right = re.search(r'xMin="([\d.]+)".*>Words<', boxes), re.search(r'xMax="([\d.]+)".*>within<', boxes)
    assert left
    assert right
    assert float(left[1]) == pytest.approx(110, abs=1)
    assert float(right[1]) - float(left[1]) > 100


def test_words_turned_or_too_small_and_unknown_shapes_are_refused() -> None:
    made = composition()
    small, turned = Group(), Group(words_at(0, 0, "Turned", DATA))
    small.add(words_at(0, 0, "Small", Type(7.5, 9, DATA.style)))
    turned.rotate(90)
    for shapes in (small, turned):
        with pytest.raises(ValueError, match="upright"):
            show_drawing(made, Drawing(10, 10, shapes), x=0, y=0, words="Wrong")
    with pytest.raises(TypeError, match="Wedge"):
        show_drawing(made, Drawing(10, 10, Wedge(5, 5, 5, 0, 90)), x=0, y=0, words="Wrong")
    assert isinstance(small.contents[0], String)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_in_the_figures_are_those_of_the_language(language: str) -> None:
    pdf = printed(declaration(pledges(), language=language))
    words, told = Words(language), " ".join(alternatives(pdf))
    assert country_name("FR", language) in told
    assert words("region_oceania") in told
    assert unicodedata.normalize("NFKC", words.moment(CLOSING)).split()[0] in unicodedata.normalize("NFKC", text_of(pdf))


def test_the_codes_on_cover_and_verification_page_lead_to_the_page_where_a_copy_is_verified(tmp_path: Path) -> None:
    file = tmp_path / "declaration.pdf"
    file.write_bytes(printed(declaration(pledges())))
    verification = next(number for number, page in enumerate(pages(file.read_bytes()), 1) if page.strip().startswith("How to verify this"))
    address = "https://pledges.example.org/verify"
    read = pikepdf.open(file)
    for number in (1, verification):
        subprocess.run(
            ["pdftoppm", "-r", "100", "-png", "-f", str(number), "-l", str(number), "-singlefile", file, tmp_path / "page"], check=True
        )
        with Image.open(tmp_path / "page.png") as picture:
            assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]
        links = [str(link.A.URI) for link in read.pages[number - 1].Annots if "/A" in link]
        assert set(links) == {address}
    told = [str(one.Alt) for one in read.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
    assert told.count(f"QR code that leads to the verification page, {address}") == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_has_room_for_the_figures_of_the_whole_constituency(language: str) -> None:
    counts = Counts(240_000, 231_456, 193, dict(zip(Theme, (171_234, 199_999, 203_456), strict=True)))
    lines = text_of(printed(declaration(pledges(), language=language, counts=counts)), "-l", "1").splitlines()
    number = Words(language).number
    for figure in (counts.pledges, counts.governments, *counts.commitments.values()):
        assert any(essence(number(figure)) in essence(line) for line in lines)


def test_a_table_over_several_pages_has_its_headings_on_each_and_reads_them_out_once() -> None:
    pdf = printed(declaration([entry(place, country_code=code) for place, code in enumerate(sorted(countries()))]))
    headed = [page for page in pages(pdf) if re.search("^ *Country or area +Pledges +Governments", page, re.MULTILINE)]
    assert len(headed) > 4
    listed = [line for page in headed for line in page.splitlines() if re.search(r" 1 +1 +1 +1 +0$", line)]
    assert len(listed) == len(countries())
    read = pikepdf.open(io.BytesIO(pdf))
    tables = [one.K for one in read.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Table"]
    rows_heard = max(tables, key=len)
    assert len(rows_heard) == 1 + len(countries())
    assert [sum(cell.S == "/TH" for cell in row.K) for row in rows_heard] == [6] + [1] * len(countries())


def test_the_code_of_a_draft_is_read_through_its_watermark(tmp_path: Path) -> None:
    file = tmp_path / "draft.pdf"
    file.write_bytes(printed(declaration(pledges(), draft=True)))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-l", "1", "-singlefile", file, tmp_path / "page"], check=True)
    with Image.open(tmp_path / "page.png") as picture:
        assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["https://pledges.example.org/verify"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_units_stand_one_below_the_other_in_every_column(language: str, tmp_path: Path) -> None:
    file = tmp_path / "declaration.pdf"
    file.write_bytes(printed(declaration([entry(place, country_code="FR" if place else "KE") for place in range(120)], language=language)))
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    page = next(page for page in boxes.split("<page ") if page.count(">119<") >= 3 and ">1<" in page and "<word" in page)
    ends = {number: [float(end) for end in re.findall(rf'xMax="([\d.]+)"[^>]*>{number}<', page)] for number in (1, 119)}
    assert all(any(abs(end - other) < 0.5 for other in ends[1]) for end in ends[119][-3:])
