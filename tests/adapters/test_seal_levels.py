"""Seals with time stamps and proofs, against real authorities on loopback."""

import io
import random
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.seal import Sealer
from pledges.adapters.seal_keys import load_sealer
from pledges.adapters.seal_promise import promise
from pledges.adapters.seal_reading import SealState, read_seal
from pledges.adapters.timestamp import TimeStampAuthority
from pledges.adapters.verification import Verification, verify
from tests.adapters.conftest import seal
from tests.authorities import PASSPHRASE, Authorities


@pytest.fixture(scope="module")
def bought(authorities: Authorities, now: datetime) -> Sealer:
    """A sealer whose issuer answers for it."""
    return load_sealer(authorities.pkcs12(), PASSPHRASE, at=now)


@pytest.fixture(scope="module")
def authority(authorities: Authorities) -> TimeStampAuthority:
    return TimeStampAuthority(authorities.tsa_url, (authorities.certificate("root"),))


@pytest.fixture(scope="module")
def stamped(bought: Sealer, authority: TimeStampAuthority, unsealed: bytes, now: datetime) -> bytes:
    """At B-LT; the sealing machine's clock is two minutes late."""
    return seal(bought, unsealed, at=now - timedelta(minutes=2), stamping=promise(bought, authority).stamping)


@pytest.fixture
def judge(bought: Sealer, authorities: Authorities, now: datetime) -> Callable[[bytes], Verification]:
    return lambda data: verify(data, own=[bought.certificate], authorities=[authorities.certificate("root")], at=now)


def _pdfsig(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(data)
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def test_a_seal_of_the_highest_level_stands_in_one_revision_and_every_reader_agrees(
    tmp_path: Path, stamped: bytes, unsealed: bytes, authorities: Authorities, judge: Callable[[bytes], Verification], now: datetime
) -> None:
    assert stamped.startswith(unsealed)
    told = _pdfsig(tmp_path, stamped)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    root = asn1.Certificate.load(authorities.certificate("root").public_bytes(Encoding.DER))
    embedded = PdfFileReader(io.BytesIO(stamped)).embedded_signatures[0]
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=now)
    status = validate_pdf_signature(embedded, context, context, skip_diff=True)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.timestamp == now
    found = judge(stamped)
    assert found.exit_code == 0
    assert "a time stamp of CN=Time-Stamping Authority confirms that it was there at 2026-03-01 12:00 UTC" in found.line
    assert "proves that the certificates were valid then (PAdES B-LT)" in found.line
    assert found.details["seal"]["level"] == "B-LT"  # type: ignore[index]


def test_the_library_proves_a_seal_of_the_highest_level_by_the_file_alone(stamped: bytes, authorities: Authorities, now: datetime) -> None:
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    root = asn1.Certificate.load(authorities.certificate("root").public_bytes(Encoding.DER))
    reader = PdfFileReader(io.BytesIO(stamped))
    store = DocumentSecurityStore.read_dss(reader)
    context = store.as_validation_context({"trust_roots": [root], "moment": now, "revocation_mode": "require", "retroactive_revinfo": True})
    status = validate_pdf_signature(reader.embedded_signatures[0], context, context, skip_diff=True)
    assert status.bottom_line


def test_xmp_and_info_keep_their_bytes(stamped: bytes, unsealed: bytes) -> None:
    before, after = pikepdf.open(io.BytesIO(unsealed)), pikepdf.open(io.BytesIO(stamped))
    assert after.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
    assert dict(after.docinfo) == dict(before.docinfo)


def test_a_time_stamp_of_an_authority_that_is_not_trusted_here_confirms_nothing(stamped: bytes, bought: Sealer, now: datetime) -> None:
    found = verify(stamped, own=[bought.certificate], at=now)
    assert found.exit_code == 0
    assert "at 2026-03-01 11:58 UTC as the seal itself claims; its time stamp is by CN=Time-Stamping Authority" in found.line
    assert "not trusted here, so nothing confirms the moment" in found.line
    assert "proves" not in found.line


def test_a_flipped_bit_in_the_value_with_its_time_stamp_is_seen(
    stamped: bytes, bought: Sealer, authorities: Authorities, now: datetime
) -> None:
    start = stamped.rindex(b"/Contents <") + len(b"/Contents ")
    end = stamped.index(b">", start) + 1
    length = len(stamped[start:end].rstrip(b"0>"))
    chance = random.Random(11)
    for place in sorted({*range(start, start + 40), *chance.sample(range(start, start + length), 500), end - 2}):
        for mask in (0x01, 0x20):
            spoilt = bytearray(stamped)
            spoilt[place] ^= mask
            found = read_seal(bytes(spoilt), trusted=[bought.certificate], authorities=[authorities.certificate("root")], at=now)
            assert found.state is not SealState.VALID, (place - start, mask)


def test_a_flipped_bit_in_what_proves_the_seal_is_seen(stamped: bytes, unsealed: bytes, judge: Callable[[bytes], Verification]) -> None:
    for place in range(len(unsealed), stamped.rindex(b"/Contents <"), 401):
        spoilt = bytearray(stamped)
        spoilt[place] ^= 1
        assert judge(bytes(spoilt)).exit_code == 1, place
