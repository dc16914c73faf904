"""Splits a text into pieces of one script and one face, and names the characters that no face has."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import icu

from pledges.typesetting.faces import LAST_FAMILIES
from pledges.typesetting.fonts import Face, Style, candidates, face
from pledges.typesetting.glyphtext import SPACES

WORDS = re.compile(r"\s+|\S+")
KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
HAN_BY_SCRIPT = {"Hans": "SC", "Hant": "TC", "Jpan": "JP", "Kore": "KR"}
HAN_BY_COUNTRY = {"TW": "TC", "HK": "TC", "MO": "TC", "JP": "JP", "KR": "KR", "KP": "KR"}
SAME_SCRIPT = {"Hira": "Hani", "Kana": "Hani", "Bopo": "Hani", "Hrkt": "Hani"}
"""Scripts that are written together and share faces are shaped together."""
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\U0001bca0\U0001bca1\U0001bca2\U0001bca3")
"""Default-ignorable by Unicode; shaping looks for a glyph all the same."""
UNDECIDED = ("Zyyy", "Zinh", "Zzzz")


class Piece(NamedTuple):
    """text[start:end] is of one script (ISO 15924) and set in one face."""

    start: int
    end: int
    face: Face
    script: str


@cache
def likely(language: str) -> icu.Locale:
    """The language with the script and country that it most likely has."""
    locale = icu.Locale.forLanguageTag(language)
    locale.addLikelySubtags()
    return locale


def han_forms(text: str, language: str) -> str:
    """SC, TC, JP or KR: the forms of Han characters that the language of the text asks for (BCP 47).

    The forms follow the language; where it is written in other letters, kana and Hangul in the text tell, then the country.
    """
    locale = likely(language)
    if forms := HAN_BY_SCRIPT.get(locale.getScript()):
        return forms
    if KANA.search(text):
        return "JP"
    if HANGUL.search(text):
        return "KR"
    return HAN_BY_COUNTRY.get(locale.getCountry(), "SC")


@cache
def script_of(character: str) -> str:
    """ISO 15924 code of the character's script."""
    script = str(icu.Script.getScript(character).getShortName())
    return SAME_SCRIPT.get(script, script)


@cache
def is_mark(character: str) -> bool:
    """Whether the character stays with the one before it: a combining mark or a character without a form of its own."""
    return unicodedata.category(character)[0] == "M" or (never_missing(character) and not character.isspace())


@cache
def never_missing(character: str) -> bool:
    """Whether a face need not have it: spaces and default-ignorable characters, which shaping provides."""
    if character in SPACES or character == "\t":
        return True
    return character not in FILLERS and bool(icu.Char.hasBinaryProperty(character, icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT))


def _stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, script) of what is written in one script; shared characters go with the letter before or, first, after.

    Those that a word begins with go with its first letter: "8747de" and "(PDF" in Arabic are each of one face.
    """
    found = {script_of(character) for character in set(text)}.difference(UNDECIDED)
    if len(found) < 2:
        yield 0, len(text), found.pop() if found else "Latn"
        return
    scripts = [script_of(character) for character in text]
    current = next(script for script in scripts if script not in UNDECIDED)
    start = 0
    for position, script in enumerate(scripts):
        if script not in UNDECIDED and script != current:
            opens = _word_start(text, scripts, start, position)
            yield start, opens, current
            start, current = opens, script
    yield start, len(text), current


def _word_start(text: str, scripts: Sequence[str], start: int, position: int) -> int:
    """Where the word of the letter at `position` begins if only shared characters stand before it there; else that position."""
    opens = position
    while opens > start and scripts[opens - 1] == "Zyyy" and not text[opens - 1].isspace():
        opens -= 1
    return opens if opens > start and text[opens - 1].isspace() else position


class _Preferred(dict[str, Face | None]):
    """Character → the face that is asked first and has it, None where no face has it; filled as characters occur."""

    def __init__(self, style: Style, han: str) -> None:
        self.style, self.han = style, han

    def __missing__(self, character: str) -> Face | None:
        found = candidates(_required(character), self.style, self.han)
        chosen = self[character] = face(found[0]) if found else None
        return chosen


@cache
def _preferred(style: Style, han: str) -> _Preferred:
    return _Preferred(style, han)


@lru_cache(maxsize=262_144)
def _required(text: str) -> frozenset[str]:
    return frozenset(character for character in text if not never_missing(character))


@lru_cache(maxsize=262_144)
def _letters(word: str) -> frozenset[str]:
    return frozenset(character for character in word if script_of(character) not in UNDECIDED)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Bases with their marks; a joined sequence (ZERO WIDTH JOINER) of symbols is one."""
    starts = [
        position
        for position, character in enumerate(text)
        if position == 0 or not (is_mark(character) or (text[position - 1] == "\u200d" and script_of(character) == "Zyyy"))
    ]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


