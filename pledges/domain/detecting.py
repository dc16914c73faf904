"""Which language a text seems to be written in: a suggestion, and never more (docs/decisions/the-language-is-suggested.md)."""

import pycld2

FEWEST_LETTERS = 20
_MOST_OF_IT = 70
"""Percent of the text that has to be in one language."""
_CODES = {"iw": "he", "jw": "jv", "mo": "ro", "no": "nb", "tl": "fil"}
"""Where CLD2 has old or wide codes."""
_ALIKE = (
    {"bs", "hr", "sr", "cnr", "sh"}, {"id", "ms", "zlm"}, {"nb", "nn", "no", "da"}, {"fil", "tl"}, {"fa", "prs"}, {"ak", "tw", "fat"},
    {"zu", "xh"}, {"cs", "sk"}, {"bo", "dz"}, {"sq", "als"}, {"rw", "rn"}, {"tpi", "bi"}, {"my", "shn"}, {"syr", "aii"}, {"mk", "bg"},
    {"csw", "cr", "iu"},
)  # fmt: skip
"""Languages that are so alike in writing that neither is suggested for the other."""


_HINTS = {code for _name, code in pycld2.LANGUAGES}


def detected_language(text: str, *, likely: str = "") -> str:
    """The language of a text (its first subtag by BCP 47), or empty where it is too short, mixed, or unknown.

    A `likely` language weighs in where the text itself tells little.
    """
    if sum(sign.isalpha() for sign in text) < FEWEST_LETTERS:
        return ""
    try:
        hint = {"hintLanguage": likely} if likely in _HINTS else {}
        reliable, _size, (first, *_others) = pycld2.detect(text, **hint)
    except (pycld2.error, ValueError):  # what it cannot read as text
        return ""
    code = first[1].split("-")[0]
    return _CODES.get(code, code) if reliable and first[2] >= _MOST_OF_IT and code not in ("un", "xx") else ""


def other_language(text: str, chosen: str) -> str:
    """The language that a text seems to be written in, if it is another than the `chosen` one (BCP 47), else empty."""
    language, *parts = chosen.lower().split("-")
    if language != "zh" and any(len(part) == len("arab") for part in parts):
        return ""  # the tag names a script, and CLD2 knows most languages in one alone
    found = detected_language(text)
    if found == language or any({found, language} <= group for group in _ALIKE):
        return ""
    # A short sentence of one Romance language reads like another: it has to stand out even if the chosen one is taken to be likely.
    return found if found and detected_language(text, likely=language) == found else ""
