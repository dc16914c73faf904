"""The declaration's sentences say the same, key by key, in all six languages."""

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import pledges.typesetting
from pledges.typesetting.words import Words

WORDS = Path(pledges.typesetting.__path__[0]) / "words"
LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")
TRANSLATIONS = LANGUAGES[1:]
SAME_ON_PURPOSE = re.compile(r"signature_mark_\w+|foot_edition|figure_line|map_class_range|\w+_separator")
"""Letters of the legend are the same in every language, so that two editions can be laid side by side."""
SCRIPT = {"ru": "CYRILLIC", "zh": "CJK UNIFIED", "ar": "ARABIC"}
CLAIMS = (
    *("legally binding", "ratified", "stakeholder", "juridiquement contraignant", "ratifié", "jurídicamente vinculante", "ratificad"),
    *("юридически обязательн", "ратифицирован", "具有法律约束力", "批准书", "ملزم قانون"),
)
FRENCH_SPACE = re.compile("[^\u202f][;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»")
ASCII_IN_CHINESE = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")


def words(language: str) -> dict[str, str]:
    """The sentences of one language, by key."""
    loaded: dict[str, str] = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def placeholders(sentence: str) -> list[str]:
    """The names in braces, sorted."""
    return sorted(re.findall(r"\{(\w*)\}", sentence))


def test_the_six_languages_and_no_other_are_there() -> None:
    assert {path.stem for path in WORDS.glob("*.json")} == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_keys_of_the_english_in_the_same_order(language: str) -> None:
    assert list(words(language)) == list(words("en"))


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_a_translation_has_the_placeholders_of_the_english(language: str) -> None:
    english = words("en")
    assert {key: placeholders(text) for key, text in words(language).items()} == {key: placeholders(text) for key, text in english.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_and_clean(language: str) -> None:
    for key, text in words(language).items():
        assert text.strip(), key
        assert unicodedata.is_normalized("NFC", text), key
        assert "  " not in text, key
        assert not re.search(r"['\"]", text), f"{key}: straight quotation mark"
        assert key.endswith("_separator") or text == text.strip(), key


@pytest.mark.parametrize("language", sorted(SCRIPT))
def test_every_sentence_is_written_in_its_own_script(language: str) -> None:
    for key, text in words(language).items():
        if not SAME_ON_PURPOSE.fullmatch(key):
            assert any(unicodedata.name(letter, "").startswith(SCRIPT[language]) for letter in text), key


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_long_sentence_was_left_in_english(language: str) -> None:
    english = words("en")
    untranslated = [key for key, text in words(language).items() if text == english[key] and len(text) > 12]
    assert [key for key in untranslated if not SAME_ON_PURPOSE.fullmatch(key)] == []


def test_french_has_its_no_break_spaces() -> None:
    assert [key for key, text in words("fr").items() if FRENCH_SPACE.search(text)] == []


def test_arabic_has_its_own_comma_and_semicolon() -> None:
    assert [key for key, text in words("ar").items() if re.search("[,;?]", text)] == []


def test_chinese_has_full_width_punctuation() -> None:
    assert [key for key, text in words("zh").items() if ASCII_IN_CHINESE.search(text)] == []


def test_arabic_months_have_both_names_as_in_the_sentences() -> None:
    arabic = Words("ar")
    closing = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
    assert arabic("cover_place_and_date").endswith(arabic.day(closing))
    assert arabic.moment(closing).startswith(arabic.day(closing))
    assert all("/" in arabic.month(date(2024, month, 1)) for month in range(1, 13))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_claims_no_force_that_it_has_not(language: str) -> None:
    everything = " ".join(words(language).values()).casefold()
    assert [claim for claim in CLAIMS if claim in everything] == []
