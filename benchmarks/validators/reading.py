"""Sets the Universal Declaration of Human Rights in each of its languages as a pledge, and counts the words that readers give back."""

import csv
import json
import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path

import pypdfium2

from benchmarks import instance
from benchmarks.pledges_file import write_pledges
from pledges.domain.commitments import LONGEST_TEXT
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order

STRAY = 12
"""How many characters that are not of the text may stand between two words of it."""
FURNITURE = 400
"""How many may stand between two pages: a foot, a head, a mark."""
SHORT = (600, 12)
"""How many characters and words at least a text among others has."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the data: its code there, BCP 47 tag, name, script (ISO 15924), direction, and the text that is set."""

    code: str
    tag: str
    name: str
    script: str
    direction: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of a language's words each reader gave back in their order, and the first few that it did not."""

    language: Language
    words: int
    found: dict[str, int]
    lost: dict[str, tuple[str, ...]]

    def share(self, reader: str) -> float:
        """Of all words, in percent."""
        return 100 * self.found[reader] / self.words


def languages(folder: Path) -> list[Language]:
    """The languages of a folder with an index.json and a file for each, with as many whole paragraphs as a pledge may hold."""
    found = []
    for entry in json.loads((folder / "index.json").read_text("utf-8")):
        articles = json.loads((folder / f"{entry['code']}.json").read_text("utf-8"))["articles"]
        paragraphs = [text for article in articles for text in article["paragraphs"]]
        fitting = sum(1 for length in accumulate(len(text) + 1 for text in paragraphs) if length <= LONGEST_TEXT)
        text = "\n".join(paragraphs[:fitting])
        found.append(Language(entry["code"], entry["bcp47"], entry["language"], entry["script"], entry["direction"], text))
    return found


def set_pledges(chosen: Sequence[Language], folder: Path, edition: str) -> Path:
    """An edition in a language of the document whose pledges are the languages' texts. Raises ValueError if one is not taken in."""
    register = folder / "pledges.csv"
    write_pledges(register, len(chosen))
    with register.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, one in zip(rows, chosen, strict=True):
        row.update(pledge_language=one.tag, political_commitment=one.text, actions="", multilateral="")
    with register.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    out = folder / "languages.pdf"
    with instance.empty(folder) as (_, session):
        taken = instance.take_in(session, folder)
        if taken.imported != len(chosen):
            raise ValueError(f"{len(chosen) - taken.imported} of the languages were not taken in: {taken.first_reasons}")
        compile_to(session, adapters(), Order(language=edition), settings=settings(), out=out, keep=True, at=datetime.now(UTC))
    return out


def poppler(pdf: Path) -> list[str]:
    """The text of each page by pdftotext."""
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def pdfium(pdf: Path) -> list[str]:
    """The text of each page by pdfium, the reader of Chromium."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


READERS = {"pdftotext": poppler, "pdfium": pdfium}


def essence(text: str) -> str:
    """NFKC without spaces and characters of format."""
    kept = (c for c in unicodedata.normalize("NFKC", text) if not c.isspace() and unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", "".join(kept))


class Book:
    """What a reader gave back of all pages, as one string of essences."""

    def __init__(self, pages: Sequence[str]) -> None:
        essences = [essence(page) for page in pages]
        self.text = "".join(essences)
        self.starts = list(accumulate((len(page) for page in essences), initial=0))

    def beginnings(self, words: Sequence[str]) -> Iterator[int]:
        """Where the text may begin: before each place that holds five of its first words in a row."""
        for skipped in range(0, min(20, len(words) - 4), 4):
            key, place = "".join(words[skipped : skipped + 5]), -1
            while (place := self.text.find(key, place + 1)) >= 0:
                before = place - len("".join(words[:skipped]))
                yield max(before, 0)
                yield max(before - FURNITURE, 0)

    def lost(self, words: Sequence[str], start: int) -> list[str]:
        """The words that are not found one after the other from a place on."""
        lost, place, stray = [], start, FURNITURE
        for word, following in pairwise([*words, ""]):
            end = self.end_of(word, place, stray) or self.over_the_page(word, following, place)
            if end:
                place, stray = end, STRAY
            else:
                lost.append(word)
                stray += len(word)
        return lost

    def end_of(self, word: str, place: int, stray: int) -> int | None:
        """One past the word that begins at most `stray` characters from a place, None where it does not."""
        found = self.text.find(word, place, place + stray + len(word))
        return found + len(word) if found >= 0 else None

    def over_the_page(self, word: str, following: str, place: int) -> int | None:
        """One past the word that stands with the next word at the top of the next page, or that is cut by the page's end."""
        top = next((start for start in self.starts if start > place), len(self.text))
        if top - place > FURNITURE + len(word):
            return None
        cut = next((length for length in range(len(word)) if not self.text.startswith(word[: length + 1], place)), 0)
        return next((end - len(following) for end in [self.end_of(word[cut:] + following, top, FURNITURE)] if end), None)


def read_back(chosen: Sequence[Language], pdf: Path) -> list[Reading]:
    """What each reader gives back of each language's words, in the best of the places where its text may stand."""
    books = {name: Book(read(pdf)) for name, read in READERS.items()}
    readings = []
    for language in chosen:
        words = [word for word in map(essence, language.text.split()) if word]
        lost = {name: _fewest(book, words) for name, book in books.items()}
        found = {name: len(words) - len(those) for name, those in lost.items()}
        readings.append(Reading(language, len(words), found, {name: tuple(those[:5]) for name, those in lost.items()}))
    return readings


def _fewest(book: Book, words: list[str]) -> list[str]:
    return min((book.lost(words, start) for start in book.beginnings(words)), key=len, default=words)


def measure(chosen: Sequence[Language], folder: Path) -> list[Reading]:
    """Each language in an edition of its own direction: English for those from left to right, Arabic for the others."""
    return _measured({"en": _of(chosen, "ltr"), "ar": _of(chosen, "rtl")}, (), folder / "own")


def measure_among(chosen: Sequence[Language], folder: Path) -> list[Reading]:
    """Each language as a short text in an edition of the other direction, after each a long text in the language of the edition.

    So most of its pages are of the other direction, by which poppler decides in which order it reads them.
    """
    among = {"en": _of(chosen, "rtl"), "ar": _of(chosen, "ltr")}
    return _measured({edition: [_short(one) for one in group] for edition, group in among.items()}, chosen, folder / "among")


def _of(chosen: Sequence[Language], direction: str) -> list[Language]:
    return [one for one in chosen if one.direction == direction]


def _short(language: Language) -> Language:
    """The language with as many paragraphs as make a short text."""
    characters, words = SHORT
    paragraphs = language.text.split("\n")
    texts = ("\n".join(paragraphs[: count + 1]) for count in range(len(paragraphs)))
    return replace(language, text=next((text for text in texts if len(text) >= characters and len(text.split()) >= words), language.text))


def _measured(groups: dict[str, list[Language]], others: Sequence[Language], folder: Path) -> list[Reading]:
    readings = []
    for edition, group in groups.items():
        long = [one for one in others if one.tag == edition]
        if group:
            place = folder / edition
            place.mkdir(parents=True)
            pledges = [pledge for one in group for pledge in (one, *long)]
            readings += read_back(group, set_pledges(pledges, place, edition))
    return sorted(readings, key=lambda reading: reading.language.code)
