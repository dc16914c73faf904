import io
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.seal import Sealer, SealKeyError
from pledges.adapters.seal_keys import load_sealer
from tests.adapters.conftest import seal


def _pkcs12(path: Path, now: datetime, *, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, usage: x509.KeyUsage | None = None) -> Path:
    """A certificate that lives from the day before to the day after."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Secretariat")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1))
    certificate = (builder.add_extension(usage, critical=True) if usage else builder).sign(key, SHA256())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"k", key, certificate, None, BestAvailableEncryption(b"right")))
    return path


def test_pdfsig_calls_the_seal_valid_and_the_total_document_signed(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_the_validator_of_pyhanko_agrees(sealed: bytes, own: tuple[x509.Certificate, ...], now: datetime) -> None:
    signatures = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    assert [each.field_name for each in signatures] == ["Seal"]
    context = ValidationContext(trust_roots=[asn1.Certificate.load(own[1].public_bytes(Encoding.DER))], allow_fetching=False, moment=now)
    status = validate_pdf_signature(signatures[0], context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert signatures[0].docmdp_level is MDPPerm.NO_CHANGES
    assert signatures[0].self_reported_timestamp == now


def test_qpdf_finds_nothing_to_complain_of(tmp_path: Path, sealed: bytes) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0


def test_the_seal_adds_and_changes_nothing_that_was_there(unsealed: bytes, sealed: bytes) -> None:
    assert sealed.startswith(unsealed)
    before, after = pikepdf.open(io.BytesIO(unsealed)), pikepdf.open(io.BytesIO(sealed))
    assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
    assert dict(after.docinfo) == dict(before.docinfo)
    field = after.Root.AcroForm.Fields[0]
    assert field.AP.N.read_bytes() == before.Root.AcroForm.Fields[0].AP.N.read_bytes()
    assert str(field.TU) == "Seal"
    assert b"/Font" not in sealed[len(unsealed) :]


def test_a_development_sealer_says_that_it_is_one(sealer: Sealer) -> None:
    assert sealer.development
    assert "DEVELOPMENT SEAL" in sealer.subject
    assert sealer.certificate_sha256 == sealer.certificate.fingerprint(SHA256()).hex()
    assert "DEVELOPMENT SEAL" in sealer.chain[0].subject.rfc4514_string()


def test_a_configured_key_on_an_elliptic_curve_seals(tmp_path: Path, now: datetime, unsealed: bytes) -> None:
    sealer = load_sealer(_pkcs12(tmp_path / "seal.p12", now, key=ec.generate_private_key(ec.SECP256R1())), b"right", at=now)
    path = tmp_path / "sealed.pdf"
    path.write_bytes(seal(sealer, unsealed, at=now))
    assert not sealer.development
    assert sealer.subject == "CN=Secretariat"
    assert "Signature is Valid" in subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def test_a_missing_key_file_is_told_in_one_sentence(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(SealKeyError, match=r"cannot be read: No such file"):
        load_sealer(tmp_path / "none.p12", b"", at=now)


def test_a_wrong_passphrase_is_told_in_one_sentence(tmp_path: Path, now: datetime) -> None:
    path = _pkcs12(tmp_path / "seal.p12", now, key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SealKeyError, match="passphrase is wrong"):
        load_sealer(path, b"wrong", at=now)


def test_a_file_that_is_no_key_is_told_in_one_sentence(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "seal.p12"
    path.write_bytes(b"hello")
    with pytest.raises(SealKeyError, match="is not a PKCS#12 file"):
        load_sealer(path, b"", at=now)


def test_a_file_without_a_private_key_is_told_in_one_sentence(tmp_path: Path, now: datetime, own: tuple[x509.Certificate, ...]) -> None:
    path = tmp_path / "seal.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, None, None, [own[0]], BestAvailableEncryption(b"right")))
    with pytest.raises(SealKeyError, match="lacks a private key"):
        load_sealer(path, b"right", at=now)


def test_a_weak_key_is_told_in_one_sentence(tmp_path: Path, now: datetime) -> None:
    path = _pkcs12(tmp_path / "seal.p12", now, key=rsa.generate_private_key(65537, 1024))  # noqa: S505 (weak on purpose)
    with pytest.raises(SealKeyError, match="neither RSA of 2048 bits or more"):
        load_sealer(path, b"right", at=now)


def test_a_certificate_that_may_not_sign_is_told_in_one_sentence(tmp_path: Path, now: datetime) -> None:
    usage = x509.KeyUsage(False, False, True, False, False, False, False, False, False)
    path = _pkcs12(tmp_path / "seal.p12", now, key=ec.generate_private_key(ec.SECP256R1()), usage=usage)
    with pytest.raises(SealKeyError, match="was not issued for signing"):
        load_sealer(path, b"right", at=now)


def test_an_expired_certificate_neither_loads_nor_seals(tmp_path: Path, now: datetime, unsealed: bytes) -> None:
    path = _pkcs12(tmp_path / "seal.p12", now, key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SealKeyError, match="expired on 2026-03-02"):
        load_sealer(path, b"right", at=now + timedelta(days=3))
    sealer = load_sealer(path, b"right", at=now)
    with pytest.raises(SealKeyError, match="expired on"):
        seal(sealer, unsealed, at=now + timedelta(days=3))
    with pytest.raises(SealKeyError, match="not valid before 2026-02-28"):
        load_sealer(path, b"right", at=now - timedelta(days=3))
