"""The fixed sentences of the document, its dates and its numbers, in one language."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources

import icu

from pledges.domain.protocol import country_name

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The languages that the document is written in."""
_RIGHT_TO_LEFT = {"ar"}
_FORMATS = {"en": "en-GB", "ar": "ar-u-nu-latn"}
"""Where the bare language has other habits: the United Nations write English dates day first; figures stay comparable in Arabic."""
_MONTHS = {
    "ar": (
        "كانون الثاني/يناير", "شباط/فبراير", "آذار/مارس", "نيسان/أبريل", "أيار/مايو", "حزيران/يونيه",
        "تموز/يوليه", "آب/أغسطس", "أيلول/سبتمبر", "تشرين الأول/أكتوبر", "تشرين الثاني/نوفمبر", "كانون الأول/ديسمبر",
    )
}  # fmt: skip
"""Where the United Nations write months with both names that readers know."""


class Words:
    """The words of one language. Raises LookupError for a language that the document is not written in."""

    def __init__(self, language: str, names: Mapping[str, str] | None = None) -> None:
        """`names` are those of countries, by code, that were ruled in this language."""
        self.language = language
        self._names = names or {}
        self.rtl = language in _RIGHT_TO_LEFT
        self._sentences = _sentences(language)
        self._formats = icu.Locale.forLanguageTag(_FORMATS.get(language, language))
        self._number = icu.NumberFormat.createInstance(self._formats)
        self._symbols = icu.DateFormatSymbols(self._formats)
        if language in _MONTHS:
            self._symbols.setMonths(list(_MONTHS[language]))

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of that name with its values filled in."""
        return self._sentences[key].format(**values)

    def number(self, value: int) -> str:
        """A whole number, grouped as the language does."""
        return str(self._number.format(value))

    def moment(self, moment: datetime) -> str:
        """Date and time, in UTC."""
        return f"{self._date(moment, 'yMMMMdHHmm')} UTC"

    def day(self, moment: date) -> str:
        """Day, month and year; of a moment, the day in UTC."""
        return self._date(moment, "yMMMMd")

    def short_day(self, moment: date) -> str:
        """Day and month, for an axis."""
        return self._date(moment, "MMMd")

    def month(self, moment: date) -> str:
        """Month and year, in UTC."""
        return self._date(moment, "yMMMM")

    def hour(self, moment: datetime) -> str:
        """Hour and minute, in UTC."""
        return self._date(moment, "HHmm")

    def _date(self, moment: date, skeleton: str) -> str:
        pattern = icu.DateTimePatternGenerator.createInstance(self._formats).getBestPattern(skeleton)
        written = icu.SimpleDateFormat(pattern, self._formats)
        written.setDateFormatSymbols(self._symbols)
        written.setTimeZone(icu.TimeZone.getGMT())
        whole = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
        return str(written.format(whole.timestamp()))

    def country(self, code: str) -> str:
        """What a country or area is called. Raises KeyError for an unknown code."""
        return self._names.get(code) or country_name(code, self.language)

    def language_name(self, language: str) -> str:
        """What this language calls another one (BCP 47)."""
        return str(icu.Locale.forLanguageTag(language).getDisplayName(icu.Locale.forLanguageTag(self.language)))


@cache
def _sentences(language: str) -> dict[str, str]:
    file = resources.files("pledges.typesetting") / "words" / f"{language}.json"
    if not file.is_file():
        raise LookupError(f"the declaration has no words in the language {language!r}")
    sentences: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return sentences
