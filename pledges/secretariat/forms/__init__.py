"""What officers type: the grounds of a decision, and what stands on a paper."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from pledges.domain.cleaning import clean_text, refused_characters
from pledges.domain.commitments import LONGEST_NAME, LONGEST_TEXT
from pledges.domain.lifecycle import REASON_WORDS, Move, Reason
from pledges.domain.moments import mandate_date
from pledges.domain.names import holds_seen
from pledges.domain.paper import CHECK_CODE_DIGITS, SCANS, Transcript, plain_check_code
from pledges.domain.planned import check_planned
from pledges.domain.problems import N_, Refused
from pledges.domain.rules import Rule, checked
from pledges.domain.themes import Theme
from pledges.extensions import told
from pledges.secretariat.actions.decisions import Grounds

REASONS = {reason: _l(words) for reason, words in REASON_WORDS.items()}
"""What each coded reason is called; the letters put it in whole sentences."""


def own_words(typed: str | None) -> str:
    """A filter that cleans a text; one without anything to see is empty."""
    return text if holds_seen(text := clean_text(typed or "")) else ""


def no_refused_characters(_form: FlaskForm, field: TextAreaField) -> None:
    """A validator for what could not be printed."""
    if refused_characters(field.data):
        raise ValidationError(_l("This holds a character that cannot be printed. Please type the text again."))


def by_rule(rule: Rule) -> Callable[[FlaskForm, Field], None]:
    """A validator that cleans the value by a rule, or says what is wrong with it."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = checked(rule, field.short_name, field.data or "")
        except Refused as refused:
            raise ValidationError(told(refused.problems[0])) from None

    return validate


def needed_words(label: object, limit: int, required: str) -> TextAreaField:
    """A field for a text that has to be there: `required` is what is said where it is not."""
    rule = Rule(limit, text=True, required=required)
    return TextAreaField(label, validators=[by_rule(rule)], render_kw={"rows": 3, "dir": "auto", "aria-required": "true"})


def planned(_form: FlaskForm, field: TextAreaField) -> None:
    """A validator for deliverables, one a line."""
    try:
        field.data = check_planned(field.data, field.name)
    except Refused as refused:
        raise ValidationError(told(refused.problems[0])) from None


def words_field(label: object, *, column: str = "", default: str = "") -> TextAreaField:
    """A field for a text; for deliverables, where its column of a pledges file holds them."""
    too_long = _l("Use %(max)d characters or fewer.", max=LONGEST_TEXT)
    checks = [Length(max=LONGEST_TEXT, message=too_long), no_refused_characters, *([planned] if column.startswith("planned_") else [])]
    return TextAreaField(label, default=default, filters=[own_words], validators=checks)


class DecisionForm(FlaskForm):
    """The grounds of a decision, and the version of the pledge that the officer saw."""

    seen = HiddenField()
    message = words_field(_l("Message to the leader (optional)"))
    later = BooleanField(_l("Tell the leader later"))
    onward = BooleanField(_l("Then take the next one that waits"))

    def grounds(self) -> Grounds:
        """What was typed, as the action takes it."""
        reason = Reason(self.reason.data) if "reason" in self and self.reason.data else None
        return Grounds(reason, self.message.data, self.suggestions())

    def suggestions(self) -> dict[str, str]:
        """Words that would stand in place of signed ones, by column of a pledges file."""
        return {}

    def validate_message(self, field: TextAreaField) -> None:
        """A coded reason that says nothing needs words."""
        if "reason" in self and self.reason.data == Reason.OTHER and not field.data:
            raise ValidationError(_l("Say in the message what the reason is."))


class AcceptForm(DecisionForm):
    """Nothing more is needed."""


class DeclineForm(DecisionForm):
    """A coded reason is needed."""

    reason = SelectField(
        _l("Reason"),
        choices=[SelectChoice("", _l("Choose a reason")), *(SelectChoice(reason.value, label) for reason, label in REASONS.items())],
        validators=[InputRequired(_l("Choose a reason."))],
    )


class ReturnForm(DeclineForm):
    """A coded reason is needed; the words can be changed in their place, which suggests them and changes nothing that was signed."""

    signed: Mapping[str, str] = {}

    def suggestions(self) -> dict[str, str]:
        """The words that were changed in their place."""
        typed = {column: self[f"words_{column}"].data for column in self.signed}
        return {column: text for column, text in typed.items() if text != self.signed[column]}

    def in_place(self) -> list[Field]:
        """The fields that hold the pledge's own words."""
        return [self[f"words_{column}"] for column in self.signed]


