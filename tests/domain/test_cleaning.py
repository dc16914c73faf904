import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pledges.domain.cleaning import clean_line, clean_text, holds_invisible, holds_line_end, refused_characters

# Many of the characters that cleaning looks at, so that they meet each other often; and every other one.
AWKWARD = (
    "\r\n\v\f\t\x85\u2028\u2029\u202a\u202e\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\u2066\u2069\ufeff"
    " \u00a0\u3000\u2000ＡｚA\u0301𝔘𝟗𝛛"
)
TYPED = st.text(alphabet=st.one_of(st.sampled_from(AWKWARD), st.characters()))


@given(TYPED)
@example("\u2000\u0301A")
def test_cleaning_what_is_clean_changes_nothing(raw: str) -> None:
    assert clean_line(clean_line(raw)) == clean_line(raw)
    assert clean_text(clean_text(raw)) == clean_text(raw)


@given(TYPED)
def test_a_line_stays_one_line_without_doubled_space(raw: str) -> None:
    line = clean_line(raw)
    assert not holds_line_end(line)
    assert not holds_invisible(line)
    assert "\t" not in line
    assert "  " not in line
    assert line == line.strip(" ")


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("Anna\u2028Meyer", "Anna Meyer"),
        ("Anna\r\n\t\u3000 Meyer", "Anna Meyer"),
        ("Anna\u2066 \u200f Meyer\u2069", "Anna Meyer"),
        ("An\u00ad\u200b\u2060\ufeffna", "Anna"),
        ("a\u00ad\u0301", "á"),
        ("Ａｎｎａ　Ｍeyer", "Anna Meyer"),
        ("東京（１２３）＝ｶﾅ", "東京（１２３）＝ｶﾅ"),
        ("𝔘𝔫𝔦 𝟏𝟗", "Uni 19"),
        ("1º m³ ำ ﬁ ①", "1º m³ ำ ﬁ ①"),
        ("علی\u200cرضا क्\u200dष", "علی\u200cرضا क्\u200dष"),
        ("❤\ufe0f", "❤\ufe0f"),
    ],
)
def test_a_line_is_cleaned_by_the_rule_and_no_further(raw: str, line: str) -> None:
    assert clean_line(raw) == line


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("line\r\nbreaks\rof\nall\u2028kinds\u2029", "line\nbreaks\nof\nall\nkinds"),
        ("vertical\vtab and form\ffeed\x85next", "vertical\ntab and form\nfeed\nnext"),
        ("\u202eright to left\u202c", "right to left"),
        ("a\tb  c\u00a0d\u2009e", "a\tb  c\u00a0d\u2009e"),
        ("Straßen\u00adbahn \u200b\u2060\ufeff\u200e\u2066x\u2069", "Straßen\u00adbahn \u200b\u2060\ufeff\u200e\u2066x\u2069"),
        ("Ａ＝１", "Ａ＝１"),
        (" \t\n•  one\n\n•  two\n", "•  one\n\n•  two"),
        ("𝔘𝔫𝔦", "Uni"),
        ("Na\u0303o", "Não"),
    ],
)
def test_a_text_keeps_its_lines_and_its_words(raw: str, text: str) -> None:
    assert clean_text(raw) == text


@pytest.mark.parametrize(
    "sign",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x1f",
        "\x7f",
        "\x9b",
        "\ud800",
        "\ufffe",
        "\ufdd0",
        "\U0010ffff",
        "\ue000",
        "\U000f0000",
        "\U000e0041",
    ],
)
def test_what_no_field_may_hold_is_found(sign: str) -> None:
    assert refused_characters(f"a{sign}b{sign}") == [sign]


@pytest.mark.parametrize(
    "sign", ["\t", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u200d", "\ufe0f", "\U000e0100", "\u202e", "😀", "\U000323af"]
)
def test_line_ends_tabs_joiners_and_selectors_are_not_refused(sign: str) -> None:
    assert refused_characters(f"a{sign}b") == []
