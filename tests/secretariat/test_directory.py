"""The directory of governments: loading it again changes nothing, and what changed is found under its new names only."""

import csv
import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pledges.domain.problems import Refused
from pledges.domain.search import fold
from pledges.models import Government, GovernmentName
from pledges.secretariat.actions.directory import COLUMNS, load_governments
from pledges.secretariat.table import open_table

SHIPPED = Path(__file__).resolve().parents[2] / "pledges/secretariat/data/governments.csv.gz"
ROWS = [
    ["gn-1", "Zürich", "Zürich", "city", "CH", "CH-ZH", "341730", "47.36", "8.55", "de", "Zurich|Zurigo"],
    ["iso-PF", "French Polynesia", "", "region", "PF", "", "", "", "", "fr", ""],
]


def directory(*rows: list[str]) -> io.StringIO:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *rows])
    file.seek(0)
    return file


def names(session, government_id: str) -> set[str]:
    return set(session.scalars(select(GovernmentName.folded).where(GovernmentName.government_id == government_id)))


def test_loading_twice_changes_nothing(session):
    assert load_governments(session, directory(*ROWS)) == (2, 0)
    assert load_governments(session, directory(*ROWS)) == (0, 2)
    zurich = session.get_one(Government, "gn-1")
    assert (zurich.name, zurich.kind, zurich.population, zurich.latitude) == ("Zürich", "city", 341730, 47.36)
    assert session.get_one(Government, "iso-PF").population is None


def test_a_changed_row_is_updated_and_its_old_names_find_it_no_more(session):
    load_governments(session, directory(*ROWS))
    assert names(session, "iso-PF") == {"french polynesia", "polynesia"}
    renamed = ["iso-PF", "Maohi Nui", *ROWS[1][2:]]
    assert load_governments(session, directory(ROWS[0], renamed)) == (1, 1)
    assert names(session, "iso-PF") == {"maohi nui", "nui"}
    assert names(session, "gn-1") == {fold("Zürich"), "zurich", "zurigo"}


def test_of_two_rows_of_one_government_the_last_stands(session):
    assert load_governments(session, directory(ROWS[0], ["gn-1", "Turicum", *ROWS[0][2:]])) == (1, 0)
    assert session.get_one(Government, "gn-1").name == "Turicum"


@pytest.mark.parametrize(
    "row",
    [
        ["gn-2", "Nowhere", "", "planet", "CH", "", "", "", "", "", ""],
        ["gn-2", "Nowhere", "", "city", "QQ", "", "", "", "", "", ""],
        ["gn-2", "Nowhere", "", "city", "CH", "", "many", "", "", "", ""],
        ["", "Nowhere", "", "city", "CH", "", "", "", "", "", ""],
        ["gn-2", "Nowhere"],
    ],
)
def test_a_row_that_is_no_government_is_told_by_number_and_nothing_is_loaded(session, row):
    with pytest.raises(Refused, match=r"Row 3 is no government\."):
        load_governments(session, directory(ROWS[0], row))
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Government)) == 0


def test_lacking_columns_are_named(session):
    with pytest.raises(Refused, match="lacks the columns native_name, kind"):
        load_governments(session, io.StringIO("id,name\ngn-1,Zürich\n"))


def test_the_directory_that_ships_is_the_one_of_the_acceptance_data(shared_data):
    with open_table(shared_data / "governments.csv.gz") as given, open_table(SHIPPED) as shipped:
        assert given.read() == shipped.read()
