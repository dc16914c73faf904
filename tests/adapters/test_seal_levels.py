"""Seals with time stamps and proofs, against real authorities on loopback."""

import io
import random
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.inquiry import ask
from pledges.adapters.seal import Sealer, SealKeyError
from pledges.adapters.seal_keys import load_sealer
from pledges.adapters.seal_promise import aimed_level, promise
from pledges.adapters.seal_reading import SealState, read_seal
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp import TimeStampAuthority
from pledges.adapters.verdict import Verification
from pledges.adapters.verification import verify
from pledges.domain.sealing import SealLevel
from tests.adapters.conftest import seal
from tests.authorities import PASSPHRASE, Authorities, closed_port


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


def test_a_certificate_that_was_revoked_before_the_time_stamp_neither_seals_nor_verifies(
    authorities: Authorities, authority: TimeStampAuthority, unsealed: bytes, now: datetime
) -> None:
    revoked = load_sealer(authorities.pkcs12("revoked"), PASSPHRASE, at=now)
    with pytest.raises(SealKeyError, match="was revoked"):
        promise(revoked, authority)
    authorities.moment = datetime.fromisoformat("2026-01-15T00:00:00Z")  # when it was not yet
    try:
        early = promise(revoked, authority)
    finally:
        authorities.moment = now
    assert early.level is SealLevel.B_LT
    with authorities.failing("/ocsp/", lambda _: (503, b"")):
        data = ask_lists(authorities, revoked)
    late = seal(revoked, unsealed, at=now, stamping=replace(early.stamping, data=data))  # type: ignore[arg-type]
    found = verify(late, own=[revoked.certificate], authorities=[authorities.certificate("root")], at=now)
    assert (found.exit_code, found.details["seal"]["state"]) == (1, SealState.REVOKED)  # type: ignore[index]
    assert "had been revoked before the moment of the seal" in found.line


def ask_lists(authorities: Authorities, sealer: Sealer) -> ValidationData:
    """All certificates, and the lists of both issuers."""
    certificates = [authorities.certificate(label) for label in ("revoked", "issuer", "root", "tsa")]
    lists = [ask(f"{authorities.url}/hall/crls/{label}/latest.crl", most=1 << 20) for label in ("root", "issuer")]
    return ValidationData([each.public_bytes(Encoding.DER) for each in certificates], (), lists)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda _: (200, b"hello"), "does not answer as it should"),
        (lambda _: (500, b""), "answers with status 500"),
        (lambda _: (200, bytes(300 << 10)), "more than can be right"),
        (lambda body: (200, body[:-40]), "does not answer as it should"),
        (lambda body: (200, body[:-1] + bytes([body[-1] ^ 1])), "does not answer as it should"),
    ],
)
def test_an_authority_that_answers_wrongly_leaves_the_lowest_level_and_its_reason(
    authorities: Authorities, authority: TimeStampAuthority, bought: Sealer, wrong: Callable[[bytes], tuple[int, bytes]], told: str
) -> None:
    with authorities.failing("/tsa/", wrong):
        made = promise(bought, authority)
    assert made.level is SealLevel.B_B
    assert told in made.why


def test_a_stamp_that_does_not_lead_to_the_trusted_roots_is_none(authorities: Authorities, bought: Sealer) -> None:
    made = promise(bought, TimeStampAuthority(authorities.tsa_url, (authorities.certificate("stranger"),)))
    assert made.level is SealLevel.B_B
    assert "does not lead to the roots that are trusted" in made.why


def test_a_certificate_for_other_purposes_gives_no_time_stamp(authorities: Authorities, bought: Sealer) -> None:
    made = promise(bought, TimeStampAuthority(f"{authorities.url}/hall/tsa/plain"))
    assert made.level is SealLevel.B_B
    assert "was not issued for time stamps" in made.why


def test_what_the_settings_aim_at_is_told_without_asking_anybody(authorities: Authorities, sealer: Sealer, bought: Sealer) -> None:
    nobody = TimeStampAuthority(f"http://127.0.0.1:{closed_port()}/tsa")
    assert aimed_level(bought, None) is SealLevel.B_B
    assert aimed_level(bought, nobody) is SealLevel.B_LT
    assert aimed_level(sealer, nobody) is SealLevel.B_T  # nobody answers for a development seal
