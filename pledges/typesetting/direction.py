"""Which way text runs: its own direction, and the order from left to right of what is written both ways (UAX #9, by ICU)."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

import icu

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
LEFT, RIGHT = 0, 1
FIRST_STRONG = 0xFE
"""ICU's level of a paragraph that takes its direction from its first strong character (UBIDI_DEFAULT_LTR)."""
STRONG = {
    icu.UCharDirection.LEFT_TO_RIGHT: False,
    icu.UCharDirection.RIGHT_TO_LEFT: True,
    icu.UCharDirection.RIGHT_TO_LEFT_ARABIC: True,
}
"""Whether a letter of this kind runs right to left."""
CLOSING = {bracket: unicodedata.normalize("NFC", icu.Char.getBidiPairedBracket(bracket)) for bracket in icu.UnicodeSet("[:bpt=o:]")}
"""Opening → closing bracket."""
BRACKETS = re.escape("".join(icu.UnicodeSet("[[:bpt=o:][:bpt=c:]]")))
BRACKET = re.compile(f"[{BRACKETS}]")
MARKED_BRACKET = re.compile(f"([{BRACKETS}])([{''.join(icu.UnicodeSet('[[:bc=NSM:][:bc=BN:]]'))}]+)")
"""A bracket with the marks and the invisible characters after it."""
MOST_OPEN = 63
"""So many brackets wait for their closing ones, no more (UAX #9, definition BD16)."""


def starts_right_to_left(text: str) -> bool:
    """Whether the first strong character outside isolates is one of right-to-left scripts (UAX #9, rules P2 and P3)."""
    if RIGHT_TO_LEFT.search(text) is None:
        return False
    kept = icu.UnicodeString(text.replace("\n", " "))
    bidi = icu.Bidi()
    bidi.setPara(kept, FIRST_STRONG)
    return bool(bidi.getParaLevel() == RIGHT)


def by_direction(text: str) -> list[str]:
    """The text cut at the spaces where it turns its direction, for names of both: one line each is easier to read, and to read back."""
    if RIGHT_TO_LEFT.search(text) is None:
        return [text.strip()]
    parts, start, space, current = [], 0, -1, None
    for position, character in enumerate(text):
        if character.isspace():
            space = position
        right = STRONG.get(icu.Char.charDirection(character))
        if right is not None and current not in (None, right) and space > start:
            parts.append(text[start:space].strip())
            start = space + 1
        current = current if right is None else right
    return [*parts, text[start:].strip()]


def steady(text: str) -> str:
    """A name for a line from right to left: where it begins or ends with a sign, an unseen mark keeps the sign beside its word ('Eua)."""
    if not text or starts_right_to_left(text):
        return text
    first, last = ("" if icu.Char.charDirection(end) in STRONG else "\u200e" for end in (text[0], text[-1]))
    return f"{first}{text}{last}"


def _paired(text: str) -> str:
    """The text with plain signs for the brackets after `MOST_OPEN` are open, since these make no pairs; ICU 77 would pair them.

    Isolates, which have brackets of their own, are not told apart here.
    """
    waiting: list[str] = []
    for match in BRACKET.finditer(text):
        bracket = unicodedata.normalize("NFC", match.group())
        if bracket in CLOSING:
            if len(waiting) == MOST_OPEN:
                return text[: match.start()] + BRACKET.sub("!", text[match.start() :])
            waiting.append(CLOSING[bracket])
        elif bracket in waiting:
            del waiting[len(waiting) - 1 - waiting[::-1].index(bracket) :]
    return text


class Order:
    """The bidirectional order of one paragraph.

    Marks of a bracket go where it goes (rule N0). ICU 77 does not move them: it is not shown them, and here they take no units.
    """

    def __init__(self, text: str, rtl: bool) -> None:
        self.length = len(text)
        self.simple = not rtl and RIGHT_TO_LEFT.search(text) is None
        if not self.simple:
            shown = MARKED_BRACKET.sub(lambda found: found[1] + "\0" * len(found[2]), _paired(text))
            self.units = list(accumulate(((character > "\0") + (character > "\uffff") for character in shown), initial=0))
            self.kept = icu.UnicodeString(shown.replace("\0", ""))
            self.bidi = icu.Bidi()
            self.bidi.setPara(self.kept, RIGHT if rtl else LEFT)

    def visual(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """(start, end, right-to-left) of the runs of text[start:end] from left to right."""
        if self.simple or self.units[start] == self.units[end]:
            yield start, end, False
            return
        whole = start == 0 and end == self.length
        line = self.bidi if whole else self.bidi.setLine(self.units[start], self.units[end])
        for number in range(line.countRuns()):
            first, length, direction = line.getVisualRun(number)
            first += self.units[start]
            opens = bisect_right(self.units, first) - 1 if first > self.units[start] else start
            yield opens, min(end, bisect_right(self.units, first + length) - 1), direction == RIGHT
