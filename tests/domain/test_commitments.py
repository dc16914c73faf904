import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pledges.domain.cleaning import clean_line, clean_text
from pledges.domain.commitments import COLUMNS, FILE_COLUMNS, RULES, PledgeFields, check, check_field
from pledges.domain.people import MandateBasis
from pledges.domain.problems import Refused
from pledges.domain.themes import Theme

LATEST = datetime(2024, 12, 31, tzinfo=UTC)
GOOD = {
    "government_id": "gn-184745",
    "government_name": "Nairobi",
    "government_native_name": "",
    "kind": "city",
    "country_code": "KE",
    "leader_name": "Achieng Otieno",
    "leader_role": "governor",
    "leader_email": "governor@nairobi.example.org",
    "network": "UCLG Africa",
    "themes": "digital|peaceful",
    "pledge_language": "sw",
    "political_commitment": "Tunaahidi.",
    "actions": "",
    "multilateral": "",
    "signed_at": "2024-09-19T10:00:00Z",
    "case": "",
}
OPTIONAL = {
    "leader_name_latin": "Achieng Otieno",
    "honorific": "H.E.",
    "office_local": "Gavana",
    "mandate_basis": "resolution",
    "mandate_reference": "No. 12/2024",
    "mandate_date": "2024-06-30",
    "actions_digital": "Fibre to every ward.\nBy 2027.",
    "multilateral_peaceful": "Share staff.",
    "planned_peaceful": "2027-06 | 16 | A school of mediation\n|  | A youth council",
    "commitment_version": "1",
}


def accepted(raw: dict[str, str | None], *, from_file: bool = True) -> PledgeFields:
    fields, problems = check(raw, latest=LATEST, from_file=from_file)
    assert problems == []
    assert fields is not None
    return fields


def fields_refused(raw: dict[str, str], *, from_file: bool = True) -> list[str]:
    fields, problems = check(raw, latest=LATEST, from_file=from_file)
    assert fields is None
    return [problem.field for problem in problems]


def hostile_rows() -> Iterator[object]:
    csv.field_size_limit(1_000_000)
    with (Path(__file__).resolve().parents[1] / "data" / "hostile.csv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            yield pytest.param(row, id=f"row {number} {row['field']} {row['expected']}")


@pytest.mark.parametrize("row", list(hostile_rows()))
@pytest.mark.parametrize("from_file", [True, False], ids=["file", "form"])
def test_hostile_input_ends_as_it_must(row: dict[str, str], from_file: bool) -> None:
    field, value = row["field"], json.loads(row["value_json"])
    fields, problems = check(GOOD | {field: value}, latest=LATEST, from_file=from_file)
    match "escape" if field == "political_commitment" and not from_file else row["expected"]:  # the adopted text takes its place
        case "reject":
            assert {problem.field for problem in problems} == {field}
            assert fields is None
            assert all(str(problem) for problem in problems)
        case "normalise":
            assert fields is not None
            assert fields.row()[field] == json.loads(row["clean_json"])
        case "escape":
            assert fields is not None
            assert fields.row()[field] == value
        case _:
            assert fields is None or fields.row()[field] == clean_line(value)


@pytest.mark.parametrize("name", ["pledges_300.csv", "pledges_2000.csv"])
def test_every_pledge_of_the_acceptance_data_comes_through_whole(shared_data: Path, name: str) -> None:
    with (shared_data / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 300
    for row in rows:
        fields = accepted(row)
        assert fields.row() | {"case": row["case"]} == dict.fromkeys(COLUMNS, "") | {
            field: (clean_text if RULES.get(field) and RULES[field].text else clean_line)(value) for field, value in row.items()
        }


def test_a_row_that_was_written_reads_back_as_the_same_pledge() -> None:
    fields = accepted(GOOD | OPTIONAL)
    assert accepted(fields.row()) == fields
    assert fields.mandate_basis is MandateBasis.RESOLUTION
    assert fields.mandate_date == date(2024, 6, 30)
    assert [(words.theme, words.version, words.actions, words.multilateral) for words in fields.themes] == [
        (Theme.DIGITAL, 1, "Fibre to every ward.\nBy 2027.", ""),
        (Theme.PEACEFUL, 1, "", "Share staff."),
    ]


def test_each_theme_may_have_adopted_a_version_of_its_own() -> None:
    fields = accepted(GOOD)
    digital, peaceful = fields.themes
    for versions, told in [((1, 2), "1|2"), ((None, 2), "|2"), ((3, 3), "3"), ((None, None), "")]:
        themes = tuple(replace(words, version=version) for words, version in zip((digital, peaceful), versions, strict=True))
        changed = replace(fields, themes=themes)
        assert changed.row()["commitment_version"] == told
        assert accepted(changed.row()) == changed


def test_themes_stand_in_the_assemblys_order_whatever_order_they_came_in() -> None:
    assert accepted(GOOD | {"themes": "sustainable|digital"}).row()["themes"] == "digital|sustainable"


def test_all_problems_are_told_at_once_in_the_order_of_the_columns() -> None:
    wrong = {"leader_email": "mayor", "kind": "village", "leader_name": "", "signed_at": "today", "themes": "war", "honorific": "\x00"}
    assert fields_refused(GOOD | wrong) == ["kind", "leader_name", "leader_email", "themes", "signed_at", "honorific"]


def test_nothing_at_all_names_every_required_field() -> None:
    required = [field for field in FILE_COLUMNS if field not in ("government_native_name", "network", "actions", "multilateral", "case")]
    assert fields_refused({}) == required
    assert fields_refused({}, from_file=False) == [field for field in required if field not in ("political_commitment", "signed_at")]


def test_a_published_text_takes_the_place_of_a_statement() -> None:
    assert accepted(GOOD | {"political_commitment": "", "commitment_version": "1"}).statement == ""


def test_a_form_has_no_moment_of_signing() -> None:
    assert accepted({**GOOD, "signed_at": None}, from_file=False).signed_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"actions_sustainable": "Words without their theme."},
        {"commitment_version": "1|2|3"},
        {"commitment_version": "0"},
        {"commitment_version": "one"},
        {"mandate_basis": "royal"},
        {"mandate_date": "30/06/2024"},
        {"leader_name_latin": "Ачиенг"},
        {"government_name": "\u200b\u3164"},
        {"government_name": "x" * 251},
        {"honorific": "x" * 201},
        {"actions_digital": "x" * 5_001},
        {"signed_at": "2025-01-01T00:00:00Z"},
    ],
)
def test_a_rule_broken_in_one_field_is_told_at_that_field(wrong: dict[str, str]) -> None:
    assert fields_refused(GOOD | wrong) == list(wrong)


def test_limits_count_code_points_after_cleaning() -> None:
    fields = accepted(GOOD | {"actions": "𝔘" * 5_000 + "  ", "leader_name": "e\u0301" * 200, "government_name": "𠮷" * 250})
    assert (len(fields.actions), len(fields.leader_name), len(fields.government_name)) == (5_000, 200, 250)


def test_a_text_of_invisible_characters_alone_is_empty() -> None:
    assert accepted(GOOD | {"actions": "\u200b\u2060 \ufeff"}).actions == ""


def test_a_field_can_be_checked_alone() -> None:
    assert check_field("leader_name", " Anna\tMeyer ") == "Anna Meyer"
    with pytest.raises(Refused) as refused:
        check_field("leader_role", "\u2800")
    assert [problem.field for problem in refused.value.problems] == ["leader_role"]
    with pytest.raises(KeyError):
        check_field("leader", "Anna")
