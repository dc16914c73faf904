"""Fields of a cabinet's forms: every rule and limit is that of the domain."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, StringField, TextAreaField, ValidationError
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired

from pledges.domain.addresses import address
from pledges.domain.commitments import RULES, check_field
from pledges.domain.notes import LONGEST_NOTE, note
from pledges.domain.problems import N_, Refused, refuse
from pledges.extensions import told

DAMAGED = "\ufffd"
"""What stands where bytes could not be decoded."""


def checked_by(column: str, check: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
    """A validator that cleans the value, or says in the reader's language what is wrong with it."""

    def validate(_form: FlaskForm, field: Field) -> None:
        typed = field.data or ""
        try:
            if DAMAGED in typed:
                raise refuse(column, N_("A character was damaged on its way. Please type this again."))
            field.data = check(typed)
        except Refused as refused:
            raise ValidationError(told(refused.problems[0])) from None

    return validate


def by_rule(column: str) -> Callable[[FlaskForm, Field], None]:
    """A validator by the rule of a column of a pledges file."""
    return checked_by(column, lambda typed: check_field(column, typed, latest=datetime.now(UTC)))


def line(column: str, label: str, **attributes: Any) -> UnboundField:
    """A field of one line. It has no maxlength: what is too long is said, not cut."""
    return StringField(label, validators=[by_rule(column)], render_kw=attributes)


def long_text(column: str, label: str) -> UnboundField:
    """A field for words, with a counter of what is left."""
    return TextAreaField(label, validators=[by_rule(column)], render_kw={"rows": 7, "data-limit": RULES[column].limit})


class ManyField(Field):
    """Boxes that were ticked, joined as a pledges file joins them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the values of all boxes."""
        self.data = "|".join(valuelist)


class TypedForm(FlaskForm):
    """A form that comes back as it was typed when the reader only changes the language of its page (templates/base.html)."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing is judged, and so nothing done, for that."""
        return "stay" not in request.form and bool(super().validate(extra_validators))


def mail_address(label: str, *, autocomplete: str = "off") -> UnboundField:
    """An address to which a letter is written."""
    return StringField(
        label,
        validators=[checked_by("address", lambda typed: address(typed, "address"))],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": autocomplete, "spellcheck": "false"},
    )


def words_to(column: str, label: str, *, rows: int = 3, needed: str = "") -> UnboundField:
    """A few words to somebody, by the rule for notes; `needed` is what is said where there are none."""
    wanted = [InputRequired(needed)] if needed else []
    return TextAreaField(
        label,
        validators=[*wanted, checked_by(column, lambda typed: note(typed, column))],
        render_kw={"rows": rows, "data-limit": LONGEST_NOTE, "dir": "auto"},
    )
