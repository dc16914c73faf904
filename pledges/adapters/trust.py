"""Whose seals this instance recognises as its own: every certificate that it ever sealed with."""

import hashlib
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.archive import Archive
from pledges.adapters.authority import load_certificates

FOLDER_OF_EVIDENCE = "evidence"
_FOLDER = "certificates"
_AUTHORITIES = "authorities"


def keep_certificate(archive: Archive, certificate: x509.Certificate) -> None:
    """Keep a certificate that sealed, so that its seals are recognised when another key has taken its place."""
    name = f"{_FOLDER}/{certificate.fingerprint(SHA256()).hex()}.pem"
    archive.save(name, certificate.public_bytes(Encoding.PEM))


def own_certificates(archive_root: Path) -> tuple[x509.Certificate, ...]:
    """The certificates that sealed here. Raises CertificateUnreadable."""
    return tuple(certificate for file in sorted((archive_root / _FOLDER).glob("*.pem")) for certificate in load_certificates(file))


def keep_authority(archive: Archive, root: x509.Certificate) -> None:
    """Keep a root that time stamps led to, apart from those that seal: it may not vouch for a seal."""
    archive.save(f"{_AUTHORITIES}/{root.fingerprint(SHA256()).hex()}.pem", root.public_bytes(Encoding.PEM))


def own_authorities(archive_root: Path) -> tuple[x509.Certificate, ...]:
    """The roots whose time stamps count here. Raises CertificateUnreadable."""
    return tuple(certificate for file in sorted((archive_root / _AUTHORITIES).glob("*.pem")) for certificate in load_certificates(file))


def known_evidence(archive_root: Path, file: Path) -> list[bytes]:
    """The evidence that this instance holds on a file, by its bytes; none for a file that cannot be read."""
    try:
        with file.open("rb") as opened:
            return evidence_on(archive_root, hashlib.file_digest(opened, "sha256").hexdigest())
    except OSError:
        return []


def evidence_on(archive_root: Path, digest: str) -> list[bytes]:
    """The evidence that this instance holds on the file with that SHA-256 (lower-case hexadecimal)."""
    return [path.read_bytes() for path in sorted((archive_root / FOLDER_OF_EVIDENCE).glob(f"{digest}.*.json"))]
