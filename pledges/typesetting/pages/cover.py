"""The title page, made to be photographed on a stage."""

from collections.abc import Sequence
from dataclasses import replace

from pledges.domain.declaration import Declaration
from pledges.domain.themes import Theme
from pledges.typesetting.colour import INK, QUIET, WARNING
from pledges.typesetting.composition import BOTTOM, DATA, DATA_BOLD, HASH, LABEL, TOP, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.marks import show_marks
from pledges.typesetting.pages.code import show_code, verification_address
from pledges.typesetting.pages.seal import BANNER, SEAL_HEIGHT, show_seal

_SERIF_BOLD = Style(bold=True)
_TITLE = Type(60, 67, _SERIF_BOLD)
_TITLES = (96.0, 84.0, 72.0, 66.0, 60.0, 54.0)
"""Sizes of the title, the largest first: it takes the largest in which it stays on one line."""
_SUBTITLE = Type(18, 25)
_ASSEMBLY = Type(13, 18, _SERIF_BOLD)
_FIGURE = Type(38, 44, _SERIF_BOLD)
_THEME_FIGURE = Type(34, 40, _SERIF_BOLD)
_PLACE = Type(12, 17, Style(Family.SANS))
_QUIET_PLACE = Type(12, 17, Style(Family.SANS), QUIET)
_CAPTION = Type(8, 10, Style(Family.SANS), QUIET)
_MARK, _CODE = 44.0, 80.0


def cover(composition: Composition, declaration: Declaration, *, seal_field: bool) -> None:
    """Title, place and date, counts, edition, Merkle root, the code that leads to verification, and the box for the seal."""
    words = composition.words
    composition.new_page()
    with composition.within("Sect"):
        composition.y = TOP + 30
        if declaration.example:
            _banner(composition, words("example_banner"))
        composition.y = TOP - 6
        name = words("assembly_name")
        composition.text(name, _on_one_line(composition, [name], _ASSEMBLY, (14, 13, 12, 11)), after=4)
        composition.rule(colour=INK, thickness=2.4, after=26)
        title = _on_one_line(composition, [words("cover_title")], _TITLE, _TITLES)
        # Arabic letters reach further below the line
        composition.text(words("cover_title"), title, tag="H1", after=title.size * 0.35 if words.rtl else 10)
        composition.text(words("cover_subtitle"), _SUBTITLE, after=12)
        place = words("list_separator").join((words("cover_place_and_date"), words("cover_room")))
        composition.text(place, _PLACE)
        convened = words("cover_convened")
        composition.text(convened, _on_one_line(composition, [convened], _QUIET_PLACE, (12, 11, 10)), after=26)
        _counts(composition, declaration)
        _themes(composition, declaration)
        _edition(composition, declaration)
        if not declaration.draft:
            composition.y = min(composition.y, BOTTOM + SEAL_HEIGHT + 4)
            show_seal(composition, development=declaration.development_seal, level=declaration.seal_level, field=seal_field)


def _on_one_line(composition: Composition, texts: Sequence[str], kind: Type, sizes: Sequence[float], width: float = WIDTH) -> Type:
    """The kind of type in the largest of the sizes in which each text stays on one line, or else in the smallest."""
    kinds = [replace(kind, size=size, leading=kind.leading * size / kind.size) for size in sizes]
    fitting = (kind for kind in kinds if all(composition.line(text, kind).width * kind.size / 1000 <= width for text in texts))
    return next(fitting, kinds[-1])


def _banner(composition: Composition, text: str) -> None:
    height = 22.0
    with composition.page.artifact():
        composition.page.frame(composition.left, composition.y - height, WIDTH, height, WARNING, 1)
    composition.y -= 4
    composition.text(text, BANNER, indent=8, width=WIDTH - 16)


def _themes(composition: Composition, declaration: Declaration) -> None:
    """The three marks, large, each with the pledges that take up its theme."""
    words, column = composition.words, WIDTH / 3
    composition.rule(after=16)
    top = lowest = composition.y
    names = [words(f"theme_{theme}") for theme in Theme]
    kind = _on_one_line(composition, names, _PLACE, (12, 11, 10.5, 10), column - 8)
    figures = {theme: words.number(declaration.counts.commitments[theme]) for theme in Theme}
    large = _on_one_line(composition, list(figures.values()), _THEME_FIGURE, (34, 28, 24, 20), column - _MARK - 24)
    for place, theme in enumerate(Theme):
        composition.y = top - (_THEME_FIGURE.leading - large.leading) / 2
        with composition.within("P"):
            start = WIDTH - place * column - _MARK if words.rtl else place * column
            show_marks(composition, [theme], x=composition.left + start, y=top - _MARK, size=_MARK)
            composition.text(figures[theme], large, tag="Span", indent=place * column + _MARK + 12, width=column - _MARK - 14)
            composition.y = top - _MARK - 5
            composition.text(words(f"theme_{theme}"), kind, tag="Span", indent=place * column, width=column - 8)
        lowest = min(lowest, composition.y)
    composition.y = lowest - 14


def _counts(composition: Composition, declaration: Declaration) -> None:
    words, counts = composition.words, declaration.counts
    figures = {"counts_pledges": counts.pledges, "counts_governments": counts.governments, "countries_or_areas": counts.countries}
    top, column = composition.y, WIDTH / 3
    large = _on_one_line(composition, list(map(words.number, figures.values())), _FIGURE, (38, 34, 30), column - 20)
    for place, (label, value) in enumerate(figures.items()):
        composition.y = top
        composition.text(words.number(value), large, indent=place * column, width=column)
        composition.text(words(label), _PLACE, indent=place * column, width=column)
    composition.y -= 12


def _edition(composition: Composition, declaration: Declaration) -> None:
    words = composition.words
    composition.rule(after=12)
    top, width = composition.y, WIDTH - _CODE - 24
    if declaration.draft:
        composition.text(words("edition_draft"), DATA_BOLD, width=width)
        composition.text(words("draft_note"), DATA, width=width)
    else:
        composition.text(words("edition", label=declaration.label), Type(13, 18, _SERIF_BOLD), width=width)
        composition.text(words(f"edition_{declaration.kind}", refers_to=declaration.refers_to), DATA, width=width)
    composition.text(words("edition_as_of", moment=words.moment(declaration.as_of)), DATA, width=width, after=8)
    composition.text(words("merkle_root"), LABEL, width=width)
    composition.text(declaration.root, HASH, language="en", width=width, after=16)
    x = composition.left + (0 if words.rtl else WIDTH - _CODE)
    show_code(composition, verification_address(declaration.base_url), x=x, y=top - _CODE, size=_CODE)
    lowest, composition.y = composition.y, top - _CODE - 3
    composition.text(words("verify_here"), _CAPTION, indent=WIDTH - _CODE, width=_CODE)
    composition.y = min(lowest, composition.y)
