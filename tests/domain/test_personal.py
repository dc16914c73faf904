"""Addresses within texts: found alone, taken out, and those of others left untold."""

import pytest

from pledges.domain.personal import ERASED, SOMEBODY_ELSE, holds, of_one_alone, without

ANN = "ann@city.example"


@pytest.mark.parametrize("text", [ANN, "ANN@City.example", f"to <{ANN}>.", f"{ANN}, and", f"a\n{ANN}.", f'{{"to": "{ANN}"}}'])
def test_an_address_is_found_however_it_is_written(text: str):
    assert holds(text, ANN)
    assert not holds(without(text, ANN), ANN)


@pytest.mark.parametrize(
    "text", ["joann@city.example", "ann@city.example.org", "mary.ann@city.example", "ann@city.examples", "ann+x@city.example", ""]
)
def test_an_address_within_a_longer_one_is_somebody_elses(text: str):
    assert not holds(text, ANN)
    assert without(text, ANN) == text


def test_it_is_found_and_taken_out_anywhere_within_a_value():
    value = {"to": [ANN, {"deep": f"from {ANN}"}], ANN: 1, "kept": None}
    assert holds(value, ANN)
    assert without(value, ANN) == {"to": [ERASED, {"deep": f"from {ERASED}"}], ERASED: 1, "kept": None}


def test_what_is_told_to_one_person_names_no_other():
    assert of_one_alone({"to": f"{ANN}, bob@town.example"}, ANN) == {"to": f"{ANN}, {SOMEBODY_ELSE}"}
