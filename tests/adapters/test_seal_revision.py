import io
import tracemalloc
from datetime import datetime
from pathlib import Path

import pikepdf
import pytest

from pledges.adapters.seal import Sealer
from pledges.adapters.seal_revision import CannotAppend, Gap, ValidationData, append_revision, digest, fill
from pledges.adapters.verification import verify
from tests.adapters.conftest import pdf_file, seal

MARK = "WALRG-Declaration edition=Rev.0 language=en root=" + "0" * 64


@pytest.mark.parametrize("differences", [False, True])
def test_an_index_of_any_width_is_read(sealer: Sealer, now: datetime, differences: bool) -> None:
    for widths in ((4, 2), (5, 4), (8, 1)):
        sealed = seal(sealer, pdf_file(MARK, {}, widths=widths, differences=differences), at=now)
        found = verify(sealed, own=(sealer.certificate,), at=now)
        assert found.details["seal"]["state"] == "valid"  # type: ignore[index]
        pdf = pikepdf.open(io.BytesIO(sealed))
        assert str(pdf.Root.AcroForm.Fields[0].V.SubFilter) == "/ETSI.CAdES.detached"


@pytest.mark.parametrize("mode", [pikepdf.ObjectStreamMode.disable, pikepdf.ObjectStreamMode.generate])
def test_a_file_of_another_program_is_refused_and_stays_as_it_was(
    tmp_path: Path, sealer: Sealer, now: datetime, mode: pikepdf.ObjectStreamMode
) -> None:
    path = tmp_path / "other.pdf"
    with pikepdf.open(io.BytesIO(pdf_file(MARK, {}))) as pdf:
        pdf.save(path, object_stream_mode=mode)
    before = path.read_bytes()
    with pytest.raises(CannotAppend):
        sealer.seal(path, at=now)
    assert path.read_bytes() == before


def test_a_sealed_file_is_not_sealed_again(tmp_path: Path, sealer: Sealer, now: datetime, sealed: bytes) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed)
    with pytest.raises(CannotAppend, match="more than one revision"):
        sealer.seal(path, at=now)
    assert path.read_bytes() == sealed


def test_what_stands_in_a_large_file_is_never_held_in_memory(tmp_path: Path, sealer: Sealer, now: datetime) -> None:
    path = tmp_path / "large.pdf"
    path.write_bytes(pdf_file(MARK, {}, page=bytes(64 << 20)))
    tracemalloc.start()
    sealer.seal(path, at=now)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_a_value_longer_than_its_room_is_refused_and_nothing_is_written(now: datetime) -> None:
    file = io.BytesIO(pdf_file(MARK, {}))
    gap = append_revision(file, at=now, room=10, data=ValidationData())
    before = file.getvalue()
    with pytest.raises(CannotAppend, match="longer than the room"):
        fill(file, gap, bytes(11))
    assert file.getvalue() == before


def test_what_proves_a_seal_later_stands_in_the_same_revision(now: datetime) -> None:
    file = io.BytesIO(pdf_file(MARK, {}))
    gap = append_revision(file, at=now, room=10, data=ValidationData([b"one", b"two"], [b"three"], [b"four"]))
    assert isinstance(gap, Gap)
    assert len(digest(file, gap)) == 32
    pdf = pikepdf.open(file)
    store = pdf.Root.DSS
    assert [each.read_bytes() for name in ("/Certs", "/OCSPs", "/CRLs") for each in store[name]] == [b"one", b"two", b"three", b"four"]