def return_form(words: Mapping[str, str]) -> type[ReturnForm]:
    """The form for a pledge with these own words, by column of a pledges file."""
    fields = {f"words_{column}": words_field(words_called(column), column=column, default=text) for column, text in words.items()}
    return type("ReturnForm", (ReturnForm,), {**fields, "signed": words})


class CorrectionAnswerForm(FlaskForm):
    """What the cabinet is answered that asked to have a name corrected."""

    answer = TextAreaField(
        _l("Answer to the cabinet (needed to refuse)"),
        filters=[own_words],
        validators=[Length(max=500, message=_l("Use %(max)d characters or fewer.", max=500)), no_refused_characters],
    )


class ReopenForm(DecisionForm):
    """The reason stays in the house, in words."""

    message = needed_words(_l("Why it is looked at again"), LONGEST_TEXT, N_("Say why the pledge is looked at again."))


STRANDS: dict[str, object] = {
    "actions": _l("Actions for implementation"), "multilateral": _l("Multilateral strategies"),
    "planned": _l("To be delivered"), "political": _l("Political commitment in own words"),
}  # fmt: skip
THEMES: dict[str, object] = {
    Theme.DIGITAL: _l("Digital futures"), Theme.PEACEFUL: _l("Peaceful futures"), Theme.SUSTAINABLE: _l("Sustainable futures for all"),
}  # fmt: skip


NAMES: dict[str, object] = {
    "leader_name": _l("Name, in its own script"), "leader_name_latin": _l("Name in Latin letters"), "honorific": _l("Honorific"),
    "leader_role": _l("Office, in English"), "office_local": _l("Office, as it is styled there"),
    "government_name": _l("Name of the government"), "government_native_name": _l("Name of the government in its own language"),
    "themes": _l("Themes"), "pledge_language": _l("Language of the pledge"),
}  # fmt: skip


def words_called(column: str) -> str:
    """What officers call the words of a column of a pledges file."""
    if column in NAMES:
        return str(NAMES[column])
    strand, _underscore, theme = column.partition("_")
    return " · ".join(str(part) for part in (THEMES.get(theme, ""), STRANDS[strand]) if part)


FORMS: dict[Move, type[DecisionForm]] = {
    Move.ACCEPT: AcceptForm,
    Move.RETURN: ReturnForm,
    Move.DECLINE: DeclineForm,
    Move.REOPEN: ReopenForm,
}


class BringForm(FlaskForm):
    """A scan that reached the secretariat itself, and the receipt number on it."""

    number = StringField(_l("Receipt number, as it stands on the paper"), validators=[InputRequired(_l("Type the receipt number."))])
    file = FileField(_l("Scan of the whole paper"), [FileRequired(_l("Choose the scan."))], render_kw={"accept": SCANS})


def _line_on_paper(label: object, empty: str) -> StringField:
    return StringField(label, validators=[by_rule(Rule(LONGEST_NAME, required=empty))])


class TranscriptForm(FlaskForm):
    """What an officer reads on the paper; the record is not shown meanwhile."""

    name = _line_on_paper(_l("Name"), N_("Type the name as it stands on the paper."))
    office = _line_on_paper(_l("Office"), N_("Type the office as it stands on the paper."))
    day = StringField(
        _l("Day of the signature"),
        validators=[InputRequired(_l("Type the day that stands beside the signature."))],
        render_kw={"type": "date"},
    )
    code = StringField(_l("Check code"), validators=[InputRequired(_l("Type the check code."))])

    def validate_day(self, field: StringField) -> None:
        """A day that was."""
        try:
            field.data = mandate_date(field.data or "", "day", latest=datetime.now(UTC) + timedelta(days=1)).isoformat()
        except Refused as refused:
            raise ValidationError(_l(refused.problems[0].message)) from None

    def validate_code(self, field: StringField) -> None:
        """Twelve digits of a fingerprint; whether they are the right ones is seen when they are compared."""
        field.data = plain_check_code(field.data or "")
        if not re.fullmatch(rf"[0-9a-f]{{{CHECK_CODE_DIGITS}}}", field.data):
            raise ValidationError(_l("The check code has twelve signs, 0 to 9 and a to f."))

    def transcript(self) -> Transcript:
        """As the action takes it."""
        return Transcript(self.name.data, self.office.data, self.day.data, self.code.data)


class RefusePaperForm(FlaskForm):
    """Why a paper is refused; the cabinet reads it."""

    reason = needed_words(_l("Why, for the cabinet to read"), 500, N_("Say why, so that the cabinet can mend it."))
