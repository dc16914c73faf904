"""The seal's key: where it is kept, and what it must be."""

import asyncio
import subprocess
from base64 import b64decode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pkcs11 import Session
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pledges.adapters.authority import CertificateUnreadable, load_certificates, may_sign
from pledges.adapters.loops import apart
from pledges.adapters.seal import Sealer, SealKeyError, refuse_outside_its_life

_PATIENCE = 120
"""Seconds for a program that signs: somebody may have to confirm."""
_RSA_BITS = 2048


def load_sealer(path: Path, passphrase: bytes, *, at: datetime) -> Sealer:
    """The sealer of a PKCS#12 file. Raises SealKeyError: no file, wrong passphrase, no key, weak key, not for signing, expired."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SealKeyError(f"The seal's key file {path} cannot be read: {error.strerror or error}.") from None
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase)
    except ValueError:
        raise SealKeyError(f"{path} is not a PKCS#12 file, or its passphrase is wrong.") from None
    if key is None or certificate is None:
        raise SealKeyError(f"{path} lacks a private key or its certificate.")
    if key.public_key() != certificate.public_key():
        raise SealKeyError(f"The private key in {path} does not belong to its certificate.")
    _refuse_unfit(certificate, at)
    signer = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase)
    return Sealer(certificate, tuple(others), signer)


def load_pkcs11(module: str, token: str, key: str, *, pin: str, certificates: Path, at: datetime) -> Sealer:
    """The sealer of a key in a hardware token; its certificate and its issuers are those of a PEM file.

    Raises SealKeyError: no module, token, key or certificate, a wrong PIN, or what `load_sealer` refuses.
    """
    given = _certificates(certificates)
    _refuse_unfit(given[0], at)
    try:
        session = open_pkcs11_session(module, token_criteria=TokenCriteria(label=token), user_pin=pin)
        signer = _TokenSigner(session, key, given)
        apart(lambda: asyncio.run(signer.ensure_objects_loaded()))  # type: ignore[no-untyped-call]
    except (PKCS11Error, SigningError, OSError, RuntimeError) as error:
        raise SealKeyError(f"The key {key} in the token {token} cannot be used ({type(error).__name__}: {error}).") from None
    return Sealer(given[0], given[1:], signer)


class _TokenSigner(PKCS11Signer):
    """Puts each certificate into a seal once; the library's own would put the first in twice."""

    def __init__(self, session: Session, key: str, certificates: Sequence[x509.Certificate]) -> None:
        own, *others = (asn1.Certificate.load(_der(each)) for each in certificates)
        super().__init__(session, signing_cert=own, key_label=key)
        self._issuers: SimpleCertificateStore = SimpleCertificateStore.from_certs(others)  # type: ignore[no-untyped-call]

    @property
    def cert_registry(self) -> SimpleCertificateStore:
        """The issuers."""
        return self._issuers


def load_command(command: Sequence[str], certificates: Path, *, at: datetime) -> Sealer:
    """The sealer whose key stays with a program: it reads a digest and writes a signature (docs/operating.md).

    Raises SealKeyError.
    """
    given = _certificates(certificates)
    _refuse_unfit(given[0], at)
    return Sealer(given[0], given[1:], _CommandSigner(command, given))


class _CommandSigner(Signer):
    """Asks a program for each signature, and believes none that does not fit the certificate."""

    def __init__(self, command: Sequence[str], certificates: Sequence[x509.Certificate]) -> None:
        own, *others = (asn1.Certificate.load(_der(each)) for each in certificates)
        super().__init__(signing_cert=own, cert_registry=SimpleCertificateStore.from_certs(others))  # type: ignore[no-untyped-call]
        self._command, self._key = command, certificates[0].public_key()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Raises SealKeyError."""
        digest = sha256(data).hexdigest().encode() + b"\n"
        name = self._command[0]
        try:
            done = subprocess.run(self._command, input=digest, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 (the setting)
            signature = b64decode(b"".join(done.stdout.split()), validate=True)
        except subprocess.CalledProcessError as error:
            raise SealKeyError(f"The program {name} did not sign: it ended with {error.returncode}.") from None
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise SealKeyError(f"The program {name} did not sign ({type(error).__name__}).") from None
        try:
            if isinstance(self._key, ec.EllipticCurvePublicKey):
                self._key.verify(signature, data, ec.ECDSA(SHA256()))
            elif isinstance(self._key, rsa.RSAPublicKey):
                self._key.verify(signature, data, padding.PKCS1v15(), SHA256())
        except InvalidSignature:
            raise SealKeyError(f"What the program {name} signed does not fit the certificate.") from None
        return signature


def _certificates(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        found = load_certificates(path)
    except CertificateUnreadable as error:
        raise SealKeyError(str(error)) from None
    if not found:
        raise SealKeyError(f"{path} holds no certificate in PEM form.")
    return found


def _refuse_unfit(certificate: x509.Certificate, at: datetime) -> None:
    key, subject = certificate.public_key(), certificate.subject.rfc4514_string()
    if not (isinstance(key, ec.EllipticCurvePublicKey) or (isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS)):
        raise SealKeyError(f"The key of {subject} is neither RSA of {_RSA_BITS} bits or more nor on an elliptic curve.")
    if not may_sign(certificate):
        raise SealKeyError(f"The certificate of {subject} was not issued for signing.")
    refuse_outside_its_life(certificate, at)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
