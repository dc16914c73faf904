"""The seal: the secretariat's signature over a whole declaration."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import NoOpStampStyle

from pledges.adapters.authority import is_development, may_sign
from pledges.adapters.loops import apart

FIELD = "Seal"
"""Name of the empty, tagged signature field that the renderer leaves in each declaration."""
_RSA_BITS = 2048


class SealKeyError(Exception):
    """The seal's key cannot be used; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """A key and its certificate, ready to seal."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    """The other certificates of the key's file; they travel in each seal."""
    _signer: SimpleSigner

    @property
    def subject(self) -> str:
        """The certificate's subject as RFC 4514 writes it."""
        return self.certificate.subject.rfc4514_string()

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of the certificate, in lower-case hexadecimal."""
        return self.certificate.fingerprint(SHA256()).hex()

    @property
    def development(self) -> bool:
        """Whether the key is of a development authority."""
        return is_development(self.certificate)

    def seal(self, pdf: bytes, *, at: datetime) -> bytes:
        """The file with its seal in one added revision that covers every byte (PAdES, certified, no changes allowed).

        The tagged field `Seal` keeps the appearance that the renderer gave it; XMP and Info keep their bytes.
        Raises SealKeyError outside the certificate's life.
        """
        _refuse_outside_its_life(self.certificate, at)
        metadata = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES
        )
        signer = _SignerAtMoment(metadata, signer=self._signer, stamp_style=NoOpStampStyle())
        signer.moment = at
        sealed: io.BytesIO = apart(lambda: signer.sign_pdf(_Writer(io.BytesIO(pdf)), existing_fields_only=True, output=io.BytesIO()))
        return sealed.getvalue()


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
    _refuse_outside_its_life(certificate, at)
    signer = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase)
    signer.signed_attr_prov_spec = _NamesItsChain([asn1.Certificate.load(_der(each)) for each in (certificate, *others)])
    return Sealer(certificate, tuple(others), signer)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _refuse_outside_its_life(certificate: x509.Certificate, at: datetime) -> None:
    subject = certificate.subject.rfc4514_string()
    if at > certificate.not_valid_after_utc:
        raise SealKeyError(f"The seal's certificate ({subject}) expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
    if at < certificate.not_valid_before_utc:
        raise SealKeyError(f"The seal's certificate ({subject}) is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}.")


class _Writer(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Nothing: pyHanko would rewrite XMP, and with it the declared standards and the edition mark."""


class _SignerAtMoment(PdfSigner):
    moment: datetime

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        """The session, at the moment given rather than by the clock."""
        session = super().init_signing_session(*args, **options)
        session.system_time = self.moment
        return session


class _NamesItsChain(SignedAttributeProviderSpec):
    """Puts the hash of every certificate that travels in the seal under the signature (RFC 5035, section 4).

    By PAdES only the first is needed; without the others a changed byte in an issuer's certificate would go unseen.
    """

    def __init__(self, certificates: Sequence[asn1.Certificate]) -> None:
        self.certificates = certificates

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterable[CMSAttributeProvider]:
        yield _SigningCertificates(self.certificates)


class _SigningCertificates(CMSAttributeProvider):
    attribute_type = "signing_certificate_v2"

    def __init__(self, certificates: Sequence[asn1.Certificate]) -> None:
        self.certificates = certificates

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2({"certs": [as_signing_certificate_v2(each)["certs"][0] for each in self.certificates]})
