from datetime import date

import pytest

from pledges.domain.goals import GOALS, goal_name
from pledges.domain.languages import INTERFACE
from pledges.domain.planned import MOST, Deliverable, check_planned, deliverables, last_day, told
from pledges.domain.problems import Refused


def test_a_day_a_month_a_year_or_nothing_may_stand_before_what_is_delivered():
    text = "2027-06-30 | 6,11 | A clinic\n2027-06 |  | Two | three bus lanes\n2027 | 4 | Schools\n|  | Trees"
    assert deliverables(check_planned(text, "planned_digital")) == (
        Deliverable("A clinic", "2027-06-30", (6, 11)),
        Deliverable("Two | three bus lanes", "2027-06"),
        Deliverable("Schools", "2027", (4,)),
        Deliverable("Trees"),
    )


def test_what_was_checked_reads_back_as_itself():
    text = check_planned("  2027 |13 , 6, 6|  A   clinic \n\n Trees for all ", "planned_digital")
    assert text == "2027 | 6,13 | A clinic\n|  | Trees for all"
    assert check_planned(text, "planned_digital") == text == told(deliverables(text))


@pytest.mark.parametrize(
    "wrong",
    [
        "2027-02-30 | | A day that does not exist", "2027-13 | | A month that does not exist", "27 | | A year of two digits",
        "1999 | | Too early", "2101 | | Too late", "soon | | No date", "2027 | 18 | A goal too many", "2027 | six | A goal in words",
        "2027 | 6 |", "2027 | 6 | " + "x" * 301, "\n".join(["|| Trees"] * (MOST + 1)),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_at_its_field(wrong):
    with pytest.raises(Refused) as refused:
        check_planned(wrong, "planned_peaceful")
    assert [problem.field for problem in refused.value.problems] == ["planned_peaceful"]


def test_a_month_ends_with_its_last_day():
    assert [last_day(by) for by in ("2028", "2028-02", "2027-02", "2027-06-03")] == [
        date(2028, 12, 31), date(2028, 2, 29), date(2027, 2, 28), date(2027, 6, 3),
    ]  # fmt: skip


def test_each_goal_has_a_name_of_its_own_in_every_language():
    for language in INTERFACE:
        assert len({goal_name(goal, language) for goal in GOALS}) == len(GOALS)
    assert goal_name(6, "tr") == "Clean water and sanitation"
