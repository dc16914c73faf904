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


def test_a_moment_after_midnight_in_utc_is_the_day_before_in_new_york():
    night = datetime(2024, 9, 20, 1, 0, tzinfo=UTC)
    assert (in_utc(night, "en"), in_new_york(night, "en")) == ("20 September 2024, 01:00", "19 September 2024, 21:00")


def test_a_day_of_a_moment_is_told_without_its_time():
    assert day(CLOSING, "en") == day(date(2024, 9, 19), "en") == "19 September 2024"
