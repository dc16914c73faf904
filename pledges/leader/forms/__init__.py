"""What a cabinet types in; every rule and limit is that of the domain."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, Regexp

from pledges.domain.addresses import address
from pledges.domain.codes import CODE_DIGITS, plain_code
from pledges.domain.commitments import RULES, check_field
from pledges.domain.corrections import CORRECTABLE
from pledges.domain.notes import LONGEST_NOTE, note
from pledges.domain.paper import SCANS
from pledges.domain.problems import N_, Refused, refuse
from pledges.domain.themes import OWN_WORDS, Theme
from pledges.leader.forms.deliverables import PlannedField
from pledges.leader.forms.told import told
from pledges.models import Revision

DAMAGED = "\ufffd"
"""What stands where bytes could not be decoded."""
OTHER = "other"
"""The choice of a language that is not in the list."""


def _check(column: str, check: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
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


def _by_rule(column: str) -> Callable[[FlaskForm, Field], None]:
    return _check(column, lambda typed: check_field(column, typed, latest=datetime.now(UTC)))


def _line(column: str, label: str, **attributes: Any) -> UnboundField:
    """A field of one line. It has no maxlength: what is too long is said, not cut."""
    return StringField(label, validators=[_by_rule(column)], render_kw=attributes)


def _text(column: str, label: str) -> UnboundField:
    return TextAreaField(label, validators=[_by_rule(column)], render_kw={"rows": 7, "data-limit": RULES[column].limit})


class _ManyField(Field):
    """Boxes that were ticked, joined as a pledges file joins them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the values of all boxes."""
        self.data = "|".join(valuelist)


class _TypedForm(FlaskForm):
    """A form that comes back as it was typed when the reader only changes the language of its page (templates/base.html)."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing is judged, and so nothing done, for that."""
        return "stay" not in request.form and bool(super().validate(extra_validators))


class AnyForm(FlaskForm):
    """A form of buttons only."""


class StepForm(FlaskForm):
    """One step of a draft; its fields are named like the columns of a pledges file."""

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "StepForm":
        """The form with what is stored, until something is posted; `shown` are the fields that it had when it was shown."""
        return cls(data=values)

    def columns(self) -> list[Field]:
        """The fields that are columns of a pledges file."""
        return [field for field in self if field.name in RULES]

    def kept(self) -> dict[str, str]:
        """After validation: the values to keep. What is empty is kept as well; what breaks a rule is not."""
        return {field.name: "" if field.errors else field.data or "" for field in self.columns() if not field.errors or _is_empty(field)}

    def broken(self) -> bool:
        """Whether something was typed that cannot be kept, so that leaving now would lose it."""
        return any(field.errors and not _is_empty(field) for field in self.columns())


def _is_empty(field: Field) -> bool:
    return not (field.data or "").strip()


class GovernmentForm(StepForm):
    """The government's name as the declaration prints it."""

    government_name = _line("government_name", _l("Name of the government"))
    government_native_name = _line("government_native_name", _l("Name in its own language and script"))


class EnteredGovernmentForm(GovernmentForm):
    """A government that the directory lacks."""

    kind = StringField(_l("What kind of government is it?"), validators=[_by_rule("kind")])
    country_code = StringField(_l("Country"), validators=[_by_rule("country_code")])


class OfficeForm(StepForm):
    """Who signs, and in which office."""

    leader_name = _line("leader_name", _l("Name, in its own script"), autocomplete="off")
    leader_name_latin = _line("leader_name_latin", _l("Name in Latin letters"), autocomplete="off")
    use_latin = HiddenField()
    honorific = _line("honorific", _l("Honorific"), autocomplete="off")
    office_local = _line("office_local", _l("Office, as it is styled in your language"))
    leader_role = _line("leader_role", _l("Office, in English"), lang="en", dir="ltr")
    leader_email = _line(
        "leader_email", _l("The leader’s own e-mail address"), type="email", dir="ltr", autocomplete="off", spellcheck="false"
    )
    network = _line("network", _l("Network"))

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "OfficeForm":
        """The address that signed stays: a new wording does not ask for it."""
        form = cls(data=values)
        if revision.pledge.first_signed_at is not None:
            del form["leader_email"]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """The button with a suggested spelling confirms it."""
        if self.use_latin.data:
            self.leader_name_latin.data = self.use_latin.data
        return bool(super().validate(extra_validators))


