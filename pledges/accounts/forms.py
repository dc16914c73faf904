"""What officers type in: the sign-in library's forms as we use them, and our own for enrolling."""

import re
from typing import Any, ClassVar

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_security import (
    ChangePasswordForm,
    LoginForm,
    MfRecoveryForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.proxies import _security
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length

from pledges.accounts.roles import ROLES
from pledges.domain import addresses
from pledges.domain.cleaning import clean_line
from pledges.domain.languages import INTERFACE
from pledges.domain.problems import Refused
from pledges.extensions import told

_OWN_PATH = re.compile(r"/(?![/\\])[!-~]*")
"""A path on this site; browsers read // and /\\ as the beginning of another's."""


class OurLabels:
    """Labels in our words, so that our own catalogues translate them."""

    labels: ClassVar[dict[str, str]] = {
        "email": _l("E-mail address"),
        "password": _l("Password"),
        "new_password": _l("New password"),
        "new_password_confirm": _l("The new password again"),
        "code": _l("Six digits"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:  # type: ignore[attr-defined]
            field.label.text = self.labels.get(field.name, field.label.text)


class LeadsOn:
    """What a form asks for leads back to a page of this site, or to `otherwise`."""

    otherwise: ClassVar[str] = "accounts.home"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not _OWN_PATH.fullmatch(self.next.data or ""):  # type: ignore[attr-defined]
            self.next.data = url_for(self.otherwise)  # type: ignore[attr-defined]


class SignInForm(LeadsOn, OurLabels, LoginForm):
    """Address and password; nobody is remembered beyond a session."""

    remember = None
    otherwise = "accounts.signed_in"


class SetUpForm(TwoFactorSetupForm):
    """An authenticator app is the one second factor, so there is nothing to choose."""

    setup = HiddenField()


class NoCodeForm(TwoFactorRescueForm):
    """Without the authenticator only a recovery code leads on; nobody is written to."""

    help_setup = RadioField(choices=[])


class CodeForm(OurLabels, TwoFactorVerifyCodeForm):
    """The six digits of the app."""


class ConfirmForm(LeadsOn, OurLabels, VerifyForm):
    """The password once more."""


class PasswordForm(OurLabels, ChangePasswordForm):
    """The old password, and a new one twice."""

    labels: ClassVar[dict[str, str]] = OurLabels.labels | {"password": _l("The password that you have now")}


class RecoveryForm(OurLabels, MfRecoveryForm):
    """A recovery code."""

    labels: ClassVar[dict[str, str]] = {"code": _l("Recovery code")}


class EnrolForm(FlaskForm):
    """A name for colleagues, and a password twice."""

    name = StringField(
        _l("Your name"),
        filters=[lambda typed: clean_line(typed or "")],
        validators=[
            InputRequired(_l("Type the name that colleagues know you by.")),
            Length(max=200, message=_l("Use %(max)d characters or fewer.", max=200)),
        ],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Choose a password."))], render_kw={"autocomplete": "new-password"}
    )
    again = PasswordField(
        _l("The same password again"),
        validators=[EqualTo("password", _l("The two passwords are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """The rules that hold when the password is changed later."""
        problems, field.data = _security.password_util.validate(field.data, False)
        if problems:
            raise ValidationError(problems[0])


class PasskeyForm(LeadsOn, FlaskForm):
    """What a device has answered, and where that leads."""

    otherwise = "accounts.signed_in"
    credential = HiddenField()
    next = HiddenField()


class RolesForm(FlaskForm):
    """What an officer may; `network` is whose focal point."""

    roles = SelectMultipleField(
        _l("Roles"), choices=[SelectChoice(role, role) for role in ROLES], validators=[InputRequired(_l("Choose a role."))]
    )
    network = SelectField(_l("Focal point of the network"), coerce=lambda told: int(told) if told else None, validate_choice=True)


class InviteOfficerForm(RolesForm):
    """A colleague's address and roles."""

    email = StringField(
        _l("E-mail address"),
        filters=[lambda typed: clean_line(typed or "")],
        validators=[InputRequired(_l("Type the colleague’s address."))],
        render_kw={"type": "email", "autocomplete": "off", "dir": "ltr"},
    )
    language = SelectField(_l("Language of the letter"), choices=[SelectChoice(code, name) for code, name in INTERFACE.items()])

    def validate_email(self, field: StringField) -> None:
        """Written to exactly as typed."""
        try:
            field.data = addresses.address(field.data or "", "email")
        except Refused as refused:
            raise ValidationError(told(refused.problems[0])) from None


FORMS: dict[str, Any] = {
    "login_form": SignInForm,
    "verify_form": ConfirmForm,
    "change_password_form": PasswordForm,
    "two_factor_setup_form": SetUpForm,
    "two_factor_verify_code_form": CodeForm,
    "two_factor_rescue_form": NoCodeForm,
    "mf_recovery_form": RecoveryForm,
}
"""By the library's own name for each."""
