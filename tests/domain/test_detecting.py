import csv
import json
from pathlib import Path

import pytest

from pledges.domain.detecting import detected_language, other_language

SWAHILI = "Tutafungua ofisi ya takwimu huria na kuchapisha bajeti ya jiji kila mwezi."


def test_a_text_in_another_language_than_was_said_is_noticed():
    assert other_language(SWAHILI, "tr") == "sw"
    assert other_language("Nous ouvrirons un bureau des données publiques et publierons le budget.", "en") == "fr"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (SWAHILI, "sw"), (SWAHILI, "sw-KE"), ("2027", "en"), ("Konya", "tr"), ("", "en"), ("\x00\ud800" * 30, "en"),
        ("Abrir una oficina de datos públicos antes de 2026.", "es"),
        ("我们将设立公共数据办公室，并每月公布预算和空气质量。", "zh-Hant"),
        ("Мы откроем бюро открытых данных и будем публиковать бюджет.", "ru-Latn"),
        ("Otvorit ćemo ured za otvorene podatke i objavljivati proračun grada svaki mjesec.", "bs"),
    ],
)  # fmt: skip
def test_nothing_is_said_where_the_language_is_right_or_cannot_be_known(text, chosen):
    assert other_language(text, chosen) == ""


def test_the_languages_of_pledges_are_known_and_hardly_ever_mistaken(shared_data: Path):
    with (shared_data / "pledges_2000.csv").open(encoding="utf-8", newline="") as lines:
        texts = {(row["pledge_language"], row["actions"]) for row in csv.DictReader(lines) if len(row["actions"]) > 40}
    mistaken = [(language, other) for language, text in texts if (other := other_language(text, language))]
    assert len(mistaken) <= len(texts) // 200, mistaken
    assert sum(bool(detected_language(text)) for _, text in texts) >= len(texts) * 0.95


def test_most_languages_of_the_declaration_of_human_rights_are_told_apart(shared_data: Path):
    told = []
    for file in sorted((shared_data / "udhr").glob("*.json")):
        if file.name != "index.json":
            document = json.loads(file.read_text(encoding="utf-8"))
            text = " ".join(paragraph for article in document["articles"][:3] for paragraph in article["paragraphs"])
            told.append((document["bcp47"], other_language(text, document["bcp47"])))
    assert [(language, other) for language, other in told if other] == []