class MandateForm(StepForm):
    """On what authority the leader signs."""

    mandate_basis = StringField(_l("On what authority does the leader sign?"), validators=[_by_rule("mandate_basis")])
    mandate_reference = _line("mandate_reference", _l("Number or title of the resolution"))
    mandate_date = _line("mandate_date", _l("Date of the resolution"), type="date")


class LanguageForm(StepForm):
    """The language that the government's own words are written in."""

    pledge_language = StringField(_l("Language of the pledge"), validators=[_by_rule("pledge_language")])
    other_language = StringField(_l("Tag of another language"), render_kw={"dir": "ltr", "autocapitalize": "off", "spellcheck": "false"})

    def validate(self, extra_validators: Any = None) -> bool:
        """The typed tag counts when the list was not enough."""
        if self.pledge_language.data == OTHER:
            self.pledge_language.data = self.other_language.data
        return bool(super().validate(extra_validators))


class ThemesForm(StepForm):
    """The themes that are taken up; taking one up adopts its published commitment."""

    themes = _ManyField(_l("Themes"), validators=[_by_rule("themes")])

    def kept(self) -> dict[str, str]:
        """With no theme ticked the ones before stay, with the words written for them."""
        return {} if self.themes.errors else super().kept()


class WordsForm(StepForm):
    """The government's own words. Only the fields of the themes that were taken up are shown and read."""

    actions_digital = _text("actions_digital", _l("Actions for implementation"))
    multilateral_digital = _text("multilateral_digital", _l("Multilateral strategies"))
    planned_digital = PlannedField(_l("What will be delivered, and by when"))
    actions_peaceful = _text("actions_peaceful", _l("Actions for implementation"))
    multilateral_peaceful = _text("multilateral_peaceful", _l("Multilateral strategies"))
    planned_peaceful = PlannedField(_l("What will be delivered, and by when"))
    actions_sustainable = _text("actions_sustainable", _l("Actions for implementation"))
    multilateral_sustainable = _text("multilateral_sustainable", _l("Multilateral strategies"))
    planned_sustainable = PlannedField(_l("What will be delivered, and by when"))
    actions = _text("actions", _l("Actions for implementation, for all themes"))
    multilateral = _text("multilateral", _l("Multilateral strategies, for all themes"))

    detected = StringField(validators=[_check("pledge_language", lambda typed: check_field("pledge_language", typed) if typed else "")])
    """The language that the words seem to be written in, where somebody confirmed it."""

    def kept(self) -> dict[str, str]:
        """With the language that was confirmed."""
        confirmed = {"pledge_language": self.detected.data} if self.detected.data and not self.detected.errors else {}
        return super().kept() | confirmed

    @classmethod
    def of(cls, revision: Revision, values: dict[str, str], shown: Collection[str] = ()) -> "WordsForm":
        """Words for all themes at once exist where a pledge came by file; those for a theme that others left out meanwhile stay."""
        form = cls(data=values)
        for theme in Theme:
            if theme not in revision.themes and f"actions_{theme}" not in shown:
                for strand in OWN_WORDS:
                    del form[f"{strand}_{theme}"]
        if not (revision.actions or revision.multilateral):
            del form["actions"], form["multilateral"]
        return form


class StartForm(_TypedForm):
    """The beginning of a draft: for which government, and where to write to."""

    government_id = HiddenField()
    submission_key = HiddenField(validators=[InputRequired(), Regexp(r"[0-9a-f]{32}\Z")])
    preparer_email = StringField(
        _l("Your e-mail address (optional)"),
        validators=[_check("preparer_email", lambda typed: address(typed, "preparer_email") if typed.strip() else "")],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "email", "spellcheck": "false"},
    )


