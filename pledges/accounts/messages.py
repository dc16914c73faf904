"""What the sign-in library says to officers, in our words, so that our own catalogues translate it."""

from flask_babel import lazy_gettext as _l

_WRONG = _l("The address, the password or the code is not right.")
_WRONG_CODE = _l("This code is not right, or it was used already. Wait for the next one.")
_PASSWORD_MISSING = _l("Type your password.")

MESSAGES: dict[str, tuple[str, str]] = {
    "GENERIC_AUTHN_FAILED": (_WRONG, "problem"),
    "USER_DOES_NOT_EXIST": (_WRONG, "problem"),
    "INVALID_PASSWORD": (_l("The password is not right."), "problem"),
    "DISABLED_ACCOUNT": (_l("This account is closed. Ask an admin of the secretariat."), "problem"),
    "EMAIL_NOT_PROVIDED": (_l("Type your e-mail address."), "problem"),
    "INVALID_EMAIL_ADDRESS": (_l("This is not an e-mail address such as mayor@city.example."), "problem"),
    "PASSWORD_NOT_PROVIDED": (_PASSWORD_MISSING, "problem"),
    "PASSWORD_INVALID_LENGTH": (_l("A password has %(length)s characters or more, and 128 at most."), "problem"),
    "PASSWORD_IS_THE_SAME": (_l("This is the password that you have now. Choose another."), "problem"),
    "RETYPE_PASSWORD_MISMATCH": (_l("The two passwords are not the same."), "problem"),
    "PASSWORD_CHANGE": (_l("Your password is changed. Every other session of yours has ended."), "done"),
    "UNAUTHENTICATED": (_l("Sign in to see this page."), "info"),
    "REAUTHENTICATION_REQUIRED": (_l("Type your password once more: this page is about your account."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_l("Thank you."), "done"),
    "INVALID_RECOVERY_CODE": (_l("This recovery code is not right, or it was used already."), "problem"),
    "NO_RECOVERY_CODES_SETUP": (_l("There are no recovery codes yet."), "info"),
    "TWO_FACTOR_INVALID_TOKEN": (_WRONG_CODE, "problem"),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (_l("You have signed in."), "done"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (_l("Your new authenticator is set up. The old one no longer works."), "done"),
    "TWO_FACTOR_PERMISSION_DENIED": (_l("Sign in with your address and password first."), "info"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (_l("An authenticator app is the second factor here."), "problem"),
    "TWO_FACTOR_SETUP_EXPIRED": (_l("That took longer than %(within)s. Please start over."), "problem"),
    "ANONYMOUS_USER_REQUIRED": (_l("You have signed in already."), "info"),
    "API_ERROR": (_l("That did not work. Please start over."), "problem"),
}
"""Text and kind of notice by the library's own key."""
