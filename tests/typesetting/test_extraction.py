"""Every language's words come back from the pages, in two readers."""

from pathlib import Path

import pytest

from benchmarks.validators import __main__ as table
from benchmarks.validators.reading import Book, Language, Reading, languages, measure, measure_among
from benchmarks.validators.sameness import hashes

pytestmark = pytest.mark.xdist_group("extraction")

BIDIRECTIONAL_OR_COMPLEX = {
    "Adlm", "Arab", "Hebr", "Syrc", "Thaa",
    "Beng", "Cakm", "Deva", "Gujr", "Guru", "Java", "Khmr", "Knda", "Laoo", "Mlym", "Mong", "Mymr", "Sinh", "Taml", "Telu", "Thai", "Tibt",
}  # fmt: skip
LEAST = {("div", "pdfium"): 97}
"""pdfium reads Thaana by the places of its codes; on pages of the other direction a vowel sign may fall on the next letter's place, and
three words of 135 come back with the two exchanged. On its own pages the language has all of 98."""


@pytest.fixture(scope="module", params=[measure, measure_among], ids=["own", "among"])
def readings(request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Reading]:
    """Each language on pages of its own direction, and on pages of the other."""
    found: list[Reading] = request.param(languages(shared_data / "udhr"), tmp_path_factory.mktemp("languages"))
    return found


def test_every_language_of_the_data_is_set(readings: list[Reading], shared_data: Path) -> None:
    assert len(readings) == len(list((shared_data / "udhr").glob("*.json"))) - 1
    assert min(reading.words for reading in readings) > 5


def test_at_least_98_of_100_words_of_each_language_come_back_in_order_in_both_readers(readings: list[Reading]) -> None:
    poor = {
        (reading.language.code, reader): reading.lost[reader]
        for reading in readings
        for reader in reading.found
        if reading.share(reader) < LEAST.get((reading.language.code, reader), 98)
    }
    assert poor == {}


def test_all_words_come_back_where_the_script_is_neither_bidirectional_nor_complex(readings: list[Reading]) -> None:
    simple = [reading for reading in readings if reading.language.script not in BIDIRECTIONAL_OR_COMPLEX]
    assert {(one.language.code, reader): lost for one in simple for reader, lost in one.lost.items() if lost} == {}
    assert len(simple) > 50


def test_words_that_are_missing_or_out_of_order_are_counted_as_lost() -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    without, exchanged = [*words[:7], *words[8:]], [*words[:7], words[8], words[7], *words[9:]]
    assert Book([" ".join(words[:5]), " ".join(words[5:])]).lost(words, 0) == []
    assert Book([" ".join(without)]).lost(words, 0) == ["eight"]
    assert Book([" ".join(exchanged)]).lost(words, 0) == ["nine"]


def test_a_word_that_a_page_cuts_is_found_over_head_and_foot() -> None:
    words = ["one", "two", "three", "fourteen", "fifteen", "sixteen"]
    assert Book(["one two three four Assembly, page 1", "Heading teen fifteen sixteen"]).lost(words, 0) == []


# ---------------------------------------------------------------- the table


def test_the_committed_table_names_every_language_and_every_validator(shared_data: Path) -> None:
    page = table.PAGE.read_text("utf-8")
    made = page[page.index(table.START) : page.index(table.END)]
    assert [one.name for one in languages(shared_data / "udhr") if f"| {one.name} | {one.tag} |" not in made] == []
    assert [name for name, *_ in table.ASKED if f"| {name} |" not in made] == []
    assert all(known.reason in made for known in table.KNOWN)


def test_the_table_is_written_between_its_marks_alone() -> None:
    page = f"before\n{table.START}\nold\n{table.END}\nafter\n"
    assert table.rewritten(page, "new") == f"before\n{table.START}\n\nnew\n\n{table.END}\nafter\n"
    assert table.rewritten(table.rewritten(page, "new"), "new") == table.rewritten(page, "new")


def test_a_language_is_a_row_with_its_shares() -> None:
    language = Language("fra", "fr", "French", "Latn", "ltr", "")
    reading = Reading(language, 200, {"pdftotext": 200, "pdfium": 199}, {"pdftotext": (), "pdfium": ("un",)})
    among = Reading(language, 20, {"pdftotext": 19, "pdfium": 20}, {"pdftotext": ("deux",), "pdfium": ()})
    assert table.extraction([reading], [among])[-1] == "| French | fr | Latn | 200 | 100.0 | 99.5 | 95.0 | 100.0 |"


def test_every_complaint_that_stands_has_its_reason_in_a_row() -> None:
    assert [row.count("|") for row in table.reasons()] == [4] * (len(table.KNOWN) + 2)


# ---------------------------------------------------------------- the same bytes


def test_builds_are_equal_whatever_surrounds_them() -> None:
    found = hashes(30)
    assert len(found) == 5
    assert len(set(found.values())) == 1, found
