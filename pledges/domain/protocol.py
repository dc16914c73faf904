"""Rules of protocol: what a country is called, and in which order signatories stand.

Names are the UN's short names (`data/countries.csv`; sources in the README of the project's data). Order is CLDR's, by ICU.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

import icu

UN_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")

# Default wordings where the UN publishes no short name; an officer reviews them (needs_review), and they are shown as such.
_DEFAULT_WORDINGS: dict[str, dict[str, str]] = {
    "TW": {
        "ar": "تايوان (مقاطعة صينية)",
        "es": "Taiwán (Provincia de China)",
        "fr": "Taïwan (Province de Chine)",
        "ru": "Тайвань (провинция Китая)",
        "zh": "中国台湾省",
    },
    "XK": {"ar": "كوسوفو", "es": "Kosovo", "fr": "Kosovo", "ru": "Косово", "zh": "科索沃"},
}

# Where CLDR's one reading for each Chinese character is not that of the place: the beginning is read as a character that sounds right.
_READ_IN_CHINESE_AS = {
    "长": "常",
    "長": "常",
    "重庆": "虫庆",
    "重慶": "虫慶",
    "厦门": "下门",
    "廈門": "下門",
    "秘鲁": "必鲁",
    "朝": "潮",
    "乐清": "月清",
    "六安": "路安",
    "台州": "胎州",
}

# Two capped names and a country stay below what PostgreSQL can index in one row (2,704 bytes).
_LONGEST_NAME_KEY = 1_100


class RulingKind(StrEnum):
    """What a ruling of protocol can say."""

    NAME = "name"
    """What a country or area is called in one language."""
    PLACE = "place"
    """As what a country, or a government within its country, is sorted in one language."""


Rulings = Mapping[tuple[RulingKind, str, str], str]
"""What officers ruled beside the lists: kind, country code or government id, language, and the text that stands for it."""
NO_RULINGS: Rulings = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Region:
    """Where a country stands in the UN's M49 and in the sections of United Cities and Local Governments; empty where in none."""

    m49: str
    subregion: str
    section: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country or territory; `names` holds a printed name for each UN language, `search_name` is never printed."""

    code: str
    names: Mapping[str, str]
    unnamed: frozenset[str]
    """Languages in which the UN publishes no short name, so that a default wording stands."""
    search_name: str
    region: Region
    main_language: str


@cache
def countries() -> Mapping[str, Country]:
    """Every country by its ISO 3166-1 alpha-2 code, XK included."""
    table = (resources.files("pledges.domain") / "data" / "countries.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["country_code"]: _country(row) for row in csv.DictReader(table.splitlines())})


def known_countries() -> frozenset[str]:
    """The ISO 3166-1 alpha-2 codes in use, and XK."""
    return frozenset(countries())


def country_name(code: str, language: str, rulings: Rulings = NO_RULINGS) -> str:
    """The name that was ruled, else the UN's short name, in the language if it is a UN language, else in English.

    Raises KeyError for an unknown code.
    """
    names, main = countries()[code].names, language.split("-")[0].lower()
    spoken = main if main in UN_LANGUAGES else "en"
    return rulings.get((RulingKind.NAME, code, spoken)) or names.get(spoken, names["en"])


def ruled_names(rulings: Rulings, language: str) -> dict[str, str]:
    """The names of countries that were ruled in the language, by code."""
    return {code: name for (kind, code, spoken), name in sorted(rulings.items()) if kind is RulingKind.NAME and spoken == language and name}


def needs_review(code: str, language: str | None = None) -> bool:
    """Whether the name is a default wording that an officer has to look at; without a language, in any of the six."""
    unnamed = countries()[code].unnamed
    return language in unnamed if language else bool(unnamed)


def region_of(code: str) -> Region:
    """The regions of a country. Raises KeyError for an unknown code."""
    return countries()[code].region


def collation_key(text: str, language: str) -> bytes:
    """A key whose order of bytes is CLDR's order of texts in the language; it ends with the only zero byte that it holds."""
    return bytes(_collator(language).getSortKey(read_as(text, language)))


def read_as(text: str, language: str) -> str:
    """The text as it is sorted: names that Chinese reads in their own way begin with a character that sounds right, others stay."""
    return _as_read_in_chinese(text) if language.split("-")[0].lower() == "zh" else text


def protocol_key(
    country_code: str, government: str, leader: str, fingerprint: str, *, language: str = "en", government_id: str = "",
    rulings: Rulings = NO_RULINGS,
) -> bytes:  # fmt: skip
    """The place of a signatory: country by its name, government, leader, fingerprint; a ruling says as what else one is sorted.

    Keys compare as bytes, so a database sorts by the stored key. The zero byte that ends each part lets the shorter part stand first.
    """
    country = rulings.get((RulingKind.PLACE, country_code, language)) or country_name(country_code, language, rulings)
    placed = rulings.get((RulingKind.PLACE, government_id, language)) or government
    names = (collation_key(name, language)[:-1][:_LONGEST_NAME_KEY] for name in (placed, leader))
    return b"\x00".join((collation_key(country, language)[:-1], *names, fingerprint.encode("ascii")))


def _country(row: Mapping[str, str]) -> Country:
    published = {language: row[f"un_name_{language}"] for language in UN_LANGUAGES if row[f"un_name_{language}"]}
    code = row["country_code"]
    defaults = _DEFAULT_WORDINGS.get(code, {})
    # The file's English wording of a code with defaults is a default as well: it is in no UN list (in_unterm is N).
    unnamed = frozenset(UN_LANGUAGES) - published.keys() | ({"en"} if defaults else set())
    return Country(
        code=code,
        names=MappingProxyType(defaults | published),
        unnamed=unnamed,
        search_name=row["name"],
        region=Region(m49=row["m49_region"], subregion=row["m49_subregion"], section=row["uclg_section"]),
        main_language=row["main_language"],
    )


def _as_read_in_chinese(text: str) -> str:
    for beginning, sound in _READ_IN_CHINESE_AS.items():
        if text.startswith(beginning):
            return sound + text[len(beginning) :]
    return text


@cache
def _collator(language: str) -> icu.Collator:
    return icu.Collator.createInstance(icu.Locale.forLanguageTag(language))
