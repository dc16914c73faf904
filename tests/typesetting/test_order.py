"""What each language's edition lists, and on what mandate, in its own order and words."""

import io
import json
import re
from datetime import date
from random import Random

import pikepdf
import pytest

from pledges.domain import merkle
from pledges.domain.declaration import Entry
from pledges.domain.people import MandateBasis
from pledges.domain.protocol import collation_key, country_name, protocol_key
from pledges.domain.publication import attachments
from pledges.typesetting.pages.names import mandate
from pledges.typesetting.tally import REGIONS, region
from pledges.typesetting.words import LANGUAGES, Words
from tests.typesetting.test_declaration import declaration, entry, essence, printed, text_of

CODES = ("DE", "AT", "CI", "CN", "KR", "EG", "CH", "ES", "ZA", "TR")
RESOLVED = {"mandate_basis": MandateBasis.RESOLUTION, "mandate_reference": "2024/117", "mandate_date": date(2024, 7, 3)}


def english_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: protocol_key(one.country_code, one.government, one.leader_name, one.fingerprint))


@pytest.mark.parametrize("language", LANGUAGES)
def test_signatures_and_words_follow_the_order_of_protocol_of_the_language(language: str) -> None:
    """Countries in the order of the language, in each its governments; the order of the entries given is the English one."""
    entries = [
        entry(2 * place + twin, country_code=code, government=name, leader_name=f"Signer {code} {twin}", actions=f"Work {code} {twin}")
        for place, code in enumerate(CODES)
        for twin, name in enumerate(("Örebro", "Zadar"))
    ]
    Random(language).shuffle(entries)
    text = text_of(printed(declaration(english_order(entries), language=language)), "-raw")
    order = sorted(CODES, key=lambda code: collation_key(country_name(code, language), language))
    signers = re.findall(r"Signer ([A-Z]{2}) ([01])", text)
    assert signers[len(entries) :] == [(code, twin) for code in order for twin in "01"]
    spoken = [(code, twin) for name in REGIONS for code in order if region(code) == name for twin in "01"]
    assert signers[: len(entries)] == re.findall(r"Work ([A-Z]{2}) ([01])", text) == spoken


def test_the_attached_order_and_root_are_those_of_the_english_edition() -> None:
    entries = english_order([entry(place, country_code=code) for place, code in enumerate(CODES)])
    assert [one.country_code for one in entries] != sorted(CODES, key=lambda code: collation_key(country_name(code, "ru"), "ru"))
    value = declaration(entries, language="ru", root=merkle.root([bytes.fromhex(one.fingerprint) for one in entries]).hex())
    proofs = json.loads(next(file.data for file in attachments(value) if file.name == "proofs.json"))
    assert [proof["fingerprint"] for proof in proofs["proofs"]] == [one.fingerprint for one in entries]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Council resolution 2024/117 of 3 July 2024"),
        ("fr", "Délibération du conseil 2024/117 du 3 juillet 2024"),
        ("es", "Acuerdo del pleno o consejo 2024/117, de 3 de julio de 2024"),
        ("ru", "Решение совета 2024/117 от 3 июля 2024\u202fг."),
        ("ar", "قرار المجلس 2024/117 المؤرخ 3 تموز/يوليه 2024"),
        ("zh", "2024年7月3日议会决议2024/117"),
    ],
)
def test_a_resolution_stands_with_its_number_and_date_as_the_language_writes_them(language: str, line: str) -> None:
    assert mandate(Words(language), entry(1, **RESOLVED)) == line


def test_what_is_not_known_of_a_resolution_is_left_out() -> None:
    words = Words("en")
    assert mandate(words, entry(1, **RESOLVED | {"mandate_date": None})) == "Council resolution 2024/117"
    assert mandate(words, entry(1, **RESOLVED | {"mandate_reference": ""})) == "Council resolution of 3 July 2024"
    assert mandate(words, entry(1, mandate_basis=MandateBasis.RESOLUTION)) == "Council resolution"
    assert mandate(words, entry(1, mandate_basis=MandateBasis.EXECUTIVE)) == "Executive authority"
    assert mandate(words, entry(1)) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signature_says_the_mandate(language: str) -> None:
    one = entry(1, **RESOLVED)
    text = essence(text_of(printed(declaration([one], language=language))), marks=False)
    assert essence(mandate(Words(language), one), marks=False) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_set_smaller_than_eight_points(language: str) -> None:
    read = pikepdf.open(
        io.BytesIO(printed(declaration([entry(1, actions="Act.")], language=language, example=True, development_seal=True)))
    )
    sizes = {float(size) for page in read.pages for (_, size), operator in _set_fonts(page) if operator == "Tf"}
    assert min(sizes) >= 8
    assert max(sizes) >= 54


def _set_fonts(page: pikepdf.Page) -> list[tuple[list[object], str]]:
    return [(list(operands), str(operator)) for operands, operator in pikepdf.parse_content_stream(page, "Tf")]
