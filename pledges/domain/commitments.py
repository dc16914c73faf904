"""What one pledge holds, and the one set of rules for it, whether it is typed into a form or read from a file.

Field names are the columns of a pledges file. Every rule is that of the README of the project's data.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pledges.domain.addresses import LONGEST as LONGEST_ADDRESS
from pledges.domain.addresses import address
from pledges.domain.declaration import ThemeWords
from pledges.domain.languages import language_tag
from pledges.domain.moments import iso, mandate_date, moment
from pledges.domain.names import check_latin_name, check_name, check_words
from pledges.domain.notes import leading_nowhere
from pledges.domain.people import GovernmentKind, MandateBasis
from pledges.domain.planned import check_planned
from pledges.domain.problems import N_, Problem, Refused, refuse
from pledges.domain.protocol import known_countries
from pledges.domain.rules import Rule, checked
from pledges.domain.themes import OWN_WORDS, Theme

LONGEST_NAME = 200
"""Code points of a person's name, an office, an honorific, a network or a reference."""
LONGEST_GOVERNMENT = 250
LONGEST_TEXT = 5_000
LONGEST_CODE = 60

_GOVERNMENT_ID = re.compile(r"gn-[1-9]\d{0,9}|iso-[A-Z]{2}-[A-Z0-9]{1,3}|own-[A-Za-z0-9-]{1,36}", re.ASCII)
_VERSION = re.compile(r"[1-9]\d{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PledgeFields:
    """One clean pledge, as files and forms give it; an optional field that was not given is empty or None."""

    government_id: str
    government_name: str
    government_native_name: str
    kind: GovernmentKind
    country_code: str
    leader_name: str
    leader_name_latin: str
    honorific: str
    office: str
    """As it is styled in English; the column leader_role."""
    office_local: str
    leader_email: str
    network: str
    mandate_basis: MandateBasis | None
    mandate_reference: str
    mandate_date: date | None
    language: str
    themes: tuple[ThemeWords, ...]
    """In the Assembly's order, each with its own words and the version of the published text that it adopted."""
    statement: str
    """The government's own words of political commitment (files only)."""
    actions: str
    multilateral: str
    signed_at: datetime | None
    """In UTC; from a file only."""
    joint: str = ""
    """Public id of the joint pledge that it belongs to; no column of a file, since only cabinets can make one."""

    def row(self) -> dict[str, str]:
        """The columns of a pledges file (without `case`); `check` reads them back to an equal value."""
        words = {f"{strand}_{words.theme}": getattr(words, strand) for strand in OWN_WORDS for words in self.themes}
        return dict.fromkeys(COLUMNS, "") | {
            "government_id": self.government_id,
            "government_name": self.government_name,
            "government_native_name": self.government_native_name,
            "kind": self.kind,
            "country_code": self.country_code,
            "leader_name": self.leader_name,
            "leader_role": self.office,
            "leader_email": self.leader_email,
            "network": self.network,
            "themes": "|".join(words.theme for words in self.themes),
            "pledge_language": self.language,
            "political_commitment": self.statement,
            "actions": self.actions,
            "multilateral": self.multilateral,
            "signed_at": iso(self.signed_at) if self.signed_at else "",
            "leader_name_latin": self.leader_name_latin,
            "honorific": self.honorific,
            "office_local": self.office_local,
            "mandate_basis": self.mandate_basis or "",
            "mandate_reference": self.mandate_reference,
            "mandate_date": self.mandate_date.isoformat() if self.mandate_date else "",
            "commitment_version": _told_versions([words.version for words in self.themes]),
            **words,
        }


def _one_of(values: Iterable[str], message: str) -> Callable[[str, str], str]:
    allowed = frozenset(values)

    def rule(value: str, field: str) -> str:
        if value not in allowed:
            raise refuse(field, message)
        return value

    return rule


def _person(value: str, field: str) -> str:
    check_name(value, field)
    return leading_nowhere(value, field)


def _styled(value: str, field: str) -> str:
    check_words(value, field)
    return leading_nowhere(value, field)


def _latin_person(value: str, field: str) -> str:
    check_latin_name(value, field)
    return value


def _government_id(value: str, field: str) -> str:
    if not _GOVERNMENT_ID.fullmatch(value):
        raise refuse(field, N_("There is no government with this identifier."))
    return value


def _themes(value: str, field: str) -> str:
    """The themes in the Assembly's order, whatever order they came in: the record knows no other."""
    chosen = value.split("|")
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(Theme):
        raise refuse(field, N_("Themes are digital, peaceful and sustainable: one or more, each once, joined by |."))
    return "|".join(theme for theme in Theme if theme in chosen)


def _versions(value: str, field: str) -> str:
    """One version for all themes, or one for each, joined by |, empty where the theme's text was not adopted."""
    if not all(part == "" or _VERSION.fullmatch(part) for part in value.split("|")):
        raise refuse(field, N_("A version of a published text is a whole number from 1."))
    return value


_OWN_WORDS = Rule(LONGEST_TEXT, text=True)
_NAME = Rule(LONGEST_NAME)

RULES: dict[str, Rule] = {
    "government_id": Rule(LONGEST_CODE, required=N_("Please say which government pledges."), rule=_government_id),
    "government_name": Rule(LONGEST_GOVERNMENT, required=N_("Please name the government."), rule=_styled),
    "government_native_name": Rule(LONGEST_GOVERNMENT, rule=_styled),
    "kind": Rule(
        LONGEST_CODE,
        required=N_("Please say whether this is a city, a region or an association."),
        rule=_one_of(GovernmentKind, N_("The kind of a government is city, region or association.")),
    ),
    "country_code": Rule(
        LONGEST_CODE,
        required=N_("Please choose the country."),
        rule=_one_of(known_countries(), N_("This is not the two-letter code of a country (ISO 3166-1), such as KE.")),
    ),
    "leader_name": Rule(LONGEST_NAME, required=N_("Please give the leader's name."), rule=_person),
    "leader_role": Rule(LONGEST_NAME, required=N_("Please give the leader's office."), rule=_styled),
    "leader_email": Rule(LONGEST_ADDRESS, required=N_("Please give the leader's e-mail address."), rule=address, as_typed=True),
    "network": _NAME,
    "themes": Rule(LONGEST_CODE, required=N_("Please take up at least one theme."), rule=_themes),
    "pledge_language": Rule(LONGEST_CODE, required=N_("Please say in which language the pledge is written."), rule=language_tag),
    "political_commitment": _OWN_WORDS,
    "actions": _OWN_WORDS,
    "multilateral": _OWN_WORDS,
    "signed_at": Rule(LONGEST_CODE),
    "leader_name_latin": Rule(LONGEST_NAME, rule=_latin_person),
    "honorific": Rule(LONGEST_NAME, rule=_styled),
    "office_local": Rule(LONGEST_NAME, rule=_styled),
    "mandate_basis": Rule(
        LONGEST_CODE, rule=_one_of(MandateBasis, N_("The basis of a mandate is executive, resolution or subject_to_approval."))
    ),
    "mandate_reference": _NAME,
    "mandate_date": Rule(LONGEST_CODE),
    **{f"{strand}_{theme}": _OWN_WORDS for strand in ("actions", "multilateral") for theme in Theme},
    "commitment_version": Rule(LONGEST_CODE, rule=_versions),
    **{f"planned_{theme}": Rule(LONGEST_TEXT, text=True, rule=check_planned) for theme in Theme},
}

COLUMNS = tuple(RULES)
"""The columns of a pledges file in their order, the optional ones last; `case` is ignored and left out."""
FILE_COLUMNS = (*COLUMNS[: COLUMNS.index("signed_at") + 1], "case")
"""The columns that every pledges file has."""


def check_field(field: str, raw: str, *, latest: datetime | None = None) -> str:
    """The cleaned value of one field on its own. `latest` bounds moments and dates. Raises Refused, KeyError for an unknown field."""
    value = checked(RULES[field], field, raw)
    if field == "signed_at" and value:
        return iso(moment(value, field, latest=latest))
    if field == "mandate_date" and value:
        return mandate_date(value, field, latest=latest).isoformat()
    return value


def check(raw: Mapping[str, str | None], *, latest: datetime | None, from_file: bool) -> tuple[PledgeFields | None, list[Problem]]:
    """The clean pledge, or every problem at once, each with its field, in the order of the columns.

    A field that `raw` lacks, or that is None, counts as empty. `latest` is the latest moment of signing that can be true
    (now plus one day). From a file the moment of signing is required, and a statement unless a published text was adopted.
    """
    values = dict.fromkeys(COLUMNS, "")
    problems: list[Problem] = []
    for field in COLUMNS:
        try:
            values[field] = check_field(field, raw.get(field) or "", latest=latest)
        except Refused as refused:
            problems += refused.problems
    problems += _problems_together(values, {problem.field for problem in problems}, from_file=from_file)
    if problems:
        return None, sorted(problems, key=lambda problem: COLUMNS.index(problem.field))
    return _fields(values), []


def _problems_together(values: Mapping[str, str], found: set[str], *, from_file: bool) -> list[Problem]:
    """The problems that only show when fields are seen together; none at a field that has one of its own (`found`)."""
    themes, versions = values["themes"].split("|"), values["commitment_version"].split("|")
    problems = []
    if from_file and not values["signed_at"]:
        problems.append(Problem("signed_at", N_("Please say when the pledge was signed.")))
    if from_file and not (values["political_commitment"] or values["commitment_version"]):
        problems.append(Problem("political_commitment", N_("Nothing is promised: please give the political commitment.")))
    if "themes" not in found:
        if len(versions) not in (1, len(themes)):
            problems.append(Problem("commitment_version", N_("Give one version for all themes, or one for each theme, joined by |.")))
        problems += [
            Problem(field, N_("These words belong to a theme that the pledge does not take up."))
            for field in (f"{strand}_{theme}" for strand in OWN_WORDS for theme in Theme if theme not in themes)
            if values[field]
        ]
    return [problem for problem in problems if problem.field not in found]


def _fields(values: Mapping[str, str]) -> PledgeFields:
    themes = [Theme(theme) for theme in values["themes"].split("|")]
    return PledgeFields(
        government_id=values["government_id"],
        government_name=values["government_name"],
        government_native_name=values["government_native_name"],
        kind=GovernmentKind(values["kind"]),
        country_code=values["country_code"],
        leader_name=values["leader_name"],
        leader_name_latin=values["leader_name_latin"],
        honorific=values["honorific"],
        office=values["leader_role"],
        office_local=values["office_local"],
        leader_email=values["leader_email"],
        network=values["network"],
        mandate_basis=MandateBasis(values["mandate_basis"]) if values["mandate_basis"] else None,
        mandate_reference=values["mandate_reference"],
        mandate_date=date.fromisoformat(values["mandate_date"]) if values["mandate_date"] else None,
        language=values["pledge_language"],
        themes=tuple(
            ThemeWords(theme, version, **{strand: values[f"{strand}_{theme}"] for strand in OWN_WORDS})
            for theme, version in zip(themes, _read_versions(values["commitment_version"], len(themes)), strict=True)
        ),
        statement=values["political_commitment"],
        actions=values["actions"],
        multilateral=values["multilateral"],
        signed_at=datetime.fromisoformat(values["signed_at"]) if values["signed_at"] else None,
    )


def _read_versions(told: str, themes: int) -> list[int | None]:
    versions = [int(part) if part else None for part in told.split("|")]
    return versions * themes if len(versions) == 1 else versions


def _told_versions(versions: list[int | None]) -> str:
    told = ["" if version is None else str(version) for version in versions]
    return told[0] if len(set(told)) == 1 else "|".join(told)
