"""Makes a pledges file of any length from the example assembly: the same bytes for the same length."""

import csv
import gzip
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "pledges" / "secretariat" / "data"
GOVERNMENTS = DATA / "governments.csv.gz"
TEXTS = ("political_commitment", "actions", "multilateral")
SENTENCE = re.compile(r"[^.!?。؟।۔။።]+[.!?。؟।۔။።]*\s*")

Row = dict[str, str]


def write_pledges(path: Path, count: int) -> None:
    """Write a pledges file. The first 300 rows are the example's; each later one is varied from one of them.

    It has an address of its own, another government of its country where there is one, a leader's name put together from two
    of its language, and texts of the same lengths whose sentences are drawn from all that the example says in its language: what
    is typeset twice by chance stays as rare as it is in life.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = rows_of(count)
        first = next(rows)
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _read(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows_of(count: int) -> Iterator[Row]:
    """The rows that `write_pledges` writes."""
    example = _read(DATA / "example_pledges.csv.gz")
    yield from example[:count]
    if count <= len(example):
        return
    chance = random.Random(count)
    places: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for place in _read(GOVERNMENTS):
        places[place["country_code"], place["kind"]].append(place)
    sentences: dict[str, list[str]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for row in example:
        sentences[row["pledge_language"]] += [sentence for text in TEXTS for sentence in SENTENCE.findall(row[text])]
        names[row["pledge_language"]].append(row["leader_name"])
    for number in range(len(example), count):
        row = dict(example[number % len(example)])
        language = row["pledge_language"]
        row |= _place(row, chance.choice(places.get((row["country_code"], row["kind"]), []) or [{}]))
        row["leader_name"] = _name(row["leader_name"], chance.choice(names[language]))
        row["leader_email"] = f"leader.{number + 1:06d}@government.example"
        row |= {text: _text(chance, sentences[language], len(row[text])) for text in TEXTS}
        yield row


def _place(row: Row, place: Row) -> Row:
    if not place:
        return {}
    return {"government_id": place["id"], "government_name": place["name"], "government_native_name": place["native_name"]}


def _name(one: str, other: str) -> str:
    """The first words of one and the last of the other; the other where a name is a single word."""
    first, _, _ = one.rpartition(" ")
    return f"{first} {other.rpartition(' ')[2]}" if first and len(one) < 100 else other


def _text(chance: random.Random, sentences: list[str], length: int) -> str:
    text = ""
    while len(text) < length:
        text += chance.choice(sentences)
    return text.strip()[:5000] if length else ""
