"""The program that anyone may take away to check a passkey's signature (docs/check_passkey.py), run as they run it."""

import ast
import hashlib
import json
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pledges.adapters.passkeys import Site, jwk, made, signed, to_make, to_sign
from pledges.domain.passkeys import challenge, proof
from tests.conftest import ROOT
from tests.leader.authenticator import Authenticator, plain, text

PROGRAM = ROOT / "docs" / "check_passkey.py"
SITE = Site("pledges.example.org", "https://pledges.example.org")
KEYS = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


def published(device: Authenticator, record: str = '{"leader":{"name":"Ayşe Yıldırım"}}') -> dict[str, Any]:
    """What declaration.json says of a pledge that this device has signed, made by our own code."""
    fingerprint, nonce = hashlib.sha256(record.encode()).hexdigest(), secrets.token_hex(16)
    expected = challenge(fingerprint, nonce)
    key = made(SITE, expected, device.make(to_make(SITE, expected, site_name="Assembly", holder="Leader", known=[])))
    credential = device.sign(to_sign(SITE, expected, known=[key.credential_id]))
    found = signed(SITE, expected, credential, public_key=key.public_key, sign_count=key.sign_count)
    shown = proof(
        fingerprint=fingerprint, nonce=nonce, rp_id=SITE.rp_id, origin=SITE.origin, public_key=jwk(key.public_key), answer=found.answer
    )
    return {"public_id": "a-pledge", "fingerprint": fingerprint, "record": record, "signature_proof": shown}


def device(kind: str = "ES256") -> Authenticator:
    return Authenticator(origin=SITE.origin, rp_id=SITE.rp_id, key=KEYS[kind]())


def run(folder: Path, *entries: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit code and lines for these pledges."""
    file = folder / "declaration.json"
    file.write_text(json.dumps({"entries": entries}))
    outcome = subprocess.run([sys.executable, "-I", PROGRAM, file], cwd=folder, capture_output=True, text=True, check=False)
    return outcome.returncode, outcome.stdout.splitlines()


def test_it_needs_nothing_of_ours():
    nodes = list(ast.walk(ast.parse(PROGRAM.read_text(encoding="utf-8"))))
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names | {"cryptography"}


def test_a_signature_by_each_kind_of_key_holds(tmp_path: Path):
    code, lines = run(tmp_path, *(published(device(kind)) for kind in KEYS))
    assert code == 0
    assert [line.split(",")[0] for line in lines] == ["a-pledge: HOLDS"] * 3
    assert all(SITE.origin in line for line in lines)


def test_two_pledges_of_one_device_show_the_same_key(tmp_path: Path):
    same, other = device(), device()
    _code, lines = run(tmp_path, published(same), published(same, record="{}"), published(other))
    keys = [line.split("key ")[1] for line in lines]
    assert keys[0] == keys[1] != keys[2]


def test_whatever_is_changed_in_what_is_published_no_longer_holds(tmp_path: Path):
    good, other = published(device()), published(device(), record="{}")
    shown = good["signature_proof"]

    def with_proof(**changed: Any) -> dict[str, Any]:
        return good | {"signature_proof": shown | changed}

    unverified = bytearray(plain(shown["authenticatorData"]))
    unverified[32] &= ~0x04
    elsewhere = json.loads(plain(shown["clientDataJSON"])) | {"origin": "https://elsewhere.example"}
    changed = {
        "record": good | {"record": good["record"].replace("Ayşe", "Ayse")},
        "record and fingerprint": good | {"record": other["record"], "fingerprint": other["fingerprint"]},
        "another pledge's signature": good | {"signature_proof": other["signature_proof"]},
        "nonce": with_proof(nonce="0" * 32),
        "a long nonce": with_proof(nonce=shown["nonce"] + "00"),
        "key": with_proof(public_key=other["signature_proof"]["public_key"]),
        "signature": with_proof(signature=other["signature_proof"]["signature"]),
        "site": with_proof(rp_id="elsewhere.example"),
        "origin": with_proof(origin="https://elsewhere.example"),
        "origin, twice": with_proof(origin="https://elsewhere.example", clientDataJSON=text(json.dumps(elsewhere).encode())),
        "flags": with_proof(authenticatorData=text(bytes(unverified))),
        "not base64": with_proof(authenticatorData="\u00fc"),
        "a missing part": good | {"signature_proof": {"kind": "passkey"}},
        "an odd key": with_proof(public_key={"kty": "oct", "k": "AAAA"}),
    }
    code, lines = run(tmp_path, *changed.values())
    assert code == 1
    assert [what for what, line in zip(changed, lines, strict=True) if "DOES NOT HOLD" not in line] == []


def test_a_file_without_passkeys_is_said_to_have_none(tmp_path: Path):
    assert run(tmp_path, {"public_id": "x", "record": "{}", "fingerprint": ""}) == (2, ["no passkey signature in this file"])


@pytest.mark.parametrize("damaged", ["{", "[1]"])
def test_a_file_that_is_no_such_document_ends_in_one_line(tmp_path: Path, damaged: str):
    file = tmp_path / "signature.json"
    file.write_text(damaged)
    outcome = subprocess.run([sys.executable, "-I", PROGRAM, file], capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stderr.count("\n"), "Traceback" in outcome.stderr) == (2, 1, False)
