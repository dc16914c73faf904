"""The application's settings: the only reader of environment variables."""

import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pledges.domain.personal import Periods

ROOT = Path(__file__).resolve().parent
CLOSING_AT = "2024-09-19T21:45:00Z"
"""17:45 in New York on 19 September 2024."""

_USUAL_PROCESSES = 8
"""Unless more are asked for: on a large machine, which has other work, one a core would need memory for each."""


class BadSetting(SystemExit):
    """A setting is missing or wrong: the start stops with one clear line."""

    def __init__(self, name: str, problem: str) -> None:
        print(f"{name}: {problem}", file=sys.stderr)
        super().__init__(2)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs from one installation to another."""

    mode: str
    database_url: str
    secret_key: str
    base_url: str
    """Without a slash at its end."""
    mail_url: str
    instance: Path
    seal_pkcs12: Path | None = None
    seal_passphrase: str = ""
    seal_pkcs11: tuple[str, str, str] | None = None
    """Module, label of the token, label of the key."""
    seal_pin: str = ""
    seal_command: tuple[str, ...] = ()
    """Program and arguments: the digest goes in, the signature comes out."""
    seal_certificate: Path | None = None
    """For the two above: the certificate and its issuers."""
    tsa_url: str = ""
    tsa_trust: Path | None = None
    trust_lists: tuple[Path, ...] = ()
    """Folders that say whose certificates count for leaders' signatures."""
    bounces_url: str = ""
    """The mailbox to which letters come back; empty where none is read."""
    bounces_secret: str = ""
    """With which mail systems sign that a letter came back."""
    closing_at: datetime = datetime.fromisoformat(CLOSING_AT)
    rate_limits: bool = True
    many_signatures: int = 10
    """So many from one network within a week are shown to officers."""
    processes: int = 1
    """In how many the pages of an edition are set."""
    trusted_proxies: int = 0
    """How many proxies of our own stand before the server: so many of the addresses that they forward are believed."""
    periods: Periods = field(default_factory=Periods)
    """For how long what is personal is kept."""
    testing: bool = False

    @property
    def production(self) -> bool:
        """Whether the real assembly is served."""
        return self.mode == "production"

    def flask(self) -> dict[str, Any]:
        """The same settings as Flask and its extensions name them."""
        secure = self.base_url.startswith("https://")
        return {
            "SECRET_KEY": self.secret_key,
            "TESTING": self.testing,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # an error in the log tells no addresses and no words
            "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
            "SESSION_COOKIE_SECURE": secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "MAX_FORM_PARTS": 200,
            "WTF_CSRF_TIME_LIMIT": None,
        }


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read PLEDGES_… and stop with one line when one is missing or wrong (docs/operating.md)."""
    given = {
        name: value.strip() for name, value in (os.environ if environment is None else environment).items() if name.startswith("PLEDGES_")
    }
    mode = given.get("PLEDGES_MODE") or "development"
    if mode not in ("development", "production"):
        raise BadSetting("PLEDGES_MODE", f"development or production, not {mode!r}")
    instance = Path(given.get("PLEDGES_INSTANCE") or ROOT / "instance").absolute()
    settings = Settings(
        mode=mode,
        database_url=_database_url(given.get("PLEDGES_DATABASE_URL") or f"sqlite:///{instance / 'pledges.db'}"),
        secret_key=given.get("PLEDGES_SECRET_KEY") or _required(mode, "PLEDGES_SECRET_KEY"),
        base_url=_base_url(given.get("PLEDGES_BASE_URL") or _required(mode, "PLEDGES_BASE_URL") or "http://127.0.0.1:8000"),
        mail_url=_mail_url(given.get("PLEDGES_MAIL_URL") or _required(mode, "PLEDGES_MAIL_URL") or (instance / "letters").as_uri()),
        instance=instance,
        seal_pkcs12=_file(given, "PLEDGES_SEAL_PKCS12"),
        seal_passphrase=given.get("PLEDGES_SEAL_PASSPHRASE", ""),
        seal_pkcs11=_pkcs11(given.get("PLEDGES_SEAL_PKCS11", "")),
        seal_pin=given.get("PLEDGES_SEAL_PIN", ""),
        seal_command=_command(given.get("PLEDGES_SEAL_COMMAND", "")),
        seal_certificate=_file(given, "PLEDGES_SEAL_CERTIFICATE"),
        tsa_trust=_file(given, "PLEDGES_TSA_TRUST"),
        tsa_url=_web_url("PLEDGES_TSA_URL", given.get("PLEDGES_TSA_URL", "")),
        trust_lists=_folders(given, "PLEDGES_TRUST_LISTS"),
        bounces_url=_bounces_url(given.get("PLEDGES_BOUNCES_URL", "")),
        bounces_secret=_secret("PLEDGES_BOUNCES_SECRET", given.get("PLEDGES_BOUNCES_SECRET", "")),
        closing_at=_moment("PLEDGES_CLOSING_AT", given.get("PLEDGES_CLOSING_AT") or CLOSING_AT),
        rate_limits=_switch("PLEDGES_RATE_LIMITS", given.get("PLEDGES_RATE_LIMITS") or "on"),
        many_signatures=_number("PLEDGES_MANY_SIGNATURES", given.get("PLEDGES_MANY_SIGNATURES") or "10", least=2, most=9999),
        processes=_number("PLEDGES_PROCESSES", given.get("PLEDGES_PROCESSES") or str(min(_cores(), _USUAL_PROCESSES)), least=1, most=256),
        trusted_proxies=_number("PLEDGES_TRUSTED_PROXIES", given.get("PLEDGES_TRUSTED_PROXIES") or "0", most=9),
        periods=_periods(given.get("PLEDGES_RETENTION", "")),
    )
    _check_seal(settings)
    return settings if settings.secret_key else replace(settings, secret_key=_development_key(instance))


def testing(database_url: str, instance: Path, **changes: Any) -> Settings:
    """Settings for tests: development without rate limits."""
    settings = Settings(
        mode="development", database_url=_database_url(database_url), secret_key="a key for tests only", base_url="http://localhost:8000",
        mail_url=(instance / "letters").as_uri(), instance=instance, rate_limits=False, testing=True,
    )  # fmt: skip
    return replace(settings, **changes)


def _check_seal(settings: Settings) -> None:
    """One place for the key, and the certificate where that place holds none."""
    keys = {
        "PLEDGES_SEAL_PKCS12": settings.seal_pkcs12, "PLEDGES_SEAL_PKCS11": settings.seal_pkcs11,
        "PLEDGES_SEAL_COMMAND": settings.seal_command,
    }  # fmt: skip
    named = [name for name, value in keys.items() if value]
    if len(named) > 1:
        raise BadSetting(named[1], f"{named[0]} names a key already; only one may be set")
    elsewhere = settings.seal_command or settings.seal_pkcs11
    if elsewhere and not settings.seal_certificate:
        raise BadSetting("PLEDGES_SEAL_CERTIFICATE", f"required with {named[0]}")
    if settings.seal_certificate and not elsewhere:
        raise BadSetting("PLEDGES_SEAL_CERTIFICATE", "only with PLEDGES_SEAL_COMMAND or PLEDGES_SEAL_PKCS11")
    if settings.tsa_trust and not settings.tsa_url:
        raise BadSetting("PLEDGES_TSA_TRUST", "only with PLEDGES_TSA_URL")


def _pkcs11(raw: str) -> tuple[str, str, str] | None:
    """Parted by semicolons: module=/usr/lib/….so; token=LABEL; key=LABEL."""
    if not raw:
        return None
    parts = dict(part.strip().partition("=")[::2] for part in raw.split(";") if part.strip())
    if set(parts) != {"module", "token", "key"} or not all(parts.values()):
        raise BadSetting("PLEDGES_SEAL_PKCS11", "must read module=FILE;token=LABEL;key=LABEL")
    if not Path(parts["module"]).is_file():
        raise BadSetting("PLEDGES_SEAL_PKCS11", f"there is no file {parts['module']}")
    return parts["module"], parts["token"], parts["key"]


def _command(raw: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(raw))
    except ValueError as error:
        raise BadSetting("PLEDGES_SEAL_COMMAND", str(error)) from None


def _required(mode: str, name: str) -> str:
    if mode == "production":
        raise BadSetting(name, "required in production")
    return ""


def _development_key(instance: Path) -> str:
    """A key of this instance's own, kept in a file that only its owner reads."""
    path = instance / "secret-key"
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)  # it holds addresses and keys
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


