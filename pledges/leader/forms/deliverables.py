"""Rows of a step: what will be delivered, by when, and which Sustainable Development Goals it serves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from pledges.domain.commitments import check_field
from pledges.domain.planned import MOST, WHAT, check_by, check_goals, last_day, parts
from pledges.domain.problems import N_, Refused, refuse
from pledges.domain.rules import checked
from pledges.extensions import told

PARTS = ("what", "day", "month", "year")


@dataclass(slots=True)
class Row:
    """One deliverable as it was typed."""

    what: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    goals: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    """By part: `what`, `by` or `goals`."""
    fresh: bool = False
    """It was just added: whoever asked for it goes on there."""

    @classmethod
    def of(cls, line: str) -> "Row":
        """The row of a line of a pledges file."""
        by, goals, what = parts(line)
        year, month, day = (*by.split("-"), "", "")[:3]
        return cls(what, day.lstrip("0"), month.lstrip("0"), year, tuple(goal for goal in goals.split(",") if goal))

    @property
    def by(self) -> str:
        """The date as a pledges file has it, if it is one."""
        typed = ((self.year, 4), (self.month, 2), (self.day, 2))
        return "-".join(str(int(part)).zfill(digits) if part.isdecimal() else part for part, digits in typed).rstrip("-")

    def line(self) -> str:
        """As a line of a pledges file, whether or not it could stand there; empty for an empty row."""
        return " | ".join((self.by, ",".join(self.goals), self.what)).strip() if self.what or self.by or self.goals else ""


class PlannedField(Field):
    """The deliverables of one theme. Its data are the text of the column; what was typed for each stands in its rows.

    The parts of a row are posted as `planned_digital-0-what`, `-day`, `-month`, `-year` and `-goals`. A button `more` adds a row to
    the field that it names, a button `drop` removes the row that it names (`planned_digital-0`).
    """

    rows: list[Row]
    most = MOST

    @property
    def data(self) -> str:
        """One deliverable a line (domain.planned)."""
        return "\n".join(line for line in (row.line() for row in self.rows) if line)

    @data.setter
    def data(self, text: str | None) -> None:
        self.rows = [Row.of(line) for line in (text or "").split("\n") if line.strip()]

    @property
    def shown(self) -> list[Row]:
        """The rows of the page: where nothing is planned, one to begin with."""
        return self.rows or [Row()]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read what was posted under the names of the rows' parts."""
        super().process(None, data, extra_filters)
        if formdata is not None:
            self.rows = list(self._posted(formdata))
            if self.name in formdata.getlist("more"):
                self.rows.append(Row(fresh=True))

    def _posted(self, formdata: Any) -> Iterator[Row]:
        part = re.compile(rf"{self.name}-(\d{{1,3}})-(?:what|day|month|year|goals)", re.ASCII)
        places = {int(found[1]) for name in formdata if (found := part.fullmatch(name))}
        for place in sorted(places):
            name = f"{self.name}-{place}"
            if name not in formdata.getlist("drop"):
                what, day, month, year = ((formdata.get(f"{name}-{one}") or "").strip() for one in PARTS)
                yield Row(what, day, month, year, tuple(formdata.getlist(f"{name}-goals")))

    def pre_validate(self, form: Any) -> None:
        """Judge and clean every part; each error stands where it is, and the first one is the field's."""
        for row in self.rows:
            if row.line():
                self._judge(row)
        if wrong := [error for row in self.rows for error in row.errors.values()]:
            raise StopValidation(wrong[0])
        try:
            check_field(self.name, self.data)
        except Refused as refused:
            raise StopValidation(told(refused.problems[0])) from None

    def _judge(self, row: Row) -> None:
        kept = row.line() in (self.object_data or "").split("\n")
        checks: dict[str, Callable[[], Any]] = {
            "what": lambda: checked(WHAT, self.name, row.what),
            "by": lambda: self._by(row, kept=kept),
            "goals": lambda: tuple(map(str, check_goals(row.goals, self.name))),
        }
        for part, check in checks.items():
            try:
                clean = check()
            except Refused as refused:
                row.errors[part] = told(refused.problems[0])
            else:
                if part != "by":
                    setattr(row, part, clean)

    def _by(self, row: Row, *, kept: bool) -> None:
        """What stood there before may have passed meanwhile."""
        if (row.month or row.day) and not row.year:
            raise refuse(self.name, N_("Please give the year as well."))
        if row.day and not row.month:
            raise refuse(self.name, N_("Please give the month as well."))
        by = check_by(row.by, self.name)
        if by and last_day(by) < datetime.now(UTC).date() and not kept:
            raise refuse(self.name, N_("This date has passed. Give one that is still to come."))

    @property
    def wrong_at(self) -> str:
        """The id of the first part with an error, else of the field."""
        wrong = ((place, part) for place, row in enumerate(self.rows) for part in row.errors)
        place, part = next(wrong, (None, ""))
        return self.id if place is None else f"{self.id}-{place}-{part}"
