"""How the queue is narrowed: what stands in its address, and what its fields offer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from pledges.domain.languages import language_name
from pledges.domain.moments import day_asked
from pledges.domain.numbers import number_asked
from pledges.domain.people import Assurance
from pledges.domain.protocol import collation_key, known_countries
from pledges.domain.reviewing import Age
from pledges.domain.risks import WORDS, Risk
from pledges.domain.themes import Theme
from pledges.extensions import country_choices
from pledges.secretariat.queries.queue import ANY_RISK, Filters, Held, Pile

Choice = TypeVar("Choice", bound=StrEnum)
REGIONS = {
    "Africa": _l("Africa"), "Americas": _l("Americas"), "Asia": _l("Asia"), "Europe": _l("Europe"), "Oceania": _l("Oceania"),
}  # fmt: skip
"""What the regions of the UN's M49 are called."""
AGES = {Age.FRESH: _l("Less than a day"), Age.OLDER: _l("One to two days"), Age.OVERDUE: _l("Overdue: more than two days")}
HELD = {Held.FREE: _l("Nobody reads them"), Held.MINE: _l("I read them"), Held.OTHERS: _l("Colleagues read them")}
ASSURANCES = {
    Assurance.NOT_KNOWN: _l("Identity not established"), Assurance.OFFICIAL_DOMAIN: _l("Official domain"),
    Assurance.ATTESTED: _l("Attested by a network"), Assurance.CALLED_BACK: _l("Called back by the secretariat"),
}  # fmt: skip
_LONGEST = {"q": 200, "language": 35}


def filters_from(arguments: MultiDict[str, str]) -> Filters:
    """The queue's filters out of an address; what is no filter of ours narrows nothing."""
    typed = {field.name: arguments.get(field.name, "") for field in fields(Filters)}
    return Filters(
        pile=_one_of(Pile, typed["pile"]) or Pile.IN_REVIEW,
        theme=_one_of(Theme, typed["theme"]),
        region=typed["region"] if typed["region"] in REGIONS else "",
        country=typed["country"] if typed["country"] in known_countries() else "",
        network=number_asked(typed["network"]),
        language=typed["language"][: _LONGEST["language"]],
        assurance=_one_of(Assurance, typed["assurance"]),
        risk=typed["risk"] if typed["risk"] in {ANY_RISK, *Risk} else "",
        age=_one_of(Age, typed["age"]),
        since=day_asked(typed["since"]),
        held=_one_of(Held, typed["held"]),
        q=typed["q"][: _LONGEST["q"]],
    )


def as_address(filters: Filters) -> dict[str, Any]:
    """The filters as an address holds them, without the pile."""
    return {field.name: str(value) for field in fields(filters) if field.name != "pile" and (value := getattr(filters, field.name))}


def offered(languages: frozenset[str], networks: Iterable[tuple[int, str]], field: str) -> Sequence[tuple[str, str]]:
    """Values and labels of a field that offers a choice, in the reader's language. Raises KeyError for any other field."""
    reader = str(get_locale())
    choices: dict[str, Callable[[], Sequence[tuple[str, str]]]] = {
        "region": lambda: [(code, str(label)) for code, label in REGIONS.items()],
        "country": lambda: country_choices(reader),
        "network": lambda: [(str(number), name) for number, name in networks],
        "language": lambda: _spoken(languages, reader),
        "assurance": lambda: [(code.value, str(label)) for code, label in ASSURANCES.items()],
        "risk": lambda: [(ANY_RISK, gettext("Any risk")), *((risk.value, gettext(words[0])) for risk, words in WORDS.items())],
        "age": lambda: [(age.value, str(label)) for age, label in AGES.items()],
        "held": lambda: [(held.value, str(label)) for held, label in HELD.items()],
    }
    return choices[field]()


@lru_cache(maxsize=50)
def _spoken(languages: frozenset[str], reader: str) -> list[tuple[str, str]]:
    named = [(code, language_name(code, reader)) for code in languages if code]
    return sorted(named, key=lambda one: collation_key(one[1], reader))


def _one_of(choices: type[Choice], typed: str) -> Choice | None:
    return choices(typed) if typed in set(choices) else None
