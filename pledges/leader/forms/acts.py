"""What is done with a text: reviewed, signed, sent back, kept, corrected."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, HiddenField, RadioField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from pledges.domain.codes import CODE_DIGITS, plain_code
from pledges.domain.corrections import CORRECTABLE
from pledges.domain.paper import SCANS
from pledges.leader.forms.fields import TypedForm, by_rule, words_to


class AnyForm(FlaskForm):
    """A form of buttons only."""


class KeepForm(TypedForm):
    """Why a government keeps what was signed."""

    note = words_to("note", _l("Your answer to the secretariat"), rows=4, needed=_l("Say in a few words why what was signed stays."))


class CorrectionForm(TypedForm):
    """Which name has a slip, and how it should read."""

    field = RadioField(
        _l("Which name has the slip"),
        choices=[SelectChoice(column, "") for column in CORRECTABLE],
        validators=[InputRequired(_l("Choose the name."))],
    )
    wanted = StringField(_l("How it should read"), render_kw={"autocomplete": "off"})
    note = words_to("note", _l("A note for the secretariat (optional)"))

    def validate_wanted(self, wanted: StringField) -> None:
        """By the rule of the field that is corrected."""
        if self.field.data in CORRECTABLE:
            by_rule(self.field.data)(self, wanted)


class SendBackForm(TypedForm):
    """What the leader wants changed."""

    asked = words_to("asked", _l("What should be changed?"), needed=_l("Say in a few words what should be changed."))


class ReviewForm(FlaskForm):
    """The reviewed text is sent as it was shown."""

    shown = HiddenField()


class SignForm(FlaskForm):
    """The leader's own yes."""

    consent = BooleanField(
        _l("I have read this text in full and sign it in my official capacity."), validators=[InputRequired(_l("Tick the box to sign."))]
    )


class CodeForm(SignForm, TypedForm):
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
