"""Officers sign in with a password and an authenticator app: how the sign-in library is set up, and how a session begins and ends."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any, cast

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, session
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore, UserMixin, user_authenticated
from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch

from pledges.accounts import actions, sessions
from pledges.accounts.attempts import limit_attempts
from pledges.accounts.forms import FORMS
from pledges.accounts.guard import FRESH_FOR, may, own_roles
from pledges.accounts.messages import MESSAGES
from pledges.accounts.routes import bp
from pledges.accounts.routes.passkeys import passkey_offered
from pledges.extensions import db
from pledges.models import Account, Role


def init_accounts(app: Flask) -> None:
    """Set up sign-in under /accounts. Nobody registers: `pledges add-officer` prints an enrolment link."""
    for name, value in _settings(app).items():
        app.config[f"SECURITY_{name}"] = value
    for key, message in MESSAGES.items():
        app.config[f"SECURITY_MSG_{key}"] = message
    officers, roles = cast("tuple[Any, Any]", (Account, Role))  # the library's own classes, as far as types know
    security = Security(app, Officers(db, officers, roles), totp_cls=CodesUsedOnce, **FORMS)
    security.want_json(lambda _request: False)
    security.login_manager.user_loader(sessions.officer_of_session)
    security.login_manager.request_loader(lambda _request: None)  # no token in a header ever stands for an officer
    security.login_manager.session_protection = None  # sessions.py keeps its own watch; addresses change in a hall
    security.tf_token_validation_context_processor(passkey_offered)
    security.verify_context_processor(passkey_offered)
    user_authenticated.connect(sessions.begin, app)
    app.before_request(limit_attempts)
    app.jinja_env.globals.update(may=may, own_roles=own_roles)
    app.register_blueprint(bp)


def _settings(app: Flask) -> dict[str, Any]:
    return {
        "URL_PREFIX": "/accounts",
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "LOGIN_URL": "/sign-in",
        "LOGOUT_METHODS": None,  # ours also ends the session on the server
        "CHANGE_URL": "/password",
        "VERIFY_URL": "/confirm",
        "TWO_FACTOR_SETUP_URL": "/authenticator",
        "TWO_FACTOR_TOKEN_VALIDATION_URL": "/code",
        "TWO_FACTOR_RESCUE_URL": "/no-code",
        "MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "MULTI_FACTOR_RECOVERY_URL": "/recover",
        "POST_LOGIN_VIEW": "accounts.signed_in",
        "POST_CHANGE_VIEW": "accounts.home",
        "POST_VERIFY_VIEW": "accounts.home",
        "TWO_FACTOR_POST_SETUP_VIEW": "accounts.home",
        "FLASH_MESSAGES": True,
        "RETURN_GENERIC_RESPONSES": True,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "JOIN_USER_ROLES": False,
        "API_ENABLED_METHODS": ["session"],
        "FRESHNESS": FRESH_FOR,
        "FRESHNESS_GRACE_PERIOD": timedelta(),
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": ["argon2"],
        # The library's own cost but where tests make hundreds of officers.
        "PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__time_cost": 1, "argon2__memory_cost": 1024} if app.testing else {},
        "PASSWORD_LENGTH_MIN": actions.SHORTEST_PASSWORD,
        "CHANGEABLE": True,
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "TWO_FACTOR": True,
        "TWO_FACTOR_REQUIRED": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds before and after
        "TOTP_SECRETS": {"1": derived_key(app, "authenticator secrets").hex()},
        "TOTP_ISSUER": "World Assembly",
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [urlsafe_b64encode(derived_key(app, "recovery codes"))],
    }


def derived_key(app: Flask, purpose: str) -> bytes:
    """32 bytes for one purpose out of the secret key (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"pledges: {purpose}".encode()).derive(str(app.secret_key).encode())


class CodesUsedOnce(Totp):
    """Codes of the authenticator app, each good for one sign-in."""

    def get_last_counter(self, user: Any) -> int | None:
        return cast("Account", user).totp_last_counter

    def set_last_counter(self, user: Any, tmatch: TotpMatch) -> None:
        if not actions.use_code(db.session(), user, counter=tmatch.counter):
            raise UsedTokenError

    def stored(self, key: str) -> str:
        """A key in base 32, encrypted as it lies in the table."""
        return str(self._totp(key=key, format="base32").to_json(encrypt=True))


class Officers(SQLAlchemyUserDatastore):
    """The table of accounts, as the sign-in library reads and writes it."""

    def tf_set(self, user: Any, primary_method: str, totp_secret: str | None = None, phone: str | None = None) -> None:
        """Keep an authenticator. A new one ends every other session, and with them any half-finished set-up."""
        if totp_secret != user.tf_totp_secret:
            super().tf_set(user, primary_method, totp_secret)
            actions.note_new_authenticator(db.session(), user, at=sessions.now())
            if "_user_id" in session:
                session["_user_id"] = user.fs_uniquifier
                sessions.sit_down(user)

    def mf_get_recovery_codes(self, user: Any) -> list[str]:
        """As they stand now; whoever asks meanwhile waits, so that of two sign-ins with one code one succeeds."""
        actions.hold_recovery_codes(db.session(), user.id)
        return list(super().mf_get_recovery_codes(user))

    def mf_set_recovery_codes(self, user: Any, rcs: list[str] | None) -> None:
        """Keep new ones in place of those before."""
        super().mf_set_recovery_codes(user, rcs)
        actions.note_recovery_codes(db.session(), user, at=sessions.now())


def _lend(table: type, *behaviours: type) -> None:
    """Give a plain table the methods that the sign-in library calls, without the table knowing the library.

    The most derived class comes first: Flask-Security's `get_id` must win over Flask-Login's.
    """
    for behaviour in behaviours:
        for cls in behaviour.__mro__[:-1]:
            for name, value in vars(cls).items():
                if name not in vars(table) and (not name.startswith("__") or name in ("__eq__", "__ne__", "__hash__")):
                    setattr(table, name, value)


_lend(Account, UserMixin)
_lend(Role, RoleMixin)
