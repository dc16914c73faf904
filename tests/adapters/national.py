"""A national authority that issues certificates to persons, with their national number in the subject, and signing with them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pledges.adapters.trust_lists import INDEX

NUMBER = "30570498217"
"""The person's national number: whatever is published must not hold it."""
MAIL = "ayse.yildirim.private@mail.example"
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Nation:
    """An authority with an issuer below it."""

    name: str = "Nüfus İdaresi"
    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    certificates: dict[str, x509.Certificate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for label, issuer in (("root", "root"), ("issuer", "root")):
            self.keys[label] = ec.generate_private_key(ec.SECP256R1())
            names = {NameOID.COMMON_NAME: f"e-Kimlik {label} 04", NameOID.ORGANIZATION_NAME: self.name, NameOID.COUNTRY_NAME: "TR"}
            self.certificates[label] = self._issue(label, issuer, _name(names), authority=True)

    def person(
        self, label: str = "mayor", *, given: str = "Ayşe", surname: str = "Yıldırım", common: str = "", begins: datetime | None = None,
        ends: datetime | None = None, signs: bool = True,
    ) -> str:  # fmt: skip
        """Issue a certificate to a person, as real ones look; answers its label."""
        names = {
            NameOID.COMMON_NAME: common or f"{surname},{given},{NUMBER}", NameOID.SERIAL_NUMBER: f"PNOTR-{NUMBER}",
            NameOID.COUNTRY_NAME: "TR", NameOID.EMAIL_ADDRESS: MAIL,
        }  # fmt: skip
        if not common:
            names |= {NameOID.GIVEN_NAME: given, NameOID.SURNAME: surname}
        self.keys[label] = ec.generate_private_key(ec.SECP256R1())
        self.certificates[label] = self._issue(label, "issuer", _name(names), begins=begins, ends=ends, signs=signs)
        return label

    def trust(self, folder: Path, *, level: str = "qualified", revoked: Sequence[str] = ()) -> Path:
        """A folder as PLEDGES_TRUST_LISTS names it, with a list of the certificates that were revoked."""
        folder.mkdir(exist_ok=True)
        (folder / "root.pem").write_bytes(self.certificates["root"].public_bytes(Encoding.PEM))
        (folder / INDEX).write_text(f'[[issuer]]\nname = "Türkiye: {self.name}"\nlevel = "{level}"\ncertificates = "root.pem"\n', "utf-8")
        if revoked:
            (folder / "issuer.crl").write_bytes(self.revocations(revoked))
        return folder

    def revocations(self, revoked: Sequence[str]) -> bytes:
        """The issuer's list."""
        made = x509.CertificateRevocationListBuilder().issuer_name(self.certificates["issuer"].subject)
        made = made.last_update(NOW - timedelta(days=1)).next_update(NOW + timedelta(days=30))
        for label in revoked:
            one = x509.RevokedCertificateBuilder().serial_number(self.certificates[label].serial_number)
            made = made.add_revoked_certificate(one.revocation_date(NOW - timedelta(days=2)).build())
        return made.sign(self.keys["issuer"], SHA256()).public_bytes(Encoding.DER)

    def sign(
        self,
        pdf: bytes,
        label: str = "mayor",
        *,
        field_name: str = "Leader",
        box: tuple[int, ...] | None = None,
        at: datetime | None = None,
        pades: bool = True,
    ) -> bytes:
        """The PDF signed as a national signing program does: one more revision with the signature."""
        store = SimpleCertificateStore()
        store.register(asn1.Certificate.load(self.certificates["issuer"].public_bytes(Encoding.DER)))
        key = self.keys[label].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        signer = SimpleSigner(
            signing_cert=asn1.Certificate.load(self.certificates[label].public_bytes(Encoding.DER)),
            signing_key=keys.PrivateKeyInfo.load(key), cert_registry=store,
        )  # fmt: skip
        shown = SigFieldSpec(field_name, on_page=0, box=box) if box else SigFieldSpec(field_name)
        filter_ = SigSeedSubFilter.PADES if pades else SigSeedSubFilter.ADOBE_PKCS7_DETACHED
        metadata = PdfSignatureMetadata(field_name=field_name, subfilter=filter_, md_algorithm="sha256")
        out = io.BytesIO()
        PdfSigner(metadata, signer, new_field_spec=shown).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out)
        return out.getvalue()

    def _issue(
        self, label: str, issuer: str, subject: x509.Name, *, authority: bool = False, begins: datetime | None = None,
        ends: datetime | None = None, signs: bool = True,
    ) -> x509.Certificate:  # fmt: skip
        above = self.certificates.get(issuer)
        made = x509.CertificateBuilder().subject_name(subject).issuer_name(above.subject if above else subject)
        made = made.public_key(self.keys[label].public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(begins or NOW - timedelta(days=400)).not_valid_after(ends or NOW + timedelta(days=400))
        made = made.add_extension(x509.BasicConstraints(authority, None), critical=True)
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=signs and not authority, key_encipherment=not signs, data_encipherment=False,
            key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        if not authority:
            answers = x509.DistributionPoint([x509.UniformResourceIdentifier("http://127.0.0.1:9/never-asked.crl")], None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([answers]), critical=False)
        return made.add_extension(usage, critical=True).sign(self.keys[issuer], SHA256())


def _name(names: dict[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()])
