"""The outside world: one module a neighbour."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from config import BadSetting, Settings
from pledges.adapters.archive import Archive
from pledges.adapters.mail import Mailer, open_mailer

if TYPE_CHECKING:
    from pledges.adapters.seal import Sealer
    from pledges.adapters.timestamp import TimeStampAuthority
    from pledges.adapters.trust_lists import TrustLists


@dataclass(frozen=True, slots=True)
class Adapters:
    """What the application was built with."""

    mailer: Mailer
    archive: Archive
    open_sealer: Callable[[datetime], "Sealer"]
    """The key is read when it is needed, at a moment; raises SealKeyError."""
    open_trust: Callable[[], "TrustLists"]
    """Whose certificates count for leaders' signatures; read anew each time, so that revocation lists may be renewed meanwhile."""
    open_authority: Callable[[], "TimeStampAuthority | None"] = lambda: None
    """Where time stamps come from, if anywhere; raises SealKeyError."""


def open_adapters(settings: Settings) -> Adapters:
    """The adapters that the settings name. Without a configured key a development authority is made in the instance."""

    def open_sealer(at: datetime) -> "Sealer":
        # Imported here: reading keys needs a library that takes longer to load than most commands run.
        from pledges.adapters.authority import development_key
        from pledges.adapters.seal_keys import load_command, load_pkcs11, load_sealer

        if settings.seal_pkcs11 and settings.seal_certificate:
            return load_pkcs11(*settings.seal_pkcs11, pin=settings.seal_pin, certificates=settings.seal_certificate, at=at)
        if settings.seal_command and settings.seal_certificate:
            return load_command(settings.seal_command, settings.seal_certificate, at=at)
        if settings.seal_pkcs12:
            return load_sealer(settings.seal_pkcs12, settings.seal_passphrase.encode(), at=at)
        path, passphrase = development_key(settings.instance, at=at)
        return load_sealer(path, passphrase, at=at)

    def open_authority() -> "TimeStampAuthority | None":
        from pledges.adapters.authority import CertificateUnreadable, load_certificates
        from pledges.adapters.seal import SealKeyError
        from pledges.adapters.timestamp import TimeStampAuthority

        if not settings.tsa_url:
            return None
        try:
            return TimeStampAuthority(settings.tsa_url, load_certificates(settings.tsa_trust) if settings.tsa_trust else ())
        except CertificateUnreadable as error:
            raise SealKeyError(f"PLEDGES_TSA_TRUST: {error}") from None

    if settings.trust_lists:
        _open_trust(settings)  # what cannot be read stops the start

    archive = Archive(archive_folder(settings))
    return Adapters(open_mailer(settings.mail_url), archive, open_sealer, partial(_open_trust, settings), open_authority)


def _open_trust(settings: Settings) -> "TrustLists":
    from pledges.adapters.trust_lists import TrustListUnreadable, load_trust_lists

    try:
        return load_trust_lists(settings.trust_lists)
    except TrustListUnreadable as error:
        raise BadSetting("PLEDGES_TRUST_LISTS", str(error)) from None


def archive_folder(settings: Settings) -> Path:
    """Where sealed files and the certificates that sealed them are kept."""
    return settings.instance / "archive"
