"""Suggests how a name could be written in Latin letters; it is shown to be confirmed, never kept by itself."""

from functools import cache

import icu

# Scripts that write every sound of a name. Of the others ICU would make a guess that its bearer would not recognise.
_SPELT_OUT = frozenset(
    {
        "Cyrillic",
        "Greek",
        "Georgian",
        "Armenian",
        "Hangul",
        "Hiragana",
        "Katakana",
        "Devanagari",
        "Bengali",
        "Gujarati",
        "Gurmukhi",
        "Tamil",
    }
    | {"Telugu", "Kannada", "Malayalam", "Ethiopic"}
)


def suggestion(name: str, language: str) -> str:
    """The name in Latin letters; empty for a name that is in Latin letters already, or in a script that does not spell it out.

    The romanisation of the language (BGN) goes before ICU's general one.
    """
    scripts = {icu.Script.getScript(sign).getName() for sign in name if sign.isalpha()} - {"Common", "Inherited"}
    if not scripts or not scripts <= _SPELT_OUT:
        return ""
    own = f"{language}-{language}_Latn/BGN"
    latin = _transliterator(own if own in _available() else "Any-Latin; Latin-ASCII").transliterate(name)
    return " ".join(word[:1].upper() + word[1:] for word in str(latin).split())


def is_latin(name: str) -> bool:
    """Whether every letter of a name is Latin, so that it needs no second form."""
    return all(icu.Script.getScript(sign).getName() in ("Latin", "Common", "Inherited") for sign in name if sign.isalpha())


@cache
def _available() -> frozenset[str]:
    return frozenset(icu.Transliterator.getAvailableIDs())


@cache
def _transliterator(name: str) -> icu.Transliterator:
    return icu.Transliterator.createInstance(name)
