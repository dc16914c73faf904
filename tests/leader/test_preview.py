"""What a draft will look like in print, which characters cannot be printed, and which language the words seem to be written in."""

import io
from html import unescape

import pikepdf
import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from tests.leader.cabinet import GOOD, Cabinet

UNSEEN = "\U00016d40"
"""A letter of Kirat Rai, which no font of ours has yet."""
SWAHILI = "Tutafungua ofisi ya takwimu huria na kuchapisha bajeti ya jiji kila mwezi kwa wananchi wote."
WORDS = {name: GOOD[name] for name in ("actions_digital", "multilateral_peaceful")}


@pytest.fixture
def filled(cabinet: Cabinet) -> Cabinet:
    cabinet.begin()
    cabinet.fill()
    return cabinet


def test_the_preview_prints_the_drafts_words_and_says_that_nobody_signed(filled: Cabinet):
    filled.post("words", **WORDS, **{"planned_digital-0-what": "Açık veri ofisi", "planned_digital-0-year": "2090"})
    answer = filled.client.get(f"{filled.home}/preview.pdf")
    assert answer.mimetype == "application/pdf"
    text = " ".join(page.get_textpage().get_text_bounded() for page in PdfDocument(answer.data))
    for shown in ("Preview, not signed", "Konya", *WORDS.values(), "Açık veri ofisi", "By when: 2090"):
        assert shown in text
    assert GOOD["leader_email"] not in text
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert "/StructTreeRoot" in document.Root


def test_the_picture_shows_the_first_pages(filled: Cabinet):
    filled.post("words", **WORDS | {"actions_digital": "\n".join(f"Satır {place}" for place in range(400))})
    picture = Image.open(io.BytesIO(filled.client.get(f"{filled.home}/preview.png").data))
    assert (picture.format, picture.height % 3) == ("PNG", 0)
    assert picture.getextrema()[0] < 128
    assert 'alt="Preview of the printed pages' in filled.client.get(f"{filled.home}/preview").text


def test_the_preview_is_in_the_readers_language(filled: Cabinet):
    filled.client.set_cookie("lang", "fr")
    text = PdfDocument(filled.client.get(f"{filled.home}/preview.pdf").data)[0].get_textpage().get_text_bounded()
    assert "Aperçu, non signé" in text


def test_a_stranger_sees_no_preview(filled: Cabinet):
    stranger = filled.app.test_client()
    assert {stranger.get(f"{filled.home}/preview{kind}").status_code for kind in ("", ".png", ".pdf")} == {404}


def test_a_character_that_cannot_be_printed_is_named_at_its_field_and_stops_nobody(filled: Cabinet):
    typed = WORDS | {"actions_digital": f"Açık veri {UNSEEN}"}
    answer = filled.post("words", **typed)
    assert answer.location == f"{filled.home}/words?ask=yes"
    page = unescape(filled.client.get(answer.location).text)
    before, _field, _after = page.partition('<textarea aria-describedby="actions_digital-hint"')
    assert f"The declaration has no font for “\u2068{UNSEEN}\u2069” (\u2068U+16D40\u2069, " in before
    assert filled.post("words", **typed, asked="yes").location == f"{filled.home}/review"


def test_words_in_another_language_than_was_said_are_asked_about_once(filled: Cabinet):
    typed = WORDS | {"actions_digital": SWAHILI}
    answer = filled.post("words", **typed)
    assert answer.location == f"{filled.home}/words?ask=yes"
    page = filled.client.get(answer.location).text
    assert "This looks like Swahili" in page
    assert "It stays Turkish" in page
    assert filled.post("words", **typed, asked="kept").location == f"{filled.home}/review"
    assert language(filled) == "tr"
    assert filled.post("words", **typed, detected="sw").location == f"{filled.home}/review"
    assert language(filled) == "sw"


def language(cabinet: Cabinet) -> str:
    with cabinet.app.app_context():
        return cabinet.pledge().current.language
