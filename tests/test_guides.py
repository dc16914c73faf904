"""The guide for a leader's cabinet says the same in each language, in the very words of the pages, with pictures in that language."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from pledges.domain.languages import INTERFACE

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDES = {language: "leaders.md" if language == "en" else f"leaders.{language}.md" for language in INTERFACE}
IMAGE = re.compile(r'<img src="pictures/leaders/(\w+)/([^"]+)" width="\d+" alt="([^"]+)">')

IN_EACH_LANGUAGE = pytest.mark.parametrize("language", INTERFACE)
IN_EACH_OTHER_LANGUAGE = pytest.mark.parametrize("language", [language for language in INTERFACE if language != "en"])


def guide(language: str) -> str:
    """The guide as it is written."""
    return (DOCS / GUIDES[language]).read_text(encoding="utf-8")


def bold(language: str) -> set[str]:
    """Names of buttons, fields and pages: a guide sets nothing else in bold."""
    return {re.sub(r"\n *", " ", name) for name in re.findall(r"\*\*(.+?)\*\*", guide(language), re.S)}


def catalogue(language: str) -> dict[str, str]:
    """What the pages say, by the English."""
    with (ROOT / "pledges" / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file)}


def shape(text: str) -> list[str]:
    """Headings by level, items, rows and pictures, in their order."""
    return re.findall(r"^(#+|-|\d\.|\|(?!-)|<td>)(?=[ <])", text, re.M)


def test_what_the_english_guide_calls_by_name_stands_on_the_pages():
    assert bold("en") - catalogue("fr").keys() == set()


@IN_EACH_OTHER_LANGUAGE
def test_each_guide_calls_buttons_and_pages_as_the_pages_do(language: str):
    said = catalogue(language)
    assert bold(language) == {said[name] for name in bold("en")}


@IN_EACH_OTHER_LANGUAGE
def test_each_guide_has_the_sections_steps_and_rows_of_the_english_one(language: str):
    assert shape(guide(language)) == shape(guide("en"))


@IN_EACH_LANGUAGE
def test_each_guide_shows_all_pictures_in_its_language_and_describes_them(language: str):
    shown = IMAGE.findall(guide(language))
    kept = {picture.name for picture in (DOCS / "pictures" / "leaders" / language).iterdir()}
    assert {folder for folder, _name, _alt in shown} == {language}
    assert [name for _folder, name, _alt in shown] == sorted(kept)
    assert len({alt for *_picture, alt in shown}) == len(shown) == guide(language).count("<img")


@IN_EACH_LANGUAGE
def test_each_guide_leads_to_the_other_languages_and_the_readme_to_each(language: str):
    others = {name for other, name in GUIDES.items() if other != language}
    head = guide(language).split("\n## ")[0]
    assert set(re.findall(r"\((leaders[.\w]*\.md)\)", head)) == others
    assert f"(docs/{GUIDES[language]})" in (ROOT / "README.md").read_text(encoding="utf-8")


@IN_EACH_LANGUAGE
def test_each_guide_leads_only_to_files_that_exist(language: str):
    links = re.findall(r"\]\(([^)#]+)\)", guide(language))
    assert [link for link in links if not (DOCS / link).exists()] == []


def test_the_arabic_guide_runs_from_right_to_left():
    text = guide("ar")
    assert text.startswith('<div dir="rtl" lang="ar">\n\n# ')
    assert text.endswith("\n\n</div>\n")
