"""Lines written both ways come back as they were written, on pages of either direction, to readers of either kind."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest

from pledges.typesetting import readers
from pledges.typesetting.text import Line, Style, line
from tests.typesetting.plain import ROWS, plain_pdf

LATIN = "Each government commits to work that stays, and says so in its own words (with the year 2031)."
ARABIC = "تلتزم كل حكومة بعمل يبقى، وتقول ذلك بكلماتها، وتذكر السنة 2031."
WRITTEN = (
    ("כל בני אדם נולדו בני חורין, ושווים בערכם ובזכויותיהם.", "he"),
    ("يولد جميع الناس أحراراً، متساوين في الكرامة (المادة 1).", "ar"),
    ("Konya 2030: قونية، تركيا (Türkiye).", "tr"),
    ("تعتمد UNESCO هذا النص، في 3.5 دقائق!", "ar"),
    ("ⵉⵎⴷⴰⵏⵏ ⴰⴽⴽⵯ ⵜⵜⵍⴰⵍⵏ ⴷ ⵉⵍⴻⵍⵍⵉⵢⵏ", "zgh"),
)
BEYOND = (("𑄝𑄬𑄇𑄴 𑄟𑄚𑄪𑄌𑄴, 𑄚𑄨𑄢𑄨𑄞𑄨𑄣𑄨.", "ccp"), ("𞤋𞤲𞥆𞤢𞤥𞤢 𞤢𞥄𞤣𞤫𞥅𞤶𞤭 𞤬𞤮𞤬 𞤨𞤮𞤼𞤭، 𞤲'𞤣𞤭𞤥𞤯𞤭𞤣𞤭", "ff-Adlm"))
UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e]")


def page(text: str, language: str, around: str) -> list[Line]:
    rest = [line(around, Style(), "und")] * (ROWS - 1)
    return [*rest, line(text, Style(), language)]


def in_poppler(lines: Sequence[Line], folder: Path) -> str:
    path = folder / "lines.pdf"
    path.write_bytes(plain_pdf(lines))
    return UNSEEN.sub("", subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True).stdout)


def in_pdfium(lines: Sequence[Line]) -> str:
    document = pypdfium2.PdfDocument(plain_pdf(lines))
    found = document[0].get_textpage().get_text_range()
    document.close()
    return UNSEEN.sub("", found)


@pytest.mark.parametrize("around", [LATIN, ARABIC], ids=["left to right", "right to left"])
@pytest.mark.parametrize(("text", "language"), [*WRITTEN, *BEYOND], ids=lambda value: value if len(value) < 8 else "")
def test_poppler_gives_back_a_line_of_either_direction_on_a_page_of_either(text: str, language: str, around: str, tmp_path: Path) -> None:
    found = in_poppler(page(text, language, around), tmp_path)
    assert text in found
    assert found.count(around) == ROWS - 1


@pytest.mark.parametrize(("text", "language"), BEYOND)
def test_pdfium_gives_back_letters_beyond_the_basic_plane(text: str, language: str) -> None:
    assert text in in_pdfium(page(text, language, LATIN))


def test_who_follows_the_standard_is_told_the_text_in_its_logical_order() -> None:
    for text, language in (*WRITTEN[:4], *BEYOND):
        outermost = re.search(rb"/Line<</ActualText<FEFF([0-9A-F]+)>>>BDC", line(text, Style(), language).operators(10))
        assert outermost is not None
        assert bytes.fromhex(outermost[1].decode()).decode("utf-16-be") == text


def test_a_line_from_left_to_right_is_told_nothing_but_on_a_page_of_the_other_direction() -> None:
    plain = line("Assembly (Konya)", Style(), "en")
    assert b"ActualText" not in plain.operators(10)
    assert b"ActualText" in plain.operators(10, page_rtl=True)
    assert b"ActualText" not in line("Assembly", Style(), "en").operators(10, page_rtl=True)


def test_a_page_has_the_direction_of_most_of_its_letters() -> None:
    assert readers.right_to_left([ARABIC, "Konya, 12,000 m²"])
    assert not readers.right_to_left([LATIN, "قونية", "12 345 678"])
    assert not readers.right_to_left(["1 2 3"])


def test_letters_set_apart_within_an_arabic_word_are_not_read_as_two_words(tmp_path: Path) -> None:
    words = ["المحتويات", "الفريق", "الأولويات"]
    found = in_poppler([line(word, Style(bold=True), "ar") for word in words], tmp_path)
    assert found.split() == words
