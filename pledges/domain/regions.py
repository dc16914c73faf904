"""The world's regions and their parts, by the United Nations' M49, as it calls them in six languages (`data/regions.csv`)."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from pledges.domain.protocol import countries, region_of

OTHER = "Other"
"""What M49 puts in no region."""
_OTHER = {"en": "Other", "fr": "Autres", "es": "Otras", "ru": "Прочие", "zh": "其他", "ar": "أخرى"}


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = (resources.files("pledges.domain") / "data" / "regions.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["region"]: MappingProxyType(row) for row in csv.DictReader(text.splitlines())} | {OTHER: _OTHER})


def regions() -> tuple[str, ...]:
    """The regions in the order of their English names, and at last what is in none."""
    return tuple(name for name, row in _table().items() if not row.get("part_of"))


def parts_of(region: str) -> tuple[str, ...]:
    """The parts of a region; a region without parts is its own."""
    return tuple(name for name, row in _table().items() if row.get("part_of") == region) or (region,)


def region_name(region: str, language: str) -> str:
    """What a region or a part of one is called; in English where the language is none of the six. Raises KeyError for an unknown one."""
    names = _table()[region]
    return names.get(language.split("-")[0].lower(), names["en"])


def part_of(country_code: str) -> str:
    """The part of the world that a country lies in. Raises KeyError for an unknown code."""
    return region_of(country_code).subregion or OTHER


@cache
def codes_in(region: str) -> frozenset[str]:
    """The countries of a region or of a part of one."""
    within = {*parts_of(region), region}
    return frozenset(code for code in countries() if part_of(code) in within)
