"""The published political commitments: three themes, six languages, each with the verb that the concept note gives its theme."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

import pledges.domain
from pledges.domain.cleaning import clean_text, refused_characters
from pledges.domain.themes import Theme

LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")
COMMITMENTS: list[dict[str, str]] = json.loads((Path(pledges.domain.__path__[0]) / "data" / "commitments.json").read_text(encoding="utf-8"))

OPENINGS = {
    Theme.DIGITAL: {
        "en": "We declare our commitment to digital transformation at the local level",
        "fr": "Nous déclarons notre engagement en faveur de la transformation numérique à l’échelle locale",
        "es": "Declaramos nuestro compromiso con la transformación digital en el ámbito local",
        "ru": "Мы заявляем о своей приверженности цифровой трансформации на местном уровне",
        "zh": "我们宣布致力于地方层面的数字化转型",
        "ar": "نعلن التزامنا بالتحول الرقمي على المستوى المحلي",
    },
    Theme.PEACEFUL: {
        "en": "We affirm the role of local and regional governments in promoting peace and security",
        "fr": "Nous affirmons le rôle des gouvernements locaux et régionaux dans la promotion de la paix et de la sécurité",
        "es": "Afirmamos el papel de los gobiernos locales y regionales en la promoción de la paz y la seguridad",
        "ru": "Мы подтверждаем роль местных и региональных органов власти в содействии миру и безопасности",
        "zh": "我们申明地方和区域政府在促进和平与安全方面的作用",
        "ar": "نؤكد دور الحكومات المحلية والإقليمية في تعزيز السلام والأمن",
    },
    Theme.SUSTAINABLE: {
        "en": "We pledge to advance the Sustainable Development Goals at the local level",
        "fr": "Nous nous engageons solennellement à faire progresser les Objectifs de développement durable à l’échelle locale",
        "es": "Nos comprometemos solemnemente a impulsar los Objetivos de Desarrollo Sostenible en el ámbito local",
        "ru": "Мы торжественно обязуемся содействовать достижению целей в области устойчивого развития на местном уровне",
        "zh": "我们郑重承诺在地方层面推进可持续发展目标",
        "ar": "نتعهد بالمضي قدمًا في تحقيق أهداف التنمية المستدامة على المستوى المحلي",
    },
}
"""The verb of each theme (concept note, sessions 1 to 3): a declaration of commitment, an affirmation, a pledge."""

TERMS = {
    "en": ("local and regional governments", "United Nations system", "Member States"),
    "fr": ("gouvernements locaux et régionaux", "système des Nations Unies", "États Membres"),
    "es": ("gobiernos locales y regionales", "sistema de las Naciones Unidas", "Estados Miembros"),
    "ru": ("местн", "системой Организации Объединенных Наций", "государствами-членами"),
    "zh": ("地方和区域政府", "联合国系统", "会员国"),
    "ar": ("محلية", "منظومة الأمم المتحدة", "الدول الأعضاء"),
}
"""Who speaks, and with whom they will work, as the United Nations name them in each language."""


def named(commitment: dict[str, str]) -> str:
    """What a test is called by."""
    return f"{commitment['theme']}-{commitment['language']}"


def paragraphs(commitment: dict[str, str]) -> list[str]:
    """Paragraphs stand apart by one empty line."""
    return commitment["text"].split("\n\n")


each_commitment = pytest.mark.parametrize("commitment", COMMITMENTS, ids=named)


def test_there_are_three_themes_in_six_languages_and_no_more() -> None:
    found = [(commitment["theme"], commitment["language"], int(commitment["version"])) for commitment in COMMITMENTS]
    assert found == [(theme.value, language, 1) for theme in Theme for language in LANGUAGES]


@each_commitment
def test_a_text_opens_with_the_verb_of_its_theme(commitment: dict[str, str]) -> None:
    assert commitment["text"].startswith(OPENINGS[Theme(commitment["theme"])][commitment["language"]])


@each_commitment
def test_a_text_says_who_speaks_and_closes_with_the_united_nations_and_member_states(commitment: dict[str, str]) -> None:
    who, system, states = TERMS[commitment["language"]]
    assert who in commitment["text"]
    assert system in paragraphs(commitment)[-1]
    assert states in paragraphs(commitment)[-1]


@each_commitment
def test_a_text_has_the_paragraphs_of_the_english(commitment: dict[str, str]) -> None:
    assert len(paragraphs(commitment)) == 3
    assert all(paragraph.strip() == paragraph != "" for paragraph in paragraphs(commitment))


@pytest.mark.parametrize("commitment", [one for one in COMMITMENTS if one["language"] == "en"], ids=named)
def test_an_english_text_can_be_read_aloud_in_a_minute(commitment: dict[str, str]) -> None:
    assert 90 <= len(commitment["text"].split()) <= 140


@each_commitment
def test_title_and_text_are_clean_as_signed_words_are(commitment: dict[str, str]) -> None:
    for written in (commitment["title"], commitment["text"]):
        assert unicodedata.is_normalized("NFC", written)
        assert clean_text(written) == written
        assert refused_characters(written) == []
        assert not re.search(r"  |[ \t]\n|\n[ \t]|\n{3}", written)
        assert not re.search(r"['\"]", written)
    assert len(commitment["title"]) <= 200
    assert not commitment["title"].endswith((".", "。"))


@each_commitment
def test_punctuation_is_that_of_the_language(commitment: dict[str, str]) -> None:
    written = commitment["title"] + commitment["text"]
    if commitment["language"] == "fr":
        assert not re.search("[^\u202f][;!?]|[^\u00a0]:", written)
    if commitment["language"] == "ar":
        assert not re.search("[,;?]", written)
    if commitment["language"] == "zh":
        assert not re.search(r"[,;:!?()]|[^\d\w]\.", written)


@each_commitment
def test_no_text_speaks_of_governments_as_anything_less(commitment: dict[str, str]) -> None:
    said = commitment["text"].casefold()
    for word in ("stakeholder", "users", "parties prenantes", "partes interesadas", "заинтересованн", "利益攸关方", "أصحاب المصلحة"):
        assert word not in said
    for word in ("legally binding", "ratif", "juridiquement", "vinculante", "юридически", "约束力", "ملزم قانون"):
        assert word not in said
