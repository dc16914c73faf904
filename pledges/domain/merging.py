"""Several people write in one draft: what each changed is told apart field by field, and no words are lost.

Every form carries a mark of what it showed in each field. Comparing what was typed and what is stored now with that mark
tells who changed what (docs/decisions/drafts-are-merged-by-field.md).
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import icu

_MARK_DIGITS = 12
_FARTHEST = 400
"""Words by which two texts may differ and still be compared word by word: the work grows with its square."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one form."""

    write: dict[str, str]
    """What this person alone changed: it is kept."""
    both: dict[str, tuple[str, str]]
    """What both changed, to different words: what this person typed, and what is stored. A person decides."""
    theirs: tuple[str, ...]
    """What others alone changed: it stays, and this person is told."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that two texts share, or that one of them alone has."""

    text: str
    before: bool
    after: bool


def mark(value: str | None) -> str:
    """Tells one value of a field from another, without holding it. None: the draft no longer has the field."""
    return "0" * _MARK_DIGITS if value is None else sha256(value.encode()).hexdigest()[:_MARK_DIGITS]


def told_marks(marks: Mapping[str, str]) -> str:
    """The marks of all fields that a form shows, as one line that it carries: `field:mark field:mark`."""
    return " ".join(f"{field}:{one}" for field, one in marks.items())


def read_marks(line: str) -> dict[str, str]:
    """The marks that a form carried, by field; whatever is no mark is left out."""
    pairs = (part.partition(":") for part in line.split())
    return {field: told for field, _, told in pairs if len(told) == _MARK_DIGITS}


def merge(shown: Mapping[str, str], stored: Mapping[str, str], typed: Mapping[str, str]) -> Merged:
    """Tell apart who changed what: `shown` are the marks of what the form showed. A field without a mark is this person's alone."""
    write, both, theirs = {}, {}, []
    for field, value in typed.items():
        now = stored.get(field)
        changed_by_others = field in shown and mark(now) != shown[field]
        if value == (now or ""):
            continue
        if not changed_by_others:
            write[field] = value
        elif mark(value) == shown[field]:
            theirs.append(field)
        else:
            both[field] = (value, now or "")
    return Merged(write, both, tuple(theirs))


def differences(before: str, after: str, language: str = "en") -> tuple[Piece, ...]:
    """Both texts word by word as `language` divides words: what they share, what only the one or only the other has, in reading order.

    Texts that differ in more than some hundred words are shown as one removed and one added from the first difference to the last.
    """
    old, new = _words(before, language), _words(after, language)
    first = next((place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    rest = min(len(old), len(new)) - first
    last = next((place for place in range(rest) if old[-1 - place] != new[-1 - place]), rest)
    middle = _shortest(old[first : len(old) - last], new[first : len(new) - last])
    return _joined([*((word, True, True) for word in old[:first]), *middle, *((word, True, True) for word in old[len(old) - last :])])


_Word = tuple[str, bool, bool]
"""A word, and whether the text before and the one after have it."""


def _words(text: str, language: str) -> list[str]:
    """The words with the space that follows each. ICU counts in UTF-16, so the text is cut there too."""
    breaks, whole = icu.BreakIterator.createWordInstance(icu.Locale.forLanguageTag(language or "en")), icu.UnicodeString(text)
    breaks.setText(whole)
    found: list[str] = []
    start = 0
    for end in breaks:
        part, start = str(whole[start:end]), end
        if part.isspace() and found:
            found[-1] += part
        else:
            found.append(part)
    return found


def _shortest(old: list[str], new: list[str]) -> list[_Word]:
    """The shortest way from one list to the other (E. W. Myers, An O(ND) Difference Algorithm, 1986), up to `_FARTHEST` words."""
    reached, trail = {1: 0}, []
    for distance in range(min(len(old) + len(new), _FARTHEST) + 1):
        trail.append(dict(reached))
        for diagonal in range(-distance, distance + 1, 2):
            down = diagonal == -distance or (diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1])
            x = reached[diagonal + 1] if down else reached[diagonal - 1] + 1
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _walked(old, new, trail)
    return [*((word, True, False) for word in old), *((word, False, True) for word in new)]


def _walked(old: list[str], new: list[str], trail: list[dict[int, int]]) -> list[_Word]:
    """The way back from both ends, turned round."""
    x, y, found = len(old), len(new), []
    for distance in range(len(trail) - 1, -1, -1):
        reached, diagonal = trail[distance], x - y
        down = diagonal == -distance or (diagonal != distance and reached[diagonal - 1] < reached[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x, from_y = (reached[before], reached[before] - before) if distance else (0, 0)
        while x > from_x and y > from_y:
            x, y = x - 1, y - 1
            found.append((old[x], True, True))
        if distance:
            found.append((new[from_y], False, True) if down else (old[from_x], True, False))
        x, y = from_x, from_y
    return found[::-1]


def _joined(words: list[_Word]) -> tuple[Piece, ...]:
    """Neighbours of one kind as one piece; between two shared pieces what was removed comes before what was added."""
    pieces: list[Piece] = []
    for shared, group in itertools.groupby(words, key=lambda word: word[1] and word[2]):
        run = list(group)
        sides = ((True, True),) if shared else ((True, False), (False, True))
        pieces += [Piece("".join(word for word, *side in run if tuple(side) == kind), *kind) for kind in sides]
    return tuple(piece for piece in pieces if piece.text)
