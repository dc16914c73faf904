"""Languages: which tags are valid, how a language is called, and in which direction its text runs."""

import re
from functools import cache
from typing import NamedTuple

import icu
import langcodes

from pledges.domain.problems import N_, refuse

INTERFACE = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "zh": "中文",
    "ar": "العربية",
}
"""The languages that pages, letters and long texts are complete in, each by its own name; others are not offered before they are."""
LONGEST = 35
"""RFC 5646, section 4.4.1: room for every tag that is likely to be met."""

# langcodes also takes underscores and private or invented beginnings; a registered language comes first here, and only hyphens.
_LIKE_A_TAG = re.compile(r"(?!root)(?:[A-Za-z]{2,3}|i)(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
# Where ICU has no name in the language itself (or not in its script): by tag, else by its first part.
_OWN_NAMES = {
    "ay": "Aymar aru",
    "bi": "Bislama",
    "blt": "ꪼꪕꪒꪾ",
    "cnr": "crnogorski",
    "cr": "ᓀᐦᐃᔭᐍᐏᐣ",
    "dv": "ދިވެހިބަސް",
    "ff-Adlm": "𞤆𞤵𞤤𞤢𞤪",
    "fj": "Na Vosa Vakaviti",
    "gn": "avañeʼẽ",
    "ht": "Kreyòl ayisyen",
    "iu": "ᐃᓄᒃᑎᑐᑦ",
    "jv-Java": "ꦧꦱꦗꦮ",
    "mn-Mong": "ᠮᠣᠩᠭᠣᠯ",
    "mnw": "ဘာသာမန်",
    "nod": "ᨣᩤᩴᨾᩮᩬᩥᨦ",
    "ny": "Chicheŵa",
    "oj": "ᐊᓂᔑᓈᐯᒧᐎᓐ",
    "sa": "संस्कृतम्",
    "shn": "ၵႂၢမ်းတႆး",
    "sm": "Gagana Sāmoa",
    "tl": "Tagalog",
    "tpi": "Tok Pisin",
}
# Where ICU has no English name either.
_ENGLISH_NAMES = {"mnw": "Mon", "nod": "Northern Thai"}
_WRITTEN_LEFTWARD = frozenset({"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"})


def language_tag(raw: str, field: str) -> str:
    """A BCP 47 tag whose subtags are registered, as it was typed. Raises Refused."""
    if len(raw) > LONGEST or not _LIKE_A_TAG.fullmatch(raw) or not langcodes.tag_is_valid(raw):
        raise refuse(field, N_("This is not the registered tag of a language, such as “en”, “pt-BR” or “zh-Hant”."))
    return raw


def language_name(tag: str, in_language: str) -> str:
    """What a language is called in another one; in English where ICU has no such name there."""
    locale, language = icu.Locale.forLanguageTag(tag), _first_part(tag)
    for reader in (icu.Locale.forLanguageTag(in_language), icu.Locale.getEnglish()):
        if locale.getDisplayLanguage(reader) != language:
            return str(locale.getDisplayName(reader))
    return _ENGLISH_NAMES.get(language, tag)


def native_name(tag: str) -> str:
    """What a language is called by those who speak it; in English where that is not known."""
    return _OWN_NAMES.get(tag) or _OWN_NAMES.get(_first_part(tag)) or language_name(tag, tag)


def direction(tag: str, text: str = "") -> str:
    """`rtl` or `ltr` for a paragraph: the language decides while the text holds letters that run its way, else most letters decide."""
    rightward = leftward = 0
    for sign in text:
        way = icu.Char.charDirection(sign)
        rightward += way == icu.UCharDirection.LEFT_TO_RIGHT
        leftward += way in (icu.UCharDirection.RIGHT_TO_LEFT, icu.UCharDirection.RIGHT_TO_LEFT_ARABIC)
    if _written_leftward(tag):
        return "rtl" if leftward or not rightward else "ltr"
    return "rtl" if leftward > rightward else "ltr"


class Punctuation(NamedTuple):
    """What stands between the parts of a line that is put together: its clauses, the members of a list, a label and what it is of,
    and longer members of a list."""

    comma: str = ", "
    between: str = ", "
    colon: str = ": "
    semicolon: str = "; "


_PUNCTUATION = {
    "ar": Punctuation("، ", "، ", semicolon="؛ "),
    "fr": Punctuation(colon="\u00a0: ", semicolon="\u202f; "),
    "zh": Punctuation("，", "、", "：", "；"),
}


def punctuation(language: str) -> Punctuation:
    """The marks of a language of the interface. (CLDR has none for a list without “and”: in Chinese its parts would run together.)"""
    return _PUNCTUATION.get(language, Punctuation())


def _first_part(tag: str) -> str:
    return tag.split("-")[0].lower()


@cache
def _written_leftward(tag: str) -> bool:
    locale = icu.Locale.forLanguageTag(tag)
    locale.addLikelySubtags()
    return locale.getScript() in _WRITTEN_LEFTWARD
