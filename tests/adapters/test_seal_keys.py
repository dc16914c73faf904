"""Keys that never leave where they are: in a token (SoftHSM), and with a program that signs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import config
from pledges.adapters import open_adapters
from pledges.adapters.seal import Sealer, SealKeyError
from pledges.adapters.seal_keys import load_command, load_pkcs11
from pledges.adapters.verification import verify
from tests.adapters.conftest import seal
from tests.authorities import Authorities

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
SIGN = """
import base64, sys
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
key = load_pem_private_key(open(sys.argv[1], "rb").read(), None)
digest = bytes.fromhex(sys.stdin.read())
print(base64.b64encode(key.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))).decode())
"""


@pytest.fixture(scope="module")
def token(authorities: Authorities, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A token `pledges` with the key `seal`."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    for told in (
        ["--init-token", "--free", "--label", "pledges", "--pin", "1234", "--so-pin", "5678"],
        ["--import", str(authorities.key_file("seal")), "--token", "pledges", "--label", "seal", "--id", "01", "--pin", "1234"],
    ):
        subprocess.run(["softhsm2-util", *told], check=True, capture_output=True)
    yield
    os.environ.pop("SOFTHSM2_CONF") if before is None else os.environ.update(SOFTHSM2_CONF=before)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "sign.py"
    path.write_text(SIGN)
    return path


def _verifies(sealer: Sealer, unsealed: bytes, now: datetime) -> bool:
    found = verify(seal(sealer, unsealed, at=now), own=(sealer.certificate,), at=now)
    return found.exit_code == 0 and "by CN=Secretariat" in found.line


def test_a_key_in_a_token_seals(token: None, authorities: Authorities, unsealed: bytes, now: datetime) -> None:
    chain = authorities.pem("seal", "issuer", "root")
    sealer = load_pkcs11(MODULE, "pledges", "seal", pin="1234", certificates=chain, at=now)
    assert _verifies(sealer, unsealed, now)
    assert len(sealer.chain) == 2


@pytest.mark.parametrize(("name", "key", "pin"), [("other", "seal", "1234"), ("pledges", "seal", "9999"), ("pledges", "other", "1234")])
def test_a_wrong_token_pin_or_key_is_told_in_one_line(
    token: None, authorities: Authorities, unsealed: bytes, now: datetime, name: str, key: str, pin: str
) -> None:
    chain = authorities.pem("seal", "issuer", "root")
    with pytest.raises(SealKeyError, match="cannot be used") as told:
        seal(load_pkcs11(MODULE, name, key, pin=pin, certificates=chain, at=now), unsealed, at=now)
    assert "\n" not in str(told.value)
    assert pin not in str(told.value)


def test_a_program_that_gets_the_digest_seals(authorities: Authorities, program: Path, unsealed: bytes, now: datetime) -> None:
    command = [sys.executable, str(program), str(authorities.key_file("seal"))]
    assert _verifies(load_command(command, authorities.pem("seal", "issuer", "root"), at=now), unsealed, now)


def test_openssl_is_such_a_program(tmp_path: Path, authorities: Authorities, unsealed: bytes, now: datetime) -> None:
    script = tmp_path / "sign.sh"
    key = authorities.key_file("seal")
    script.write_text(
        f"read digest; printf '%b' \"$(printf %s $digest | sed 's/../\\\\x&/g')\" > {tmp_path}/digest\n"
        f"openssl pkeyutl -sign -inkey {key} -pkeyopt digest:sha256 -in {tmp_path}/digest | openssl base64\n"
    )
    assert _verifies(load_command(["bash", str(script)], authorities.pem("seal", "issuer", "root"), at=now), unsealed, now)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/nowhere/sign"], "did not sign"),
        (["false"], "it ended with 1"),
        (["echo", "no base64!"], "did not sign"),
        (["echo", "AAAA"], "does not fit the certificate"),
    ],
)
def test_a_program_that_does_not_sign_is_told_in_one_line(
    authorities: Authorities, unsealed: bytes, now: datetime, command: list[str], told: str
) -> None:
    with pytest.raises(SealKeyError, match=told):
        seal(load_command(command, authorities.pem("seal", "issuer", "root"), at=now), unsealed, at=now)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"PLEDGES_SEAL_COMMAND": "sign", "PLEDGES_SEAL_PKCS12": __file__}, "only one may be set"),
        ({"PLEDGES_SEAL_COMMAND": "sign"}, "PLEDGES_SEAL_CERTIFICATE: required with PLEDGES_SEAL_COMMAND"),
        ({"PLEDGES_SEAL_CERTIFICATE": __file__}, "only with PLEDGES_SEAL_COMMAND"),
        ({"PLEDGES_SEAL_PKCS11": "token=a;key=b"}, "module=FILE;token=LABEL;key=LABEL"),
        ({"PLEDGES_SEAL_PKCS11": "module=/nowhere.so;token=a;key=b"}, "there is no file /nowhere.so"),
        ({"PLEDGES_SEAL_COMMAND": "sign 'x"}, "PLEDGES_SEAL_COMMAND: No closing quotation"),
        ({"PLEDGES_TSA_TRUST": __file__}, "only with PLEDGES_TSA_URL"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, str], told: str
) -> None:
    with pytest.raises(config.BadSetting):
        config.from_environment({"PLEDGES_INSTANCE": str(tmp_path), **settings})
    line = capsys.readouterr().err
    assert told in line
    assert line.count("\n") == 1


def test_a_file_of_trusted_roots_without_certificates_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "roots.pem"
    path.write_text("hello")
    settings = config.testing(f"sqlite:///{tmp_path}/a.sqlite", tmp_path, tsa_url="http://127.0.0.1/", tsa_trust=path)
    with pytest.raises(SealKeyError, match=r"PLEDGES_TSA_TRUST: .* holds no certificate in PEM form"):
        open_adapters(settings).open_authority()
