import io
import json
import random
import subprocess
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter

from pledges.adapters.authority import development_key
from pledges.adapters.seal import Sealer
from pledges.adapters.seal_keys import load_sealer
from pledges.adapters.seal_reading import SealState, read_seal
from pledges.adapters.verdict import Verdict, Verification
from pledges.adapters.verification import verify
from tests.adapters.conftest import pdf_file, seal

Judge = Callable[[bytes], Verification]


@pytest.fixture
def judge(own: tuple[x509.Certificate, ...], now: datetime) -> Judge:
    return lambda data: verify(data, own=own, at=now)


def _value(sealed: bytes) -> tuple[int, int]:
    """Where the signature's value begins and ends, its angle brackets included."""
    start = sealed.rindex(b"/Contents <") + len(b"/Contents ")
    return start, sealed.index(b">", start) + 1


def _rewrite(data: bytes, change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, **options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(out, **options)
    return out.getvalue()


# ---------------------------------------------------------------- authentic


def test_a_sealed_file_is_authentic_and_the_line_says_seal_data_and_root(judge: Judge, sealed: bytes) -> None:
    found = judge(sealed)
    assert (found.verdict, found.exit_code) == (Verdict.AUTHENTIC, 0)
    assert "DEVELOPMENT SEAL: authentic only to this instance" in found.line
    assert "at 2026-03-01 12:00 UTC as the seal itself claims" in found.line
    assert "pledges: 5" in found.line
    assert f"The Merkle root agrees: {found.details['data']['root']}" in found.line  # type: ignore[index]
    assert "\n" not in found.line
    assert found.details["sha256"] == sha256(sealed).hexdigest()
    assert found.details["exit_code"] == 0


def test_a_path_is_judged_as_its_bytes_are(tmp_path: Path, sealed: bytes, own: tuple[x509.Certificate, ...], now: datetime) -> None:
    path = tmp_path / "declaration.pdf"
    path.write_bytes(sealed)
    assert verify(path, own=own, at=now) == verify(sealed, own=own, at=now)


def test_elsewhere_it_is_not_trusted_until_its_root_is_named(sealed: bytes, own: tuple[x509.Certificate, ...], now: datetime) -> None:
    stranger = verify(sealed, own=(), at=now)
    assert (stranger.exit_code, stranger.details["seal"]["state"]) == (1, SealState.UNTRUSTED)  # type: ignore[index]
    assert "by another, whose certificate is not trusted here" in stranger.line
    trusting = verify(sealed, own=(), trust=own[1:], at=now)
    assert trusting.exit_code == 0
    assert "DEVELOPMENT SEAL: authentic only to the instance that made it" in trusting.line


def _configured(tmp_path: Path, now: datetime, *, days: int = 30) -> Sealer:
    """A sealer whose key came from an issuer by way of another, as bought certificates do."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("Root", "Issuer", "Secretariat")]
    start, end = now - timedelta(days=1), now + timedelta(days=days)
    chain = [
        x509.CertificateBuilder(names[max(0, n - 1)], names[n], keys[n].public_key(), n + 1, start, end)
        .add_extension(x509.BasicConstraints(ca=n < 2, path_length=None), critical=True)
        .sign(keys[max(0, n - 1)], SHA256())
        for n in range(3)
    ]
    path = tmp_path / "seal.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"k", keys[2], chain[2], chain[1::-1], BestAvailableEncryption(b"p")))
    return load_sealer(path, b"p", at=now)


@pytest.mark.parametrize("trusted", [0, 1, 2], ids=["the sealing certificate", "its issuer", "the root"])
def test_a_configured_seal_is_authentic_to_whoever_trusts_any_certificate_of_its_chain(
    tmp_path: Path, now: datetime, unsealed: bytes, trusted: int
) -> None:
    sealer = _configured(tmp_path, now)
    found = verify(seal(sealer, unsealed, at=now), own=[(sealer.certificate, *sealer.chain)[trusted]], at=now)
    assert found.exit_code == 0
    assert found.line.startswith("AUTHENTIC: This is a declaration as it was sealed. The seal is valid: by CN=Secretariat")


def test_a_certificate_that_expired_since_stays_authentic_and_the_line_says_so(tmp_path: Path, now: datetime, unsealed: bytes) -> None:
    sealer = _configured(tmp_path, now)
    sealed = seal(sealer, unsealed, at=now)
    found = verify(sealed, own=[sealer.certificate], at=now + timedelta(days=31))
    assert found.exit_code == 0
    assert "expired on 2026-03-31, after the moment of the seal" in found.line
    assert "no time stamp confirms the moment" in found.line


def test_a_seal_that_claims_a_moment_after_its_certificates_life_does_not_verify(tmp_path: Path, now: datetime, unsealed: bytes) -> None:
    sealer = _configured(tmp_path, now)
    patient = replace(sealer, certificate=_configured(tmp_path, now, days=90).certificate)  # looks at another life than that of its key
    late = seal(patient, unsealed, at=now + timedelta(days=60))
    found = verify(late, own=[sealer.chain[0]], at=now + timedelta(days=60))
    assert (found.exit_code, found.details["seal"]["state"]) == (1, SealState.OUTSIDE_ITS_LIFE)  # type: ignore[index]


# ---------------------------------------------------------------- altered


def test_a_flipped_byte_anywhere_is_told_as_altered(judge: Judge, sealed: bytes) -> None:
    start, end = _value(sealed)
    chance = random.Random(7)
    places = {*range(60), *range(len(sealed) - 40, len(sealed)), start, start + 1, end - 2, end - 1, end, *range(0, len(sealed), 173)}
    for place in sorted(places):
        spoilt = bytearray(sealed)
        spoilt[place] ^= 1 << chance.randrange(8)
        assert judge(bytes(spoilt)).exit_code == 1, place


def test_a_flipped_bit_in_the_seals_own_value_is_seen_though_no_signature_covers_it(
    sealed: bytes, own: tuple[x509.Certificate, ...], now: datetime
) -> None:
    start, end = _value(sealed)
    for place in range(start, end, 7):
        for mask in (0x01, 0x20):  # another digit; the same digit in small letters
            spoilt = bytearray(sealed)
            spoilt[place] ^= mask
            assert read_seal(bytes(spoilt), trusted=own, at=now).state is not SealState.VALID, (place - start, mask)


def test_padding_that_is_not_zero_and_small_letters_are_seen(judge: Judge, sealed: bytes) -> None:
    start, end = _value(sealed)
    assert judge(sealed[: end - 2] + b"1" + sealed[end - 1 :]).exit_code == 1
    assert judge(sealed[:start] + sealed[start:end].lower() + sealed[end:]).exit_code == 1


def test_cut_anywhere_behind_its_mark_it_still_claims_to_be_ours(judge: Judge, sealed: bytes) -> None:
    header = sealed.index(b"1 0 obj")
    for length in [header, *range(header + 1, len(sealed), 311), len(sealed) - 1]:
        assert judge(sealed[:length]).exit_code == 1, length
    assert "cut short" in judge(sealed[:-1]).line
    assert "cut short: its end is missing" in judge(sealed[: len(sealed) // 2]).line


def test_cut_at_its_beginning_it_still_claims_to_be_ours(judge: Judge, sealed: bytes) -> None:
    assert [judge(sealed[length:]).exit_code for length in (1, 9, 200, 1500)] == [1, 1, 1, 1]


@pytest.mark.parametrize("more", [b"\n", b"\0", b"% harmless\n%%EOF\n"])
def test_bytes_behind_the_end_are_told_as_added(judge: Judge, sealed: bytes, more: bytes) -> None:
    found = judge(sealed + more)
    assert found.exit_code == 1
    assert f"Bytes were added after the sealed part ({len(more)})" in found.line


def test_an_added_revision_is_told_as_added(judge: Judge, sealed: bytes) -> None:
    page = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>\nendobj\n"
    start = len(sealed) + len(page)
    table = b"xref\n3 1\n%010d 00000 n \ntrailer\n<</Size 17/Root 1 0 R/Info 8 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    previous = int(sealed[sealed.rindex(b"startxref") :].split()[1])
    found = judge(sealed + page + table % (len(sealed), previous, start))
    assert found.exit_code == 1
    assert "added after the sealed part" in found.line


def test_bytes_before_its_beginning_are_seen(judge: Judge, sealed: bytes) -> None:
    assert judge(b"\n" + sealed).exit_code == 1


@pytest.mark.parametrize("mode", list(pikepdf.ObjectStreamMode))
def test_rewritten_by_another_program_it_does_not_verify(judge: Judge, sealed: bytes, mode: pikepdf.ObjectStreamMode) -> None:
    found = judge(_rewrite(sealed, object_stream_mode=mode, compress_streams=True))
    assert found.exit_code == 1
    assert "something was changed after it was sealed" in found.line


def test_rewritten_by_qpdf_it_does_not_verify(tmp_path: Path, judge: Judge, sealed: bytes) -> None:
    (tmp_path / "in.pdf").write_bytes(sealed)
    subprocess.run(["qpdf", "--object-streams=generate", str(tmp_path / "in.pdf"), str(tmp_path / "out.pdf")], check=True)
    assert judge((tmp_path / "out.pdf").read_bytes()).exit_code == 1


def test_stripped_of_its_seal_it_still_claims_to_be_ours(judge: Judge, sealed: bytes) -> None:
    def strip(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Perms
        del pdf.Root.AcroForm.Fields[0]["/V"]

    found = judge(_rewrite(sealed, strip, object_stream_mode=pikepdf.ObjectStreamMode.generate))
    assert found.exit_code == 1
    assert "built without one, or its seal was removed" in found.line


def test_without_marks_its_certificate_still_gives_it_away(judge: Judge, sealed: bytes) -> None:
    def unmark(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Metadata
        del pdf.docinfo["/WALRGDeclaration"]

    for mode in (pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate):
        found = judge(_rewrite(sealed, unmark, object_stream_mode=mode))
        assert found.exit_code == 1
        assert "The edition mark is missing" in found.line


@pytest.mark.parametrize("place", ["Info", "XMP"])
def test_either_mark_alone_is_a_claim(judge: Judge, unsealed: bytes, place: str) -> None:
    def unmark(pdf: pikepdf.Pdf) -> None:
        if place == "XMP":
            del pdf.trailer.Info["/WALRGDeclaration"]
        else:
            del pdf.Root.Metadata

    assert judge(_rewrite(unsealed, unmark)).exit_code == 1


def test_what_it_was_before_its_seal_is_not_authentic(judge: Judge, unsealed: bytes) -> None:
    found = judge(unsealed)
    assert (found.verdict, found.exit_code) == (Verdict.ALTERED, 1)
    assert "There is no seal" in found.line
    assert "says nothing of their origin" in found.line


def test_a_draft_is_told_as_a_draft(judge: Judge, make_declaration: Callable[..., bytes]) -> None:
    found = judge(make_declaration(draft=True))
    assert found.exit_code == 1
    assert "this is a draft, which is never sealed" in found.line


def test_sealed_by_another_it_is_not_authentic(judge: Judge, unsealed: bytes, other_sealer: Sealer, now: datetime) -> None:
    found = judge(seal(other_sealer, unsealed, at=now))
    assert found.exit_code == 1
    assert "The seal is by another" in found.line


def test_a_second_seal_over_ours_is_not_ours(judge: Judge, sealed: bytes, other_instance: Path, now: datetime) -> None:
    def unseal(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Perms
        del pdf.Root.AcroForm.Fields[0]["/V"]

    writer = IncrementalPdfFileWriter(io.BytesIO(_rewrite(sealed, unseal)))
    metadata = PdfSignatureMetadata(field_name="Seal", subfilter=SigSeedSubFilter.PADES)
    file, passphrase = development_key(other_instance, at=now)
    forger = SimpleSigner.load_pkcs12(file, passphrase=passphrase)
    forged = sign_pdf(writer, metadata, signer=forger, existing_fields_only=True)
    found = judge(forged.getvalue())
    assert found.exit_code == 1
    assert "The seal is valid" not in found.line


def test_locked_with_a_password_it_does_not_verify(judge: Judge, sealed: bytes) -> None:
    readable = judge(_rewrite(sealed, encryption=pikepdf.Encryption(owner="o", user="")))
    assert readable.exit_code == 1
    foreign = judge(_rewrite(pdf_file("", {}), encryption=pikepdf.Encryption(owner="o", user="u")))
    assert (foreign.exit_code, foreign.line) == (3, "UNREADABLE: The file is locked with a password.")


# ---------------------------------------------------------------- data


def _spoil(path: Sequence[str | int], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(files: dict[str, Any]) -> None:
        place: Any = files
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_spoil(["declaration.json", "entries", 1, "record"], "{}"), "The record of p1 does not have the fingerprint"),
        (_spoil(["declaration.json", "entries", 1, "leader_name"], "Somebody"), "The entry of p1 does not say what its record says"),
        (_spoil(["declaration.json", "entries", 1, "themes"], ["digital"]), "The entry of p1 does not say what its record says"),
        (_spoil(["declaration.json", "counts", "pledges"], 6), "The counts are not those of the entries"),
        (_spoil(["declaration.json", "counts", "commitments", "sustainable"], 1), "The counts are not those of the entries"),
        (_spoil(["declaration.json", "root"], "0" * 64), "The Merkle root is not that of the fingerprints"),
        (lambda files: files["declaration.json"]["entries"].reverse(), "The table declaration.csv does not say"),
        (lambda files: files["declaration.json"]["entries"].pop(), "The table declaration.csv does not say"),
        (lambda files: files.update({"declaration.csv": files["declaration.csv"].replace("Ville", "Stadt", 1)}), "The table declaration"),
        (
            lambda files: files.update({"declaration.csv": files["declaration.csv"].replace("agissons", "dormons", 1)}),
            "The table declaration",
        ),
        (lambda files: files["proofs.json"]["proofs"].pop(), "The proofs are not those of these pledges"),
        (_spoil(["proofs.json", "proofs", 2, "path", 0], "1" * 64), "does not lead to the Merkle root"),
        (_spoil(["proofs.json", "size"], 4), "The proofs are not those of these pledges"),
        (lambda files: files.pop("declaration.csv"), "The attached file declaration.csv is missing"),
        (_spoil(["proofs.json"], "[" * 100_000), "The attached file proofs.json cannot be read"),
        (_spoil(["declaration.json"], []), "lack something or are not in the form that we write"),
        (_spoil(["declaration.json", "entries", 0], None), "lack something or are not in the form that we write"),
    ],
)
def test_data_that_do_not_agree_are_named_even_under_our_own_seal(
    judge: Judge, sealer: Sealer, now: datetime, make_declaration: Callable[..., bytes], change: Callable[[dict[str, Any]], None], told: str
) -> None:
    found = judge(seal(sealer, make_declaration(change=change), at=now))
    assert found.exit_code == 1
    assert "The seal is valid" in found.line
    assert told in found.line


def test_another_root_in_the_mark_is_named(judge: Judge, sealer: Sealer, now: datetime, unsealed: bytes) -> None:
    root = judge(unsealed).details["data"]["root"].encode()  # type: ignore[index]
    head, rest = unsealed[:200], unsealed[200:]
    place = rest.index(b"WALRG-Declaration")
    other = head + rest[:place] + rest[place:].replace(root, b"0" * 64, 1)
    found = judge(seal(sealer, other, at=now))
    assert found.exit_code == 1
    assert "The Merkle root in the edition mark is not that of the attached data" in found.line


def test_an_edition_without_pledges_agrees(judge: Judge, sealer: Sealer, now: datetime, make_declaration: Callable[..., bytes]) -> None:
    assert judge(seal(sealer, make_declaration(pledges=0), at=now)).exit_code == 0


def test_an_attachment_that_swells_beyond_measure_is_not_swallowed(judge: Judge, unsealed: bytes) -> None:
    def inflate(pdf: pikepdf.Pdf) -> None:
        stream = pdf.attachments["proofs.json"].get_file().obj
        deflater = zlib.compressobj()
        swollen = b"".join(deflater.compress(bytes(1 << 20)) for _ in range(80)) + deflater.flush()
        stream.write(swollen, filter=pikepdf.Name.FlateDecode)

    found = judge(_rewrite(unsealed, inflate))
    assert found.exit_code == 1
    assert "The attached file proofs.json cannot be read" in found.line


# ---------------------------------------------------------------- foreign and unreadable


def test_a_file_of_somebody_else_is_foreign_sealed_or_not(judge: Judge, other_sealer: Sealer, now: datetime) -> None:
    foreign = pdf_file("", {"notes.txt": b"hello"})
    assert (judge(foreign).verdict, judge(foreign).exit_code) == (Verdict.FOREIGN, 2)
    assert judge(seal(other_sealer, foreign, at=now)).exit_code == 2


def test_words_on_a_page_or_a_title_that_names_us_are_no_claim(judge: Judge, unsealed: bytes) -> None:
    mark = unsealed.splitlines()[1]
    page = mark + b"\nBT (" + mark[1:] + b") Tj ET"
    assert mark.startswith(b"%WALRG-Declaration")
    assert judge(pdf_file("", {"declaration.json": b"{}"}, page=page)).exit_code == 2
    assert judge(_rewrite(pdf_file("", {}), lambda pdf: pdf.docinfo.update({"/Title": "On the WALRG-Declaration"}))).exit_code == 2


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"hello", bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n", b"%WALRG-Declaration of nothing\n"]
)
def test_what_is_no_pdf_is_unreadable(judge: Judge, data: bytes) -> None:
    assert (judge(data).verdict, judge(data).exit_code) == (Verdict.UNREADABLE, 3)


def test_random_bytes_are_unreadable(judge: Judge) -> None:
    assert {judge(random.Random(seed).randbytes(2000)).exit_code for seed in range(30)} == {3}


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path, now: datetime) -> None:
    assert "No such file" in verify(tmp_path / "none.pdf", own=(), at=now).line
    assert verify(tmp_path / "none.pdf", own=(), at=now).exit_code == 3
    assert verify(tmp_path, own=(), at=now).exit_code == 3


# ---------------------------------------------------------------- a real edition


def test_a_real_declaration_seals_verifies_and_pleases_the_checkers(
    tmp_path: Path, sealer: Sealer, own: tuple[x509.Certificate, ...], make_value: Callable[..., Any]
) -> None:
    from pledges.domain.publication import attachments
    from pledges.typesetting.declaration import typeset

    value = make_value(pledges=12)
    printed = io.BytesIO()
    typeset(value, attachments(value), printed, seal_field=True)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    path = tmp_path / "declaration.pdf"
    path.write_bytes(seal(sealer, printed.getvalue(), at=at))
    found = verify(path, own=own, at=at)
    assert (found.exit_code, found.details["data"]["pledges"]) == (0, 12)  # type: ignore[index]
    told = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode == 0
    before, after = pikepdf.open(printed), pikepdf.open(path)
    assert after.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
    assert verify(printed.getvalue(), own=own, at=at).exit_code == 1


def test_data_of_an_edition_from_before_lists_stood_line_by_line_still_agree(
    judge: Judge, sealer: Sealer, now: datetime, make_declaration: Callable[..., bytes]
) -> None:
    def written_before(files: dict[str, Any]) -> None:
        told = {name: value for name, value in files.items() if name.endswith(".json")}
        files.update({name: json.dumps(value, indent=1) + "\n" for name, value in told.items()})

    assert judge(seal(sealer, make_declaration(change=written_before), at=now)).exit_code == 0
