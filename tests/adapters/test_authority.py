import multiprocessing
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.x509.verification import Store

from pledges.adapters.authority import CertificateUnreadable, development_key, is_development, load_certificates, root_certificate
from pledges.adapters.seal_keys import load_sealer


def test_the_authority_is_made_once_and_then_reused(tmp_path: Path, now: datetime) -> None:
    path, passphrase = development_key(tmp_path / "new/instance", at=now)
    first = path.read_bytes()
    assert development_key(tmp_path / "new/instance", at=now) == (path, passphrase)
    assert path.read_bytes() == first
    assert sorted(each.name for each in (tmp_path / "new/instance").iterdir()) == ["seal"]


def test_its_files_are_readable_by_their_owner_only(instance: Path, now: datetime) -> None:
    path, _ = development_key(instance, at=now)
    assert [each.stat().st_mode & 0o777 for each in sorted(path.parent.iterdir())] == [0o600, 0o600]
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_the_root_stands_behind_the_seal_and_both_call_themselves_development(instance: Path, now: datetime) -> None:
    sealer = load_sealer(*development_key(instance, at=now), at=now)
    (root,) = load_certificates(root_certificate(instance))
    sealer.certificate.verify_directly_issued_by(root)
    assert is_development(sealer.certificate)
    assert Store([root])
    assert "DEVELOPMENT SEAL" in root.subject.rfc4514_string()
    assert sealer.chain == (root,)


def test_two_processes_at_once_get_the_same_key(tmp_path: Path, now: datetime) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=development_key, args=(tmp_path,), kwargs={"at": now}) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert [each.name for each in tmp_path.iterdir()] == ["seal"]
    path, passphrase = development_key(tmp_path, at=now)
    assert load_sealer(path, passphrase, at=now).development


def test_a_certificate_file_that_is_none_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CertificateUnreadable, match="No such file"):
        load_certificates(tmp_path / "none.pem")
    (tmp_path / "empty.pem").write_bytes(b"")
    with pytest.raises(CertificateUnreadable, match="holds no certificate"):
        load_certificates(tmp_path / "empty.pem")