class AskForm(_TypedForm):
    """An address to which links are written."""

    address = StringField(
        _l("E-mail address"),
        validators=[_check("address", lambda typed: address(typed, "address"))],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "email", "spellcheck": "false"},
    )


class HandOnForm(_TypedForm):
    """A colleague to whom the draft is handed on."""

    address = StringField(
        _l("Your colleague’s e-mail address"),
        validators=[_check("address", lambda typed: address(typed, "address"))],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "off", "spellcheck": "false"},
    )
    note = TextAreaField(
        _l("A note for your colleague (optional)"),
        validators=[_check("note", lambda typed: note(typed, "note"))],
        render_kw={"rows": 3, "data-limit": LONGEST_NOTE, "dir": "auto"},
    )
    keeps = RadioField(_l("And you?"), choices=[SelectChoice("yes", ""), SelectChoice("no", "")], default="yes")


class InviteForm(_TypedForm):
    """The cabinet of another government that is invited to pledge together."""

    address = StringField(
        _l("E-mail address of its cabinet"),
        validators=[_check("address", lambda typed: address(typed, "address"))],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "off", "spellcheck": "false"},
    )
    note = TextAreaField(
        _l("A note for its cabinet (optional)"),
        validators=[_check("note", lambda typed: note(typed, "note"))],
        render_kw={"rows": 3, "dir": "auto"},
    )


class KeepForm(FlaskForm):
    """Why a government keeps what was signed."""

    note = TextAreaField(
        _l("Your answer to the secretariat"),
        validators=[InputRequired(_l("Say in a few words why what was signed stays.")), _check("note", lambda typed: note(typed, "note"))],
        render_kw={"rows": 4, "data-limit": LONGEST_NOTE, "dir": "auto"},
    )


class CorrectionForm(FlaskForm):
    """Which name has a slip, and how it should read."""

    field = RadioField(
        _l("Which name has the slip"),
        choices=[SelectChoice(column, "") for column in CORRECTABLE],
        validators=[InputRequired(_l("Choose the name."))],
    )
    wanted = StringField(_l("How it should read"), render_kw={"autocomplete": "off"})
    note = TextAreaField(
        _l("A note for the secretariat (optional)"),
        validators=[_check("note", lambda typed: note(typed, "note"))],
        render_kw={"rows": 3, "data-limit": LONGEST_NOTE, "dir": "auto"},
    )

    def validate_wanted(self, wanted: StringField) -> None:
        """By the rule of the field that is corrected."""
        if self.field.data in CORRECTABLE:
            _by_rule(self.field.data)(self, wanted)


class SendBackForm(FlaskForm):
    """What the leader wants changed."""

    asked = TextAreaField(
        _l("What should be changed?"),
        validators=[InputRequired(_l("Say in a few words what should be changed.")), _check("asked", lambda typed: note(typed, "asked"))],
        render_kw={"rows": 3, "dir": "auto"},
    )


class ReviewForm(FlaskForm):
    """The reviewed text is sent as it was shown."""

    shown = HiddenField()


class SignForm(FlaskForm):
    """The leader's own yes."""

    consent = BooleanField(
        _l("I have read this text in full and sign it in my official capacity."), validators=[InputRequired(_l("Tick the box to sign."))]
    )


class CodeForm(SignForm):
    """The same, with the code of the letter."""

    shown = HiddenField()
    code = StringField(_l("Code of eight digits"), render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"})

    def validate_code(self, field: Field) -> None:
        """Something that is no code at all does not count as a wrong one."""
        if len(plain_code(field.data or "")) != CODE_DIGITS:
            raise ValidationError(gettext("The code has eight digits."))


class SignedPaperForm(FlaskForm):
    """The paper as a PDF with the leader's signature in it."""

    file = FileField(
        _l("The signed PDF"), [FileRequired(_l("Choose the PDF that was signed."))], render_kw={"accept": "application/pdf,.pdf"}
    )


class ScanForm(FlaskForm):
    """The paper, signed by hand, as a scan or photograph."""

    file = FileField(_l("Scan of the whole paper"), [FileRequired(_l("Choose the scan."))], render_kw={"accept": SCANS})
