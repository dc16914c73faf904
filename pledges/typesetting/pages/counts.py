"""The figures of the edition, each with what it counts, and their sources."""

from collections import Counter

from pledges.domain.declaration import Declaration
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.themes import Theme
from pledges.typesetting.colour import QUIET
from pledges.typesetting.composition import BODY, DATA, SECTION, TITLE, WIDTH, Composition
from pledges.typesetting.pages.context import bullet
from pledges.typesetting.pages.grouping import by_region
from pledges.typesetting.pages.themes import region_table
from pledges.typesetting.structure import BULLETS
from pledges.typesetting.tables import Column, table


def counts_part(composition: Composition, declaration: Declaration) -> None:
    """Each figure stands on one line as "name: figure", so that a script finds it as a reader does."""
    words = composition.words
    composition.running_head = words("counts_heading")
    composition.new_page()
    with composition.within("Sect"):
        composition.heading(1, words("counts_heading"), TITLE, listed=0, after=8)
        composition.text(words("counts_intro"), BODY, after=10)
        columns = [Column(words("counts_column_figure"), 0, 190), Column(words("counts_column_source"), 200, WIDTH - 200)]
        table(composition, columns, _totals(composition, declaration))
        composition.heading(2, words("counts_by_region"), SECTION, before=1, after=3)
        region_table(composition, [(words(f"region_{name}"), members) for name, members in by_region(declaration.entries).items()], QUIET)
        kinds = Counter(entry.kind for entry in declaration.entries)
        _breakdown(composition, "counts_by_kind", {words(f"kind_{kind}"): kinds[kind] for kind in GovernmentKind})
        signatures = Counter(entry.signature_kind for entry in declaration.entries)
        _breakdown(composition, "counts_by_signature", {words(f"signature_{kind}"): signatures[kind] for kind in SignatureKind})
        _sources(composition, declaration)


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


def _breakdown(composition: Composition, heading: str, counted: dict[str, int]) -> None:
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
