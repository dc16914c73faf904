"""Who signs for whom: what officers record of governments, whom they invite, what they note of signatories; and risks in words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from pledges.domain.addresses import address
from pledges.domain.commitments import check_field
from pledges.domain.languages import INTERFACE
from pledges.domain.mail_domains import recordable
from pledges.domain.people import Assurance
from pledges.domain.problems import N_, Refused, refuse
from pledges.domain.risks import WORDS, Risk
from pledges.extensions import told
from pledges.secretariat.forms import needed_words

LONGEST_NOTE = 1_000
"""Code points of what an officer writes down for colleagues."""
_FIELDS = {"name": _l("Name"), "office": _l("Office")}
_ISOLATED = "\u2068%s\u2069"
"""A fact within a sentence: it may be written the other way."""


def risk_told(risk: Mapping[str, Any]) -> tuple[str, str]:
    """What a stored risk is called, and its sentence, in the reader's language."""
    label, sentence = WORDS[Risk(risk["code"])]
    facts = {**risk, "field": _FIELDS.get(str(risk.get("field")), "")}
    return gettext(label), gettext(sentence, **{name: _ISOLATED % (fact,) for name, fact in facts.items()})


def _checked(column: str, check: Callable[[str], str]) -> Callable[[FlaskForm, Field], None]:
    """A validator that cleans the value, or says what is wrong with it."""

    def validate(_form: FlaskForm, field: Field) -> None:
        try:
            field.data = check(field.data or "")
        except Refused as refused:
            raise ValidationError(told(refused.problems[0])) from None

    return validate


def _line(label: object, column: str, *, required: str = "", **attributes: Any) -> StringField:
    """A field of one line, checked like that column of a pledges file; an optional one where nothing is `required`."""

    def check(typed: str) -> str:
        if not typed.strip():
            if required:
                raise refuse(column, required)
            return ""
        return check_field(column, typed)

    return StringField(label, validators=[_checked(column, check)], render_kw=attributes)


_LTR = {"dir": "ltr", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}


class DomainForm(FlaskForm):
    """A mail domain of a government; an address stands for its domain."""

    domain = StringField(_l("Mail domain"), validators=[_checked("domain", lambda typed: recordable(typed, "domain"))], render_kw=_LTR)


class KnownLeaderForm(FlaskForm):
    """Who holds an office, from when to when, and who says so."""

    name = _line(_l("Name of the leader"), "leader_name", required=N_("Please give the leader's name."))
    office = _line(_l("Office"), "leader_role", required=N_("Please give the leader's office."))
    begins = DateField(_l("In office from (optional)"), validators=[Optional()])
    ends = DateField(_l("In office until (optional)"), validators=[Optional()])
    source = _line(_l("Source"), "mandate_reference", required=N_("Say where this is known from, for example the electoral board’s page."))

    def validate_ends(self, field: Field) -> None:
        """A term ends after it began."""
        if isinstance(self.begins.data, date) and field.data < self.begins.data:
            raise ValidationError(gettext("The term ends before it begins."))


class InvitationForm(FlaskForm):
    """Whom to write to, and in which language."""

    email = StringField(
        _l("The leader’s own e-mail address"),
        validators=[_checked("leader_email", lambda typed: address(typed, "leader_email"))],
        render_kw=_LTR | {"type": "email"},
    )
    leader_name = _line(_l("Name of the leader (optional)"), "leader_name")
    language = SelectField(_l("Language of the letter"), choices=[SelectChoice(code, name) for code, name in INTERFACE.items()])


class AssuranceForm(FlaskForm):
    """How well the signatory is established, by what an officer did."""

    seen = HiddenField()
    assurance = SelectField(
        _l("What establishes who signed"),
        choices=[
            SelectChoice("", _l("Choose")),
            SelectChoice(Assurance.CALLED_BACK.value, _l("I called the government back on a number that is publicly its own")),
            SelectChoice(Assurance.ATTESTED.value, _l("A network has attested its member")),
            SelectChoice(Assurance.NOT_KNOWN.value, _l("An earlier note was a mistake: back to what the address shows")),
        ],
        validators=[InputRequired(_l("Choose what establishes who signed."))],
    )
    note = needed_words(
        _l("Whom you spoke to, when, on which number; or who attested it"), LONGEST_NOTE,
        N_("Say what you did, so that a colleague can follow it."),
    )  # fmt: skip
