"""The opening of each theme: its published political commitment set large, then who takes it up."""

from collections.abc import Sequence

from pledges.domain.declaration import AdoptedText, Declaration
from pledges.domain.themes import Theme
from pledges.typesetting.colour import QUIET, Colour
from pledges.typesetting.composition import BOTTOM, DATA, HASH, LABEL, LEAD, NOTE, SECTION, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.marks import COLOURS, show_marks
from pledges.typesetting.pages.maps import map_figure
from pledges.typesetting.tables import Bars, Column, table
from pledges.typesetting.tally import Tally

_NAME = Type(32, 38, Style(bold=True))
_COMMITMENT = Type(16, 22, Style(italic=True), QUIET)
_EYEBROW = Style(Family.SANS, bold=True)
_FIGURE = Type(30, 35, Style(bold=True))
_LARGE = (Type(17, 25), Type(15.5, 23), Type(14, 20.5), LEAD)
"""The kinds of type for the published text, the largest first: it takes the largest in which it stays on the page."""
_MARK = 40.0


def theme_part(composition: Composition, declaration: Declaration, tally: Tally, theme: Theme, *, number: int) -> None:
    """One theme: the published text, then the figures."""
    words = composition.words
    composition.running_head = words(f"theme_{theme}")
    composition.new_page()
    with composition.within("Sect"):
        _opening(composition, theme, number=number)
        texts = [text for text in declaration.texts if text.theme is theme]
        kind = _largest(composition, texts)
        for text in texts:
            _published_text(composition, text, kind, adopted=tally.adopted[theme, text.version])
        _strands(composition, theme)
        composition.new_page()
        _figures(composition, texts, tally, theme)


def _opening(composition: Composition, theme: Theme, *, number: int) -> None:
    words = composition.words
    with composition.page.artifact():
        composition.page.fill(composition.left, composition.y, WIDTH, 6, COLOURS[theme])
    composition.y -= 24
    x = composition.left + (WIDTH - _MARK if words.rtl else 0)
    show_marks(composition, [theme], x=x, y=composition.y - _MARK - 6, size=_MARK)
    indent = _MARK + 18
    composition.text(words("theme_part", number=words.number(number)), Type(11, 15, _EYEBROW, COLOURS[theme]), indent=indent)
    composition.heading(1, words(f"theme_{theme}"), _NAME, listed=0, indent=indent, after=14)
    composition.text(words(f"theme_{theme}_commitment"), _COMMITMENT, after=20)


def _largest(composition: Composition, texts: Sequence[AdoptedText]) -> Type:
    """The largest type in which the texts of a theme, and what follows them, stay on the page."""
    left = composition.y - BOTTOM - 130 - 50 * len(texts)
    parts = [(part, text.language) for text in texts for part in text.text.split("\n") if part.strip()]
    for kind in _LARGE:
        lines = sum(len(composition.lines(part, kind, width=WIDTH, language=language)) for part, language in parts)
        if lines * kind.leading + len(parts) * kind.leading / 2 <= left:
            return kind
    return LEAD


def _published_text(composition: Composition, text: AdoptedText, kind: Type, *, adopted: int) -> None:
    words = composition.words
    with composition.within("BlockQuote"):
        for part in text.text.split("\n"):
            if part.strip():
                composition.text(part, kind, language=text.language, own_side=True, after=kind.leading / 2)
    composition.space(4)
    key = "published_text" if adopted else "published_text_newest"
    composition.text(words(key, version=text.version), LABEL)
    if text.language != words.language:
        composition.text(words("published_text_other_language", language=words.language_name(text.language)), NOTE)
    composition.text(words("published_text_hash"), NOTE)
    composition.text(text.sha256, HASH, language="en", after=14)


def _figures(composition: Composition, texts: Sequence[AdoptedText], tally: Tally, theme: Theme) -> None:
    words = composition.words
    composition.heading(2, words("theme_figures_heading"), SECTION, after=8)
    figures = {
        "counts_pledges": tally.pledges(theme),
        "counts_governments": tally.governments(theme).total(),
        "countries_or_areas": len(tally.countries(theme)),
    }
    top, column = composition.y, WIDTH / 3
    for place, (label, figure) in enumerate(figures.items()):
        composition.y = top
        composition.text(words.number(figure), _FIGURE, indent=place * column, width=column)
        composition.text(words(label), DATA, indent=place * column, width=column - 10)
    composition.y -= 8
    adopted = {words("theme_adopted", version=text.version): tally.adopted[theme, text.version] for text in texts}
    adopted[words("theme_adopted_none")] = tally.adopted[theme, None]
    for label, figure in adopted.items():
        composition.text(words("figure_line", label=label, figure=words.number(figure)), DATA)
    composition.space(12)
    if tally.pledges(theme):
        map_figure(composition, tally, theme, COLOURS[theme])
        composition.space(4)
        region_table(composition, tally, theme, COLOURS[theme])


def region_table(composition: Composition, tally: Tally, theme: Theme | None, colour: Colour) -> None:
    """Pledges (or those that take up a theme), governments and countries by world region; the bars show the pledges."""
    words = composition.words
    columns = [
        Column(words("counts_column_region"), 0, 95),
        Column(words("counts_column_pledges"), 195, 65, figures=True),
        Column(words("counts_column_governments"), 266, 82, figures=True),
        Column(words("countries_or_areas"), 369, 70, figures=True),
    ]
    pledges, governments, countries = tally.regions(theme), tally.governments_by_region(theme), tally.countries_by_region(theme)
    most = max(pledges.values(), default=0) or 1
    rows = [(words(f"region_{name}"), *map(words.number, (pledges[name], governments[name], countries[name]))) for name in pledges]
    table(composition, columns, rows, bars=Bars([figure / most for figure in pledges.values()], 100, 95, colour))


def _strands(composition: Composition, theme: Theme) -> None:
    words = composition.words
    for strand in ("actions", "multilateral"):
        composition.room(30)
        composition.text(words(f"strand_{strand}"), LABEL)
        composition.text(words(f"theme_{theme}_{strand}"), DATA, after=5)
    composition.text(words("theme_words_elsewhere", section=words("words_heading")), NOTE)
