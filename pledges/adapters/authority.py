"""The development authority: a seal of an instance's own, for as long as nobody has configured a real one."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from pledges.adapters.archive import flush_directory

DEVELOPMENT_SUBJECT = "DEVELOPMENT SEAL – not valid outside this instance"
DEVELOPMENT_PASSPHRASE = b"development"
"""No secret: the file's mode keeps the key."""
_LIFE = timedelta(days=3650)
_ROOT, _KEY = "root.pem", "development.p12"


class CertificateUnreadable(ValueError):
    """A file that should hold certificates does not; the message is one sentence."""


def development_key(instance: Path, *, at: datetime) -> tuple[Path, bytes]:
    """PKCS#12 file and passphrase of the instance's own seal, made on first use in `instance/seal`; two processes at once get the same one.

    The root's certificate is `root_certificate(instance)`; its key is thrown away at once, so nothing else is ever issued under it.
    """
    directory = instance / "seal"
    if not (directory / _KEY).is_file():
        instance.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".seal.", dir=instance))
        try:
            _fill(temporary, at)
            # Only one directory can take the name; whoever comes second finds it taken and uses it.
            temporary.rename(directory)
            flush_directory(instance)
        except OSError:
            if not (directory / _KEY).is_file():
                raise
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return directory / _KEY, DEVELOPMENT_PASSPHRASE


def root_certificate(instance: Path) -> Path:
    """The PEM file that `--trust` names on another instance."""
    return instance / "seal" / _ROOT


def is_development(certificate: x509.Certificate) -> bool:
    """Whether it belongs to a development authority, by its subject."""
    return any(name.value == DEVELOPMENT_SUBJECT for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether its issuer lets it sign; without a word on usage it may (RFC 5280, section 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def load_certificates(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file. Raises CertificateUnreadable."""
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise CertificateUnreadable(f"{path}: {error.strerror or error}.") from None
    except ValueError:
        raise CertificateUnreadable(f"{path} holds no certificate in PEM form.") from None


def _fill(directory: Path, at: datetime) -> None:
    root_key, seal_key = (rsa.generate_private_key(public_exponent=65537, key_size=3072) for _ in range(2))
    root_name = _name(f"DEVELOPMENT SEAL authority {secrets.token_hex(8)}")
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, at, authority=True)
    seal = _certificate(_name(DEVELOPMENT_SUBJECT), seal_key.public_key(), root_name, root_key, at, authority=False)
    encryption = BestAvailableEncryption(DEVELOPMENT_PASSPHRASE)
    _write(directory / _ROOT, [root.public_bytes(Encoding.PEM)])
    _write(directory / _KEY, [pkcs12.serialize_key_and_certificates(b"seal", seal_key, seal, [root], encryption)])
    flush_directory(directory)


def _write(path: Path, parts: Sequence[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(
    subject: x509.Name, key: rsa.RSAPublicKey, issuer: x509.Name, issuer_key: rsa.RSAPrivateKey, at: datetime, *, authority: bool
) -> x509.Certificate:
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    return (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), at - timedelta(days=1), at + _LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority, **usage
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, SHA256())
    )
