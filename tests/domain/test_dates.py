from datetime import UTC, date, datetime

import pytest

from pledges.domain.dates import day, in_new_york, in_utc

CLOSING = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "utc", "new_york"),
    [
        ("en", "19 September 2024, 21:45", "19 September 2024, 17:45"),
        ("fr", "19 septembre 2024, 21:45", "19 septembre 2024, 17:45"),
        ("es", "19 de septiembre de 2024, 21:45", "19 de septiembre de 2024, 17:45"),
        ("ru", "19 сентября 2024 года, 21:45", "19 сентября 2024 года, 17:45"),
        ("zh", "2024年9月19日 21:45", "2024年9月19日 17:45"),
        ("ar", "19 سبتمبر 2024، 21:45", "19 سبتمبر 2024، 17:45"),
    ],
)
def test_the_closing_is_told_on_both_clocks_and_with_the_languages_own_comma(language: str, utc: str, new_york: str):
    assert (in_utc(CLOSING, language), in_new_york(CLOSING, language)) == (utc, new_york)


def test_a_day_of_a_moment_is_told_without_its_time():
    assert day(CLOSING, "en") == day(date(2024, 9, 19), "en") == "19 September 2024"
