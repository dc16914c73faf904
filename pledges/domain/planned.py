"""What a government will deliver within a theme: what, by when, and which Sustainable Development Goals it serves.

A pledges file, and the draft, hold one deliverable a line: `2027-06-30 | 6,11 | A clinic`. The date may be a day, a month (`2027-06`)
or a year; date and goals may be empty. A line without bars is all deliverable.
"""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pledges.domain.goals import GOALS
from pledges.domain.problems import N_, refuse
from pledges.domain.rules import Rule, checked

MOST = 10
"""Deliverables within one theme."""
WHAT = Rule(300, required=N_("Please say what will be delivered."))
YEARS = range(2000, 2101)

_BY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deliverable:
    """One thing to be delivered."""

    what: str
    by: str = ""
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY` or empty."""
    goals: tuple[int, ...] = ()

    def line(self) -> str:
        """As a line of a pledges file."""
        return f"{self.by} | {','.join(map(str, self.goals))} | {self.what}".strip()


def deliverables(text: str) -> tuple[Deliverable, ...]:
    """Those of a checked text."""
    return tuple(_read(line) for line in text.split("\n") if line.strip())


def told(planned: Iterable[Deliverable]) -> str:
    """The text that holds them."""
    return "\n".join(one.line() for one in planned)


def check_planned(text: str, field: str) -> str:
    """The text as `told` writes it. Raises Refused."""
    found = []
    for line in text.split("\n"):
        if line.strip():
            by, goals, what = parts(line)
            found.append(Deliverable(checked(WHAT, field, what), check_by(by, field), check_goals(goals.split(","), field)))
    if len(found) > MOST:
        raise refuse(field, N_("A theme takes at most %(most)d deliverables; these are %(number)d."), most=MOST, number=len(found))
    return told(found)


def check_by(by: str, field: str) -> str:
    """A day, month or year within `YEARS`, or nothing. Raises Refused."""
    if not by:
        return ""
    found = _BY.fullmatch(by)
    year, month, day = (int(part or 1) for part in found.groups()) if found else (0, 0, 0)
    try:
        date(year, month, day)
    except ValueError:
        raise refuse(field, N_("“%(date)s” is no day, month or year that exists, such as 2027-06-30, 2027-06 or 2027."), date=by) from None
    if year not in YEARS:
        raise refuse(field, N_("The year lies between %(first)d and %(last)d."), first=YEARS[0], last=YEARS[-1])
    return by


def check_goals(numbers: Iterable[str], field: str) -> tuple[int, ...]:
    """The goals in their order, each once; parts that are empty do not count. Raises Refused."""
    typed = {number.strip() for number in numbers} - {""}
    if not typed <= {str(goal) for goal in GOALS}:
        raise refuse(field, N_("The Sustainable Development Goals have the numbers 1 to 17."))
    return tuple(sorted(map(int, typed)))


def _read(line: str) -> Deliverable:
    by, goals, what = parts(line)
    return Deliverable(what, by, tuple(int(goal) for goal in goals.split(",") if goal))


def last_day(by: str) -> date:
    """The last day of a checked date that is not empty: of a month or a year its last."""
    year, month, day = (int(part) if part else None for part in _BY.fullmatch(by).groups())  # type: ignore[union-attr]  # it was checked
    year, month = year or 0, month or 12
    return date(year, month, day or calendar.monthrange(year, month)[1])


def parts(line: str) -> tuple[str, str, str]:
    """Date, goals and deliverable of a line, checked or not."""
    by, goals, what = line.split("|", 2) if line.count("|") > 1 else ("", "", line)
    return by.strip(), goals.strip(), what.strip()
