"""How names are folded so that typing finds them in any script, without accents, capitals or the right kind of hyphen."""

import unicodedata

import icu

# Accents of the alphabets, not the vowel signs of India and Southeast Asia, which are marks too, nor the voicing of kana.
_ACCENTS = icu.UnicodeSet(r"[[[:Mn:] & [[:Script=Inherited:][:Script=Arabic:][:Script=Hebrew:][:Script=Syriac:]]] - [\u3099\u309a]]")
_WORDS = icu.UnicodeSet("[[:L:][:M:][:N:]]")
# Letters that decompose into nothing simpler, folded as people type them; Arabic and Persian forms of one letter.
_PLAIN = (
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "e", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": ""}
    | {"ʻ": " ", "ʼ": " "}
)


class _Folding(dict[int, str]):
    """What each code point folds to, worked out when it is first met."""

    def __missing__(self, code_point: int) -> str:
        sign = chr(code_point)
        folded = "" if sign in _ACCENTS else _PLAIN.get(sign, sign if sign in _WORDS else " ")
        self[code_point] = folded
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """A key in which to search: compatibility forms and accents gone, case folded, anything between words one space.

    Hangul stays decomposed, so that a syllable half typed finds the whole one.
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(letters.translate(_FOLDING).split())
