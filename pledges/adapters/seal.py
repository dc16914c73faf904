"""The seal: the secretariat's signature over a whole declaration."""

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper

from pledges.adapters.authority import is_development
from pledges.adapters.loops import apart
from pledges.adapters.seal_revision import ValidationData, append_revision, digest, fill

_ROOM = 4096
"""Bytes of a seal's value besides its certificates and its time stamp: ours takes a quarter of it."""


class SealKeyError(Exception):
    """The seal's key cannot be used; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Stamping:
    """What a seal with a time stamp takes: who asks for the token, how much room it needs (bytes), and what proves both later."""

    stamper: TimeStamper
    room: int
    data: ValidationData


@dataclass(frozen=True, slots=True)
class Sealer:
    """A key and its certificate, ready to seal."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    """The other certificates of the key's file; they travel in each seal."""
    _signer: Signer

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

    def seal(self, path: Path, *, at: datetime, stamping: Stamping | None = None) -> None:
        """Add the seal to a file of our renderer: one revision that covers every byte (PAdES, certified, no changes allowed).

        The tagged field `Seal` keeps the appearance that the renderer gave it; XMP and Info keep their bytes. When it fails, the
        file is as it was. Raises SealKeyError, CannotAppend, NoAnswer.
        """
        with path.open("r+b") as file:
            length = file.seek(0, 2)
            try:
                self._write(file, at=at, stamping=stamping)
            except BaseException:
                file.truncate(length)
                raise

    def sealed(self, pdf: bytes, *, at: datetime) -> bytes:
        """A small file of our renderer with the seal, without a time stamp (PAdES B-B). Raises SealKeyError, CannotAppend."""
        file = io.BytesIO(pdf)
        self._write(file, at=at, stamping=None)
        return file.getvalue()

    def _write(self, file: BinaryIO, *, at: datetime, stamping: Stamping | None) -> None:
        refuse_outside_its_life(self.certificate, at)
        room = _ROOM + sum(len(_der(each)) for each in (self.certificate, *self.chain)) + (stamping.room if stamping else 0)
        gap = append_revision(file, at=at, room=room, data=stamping.data if stamping else ValidationData())
        fill(file, gap, self._signed(digest(file, gap), stamping.stamper if stamping else None))

    def _signed(self, digest: bytes, stamper: TimeStamper | None) -> bytes:
        """The seal's value in DER: a signature with the hash of every certificate that travels in it."""
        chain = [asn1.Certificate.load(_der(each)) for each in self.chain]
        self._signer.signed_attr_prov_spec = _NamesItsChain([self._signer.signing_cert, *chain])
        value: bytes = apart(lambda: asyncio.run(self._signer.async_sign(digest, "sha256", use_pades=True, timestamper=stamper)).dump())
        return value


def refuse_outside_its_life(certificate: x509.Certificate, at: datetime) -> None:
    """Raises SealKeyError when the certificate is not valid at the moment."""
    subject = certificate.subject.rfc4514_string()
    if at > certificate.not_valid_after_utc:
        raise SealKeyError(f"The seal's certificate ({subject}) expired on {certificate.not_valid_after_utc:%Y-%m-%d}.")
    if at < certificate.not_valid_before_utc:
        raise SealKeyError(f"The seal's certificate ({subject}) is not valid before {certificate.not_valid_before_utc:%Y-%m-%d}.")


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


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
