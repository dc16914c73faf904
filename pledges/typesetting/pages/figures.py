"""Figures of the edition as drawings: bars by region and theme, and how the signatures grew until the closing and after it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect

from pledges.domain.themes import Theme
from pledges.typesetting.colour import ACCENT, INK, PAPER, QUIET, RULE, tone
from pledges.typesetting.composition import DATA, DATA_BOLD, LABEL, WIDTH, Composition, Type
from pledges.typesetting.graphics import paint, show_drawing, words_at
from pledges.typesetting.marks import COLOURS, mark
from pledges.typesetting.pages.maps import listed
from pledges.typesetting.tables import Column, table
from pledges.typesetting.tally import QUARTER, Tally

_BAR, _BAR_STEP, _GROUP_AIR = 7.5, 12.0, 9.0
_BARS_START, _BARS_WIDTH = 96.0, 190.0
_NAMES = {theme: Type(DATA.size, DATA.leading, DATA_BOLD.style, colour) for theme, colour in COLOURS.items()}
_QUIET = Type(8.5, 12, DATA.style, QUIET)
_GROWTH_HEIGHT, _FOOT, _HEAD, _SCALE = 190.0, 20.0, 34.0, 44.0
_BY_HOUR, _BY_DAY = timedelta(days=2), timedelta(days=92)
"""Up to which span the rows of the table are hours, and up to which they are days."""
_GRID = 0.25


class Sheet:
    """A drawing whose places are measured from the side where reading starts."""

    def __init__(self, composition: Composition, height: float) -> None:
        self.drawing = Drawing(WIDTH, height)
        self.width, self.height = WIDTH, height
        self.rtl = composition.words.rtl
        self.add = self.drawing.add

    def at(self, start: float, width: float = 0) -> float:
        """The left edge of what starts there and is so wide."""
        return self.width - start - width if self.rtl else start

    def write(self, start: float, y: float, text: str, kind: Type, *, anchor: str = "start") -> None:
        """Words that start, end or have their middle there."""
        turned = {"start": "end", "end": "start"}.get(anchor, anchor)
        self.add(words_at(self.at(start), y, text, kind, anchor=turned if self.rtl else anchor))


def bars_figure(composition: Composition, tally: Tally) -> None:
    """Pledges by world region and theme, each theme with its colour, its mark and its own filling; the same as a table."""
    words, regions = composition.words, list(tally.regions())
    counted = {region: {theme: tally.regions(theme)[region] for theme in Theme} for region in regions}
    most = max((figure for figures in counted.values() for figure in figures.values()), default=0) or 1
    group = len(Theme) * _BAR_STEP + _GROUP_AIR
    sheet = Sheet(composition, len(regions) * group)
    for row, (region, figures) in enumerate(counted.items()):
        top = sheet.height - row * group
        sheet.write(0, top - 2 * _BAR_STEP + 3.5, words(f"region_{region}"), DATA_BOLD)
        for place, (theme, figure) in enumerate(figures.items()):
            _theme_bar(composition, sheet, theme, figure, share=figure / most, y=top - (place + 1) * _BAR_STEP + 2)
        if row == 0:  # the names stand beside the first bars, instead of a legend
            names = _BARS_START + _BARS_WIDTH * max(figures.values()) / most + 32
            for place, theme in enumerate(Theme):
                sheet.write(names, top - (place + 1) * _BAR_STEP + 2.6, words(f"theme_{theme}"), _NAMES[theme])
    told = words("group_separator").join(
        words("figure_line", label=words(f"region_{region}"), figure=listed(composition, _by_name(composition, figures)))
        for region, figures in counted.items()
    )
    _show(composition, sheet.drawing, words("bars_alternative", figures=told))
    columns = [Column(words("counts_column_region"), 0, 120)]
    columns += [Column(words(f"theme_{theme}"), 126 + 80 * place, 74, figures=True) for place, theme in enumerate(Theme)]
    columns.append(Column(words("counts_column_pledges"), WIDTH - 73, 73, figures=True))
    pledges = tally.regions()
    rows = [[words(f"region_{region}"), *map(words.number, (*counted[region].values(), pledges[region]))] for region in regions]
    table(composition, columns, rows)


def _by_name(composition: Composition, figures: dict[Theme, int]) -> dict[str, int]:
    return {composition.words(f"theme_{theme}"): figure for theme, figure in figures.items()}


def _theme_bar(composition: Composition, sheet: Sheet, theme: Theme, figure: int, *, share: float, y: float) -> None:
    """Mark, bar and figure; digital is filled, peaceful striped, sustainable light with an edge, so that they differ in grey too."""
    colour, length = COLOURS[theme], max(_BARS_WIDTH * share, 1.0) if figure else 0.0
    sheet.add(mark(theme, sheet.at(_BARS_START - 13, _BAR), y, _BAR))
    if figure:
        fill = tone(colour, 0.3) if theme is Theme.SUSTAINABLE else colour
        edge = 0.8
        look = {"fillColor": paint(fill), "strokeColor": paint(colour), "strokeWidth": edge}
        x, inside = sheet.at(_BARS_START, length) + edge / 2, max(length - edge, 0.2)
        sheet.add(Rect(x, y + edge / 2, inside, _BAR - edge, **look))
        if theme is Theme.PEACEFUL:
            for stripe in range(3, int(inside), 4):
                sheet.add(Rect(x + stripe, y + edge, 1.3, _BAR - 2 * edge, fillColor=paint(PAPER), strokeColor=None))
    sheet.write(_BARS_START + length + 5, y + 0.6, composition.words.number(figure), DATA)


@dataclass(frozen=True, slots=True)
class Step:
    """Signatures within one hour, day or month; `all` counts those before as well."""

    start: datetime
    new: int
    all: int


def growth_figure(composition: Composition, tally: Tally, closing_at: datetime) -> None:
    """All signatures as a line that rises with time, the closing marked on it; each step as a row of a table."""
    words = composition.words
    if not tally.quarters:
        return
    unit, steps = growth(tally)
    span = (min(steps[0].start, closing_at), max(after(steps[-1].start, unit), closing_at))
    sheet = Sheet(composition, _GROWTH_HEIGHT)
    _axes(composition, sheet, steps[-1].all, span, unit)
    _line(sheet, tally, span)
    at_closing = {words("growth_until_closing"): tally.pledges() - tally.late, words("growth_in_all"): steps[-1].all}
    _closing(composition, sheet, closing_at, _place(sheet, span, closing_at), at_closing)
    day = words.moment if unit == "hour" else words.day
    told = words("growth_alternative", first=day(steps[0].start), last=day(steps[-1].start), figures=listed(composition, at_closing))
    _show(composition, sheet.drawing, told)
    columns = [
        Column(words(f"growth_column_{unit}"), 0, 190),
        Column(words("growth_column_new"), 196, 110, figures=True),
        Column(words("growth_in_all"), 320, WIDTH - 320, figures=True),
    ]
    written = {"hour": words.moment, "day": words.day, "month": words.month}[unit]
    table(composition, columns, [(written(step.start), words.number(step.new), words.number(step.all)) for step in steps])


def growth(tally: Tally) -> tuple[str, list[Step]]:
    """The signatures by hour, day or month (in UTC), as their span demands; only steps in which somebody signed."""
    quarters = sorted(tally.quarters.items())
    span = timedelta(seconds=(quarters[-1][0] - quarters[0][0]) * QUARTER)
    unit = "hour" if span <= _BY_HOUR else "day" if span <= _BY_DAY else "month"
    counted: dict[datetime, int] = {}
    for quarter, signed in quarters:
        start = _start(_moment(quarter), unit)
        counted[start] = counted.get(start, 0) + signed
    return unit, [Step(start, new, all_) for (start, new), all_ in zip(counted.items(), accumulate(counted.values()), strict=True)]


def _moment(quarter: int) -> datetime:
    return datetime.fromtimestamp(quarter * QUARTER, UTC)


def _start(moment: datetime, unit: str) -> datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if unit == "hour" else hour.replace(hour=0) if unit == "day" else hour.replace(day=1, hour=0)


def after(start: datetime, unit: str) -> datetime:
    """The end of the hour, day or month that starts then."""
    if unit == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + (timedelta(hours=1) if unit == "hour" else timedelta(days=1))


def _place(sheet: Sheet, span: tuple[datetime, datetime], moment: datetime) -> float:
    """How far from the start of the sheet a moment stands."""
    return _SCALE + (sheet.width - _SCALE - 10) * ((moment - span[0]) / (span[1] - span[0]))


def _axes(composition: Composition, sheet: Sheet, highest: int, span: tuple[datetime, datetime], unit: str) -> None:
    words = composition.words
    for figure in scale(highest):
        y = _FOOT + figure * _up(sheet, highest)
        sheet.add(Line(sheet.at(_SCALE), y, sheet.at(sheet.width), y, strokeColor=paint(RULE), strokeWidth=0.4))
        sheet.write(_SCALE - 5, y - 3, words.number(figure), _QUIET, anchor="end")
    short = {"hour": words.hour, "day": words.short_day, "month": words.month}[unit]
    for part in range(4):
        moment = _start(span[0] + (span[1] - span[0]) * part / 4, unit)
        place = sheet.at(_place(sheet, span, moment))
        sheet.add(Line(place, _FOOT, place, _FOOT - 4, strokeColor=paint(INK), strokeWidth=0.6))
        sheet.write(_place(sheet, span, moment), 5, short(moment), _QUIET)


def _line(sheet: Sheet, tally: Tally, span: tuple[datetime, datetime]) -> None:
    """The line by quarters of an hour, so that it is right at the closing; steps that lie on one spot of the paper are one."""
    up, level = _up(sheet, tally.pledges()), 0
    levels = {_SCALE: 0}
    for quarter, signed in sorted(tally.quarters.items()):
        level += signed
        levels[round(_place(sheet, span, _moment(quarter + 1)) / _GRID) * _GRID] = level
    corners = [(_SCALE, _FOOT)]
    for place, figure in levels.items():
        corners += [(place, corners[-1][1]), (place, _FOOT + figure * up)]
    corners.append((_place(sheet, span, span[1]), corners[-1][1]))
    points = [value for place, y in corners for value in (sheet.at(place), y)]
    area = [*points, sheet.at(corners[-1][0]), _FOOT]
    sheet.add(Polygon(area, fillColor=paint(tone(ACCENT, 0.1)), strokeColor=None))
    sheet.add(PolyLine(points, strokeColor=paint(ACCENT), strokeWidth=1.6, strokeLineJoin=1))
    sheet.add(Line(sheet.at(_SCALE), _FOOT, sheet.at(sheet.width), _FOOT, strokeColor=paint(INK), strokeWidth=0.8))


def _up(sheet: Sheet, highest: int) -> float:
    """How high one signature is."""
    return (sheet.height - _FOOT - _HEAD) / highest


def scale(highest: int) -> list[int]:
    """Three to six round figures from 0 up to the highest."""
    step = next(step for power in range(12) for step in (10**power, 2 * 10**power, 5 * 10**power) if highest / step <= 5)
    return list(range(0, highest + 1, step))


def _closing(composition: Composition, sheet: Sheet, closing_at: datetime, place: float, figures: dict[str, int]) -> None:
    """A broken line at the moment of the closing, with its words on the side that has more room."""
    words, top = composition.words, sheet.height - _HEAD
    line = {"strokeColor": paint(INK), "strokeWidth": 0.9, "strokeDashArray": (3, 2)}
    sheet.add(Line(sheet.at(place), _FOOT, sheet.at(place), sheet.height - 4, **line))
    side, anchor = (-5, "end") if place > sheet.width / 2 else (5, "start")
    sheet.write(place + side, top + 24, words("growth_closing"), LABEL, anchor=anchor)
    sheet.write(place + side, top + 13, words.moment(closing_at), _QUIET, anchor=anchor)
    (label, figure), _ = figures.items()
    sheet.write(place + side, top + 2, words("figure_line", label=label, figure=words.number(figure)), _QUIET, anchor=anchor)


def _show(composition: Composition, drawing: Drawing, words: str) -> None:
    composition.room(drawing.height)
    show_drawing(composition, drawing, x=composition.left, y=composition.y - drawing.height, words=words)
    composition.y -= drawing.height + 10
