"""Where a word may be divided at the end of a line: by the patterns of its language (pyphen), in languages of Latin letters."""

import re
from functools import cache, lru_cache

import pyphen

from pledges.typesetting.itemising import likely

BEFORE, AFTER = 2, 3
"""Fewest letters of a word before and after the division."""
_WORD = re.compile(r"\W*([^\W\d_]{6,})")


@cache
def _patterns(language: str) -> pyphen.Pyphen | None:
    if likely(language).getScript() != "Latn":
        return None
    name = pyphen.language_fallback(language.replace("-", "_"))
    return pyphen.Pyphen(lang=name, left=BEFORE, right=AFTER) if name else None


@lru_cache(maxsize=16_384)
def divisions(text: str, language: str) -> tuple[int, ...]:
    """Positions in the text at which its first word may be divided, the last first; none for what is no plain word of the language.

    A plain word has six letters or more and no capitals but its first: names of offices and abbreviations stay whole.
    """
    found, patterns = _WORD.match(text), _patterns(language)
    if found is None or patterns is None or not found[1][1:].islower():
        return ()
    return tuple(found.start(1) + int(position) for position in reversed(patterns.positions(found[1])))
