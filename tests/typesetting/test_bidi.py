"""Unicode's conformance tests of the bidirectional algorithm, through the order that lines are made with (files: tests/data/bidi)."""

import lzma
import random
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import icu
import pytest

from pledges.typesetting.direction import Order
from pledges.typesetting.fonts import Style
from pledges.typesetting.text import line, visual_order
from tests.typesetting.test_text import shown

FILES = Path(__file__).parents[1] / "data" / "bidi"
OF_CLASS = {
    "L": "a", "R": "א", "AL": "ا", "EN": "1", "AN": "٠", "ES": "+", "ET": "$", "CS": ",", "ON": "!", "WS": " ", "S": "\t", "B": "\n",
    "NSM": "\u0300", "BN": "\u200b", "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
}  # fmt: skip
"""A character of each bidirectional class that may come to the engine."""
DIFFERENT = {"L": "abcd", "R": "אבגה", "EN": "1234", "AN": "٢٣٤٥", "ON": "!&*@"}
"""Characters with a glyph each, which neither join nor mirror."""
BY_NUMBER = {"0": False, "1": True, "2": None}
BY_BIT = {1: None, 2: False, 4: True}


class Case(NamedTuple):
    """A text whose paragraph runs right to left, left to right or (None) its own way, and its order from left to right."""

    text: str
    rtl: bool | None
    order: list[int]
    removed: frozenset[int]
    """Positions without a level (rule X9); the order does not have them."""
    classes: tuple[str, ...] = ()


def lines_of(name: str) -> Iterator[str]:
    with lzma.open(FILES / name, "rt", encoding="utf-8") as file:
        yield from (text for text in map(str.strip, file) if text and text[0] != "#")


def without_level(levels: str) -> frozenset[int]:
    return frozenset(position for position, level in enumerate(levels.split()) if level == "x")


def cases_of_classes() -> Iterator[list[Case]]:
    """The cases of each test line of BidiTest.txt."""
    removed, order = frozenset[int](), list[int]()
    for text in lines_of("BidiTest.txt.xz"):
        if text.startswith("@Levels:"):
            removed = without_level(text.removeprefix("@Levels:"))
        elif text.startswith("@Reorder:"):
            order = [int(position) for position in text.removeprefix("@Reorder:").split()]
        else:
            classes, directions = text.split(";")
            names = tuple(classes.split())
            written = "".join(map(OF_CLASS.__getitem__, names))
            yield [Case(written, rtl, order, removed, names) for bit, rtl in BY_BIT.items() if int(directions, 16) & bit]


def cases_of_characters() -> Iterator[list[Case]]:
    """The case of each test line of BidiCharacterTest.txt."""
    for text in lines_of("BidiCharacterTest.txt.xz"):
        codes, direction, _, levels, order = text.split(";")
        written = "".join(chr(int(code, 16)) for code in codes.split())
        yield [Case(written, BY_NUMBER[direction], [int(position) for position in order.split()], without_level(levels))]


def engine(case: Case) -> list[int]:
    return visual_order(case.text, rtl=case.rtl)


def counted(lines: Iterator[list[Case]], order: Callable[[Case], list[int]] = engine) -> tuple[int, list[Case]]:
    """How many test lines there were, and the cases that come out in another order."""
    number, wrong = 0, list[Case]()
    for cases in lines:
        number += 1
        wrong += [case for case in cases if [at for at in order(case) if at not in case.removed] != case.order]
    return number, wrong


def test_each_class_has_a_character_of_it() -> None:
    names = {icu.Char.charDirection(character): name for name, character in OF_CLASS.items()}
    assert len(names) == len(OF_CLASS)
    assert {name for name, text in DIFFERENT.items() if {names[icu.Char.charDirection(character)] for character in text} != {name}} == set()


def test_every_line_of_bidi_test_is_ordered_as_unicode_says() -> None:
    """Version 16.0.0, all test lines without explicit embeddings, in each direction they name."""
    assert counted(cases_of_classes()) == (185_666, [])


def test_every_line_of_bidi_character_test_is_ordered_as_unicode_says() -> None:
    """Version 17.0.0, whose test lines are those of 15.0.0; all without explicit embeddings."""
    assert counted(cases_of_characters()) == (91_626, [])


@pytest.mark.parametrize(
    "order",
    [lambda case: list(range(len(case.text))), lambda case: engine(case)[::-1], lambda case: visual_order(case.text, rtl=not case.rtl)],
    ids=["logical", "reversed", "other direction"],
)
@pytest.mark.parametrize("lines", [cases_of_classes, cases_of_characters])
def test_a_wrong_order_would_be_noticed(lines: Callable[[], Iterator[list[Case]]], order: Callable[[Case], list[int]]) -> None:
    some = (cases for number, cases in enumerate(lines()) if number % 100 == 0)
    number, wrong = counted(some, order)
    assert len(wrong) > number / 10


def test_glyphs_of_a_line_stand_in_the_order_of_the_test() -> None:
    cases = [case for cases in cases_of_classes() for case in cases if DIFFERENT.keys() >= set(case.classes)]
    assert len(cases) > 1000
    for case in random.Random(9).sample(cases, 400):
        text = "".join(DIFFERENT[name][place] for place, name in enumerate(case.classes))
        assert shown(line(text, Style(), "en", rtl=case.rtl)) == "".join(text[at] for at in case.order), case


def test_an_isolated_quotation_does_not_give_its_direction_to_the_line() -> None:
    assert not line("\u2067שלום\u2069 means peace", Style(), "en").rtl
    assert line("\u2066peace\u2069 שלום", Style(), "he").rtl


def test_each_cut_of_a_text_with_marks_of_brackets_has_all_its_characters_once() -> None:
    text = "a [\u200bא\U00010840]\u200d\u20d6 b"
    order = Order(text, False)
    for start, end in combinations(range(len(text) + 1), 2):
        covered = [at for first, last, _ in order.visual(start, end) for at in range(first, last)]
        assert sorted(covered) == list(range(start, end)), (start, end)
