"""Rules for the names of people, so that nobody signs with a name that cannot be read or that poses as another.

Properties of characters come from ICU, whose Unicode is newer than Python's: rare Han letters of recent blocks are letters here.
"""

import unicodedata
from functools import cache

import icu

from pledges.domain.problems import N_, Refused, refuse

MOST_MARKS = 4

_ONE_SCRIPT_WITH = (
    frozenset({"Han", "Hiragana", "Katakana"}),
    frozenset({"Han", "Bopomofo"}),
    frozenset({"Han", "Hangul"}),
)
# Default-ignorable characters (fillers among them) and those whose glyph is blank by design cannot be seen.
_UNSEEN = r"[:Default_Ignorable_Code_Point:] \u2800 \U00013441 \U00013442 \U0001D159"


def _set_of(pattern: str) -> icu.UnicodeSet:
    characters = icu.UnicodeSet(pattern)
    characters.freeze()
    return characters


_SEEN = _set_of(rf"[[:L:][:N:][:P:][:S:] - [{_UNSEEN}]]")
_SEEN_LETTERS = _set_of(rf"[[:L:] - [{_UNSEEN}]]")
_LETTERS_OF_NO_SCRIPT = _set_of("[[:Script=Common:][:Script=Inherited:]]")
_STACKING = _set_of("[[:Mn:][:Me:] - [:Default_Ignorable_Code_Point:]]")
_SPACING_MARKS_AND_JOINERS = _set_of("[[:Mc:][:Default_Ignorable_Code_Point:]]")
_BETWEEN_WORDS = _set_of("[[:Pd:][:Zs:]]")


def holds_seen(text: str) -> bool:
    """Whether at least one character can be seen; a text without one is empty."""
    return any(sign in _SEEN for sign in text)


def check_name(name: str, field: str) -> None:
    """Check a cleaned name of a person (rules: README of the project's data, "Cleaning"). Raises Refused."""
    if not any(sign in _SEEN_LETTERS for sign in name):
        raise refuse(field, N_("A name needs at least one letter."))
    for word in _words(name):
        if not _of_one_script(scripts := _scripts(word)):
            raise _mixed(word, scripts, field)
    if _most_marks(name) > MOST_MARKS:
        raise refuse(field, N_("More than %(limit)d marks stand on one letter."), limit=MOST_MARKS)


def check_latin_name(name: str, field: str) -> None:
    """Check a cleaned name in Latin letters: a name whose letters are all Latin. Raises Refused."""
    check_name(name, field)
    if not _scripts(name) <= {"Latin"}:
        raise refuse(field, N_("Please write this name in Latin letters."))


def check_words(text: str, field: str) -> None:
    """Check a cleaned office or name of a government: within one word no letters that look alike from several scripts. Raises Refused.

    Beside Han, kana and Hangul stand Latin letters without posing as them (IT推進部長): the level *highly restrictive* of Unicode TS 39.
    """
    for word in _words(text):
        scripts = _scripts(word)
        if not (_of_one_script(scripts) or any(scripts - {"Latin"} <= together for together in _ONE_SCRIPT_WITH)):
            raise _mixed(word, scripts, field)


def _words(text: str) -> list[str]:
    return "".join(" " if sign in _BETWEEN_WORDS else sign for sign in text).split()


def _mixed(word: str, scripts: frozenset[str], field: str) -> Refused:
    message = N_("“%(word)s” mixes letters that look alike from several scripts (%(scripts)s). Please type the word in one script.")
    return refuse(field, message, word=word, scripts=tuple(sorted(scripts)))


def skeleton(name: str) -> str:
    """What a name looks like (Unicode TS 39): two names with one skeleton can be mistaken for each other. Compared, never shown."""
    return str(_spoof_checker().getSkeleton(0, name.casefold()))


def look_alike(name: str, other: str) -> bool:
    """Whether two different names can be mistaken for each other."""
    return name != other and skeleton(name) == skeleton(other)


def _scripts(word: str) -> frozenset[str]:
    """The scripts of the letters; those that several scripts share (ʻ, ー) count for none."""
    letters = {sign for sign in word if sign in _SEEN_LETTERS and sign not in _LETTERS_OF_NO_SCRIPT}
    return frozenset(icu.Script.getScript(letter).getName() for letter in letters)


def _of_one_script(scripts: frozenset[str]) -> bool:
    return len(scripts) <= 1 or any(scripts <= together for together in _ONE_SCRIPT_WITH)


def _most_marks(name: str) -> int:
    """The most marks that stack on one base. Marks with space of their own (Burmese medials) do not stack, nor do they end a stack."""
    most = marks = 0
    for sign in unicodedata.normalize("NFD", name):
        if sign in _STACKING:
            marks += 1
            most = max(most, marks)
        elif sign not in _SPACING_MARKS_AND_JOINERS:
            marks = 0
    return most


@cache
def _spoof_checker() -> icu.SpoofChecker:
    return icu.SpoofChecker()
