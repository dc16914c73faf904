import io
import re
from collections.abc import Sequence
from itertools import pairwise

import pikepdf
import pytest

from pledges.domain.declaration import Entry
from pledges.domain.protocol import collation_key
from pledges.typesetting.chapter import Chapter, Target
from pledges.typesetting.composition import Composition
from pledges.typesetting.pages.index import IndexLine, index_part, letter
from pledges.typesetting.words import LANGUAGES, Words
from tests.typesetting.test_declaration import declaration, entry, essence, printed, text_of

CODES = ("FR", "KE", "JP", "BR", "CN", "EG", "RU")


def towns(count: int) -> list[Entry]:
    return [
        entry(place, government=f"{chr(65 + place % 26)}town {place:03}", country_code=CODES[place % len(CODES)]) for place in range(count)
    ]


def index_pages(pdf: bytes, language: str = "en", *options: str) -> dict[int, str]:
    """The pages with the running head of the index, by their number."""
    head = essence(Words(language)("index_heading"), marks=False)
    pages = enumerate(text_of(pdf, *options).split("\f"), 1)
    return {number: page for number, page in pages if essence(page, marks=False).startswith(head)}


def links(pdf: bytes, numbers: Sequence[int]) -> list[tuple[str, int]]:
    """The links on the pages: what they are called, and the page that they lead to."""
    read = pikepdf.open(io.BytesIO(pdf))
    place = {page.objgen: number for number, page in enumerate(read.pages, 1)}
    return [(str(one.Contents), place[one.Dest[0].objgen]) for number in numbers for one in read.pages[number - 1].Annots]


def test_each_government_is_listed_once_and_leads_to_the_page_where_it_signed() -> None:
    entries = towns(150)
    pdf = printed(declaration(entries))
    pages = text_of(pdf).split("\f")
    index = index_pages(pdf, "en", "-layout")
    listed = links(pdf, list(index))
    assert sorted(name for name, _ in listed) == sorted(one.government for one in entries)
    for name, number in listed:
        assert "(Signed)" in pages[number - 1]
        assert re.search(f"^{name}$", pages[number - 1], re.MULTILINE), name
        assert re.search(rf"{name}, [\w ]+ +{number}\b", " ".join(index.values())), name


def test_a_government_that_signed_twice_has_one_line_with_both_pages() -> None:
    entries = [entry(place, office="Of " * 20) for place in range(120)]
    entries[119] = entry(119, government_id="gn-0", government="Town 0", country_code="FR")
    pdf = printed(declaration(entries))
    index = index_pages(pdf, "en", "-layout")
    signed = [number for number, page in enumerate(text_of(pdf).split("\f"), 1) if re.search("^Town 0$", page, re.M) and "(Signed)" in page]
    assert len(signed) == 2
    assert re.search(rf"Town 0, France +{signed[0]}, {signed[1]}\b", "".join(index.values()))
    assert len(links(pdf, list(index))) == 119


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_follow_the_order_of_the_language_under_its_letters(language: str) -> None:
    names = ["Zürich", "Ōsaka", "Ñuñoa", "Nairobi", "Élancourt", "Eton", "’s-Hertogenbosch", "Çanakkale", "Cairo", "1 de Mayo"]
    natives = {"ar": "القاهرة", "ru": "Москва", "zh": "重庆市"}
    entries = [entry(place, government=name) for place, name in enumerate(names)]
    entries += [
        entry(20 + place, government="Own", government_native=name, language=code) for place, (code, name) in enumerate(natives.items())
    ]
    pdf = printed(declaration(entries, language=language))
    shown = [name for name, _ in links(pdf, list(index_pages(pdf, language)))]
    assert len(shown) == len(entries)
    keys = [(letter(name, language)[0], collation_key(name.lstrip("’"), language)) for name in shown]
    assert keys == sorted(keys)
    assert natives.get(language, "Own") in shown
    assert shown.count("Own") == (2 if language in natives else 3)


def test_letters_are_those_of_the_language() -> None:
    assert letter("Ñuñoa", "es")[1] == "Ñ"
    assert letter("Ñuñoa", "en")[1] == "N"
    assert letter("’s-Hertogenbosch", "fr")[1] == "S"
    assert letter("重庆市", "zh")[1] == "C"
    assert letter("Москва", "ru")[1] == "М"
    assert letter("القاهرة", "ar")[1] == "ا"
    assert letter("ไทย", "en")[1] == letter("1 de Mayo", "en")[1] == "·"


def test_the_columns_of_the_last_page_balance_and_no_letter_stands_alone_at_a_foot() -> None:
    pdf = printed(declaration(towns(130)))
    index = index_pages(pdf, "en")
    read = pikepdf.open(io.BytesIO(pdf))
    for number in index:
        columns: dict[float, list[float]] = {}
        for link in read.pages[number - 1].Annots:
            columns.setdefault(float(link.Rect[0]), []).append(float(link.Rect[1]))
        assert len(columns) == 2
        if number == max(index):
            left, right = (min(bottoms) for bottoms in columns.values())
            assert abs(left - right) < 50
    assert not any(re.search(r"\n[A-Z]\n+World Assembly", page) for page in index.values())


def test_a_page_that_begins_within_a_letter_says_so() -> None:
    pdf = printed(declaration([entry(place, government=f"Same {place:03}") for place in range(200)]))
    numbers = list(index_pages(pdf))
    assert all(before + 1 == after for before, after in pairwise(numbers))
    pages = text_of(pdf).split("\f")
    assert all("S (continued)" in pages[number - 1] for number in numbers[1:])
    assert "(continued)" not in pages[numbers[0] - 1]


def test_the_head_of_each_page_says_from_which_letter_to_which_it_reaches() -> None:
    pdf = printed(declaration(towns(150)))
    pages = text_of(pdf, "-layout").split("\f")
    heads = [re.findall(r"\b([A-Z]) ?– ?([A-Z])\b", pages[number - 1]) for number in index_pages(pdf, "en", "-layout")]
    assert all(len(head) == 1 for head in heads)
    assert (heads[0][0][0], heads[-1][0][1]) == ("A", "Z")


def test_neighbouring_pages_of_a_government_stand_as_one_and_its_line_never_outgrows_a_page() -> None:
    line = IndexLine("Town", "", "en", "France", (3, *range(10, 400), 500), Target(page=2))
    made = Composition(Chapter(), Words("en"))
    index_part(made, [line], opens=True)
    made.document.close()
    assert len(made.document) == 1
    many = IndexLine("Town", "", "en", "France", tuple(range(1, 4_000, 2)), Target(page=2))
    made = Composition(Chapter(), Words("en"))
    index_part(made, [line, many, line], opens=True)
    made.document.close()
    assert 1 < len(made.document) < 6
