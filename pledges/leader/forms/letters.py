"""Forms by which letters are written: to begin, to come back, to hand on, to invite."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Regexp

from pledges.domain.addresses import address
from pledges.leader.forms.fields import TypedForm, checked_by, mail_address, words_to


class StartForm(TypedForm):
    """The beginning of a draft: for which government, and where to write to."""

    government_id = HiddenField()
    submission_key = HiddenField(validators=[InputRequired(), Regexp(r"[0-9a-f]{32}\Z")])
    preparer_email = StringField(
        _l("Your e-mail address (optional)"),
        validators=[checked_by("preparer_email", lambda typed: address(typed, "preparer_email") if typed.strip() else "")],
        render_kw={"type": "email", "dir": "ltr", "autocomplete": "email", "spellcheck": "false"},
    )


class AskForm(TypedForm):
    """An address to which links are written."""

    address = mail_address(_l("E-mail address"), autocomplete="email")


class HandOnForm(TypedForm):
    """A colleague to whom the draft is handed on."""

    address = mail_address(_l("Your colleague’s e-mail address"))
    note = words_to("note", _l("A note for your colleague (optional)"))
    keeps = RadioField(_l("And you?"), choices=[SelectChoice("yes", ""), SelectChoice("no", "")], default="yes")


class InviteForm(TypedForm):
    """The cabinet of another government that is invited to pledge together."""

    address = mail_address(_l("E-mail address of its cabinet"))
    note = words_to("note", _l("A note for its cabinet (optional)"))