def _database_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        scheme, url = "postgresql+psycopg", f"postgresql+psycopg://{rest}"
    if scheme not in ("sqlite", "postgresql+psycopg") or (scheme == "sqlite" and not rest.startswith("/")):
        raise BadSetting("PLEDGES_DATABASE_URL", "must begin with sqlite:/// or postgresql://")
    _scheme("PLEDGES_DATABASE_URL", url)
    return url


def _web_url(name: str, url: str) -> str:
    if url and (_scheme(name, url) not in ("http", "https") or not urlsplit(url).hostname):
        raise BadSetting(name, "must be an http:// or https:// address")
    return url


def _scheme(name: str, url: str) -> str:
    """That of an address whose parts can be read."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (reading it checks it)
    except ValueError as error:
        raise BadSetting(name, f"is no address: {error}") from None
    return parts.scheme


def _base_url(url: str) -> str:
    return _web_url("PLEDGES_BASE_URL", url).rstrip("/")


def _mail_url(url: str) -> str:
    if _scheme("PLEDGES_MAIL_URL", url) not in ("smtp", "file"):
        raise BadSetting("PLEDGES_MAIL_URL", "must begin with smtp:// or file:///")
    return url


def _bounces_url(url: str) -> str:
    if url and (_scheme("PLEDGES_BOUNCES_URL", url) not in ("imaps", "imap") or not urlsplit(url).username):
        raise BadSetting("PLEDGES_BOUNCES_URL", "must read imaps://user:password@host/folder")
    return url


def _secret(name: str, raw: str) -> str:
    if raw and len(raw) < 32:
        raise BadSetting(name, "must have 32 characters or more")
    return raw


def _file(given: Mapping[str, str], name: str) -> Path | None:
    if not given.get(name):
        return None
    path = Path(given[name]).absolute()
    if not path.is_file():
        raise BadSetting(name, f"there is no file {path}")
    return path


def _folders(given: Mapping[str, str], name: str) -> tuple[Path, ...]:
    """Parted as the system parts the paths of programs: by a colon, on Windows by a semicolon."""
    paths = tuple(Path(part.strip()).absolute() for part in given.get(name, "").split(os.pathsep) if part.strip())
    for path in paths:
        if not path.is_dir():
            raise BadSetting(name, f"there is no folder {path}")
    return paths


def _moment(name: str, raw: str) -> datetime:
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        raise BadSetting(name, f"not an ISO 8601 moment: {raw!r}") from None
    if moment.tzinfo is None:
        raise BadSetting(name, f"lacks a time zone: {raw!r}")
    return moment.astimezone(UTC)


def _number(name: str, raw: str, *, least: int = 0, most: int) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) < 5 and least <= int(raw) <= most):
        raise BadSetting(name, f"a whole number from {least} to {most}, not {raw!r}")
    return int(raw)


def _periods(raw: str) -> Periods:
    """Parted by spaces: drafts=180 letters=365…"""
    days: dict[str, int] = {}
    known = [each.name for each in fields(Periods)]
    for part in raw.split():
        name, _, number = part.partition("=")
        if name not in known:
            raise BadSetting("PLEDGES_RETENTION", f"must read {'=DAYS '.join(known)}=DAYS, or some of these, not {part!r}")
        days[name] = _number("PLEDGES_RETENTION", number, most=9999)
    return Periods(**days)


def _cores() -> int:
    """Those that this process may use, where the system tells (Linux does, macOS does not)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _switch(name: str, raw: str) -> bool:
    if raw not in ("on", "off"):
        raise BadSetting(name, f"on or off, not {raw!r}")
    return raw == "on"
