"""What a declaration says of its pledges, as a plain list of paragraphs for the peers, and how much of it can be read back."""

import subprocess
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pledges.domain.declaration import Declaration, Entry
from pledges.domain.protocol import country_name
from pledges.typesetting.direction import starts_right_to_left
from pledges.typesetting.pages.actions import government_names
from pledges.typesetting.pages.grouping import by_country, by_region
from pledges.typesetting.words import Words

SAMPLE = 300


@dataclass(frozen=True, slots=True)
class Kind:
    """How a paragraph looks: size and leading in points; `level` is that of a heading, 0 for none."""

    size: float
    leading: float
    bold: bool = False
    level: int = 0


KINDS = {
    "region": Kind(15, 20, bold=True, level=1),
    "country": Kind(12, 16, bold=True, level=2),
    "government": Kind(11, 14.5, bold=True, level=3),
    "name": Kind(11, 14.5, bold=True),
    "label": Kind(8.5, 12, bold=True),
    "note": Kind(8.5, 12),
    "data": Kind(9, 12.5),
    "body": Kind(10.5, 15),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a kind in a language (BCP 47)."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """The two parts that grow with the register: the governments' words in one column, the signatures in two."""

    words: list[Block]
    signatures: list[Block]
    names: list[str]
    """Of the leaders."""


def content_of(declaration: Declaration) -> Content:
    """The texts of our own pages, without cover, context, counts, verification and what is drawn."""
    signatures = [block for entry in declaration.entries for block in _signature(entry)]
    return Content(list(_words(declaration)), signatures, [entry.leader_name for entry in declaration.entries])


def _words(declaration: Declaration) -> Iterator[Block]:
    words = Words("en")
    for region, in_region in by_region(declaration.entries).items():
        yield Block("region", "en", words(f"region_{region}"))
        for country, entries in by_country(in_region).items():
            yield Block("country", "en", country_name(country, "en"))
            for entry in entries:
                yield Block("government", entry.language, government_names(entry))
                yield Block("note", entry.language, f"{entry.leader_name}, {entry.office_local or entry.office}")
                yield Block("note", "en", words("original_language", language=words.language_name(entry.language)))
                for strand, text in (("actions", entry.actions), ("multilateral", entry.multilateral), ("statement", entry.statement)):
                    if text:
                        yield Block("label", "en", words(f"strand_{strand}"))
                        yield from (Block("body", entry.language, part) for part in text.split("\n") if part.strip())


def _signature(entry: Entry) -> Iterator[Block]:
    yield Block("note", "en", "(Signed)")
    yield Block("name", entry.language, entry.leader_name)
    yield Block("data", "en", entry.office)
    yield Block("data", entry.language, government_names(entry))
    yield Block("data", "en", country_name(entry.country_code, "en"))


def names_read_back(file: Path, names: Sequence[str]) -> str:
    """How many of the names, at most 300 spread over all, `pdftotext` finds: "297 of 300".

    Compared in NFKC without spaces and format characters, right-to-left names also without combining marks.
    """
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True, errors="replace").stdout
    whole, without_marks = _squeezed(text, marks=True), _squeezed(text, marks=False)
    sample = names[:: max(1, len(names) // SAMPLE)][:SAMPLE]
    turned = [_squeezed(name, marks=False) in without_marks for name in sample if starts_right_to_left(name)]
    others = [_squeezed(name, marks=True) in whole for name in sample if not starts_right_to_left(name)]
    return f"{sum(turned) + sum(others)} of {len(sample)}"


def _squeezed(text: str, *, marks: bool) -> str:
    dropped = ("Cf", "Zs", "Zl", "Zp", "Cc") if marks else ("Cf", "Zs", "Zl", "Zp", "Cc", "Mn")
    return "".join(character for character in unicodedata.normalize("NFKC", text) if unicodedata.category(character) not in dropped)