class _Itemiser:
    def __init__(self, text: str, style: Style, han: str) -> None:
        self.text, self.style, self.han = text, style, han
        self.pieces: list[Piece] = []
        self.missing: list[str] = []

    def add(self, start: int, end: int, chosen: Face, script: str) -> None:
        last = self.pieces[-1] if self.pieces else None
        if last is not None and last.face is chosen and last.script == script:
            self.pieces[-1] = last._replace(end=end)
        else:
            self.pieces.append(Piece(start, end, chosen, script))

    def current(self) -> Face | None:
        """The face that shared characters (digits, signs) stay in if it has them."""
        current = self.pieces[-1].face if self.pieces else None
        return current if current and current.source.family not in LAST_FAMILIES else None

    def choose(self, wanted: frozenset[str], *, shared: bool) -> Face | None:
        """The preferred face that has all wanted; for what scripts share that of the text before, if it can."""
        current = self.current() if shared else None
        if current and current.has(wanted):
            return current
        found = candidates(wanted, self.style, self.han)
        return face(found[0]) if found else None

    def stretch(self, start: int, end: int, script: str) -> None:
        """Text of one script: in one face, for Han from the first letters on, where all letters prefer that face and it has all else."""
        characters = set(self.text[start:end])
        letters = {character for character in characters if script_of(character) not in UNDECIDED}
        chosen = self.preferred_by(letters)
        strange = {character for character in characters - letters if not (chosen and chosen.has(_required(character)))}
        for match in WORDS.finditer(self.text, start, end):
            (first, last), word = match.span(), match.group()
            if chosen is None or not strange.isdisjoint(word) or (script == "Hani" and letters.isdisjoint(word)):
                self.word(first, last, script)
                continue
            if script == "Hani":
                leading = next(place for place, character in enumerate(word) if character in letters)
                for opened, closed in _clusters(word[:leading]) if leading else ():
                    self.cluster(first + opened, first + closed, script)
                first += leading
            if not strange:
                self.add(first, end, chosen, script)
                return
            self.add(first, last, chosen, script)

    def preferred_by(self, letters: set[str]) -> Face | None:
        """The face that is asked first for each of the letters, None where they differ."""
        faces = set(map(_preferred(self.style, self.han).__getitem__, letters))
        chosen = faces.pop() if len(faces) == 1 else None
        return chosen if chosen and chosen.source.family not in LAST_FAMILIES else None

    def word(self, start: int, end: int, script: str) -> None:
        """The letters of a word in one face where a face has them all, since letters join; Han has no words to keep."""
        word = self.text[start:end]
        letters = _letters(word)
        chosen = self.choose(letters or _required(word), shared=not letters) if script != "Hani" or not letters else None
        if chosen and chosen.has(_required(word)):
            self.add(start, end, chosen, script)
            return
        for first, last in _clusters(word):
            if chosen and chosen.has(_required(word[first:last])):
                self.add(start + first, start + last, chosen, script)
            else:
                self.cluster(start + first, start + last, script)

    def cluster(self, start: int, end: int, script: str) -> None:
        cluster = self.text[start:end]
        chosen = self.choose(_required(cluster), shared=script_of(cluster[0]) in UNDECIDED)
        if chosen is not None:
            self.add(start, end, chosen, script)
            return
        for position in range(start, end):
            wanted = _required(self.text[position])
            chosen = self.choose(wanted, shared=True)
            self.missing += [] if chosen else wanted
            self.add(position, position + 1, chosen or self.fallback(), script)

    def fallback(self) -> Face:
        return self.pieces[-1].face if self.pieces else face(candidates(frozenset(), self.style, self.han)[0])


@lru_cache(maxsize=65_536)
def itemise(text: str, style: Style, han: str) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """The pieces in logical order, and the characters that no face has. Marks and joiners stay with their base."""
    if text.isascii():
        return (Piece(0, len(text), face(candidates(frozenset(), style, han)[0]), "Latn"),), ()
    work = _Itemiser(text, style, han)
    for start, end, script in _stretches(text):
        work.stretch(start, end, script)
    return tuple(work.pieces), tuple(dict.fromkeys(work.missing))
