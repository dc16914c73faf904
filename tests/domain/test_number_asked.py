"""Numbers out of addresses."""

import pytest

from pledges.domain.numbers import LARGEST, number_asked


@pytest.mark.parametrize(
    ("told", "number"),
    [("0", 0), ("007", 7), (str(LARGEST), LARGEST), (str(LARGEST + 1), None), ("9" * 5000, None)]
    + [(nonsense, None) for nonsense in ("", "-1", "1.5", " 1", "²", "٣", "x")],
)
def test_only_digits_that_a_row_can_have_are_a_number(told: str, number: int | None):
    assert number_asked(told) == number
