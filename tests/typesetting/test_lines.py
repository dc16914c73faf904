"""Where lines end, by the rules of each language."""

from itertools import pairwise

import pytest

from pledges.typesetting.text import Style, paragraph

SENTENCES = {
    "fr": "Nous protégerons 14 000 km de côtes et 3,5 % des terres : « chaque commune compte » ! Qui le fera ? Nous ; dès demain.",
    "de": "Wir pflanzen 25 000 Bäume auf 120 ha und senken den Verbrauch um 12,5 % bis 2030.",
    "en": "Our 1\u2009200\u2009000 people will have 45 km of lanes, 300 km² of forest and air at 21 °C.",
    "ru": "Мы построим 1 250 км дорог и посадим лес на 40 га за 5 лет.",
    "ja": "市は「ニュータウン」とキャッシュレス、チューリップ、ショッピングの計画を、市民とともに進めます。",
    "zh": "我们承诺：到二〇三〇年，使每位市民都能享有“安全、清洁”的饮水；并公布结果（每年一次）。",
}


def lines(text: str, language: str) -> list[list[str]]:
    """The text's lines at many measures from 80 to 260 points."""
    return [[line.text for line in paragraph(text, Style(), language, size=10, width=width)] for width in range(80, 260, 3)]


def ends(language: str) -> set[tuple[str, str]]:
    """The last characters of each line with the first of the next."""
    return {(before[-4:], after[:4]) for broken in lines(SENTENCES[language], language) for before, after in pairwise(broken)}


@pytest.mark.parametrize("language", ["fr", "de", "en", "ru"])
def test_a_figure_keeps_its_groups_and_its_unit(language: str) -> None:
    units = ("km", "%", "ha", "°C", "км", "га", "000", "200", "250")
    assert [pair for pair in ends(language) if pair[0][-1].isdigit() and pair[1].startswith(units)] == []
    assert len(ends(language)) > 5


def test_a_year_and_the_word_after_it_may_stand_on_two_lines() -> None:
    assert ("40 г", "а за") not in ends("ru")
    assert any(before.endswith("5") and after.startswith("лет") for before, after in ends("ru"))


def test_a_french_line_neither_begins_with_spaced_punctuation_nor_ends_with_an_opening_quotation_mark() -> None:
    assert [pair for pair in ends("fr") if pair[1][0] in ":;!?»" or pair[0][-1] == "«"] == []


def test_spaces_that_do_not_break_never_break() -> None:
    for space in "\u00a0\u202f":
        for broken in lines(f"Les communes agissent{space}: elles plantent 14{space}000 arbres{space}!", "fr"):
            assert not any(line.endswith(space) or line.startswith((":", "!", "000")) for line in broken)


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_no_line_begins_with_closing_punctuation_or_small_kana(language: str) -> None:
    assert [pair for pair in ends(language) if pair[1][0] in "、。，；：）」”ャュョッァィゥェォー"] == []
    assert [pair for pair in ends(language) if pair[0][-1] in "「（“"] == []
    assert len(ends(language)) > 5


def test_a_german_closing_quotation_mark_is_no_french_opening_one() -> None:
    broken = lines("Das Wort »Heimat« und das Wort »Gemeinde« stehen hier.", "de")
    assert any(line.split()[-1] == "»Heimat«" for one in broken for line in one)


def test_many_figures_in_a_row_still_break_between_them() -> None:
    for broken in lines(" ".join(["123"] * 40), "en"):
        assert all(set(line.split()) == {"123"} for line in broken)
