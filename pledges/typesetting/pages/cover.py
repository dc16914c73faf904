"""The title page, made to be photographed on a stage."""

from pledges.domain.declaration import Declaration
from pledges.domain.themes import Theme
from pledges.typesetting.colour import INK, QUIET, RULE, WARNING
from pledges.typesetting.composition import BOTTOM, DATA, DATA_BOLD, HASH, LABEL, NOTE, TOP, WIDTH, Composition, Type
from pledges.typesetting.fonts import Family, Style
from pledges.typesetting.marks import show_marks
from pledges.typesetting.structure import alternative

_SERIF_BOLD = Style(bold=True)
_TITLE = Type(60, 66, _SERIF_BOLD)
_SUBTITLE = Type(17, 23)
_ASSEMBLY = Type(13, 18, _SERIF_BOLD)
_FIGURE = Type(38, 44, _SERIF_BOLD)
_THEME_FIGURE = Type(24, 29, _SERIF_BOLD)
_PLACE = Type(12, 17, Style(Family.SANS))
_BANNER = Type(10.5, 14, Style(Family.SANS, bold=True), WARNING)
_SEAL_WIDTH, _SEAL_HEIGHT = 215.0, 86.0
_PADDING = 9.0


def cover(composition: Composition, declaration: Declaration, *, seal_field: bool) -> None:
    """Title, place and date, edition, counts, Merkle root, and the box for the seal."""
    words = composition.words
    composition.new_page()
    with composition.within("Sect"):
        composition.y = TOP + 24
        if declaration.example:
            _banner(composition, words("example_banner"))
        composition.y = TOP - 14
        composition.text(words("assembly_name"), _ASSEMBLY, after=4)
        composition.rule(colour=INK, thickness=1.6, after=34)
        composition.text(words("cover_title"), _TITLE, tag="H1", after=12)
        composition.text(words("cover_subtitle"), _SUBTITLE, after=16)
        place = words("list_separator").join((words("cover_place_and_date"), words("cover_room")))
        composition.text(place, _PLACE)
        composition.text(words("cover_convened"), Type(_PLACE.size, _PLACE.leading, _PLACE.style, QUIET), after=30)
        _counts(composition, declaration)
        _edition(composition, declaration)
        if not declaration.draft:
            _seal(composition, declaration, seal_field=seal_field)


def _banner(composition: Composition, text: str) -> None:
    height = 22.0
    with composition.page.artifact():
        composition.page.frame(composition.left, composition.y - height, WIDTH, height, WARNING, 1)
    composition.y -= 4
    composition.text(text, _BANNER, indent=8, width=WIDTH - 16)


def _counts(composition: Composition, declaration: Declaration) -> None:
    words, counts, top = composition.words, declaration.counts, composition.y
    figures = {"counts_pledges": counts.pledges, "counts_governments": counts.governments, "countries_or_areas": counts.countries}
    column = WIDTH / 3
    for place, (label, value) in enumerate(figures.items()):
        composition.y = top
        composition.text(words.number(value), _FIGURE, indent=place * column, width=column)
        composition.text(words(label), _PLACE, indent=place * column, width=column)
    composition.y -= 14
    composition.rule(after=14)
    top = lowest = composition.y
    for place, theme in enumerate(Theme):
        composition.y = top
        with composition.within("P"):
            size = 20.0
            start = WIDTH - place * column - size if words.rtl else place * column
            show_marks(composition, [theme], x=composition.left + start, y=top - 25, size=size)
            composition.text(
                words.number(counts.commitments[theme]), _THEME_FIGURE, tag="Span", indent=place * column + 28, width=column - 30
            )
            composition.text(words(f"theme_{theme}"), DATA, tag="Span", indent=place * column, width=column - 10)
        lowest = min(lowest, composition.y)
    composition.y = lowest - 16


def _edition(composition: Composition, declaration: Declaration) -> None:
    words = composition.words
    composition.rule(after=12)
    if declaration.draft:
        composition.text(words("edition_draft"), DATA_BOLD)
        composition.text(words("draft_note"), DATA)
    else:
        composition.text(words("edition", label=declaration.label), Type(13, 18, _SERIF_BOLD))
        composition.text(words(f"edition_{declaration.kind}", refers_to=declaration.refers_to), DATA)
    composition.text(words("edition_as_of", moment=words.moment(declaration.as_of)), DATA, after=8)
    composition.text(words("merkle_root"), LABEL)
    composition.text(declaration.root, HASH, language="en", after=16)


def _seal(composition: Composition, declaration: Declaration, *, seal_field: bool) -> None:
    words, page = composition.words, composition.page
    top = composition.y = min(composition.y, BOTTOM + _SEAL_HEIGHT + 16)
    left = composition.left + (WIDTH - _SEAL_WIDTH if words.rtl else 0)
    with page.artifact():
        page.frame(left, top - _SEAL_HEIGHT, _SEAL_WIDTH, _SEAL_HEIGHT, RULE, 0.8)
    if seal_field:
        words_of_field = words("seal_field")
        field = composition.document.structure.add("Form", composition.section, alternative(words_of_field))
        page.seal_field(field, (left, top - _SEAL_HEIGHT, left + _SEAL_WIDTH, top), words_of_field)
    composition.y -= _PADDING
    composition.text(words("seal_heading"), LABEL, indent=_PADDING, width=_SEAL_WIDTH - 2 * _PADDING, after=10)
    if declaration.development_seal:
        composition.text(words("development_seal"), _BANNER, indent=_PADDING, width=_SEAL_WIDTH - 2 * _PADDING)
        composition.text(words("development_seal_note"), NOTE, indent=_PADDING, width=_SEAL_WIDTH - 2 * _PADDING)
    composition.y = top - _PADDING
    composition.text(words("seal_note"), NOTE, indent=_SEAL_WIDTH + 18)
