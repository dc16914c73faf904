import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.spreadsheets import escape_cell, unescape_cell


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@|\t\r\n"), st.characters()), max_size=12))
def test_what_is_escaped_comes_back_and_no_cell_begins_a_formula(value: str) -> None:
    cell = escape_cell(value)
    assert unescape_cell(cell) == value
    assert cell[:1] not in set("=+-@|\t\r\n")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1", "''=1"),
        ("- Paz\n- Agua", "'- Paz\n- Agua"),
        ("|", "'|"),
        ("\tx", "'\tx"),
        ("'t Hoff", "'t Hoff"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_only_what_a_spreadsheet_computes_gets_an_apostrophe(value: str, cell: str) -> None:
    assert escape_cell(value) == cell


@pytest.mark.parametrize(("cell", "value"), [("'=1", "=1"), ("=1", "=1"), ("'t Hoff", "'t Hoff"), ("''t", "''t"), ("''-1", "'-1")])
def test_import_takes_off_one_apostrophe_and_nothing_else(cell: str, value: str) -> None:
    assert unescape_cell(cell) == value
