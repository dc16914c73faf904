"""A person's address, and what it takes to erase what is held on that person."""

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError

from pledges.domain.addresses import address, address_key
from pledges.domain.problems import N_, Refused
from pledges.extensions import told
from pledges.secretariat.forms import needed_words
from pledges.secretariat.forms.protocol import LONGEST_REASON

_LTR = {"type": "email", "dir": "ltr", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
PERIODS = {
    "drafts": _l("Drafts that nobody signed, since they were last worked on"),
    "letters": _l("Addresses and texts of letters, since they were delivered or given up"),
    "links": _l("Links and browsers, since they ended"),
    "invitations": _l("Addresses and names of those invited, since then"),
    "evidence": _l("Network and browser of a signature, since it was made"),
}
"""What each period is called (domain.personal.Periods)."""


class PersonForm(FlaskForm):
    """The address of a person."""

    address = StringField(_l("Address of the person"), render_kw=_LTR)

    def validate_address(self, field: StringField) -> None:
        """Cleaned like every address."""
        try:
            field.data = address(field.data or "", "address")
        except Refused as refused:
            raise ValidationError(told(refused.problems[0])) from None


class EraseForm(FlaskForm):
    """What is asked before erasing, since it cannot be undone."""

    again = StringField(_l("Type the address again"), render_kw=_LTR)
    reason = needed_words(
        _l("Who asked for it, and how you know that it was the person"), LONGEST_REASON, N_("Say who asked, without naming the person.")
    )

    def validate_again(self, field: StringField) -> None:
        """The same person."""
        try:
            same = address_key(address(field.data or "", "again")) == address_key(address(_asked(), "address"))
        except Refused:
            same = False
        if not same:
            raise ValidationError(_l("This is not the address above."))


def _asked() -> str:
    return request.form.get("address", "")
