"""The card: a picture of a public pledge, and nothing of any other."""

import io

import pypdfium2
from flask.testing import FlaskClient
from PIL import Image

from pledges.domain.card import Card
from pledges.domain.languages import INTERFACE
from pledges.domain.themes import Theme
from pledges.typesetting.card import BOX, typeset_card
from tests.answers import pdf_text
from tests.assembly import Assembly

LONG = "San Francisco de los Caballeros y Nuestra Señora de la Asunción " * 4


def test_a_released_pledge_has_a_card_in_each_language_and_its_page_names_it_with_words(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        (public_id,) = assembly.take_in(1)
        assembly.release()
    page = client.get(f"/pledges/{public_id}?lang=en").text
    assert f'<meta property="og:image" content="http://localhost:8000/pledges/{public_id}/card.en.png">' in page
    assert 'property="og:image:alt" content="Card: ' in page
    pictures = {language: client.get(f"/pledges/{public_id}/card.{language}.png") for language in INTERFACE}
    for answer in pictures.values():
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    assert len({answer.data for answer in pictures.values()}) == len(INTERFACE)
    again = client.get(f"/pledges/{public_id}/card.en.png", headers={"If-None-Match": pictures["en"].headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "public" in pictures["en"].headers["Cache-Control"]
    assert client.get(f"/pledges/{public_id}/card.xx.png").status_code == 404


def test_what_is_not_released_has_no_card_and_what_is_withdrawn_has_none_any_more(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        (released,) = assembly.take_in(1)
        assembly.release()
        (waiting,) = assembly.take_in(1)
        assert client.get(f"/pledges/{released}/card.en.png").status_code == 200
        assembly.withdraw(released)
    assert client.get(f"/pledges/{waiting}/card.en.png").status_code == 404
    assert client.get(f"/pledges/{released}/card.en.png").status_code == 410


def test_the_longest_names_stand_whole_in_the_picture():
    longest = Card(
        LONG[:249].strip(), LONG[:248].strip(), "DO", LONG[:199].strip(), LONG[:198].strip(), LONG[:197].strip(), tuple(Theme), "es", "ru",
        "pledges.example.org", True,
    )  # fmt: skip
    pdf = typeset_card(longest)
    assert " ".join(pdf_text(pdf).split()).count(LONG[:197].strip()) >= 5
    ink = _ink(pdf)
    assert BOX[0] < ink[0] and BOX[1] < ink[1] and ink[2] < BOX[2] and ink[3] < BOX[3], ink  # noqa: PT018 (one box within another)


def _ink(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what is drawn on the one page, in points."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    picture = document[0].render(scale=1, grayscale=True).to_pil().point(lambda grey: 255 - grey)
    left, top, right, bottom = picture.getbbox()
    return left, picture.height - bottom, right, picture.height - top
