"""Whose certificates count for leaders' signatures: the folders that PLEDGES_TRUST_LISTS names (docs/operating.md)."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.authority import CertificateUnreadable, load_certificates

INDEX = "trust.toml"


class TrustListUnreadable(ValueError):
    """A trust list that cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """Certificates (DER) that vouch for those below them, and at which level."""

    name: str
    level: str
    certificates: tuple[bytes, ...]
    others: tuple[bytes, ...] = ()
    """Certificates that may stand between, where a signed file does not bring them; they are trusted only through the ones above."""


@dataclass(frozen=True, slots=True)
class TrustLists:
    """Every trusted issuer, and the revocation lists (DER) at hand."""

    issuers: tuple[TrustedIssuer, ...] = ()
    crls: tuple[bytes, ...] = ()

    @property
    def accepted(self) -> str:
        """The issuers' names, for a reader."""
        return ", ".join(sorted({issuer.name for issuer in self.issuers}))


def load_trust_lists(folders: Sequence[Path]) -> TrustLists:
    """Read `trust.toml`, certificates and revocation lists of each folder. Raises TrustListUnreadable."""
    issuers = [issuer for folder in folders for issuer in _issuers(folder)]
    crls = [_revocation_list(path) for folder in folders for path in sorted(folder.glob("*.crl"))]
    return TrustLists(tuple(issuers), tuple(crls))


def _issuers(folder: Path) -> list[TrustedIssuer]:
    path = folder / INDEX
    try:
        with path.open("rb") as file:
            told = tomllib.load(file)
    except OSError as error:
        raise TrustListUnreadable(f"{path}: {error.strerror or error}.") from None
    except ValueError as error:
        raise TrustListUnreadable(f"{path}: {error}.") from None
    return [_issuer(folder, entry) for entry in told.get("issuer", [])]


def _issuer(folder: Path, entry: object) -> TrustedIssuer:
    known = {"name", "level", "certificates", "between"}
    if not isinstance(entry, dict) or not {"name", "level", "certificates"} <= entry.keys() <= known:
        raise TrustListUnreadable(f"{folder / INDEX}: each [[issuer]] has name, level and certificates, and may have between.")
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        raise TrustListUnreadable(f"{folder / INDEX}: each value of an [[issuer]] is a text.")
    return TrustedIssuer(
        entry["name"], entry["level"], _certificates(folder / entry["certificates"]),
        _certificates(folder / entry["between"]) if "between" in entry else (),
    )  # fmt: skip


def _certificates(path: Path) -> tuple[bytes, ...]:
    try:
        return tuple(each.public_bytes(Encoding.DER) for each in load_certificates(path))
    except CertificateUnreadable as error:
        raise TrustListUnreadable(str(error)) from None


def _revocation_list(path: Path) -> bytes:
    """A list in DER or PEM, as issuers publish both."""
    try:
        data = path.read_bytes()
        read = x509.load_pem_x509_crl if data.lstrip().startswith(b"-----") else x509.load_der_x509_crl
        return read(data).public_bytes(Encoding.DER)
    except (OSError, ValueError):
        raise TrustListUnreadable(f"{path} holds no revocation list.") from None
