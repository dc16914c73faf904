import subprocess
import unicodedata
from pathlib import Path

import pypdfium2
import pytest

from pledges.typesetting.fonts import Style
from pledges.typesetting.hyphenation import divisions
from pledges.typesetting.text import Line, paragraph
from tests.typesetting.plain import plain_pdf

GERMAN = (
    "Die Stadtverwaltung verpflichtet sich zur Weiterentwicklung der Digitalisierungsstrategie und zur Nachhaltigkeitsberichterstattung "
    "ihrer Wohnungsbaugesellschaften sowie der Verkehrsinfrastruktur. "
) * 3
HUNGARIAN = "Az önkormányzat elkötelezett a fenntarthatósági törekvések és a közlekedésfejlesztési infrastruktúrabővítés mellett. " * 3
ENGLISH = "Our municipality will strengthen neighbourhood infrastructure and intergenerational responsibility throughout. " * 3
TEXTS = {"de": GERMAN, "hu": HUNGARIAN, "en": ENGLISH}


def lines_of(text: str, language: str, *, width: float = 140, hyphenate: bool = True) -> list[Line]:
    return paragraph(text, Style(), language, size=10.5, width=width, hyphenate=hyphenate)


def is_divided(line: Line) -> bool:
    return any(run.actual_text is not None and not line.text.endswith(run.actual_text.rstrip(".")) for run in line.runs[-1:])


@pytest.mark.parametrize("language", TEXTS)
def test_words_are_divided_where_a_line_would_stay_short_and_never_in_three_lines_in_a_row(language: str) -> None:
    lines = lines_of(TEXTS[language], language)
    divided = [is_divided(line) for line in lines]
    assert any(divided)
    assert not any(all(divided[place : place + 3]) for place in range(len(divided) - 2))
    assert "".join(line.text for line in lines).replace(" ", "") == TEXTS[language].replace(" ", "")
    assert all(line.width * 10.5 / 1000 <= 140 for line in lines)
    assert len(lines) <= len(lines_of(TEXTS[language], language, hyphenate=False))


@pytest.mark.parametrize("language", TEXTS)
def test_divided_words_come_back_whole_in_both_readers(language: str, tmp_path: Path) -> None:
    lines = lines_of(TEXTS[language], language)
    file = tmp_path / "divided.pdf"
    file.write_bytes(plain_pdf(lines))
    poppler = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    with pypdfium2.PdfDocument(file) as document:
        pdfium = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert words(poppler) == words(pdfium) == TEXTS[language].split()


def words(text: str) -> list[str]:
    """The words without characters that are not seen."""
    return "".join(character for character in text if unicodedata.category(character) != "Cf").split()


def test_the_last_word_stays_whole() -> None:
    lines = lines_of("Wir fördern die Nachhaltigkeitsberichterstattung", "de", width=120)
    assert not any(is_divided(line) for line in lines[-2:])


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("UNESCO-Weltkulturerbe", "de"),
        ("McDonaldisation", "en"),
        ("LOCALGOVERNMENT", "en"),
        ("local", "en"),
        ("самоуправление", "ru"),
        ("מועצה", "he"),
        ("municipality", "x-none"),
    ],
)
def test_names_abbreviations_short_words_and_other_scripts_stay_whole(word: str, language: str) -> None:
    assert divisions(word, language) == ()


def test_divisions_leave_two_letters_before_and_three_after() -> None:
    for language, text in TEXTS.items():
        for word in text.split():
            letters = word.strip(".,")
            assert all(2 <= place <= len(letters) - 3 for place in divisions(letters, language))
    assert divisions("(municipality ", "en")
    assert min(divisions("(municipality ", "en")) >= 3
