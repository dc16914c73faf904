"""Deliverables on the step of the words: rows that come and go by buttons, each error where it is, and what becomes of them."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest

from pledges.extensions import db
from tests.leader.cabinet import GOOD, Cabinet
from tests.leader.test_together import carried, seen

NEXT = str(datetime.now(UTC).year + 1)
WORDS = {name: GOOD[name] for name in ("actions_digital", "multilateral_peaceful")}


def row(place: int, what: str = "", *, year: str = "", month: str = "", day: str = "", goals: tuple[int, ...] = ()) -> dict[str, object]:
    """What a row of the theme digital posts."""
    parts = {"what": what, "day": day, "month": month, "year": year, "goals": [str(goal) for goal in goals]}
    return {f"planned_digital-{place}-{part}": value for part, value in parts.items()}


def planned(cabinet: Cabinet) -> str:
    with cabinet.app.app_context():
        return cabinet.pledge().current.commitments[0].planned


@pytest.fixture
def filled(cabinet: Cabinet) -> Cabinet:
    cabinet.begin()
    cabinet.fill()
    return cabinet


def test_what_is_planned_is_kept_shown_and_part_of_the_record(filled: Cabinet):
    answer = filled.post(
        "words", **WORDS, **row(0, "Open data office", year=NEXT, month="6", goals=(11, 9)), **row(1, "Öğretim", year=NEXT)
    )
    assert answer.status_code == 303
    assert planned(filled) == f"{NEXT}-06 | 9,11 | Open data office\n{NEXT} |  | Öğretim"
    review = unescape(filled.client.get(f"{filled.home}/review").text)
    for shown in ("To be delivered", "Open data office", f"June {NEXT}", "11 Sustainable cities and communities", "Öğretim"):
        assert shown in review
    with filled.app.app_context():
        digital, peaceful = json.loads(filled.pledge().current.record)["commitments"]
    assert digital["planned"] == [
        {"what": "Open data office", "by": f"{NEXT}-06", "goals": [9, 11]}, {"what": "Öğretim", "by": NEXT, "goals": []},
    ]  # fmt: skip
    assert "planned" not in peaceful


def test_adding_and_removing_a_row_keeps_all_that_was_typed(filled: Cabinet):
    typed = WORDS | {"actions_digital": "Typed meanwhile."} | row(0, "One", year=NEXT) | row(1, "Two", year=NEXT)
    more = filled.post("words", **typed, more="planned_digital")
    assert more.status_code == 200
    for shown in ('value="One"', 'value="Two"', "Typed meanwhile.", 'id="planned_digital-2-what"', "autofocus"):
        assert shown in more.text
    less = filled.post("words", **typed, drop="planned_digital-0")
    assert 'value="Two"' in less.text
    assert 'value="One"' not in less.text
    assert planned(filled) == f"{NEXT} |  | Two"


@pytest.mark.parametrize(
    ("typed", "part", "said"),
    [
        (row(0, "", year=NEXT), "what", "Please say what will be delivered."),
        (row(0, "A clinic", year="2020"), "by", "This date has passed."),
        (row(0, "A clinic", year=NEXT, month="2", day="30"), "by", "is no day, month or year that exists"),
        (row(0, "A clinic", month="2"), "by", "Please give the year as well."),
        (row(0, "A clinic", year=NEXT, day="2"), "by", "Please give the month as well."),
        (row(0, "x" * 301), "what", "This is too long: 301 characters"),
    ],
)
def test_an_error_stands_at_its_part_and_what_was_typed_stays(filled: Cabinet, typed: dict[str, object], part: str, said: str):
    answer = filled.post("words", **WORDS, **typed)
    assert answer.status_code == 422
    assert f'href="#planned_digital-0-{part}"' in answer.text
    place = answer.text.index(f'id="planned_digital-0-{part}-error"')
    assert said in unescape(answer.text[place : place + 300])
    assert planned(filled) == ""


def test_more_rows_than_a_theme_takes_are_refused(filled: Cabinet):
    rows = {name: value for place in range(11) for name, value in row(place, f"Thing {place}").items()}
    answer = filled.post("words", **WORDS, **rows)
    assert answer.status_code == 422
    assert "A theme takes at most 10 deliverables; these are 11." in answer.text


def test_a_date_that_passed_since_it_was_written_stays(filled: Cabinet):
    with filled.app.app_context():
        filled.pledge().current.commitments[0].planned = "2020 |  | A clinic"
        db.session.commit()
    assert filled.post("words", **WORDS, **row(0, "A clinic", year="2020")).status_code == 303
    assert planned(filled) == "2020 |  | A clinic"


def test_goals_that_do_not_exist_are_refused(filled: Cabinet):
    assert filled.post("words", **WORDS, **row(0, "A clinic", goals=(18,))).status_code == 422


def test_what_two_people_plan_at_once_is_put_side_by_side(filled: Cabinet):
    before = seen(filled, "words")
    filled.post("words", seen=before, **WORDS, **row(0, "Clinic", year=NEXT))
    answer = filled.post("words", seen=before, **WORDS, **row(0, "School", year=NEXT))
    assert answer.status_code == 409
    assert f"Clinic · {NEXT}" in re.sub("<[^>]+>", "", answer.text.replace("only there: ", ""))
    both = {"seen": carried(answer.text), "choice-planned_digital": "both", "theirs-planned_digital": _theirs(answer.text)}
    assert filled.post("words", **WORDS, **row(0, "School", year=NEXT), **both).status_code == 303
    assert planned(filled) == f"{NEXT} |  | Clinic\n{NEXT} |  | School"


def _theirs(page: str) -> str:
    return page.split('name="theirs-planned_digital" value="')[1].split('"')[0]


def test_the_letters_name_what_will_be_delivered(filled: Cabinet):
    filled.post("words", **WORDS, **row(0, "Open data office", year=NEXT, month="6", goals=(11, 9)), **row(1, "Öğretim"))
    filled.send()
    filled.sign()
    letter = filled.letter("receipt")["text"]
    assert f"    To be delivered\n\n    – Open data office ({NEXT}-06; SDGs 9, 11)\n    – Öğretim\n" in letter
