"""The seal's key: where it is kept, and what it must be."""

from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import SimpleSigner

from pledges.adapters.authority import may_sign
from pledges.adapters.seal import Sealer, SealKeyError, refuse_outside_its_life

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
    if not (isinstance(key, ec.EllipticCurvePrivateKey) or (isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _RSA_BITS)):
        raise SealKeyError(f"The key in {path} is neither RSA of {_RSA_BITS} bits or more nor on an elliptic curve.")
    if not may_sign(certificate):
        raise SealKeyError(f"The certificate in {path} was not issued for signing.")
    refuse_outside_its_life(certificate, at)
    signer = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase)
    return Sealer(certificate, tuple(others), signer)
