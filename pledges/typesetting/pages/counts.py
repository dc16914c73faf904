"""The figures of the edition, each with what it counts, drawn and as tables, and their sources."""

from collections.abc import Mapping

from pledges.domain.declaration import Declaration
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.protocol import collation_key
from pledges.domain.themes import Theme
from pledges.typesetting.colour import ACCENT
from pledges.typesetting.composition import BODY, DATA, NOTE, SECTION, TITLE, WIDTH, Composition
from pledges.typesetting.pages.context import bullet
from pledges.typesetting.pages.figures import bars_figure, growth_figure
from pledges.typesetting.pages.maps import map_figure
from pledges.typesetting.pages.themes import region_table
from pledges.typesetting.structure import BULLETS
from pledges.typesetting.tables import Column, table
from pledges.typesetting.tally import Tally


def counts_part(composition: Composition, declaration: Declaration, tally: Tally) -> None:
    """Each figure stands on one line as "name: figure", so that a script finds it as a reader does."""
    words = composition.words
    composition.running_head = words("counts_heading")
    composition.new_page()
    with composition.within("Sect"):
        composition.heading(1, words("counts_heading"), TITLE, listed=0, after=8)
        composition.text(words("counts_intro"), BODY, after=10)
        columns = [Column(words("counts_column_figure"), 0, 190), Column(words("counts_column_source"), 200, WIDTH - 200)]
        table(composition, columns, _totals(composition, declaration))
        _breakdown(composition, "counts_by_kind", {words(f"kind_{kind}"): tally.kinds[kind] for kind in GovernmentKind})
        _breakdown(composition, "counts_by_signature", {words(f"signature_{kind}"): tally.signatures[kind] for kind in SignatureKind})
        _sources(composition, declaration)
        if tally.pledges():
            _drawn(composition, declaration, tally)


def _drawn(composition: Composition, declaration: Declaration, tally: Tally) -> None:
    """The figures, each with its table."""
    words = composition.words
    composition.new_page()
    composition.heading(2, words("counts_by_region_and_theme"), SECTION, after=8, listed=1)
    bars_figure(composition, tally)
    composition.heading(2, words("counts_by_region"), SECTION, before=8, after=4, keep=140)
    region_table(composition, tally, None, ACCENT)
    composition.new_page()
    composition.heading(2, words("growth_heading"), SECTION, after=4, listed=1)
    composition.text(words("growth_note"), NOTE, after=6)
    growth_figure(composition, tally, declaration.closing_at)
    composition.new_page()
    composition.heading(2, words("map_heading"), SECTION, after=10, listed=1)
    map_figure(composition, tally, None, ACCENT)
    composition.heading(2, words("counts_by_country"), SECTION, before=10, after=4)
    country_table(composition, tally)


def country_table(composition: Composition, tally: Tally) -> None:
    """Pledges and governments by country or area, and pledges by theme, in the order of the language."""
    words = composition.words
    columns = [
        Column(words("counts_column_country"), 0, 118),
        Column(words("counts_column_pledges"), 120, 73, figures=True),
        Column(words("counts_column_governments"), 195, 73, figures=True),
        *(Column(words(f"theme_{theme}"), 272 + 57 * place, 54, figures=True) for place, theme in enumerate(Theme)),
    ]
    names = {code: words.country(code) for code in tally.countries()}
    governments = tally.governments()
    rows = [
        (names[code], *map(words.number, (tally.countries()[code], governments[code], *(tally.countries(theme)[code] for theme in Theme))))
        for code in sorted(names, key=lambda code: collation_key(names[code], words.language))
    ]
    table(composition, columns, rows)


def _totals(composition: Composition, declaration: Declaration) -> list[tuple[str, str]]:
    words, counts = composition.words, declaration.counts
    rows = [
        (words("counts_pledges"), counts.pledges, "counts_pledges_source"),
        (words("counts_governments"), counts.governments, "counts_governments_source"),
        (words("counts_countries"), counts.countries, "counts_countries_source"),
        *((words(f"theme_{theme}"), counts.commitments[theme], "counts_theme_source") for theme in Theme),
        (words("counts_late"), sum(entry.late for entry in declaration.entries), "counts_late_source"),
    ]
    return [(words("figure_line", label=label, figure=words.number(figure)), words(source)) for label, figure, source in rows]


def _breakdown(composition: Composition, heading: str, counted: Mapping[str, int]) -> None:
    words = composition.words
    composition.heading(2, words(heading), SECTION, before=1, after=3)
    columns = [Column(words("counts_column_kind"), 0, 230), Column(words("counts_column_pledges"), 240, 80, figures=True)]
    table(composition, columns, [(label, words.number(figure)) for label, figure in counted.items() if figure])


def _sources(composition: Composition, declaration: Declaration) -> None:
    words = composition.words
    composition.heading(2, words("sources_heading"), SECTION, before=1, after=3)
    with composition.within("L", BULLETS):
        bullet(composition, words("sources_register", moment=words.moment(declaration.as_of)), kind=DATA)
        bullet(composition, words("sources_places"), kind=DATA)
        bullet(composition, words("sources_countries"), kind=DATA)
