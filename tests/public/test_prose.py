"""The long texts of the site: whole, plain and of one structure in every language."""

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, meta

from pledges.domain.languages import INTERFACE
from pledges.domain.personal import Periods

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TEXTS = ("public/prose/privacy", "public/prose/about", "public/prose/accessibility", "leader/prose/before_signing")
ELEMENTS = {"h2", "p", "ul", "li", "a", "bdi"}
GIVEN = {"contact", "licence_link", "periods"}
FRENCH_SPACE = re.compile("[^\u202f][;!?]|[^\u00a0][:%]|«[^\u00a0]|[^\u00a0]»")

each_text = pytest.mark.parametrize("text", TEXTS)
each_language = pytest.mark.parametrize("language", INTERFACE)


class Reader(HTMLParser):
    """Notes each element as it opens and closes, with its attributes, and the words between."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.open: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def source(text: str, language: str) -> str:
    """One text as it is written."""
    return (TEMPLATES / f"{text}.{language}.html").read_text(encoding="utf-8")


def rendered(text: str, language: str) -> Reader:
    """One text as it is read."""
    page = Environment(undefined=StrictUndefined, autoescape=True, loader=DictLoader({"text": source(text, language)})).get_template("text")
    link = "https://creativecommons.org/licenses/by/4.0/"
    return Reader(page.render(contact="secretariat@example.org", licence_link=link, periods=Periods()))


@each_text
@each_language
def test_a_text_is_plain_prose_and_asks_for_nothing_but_address_and_licence(text: str, language: str) -> None:
    reader = rendered(text, language)
    assert set(reader.elements) <= ELEMENTS
    assert reader.open == []
    assert reader.attributes <= {"href", "dir", "id"}
    assert meta.find_undeclared_variables(Environment(autoescape=True).parse(source(text, language))) <= GIVEN


@each_text
def test_a_text_has_one_structure_in_every_language(text: str) -> None:
    structures = [[tag for tag in rendered(text, language).elements if tag != "bdi"] for language in INTERFACE]
    assert structures[1:] == structures[:-1]


@each_text
@each_language
def test_a_text_names_whom_to_ask(text: str, language: str) -> None:
    assert "secretariat@example.org" in rendered(text, language).words


@each_text
@each_language
def test_a_text_is_clean_in_the_punctuation_of_its_language(text: str, language: str) -> None:
    words = rendered(text, language).words
    assert unicodedata.is_normalized("NFC", words)
    assert "  " not in words
    assert not re.search(r"['\"]", words)
    if language == "fr":
        assert not FRENCH_SPACE.search(words)
    if language == "ar":
        assert not re.search("[,;?]", words)
    if language == "ru":
        assert not re.search("[ёЁ]", words)
    if language == "zh":
        assert not re.search("[,;:?!()]|[\u4e00-\u9fff] |[^.] [\u4e00-\u9fff]", words)


def test_a_leader_reads_five_points_before_signing() -> None:
    assert [rendered("leader/prose/before_signing", language).elements.count("li") for language in INTERFACE] == [5] * len(INTERFACE)
