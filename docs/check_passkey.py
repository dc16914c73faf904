"""Checks passkey signatures from what is published, and from nothing else: it needs Python and `cryptography`, and none of our code.

    python check_passkey.py FILE [PUBLIC_ID …]

FILE is the answer of `/api/v1/pledges/<public_id>/signature`, or the `declaration.json` that is attached to a declaration.
Each pledge that was signed with a passkey gets a line. Exit 0: all of them
hold; 1: one does not; 2: there was none, or the file cannot be read.

What is checked is described in record.md, section "A passkey's signature". A line names the website that the device answered,
and the key's thumbprint (RFC 7638): the same thumbprint under two pledges is the same key.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED = 0x01, 0x04
"""Bits of the authenticator's flags: somebody was there; the device checked who."""


class DoesNotHold(Exception):
    """The signature proves nothing, with the reason."""


def check(signature):
    """Check one item with `record`, `fingerprint` and its proof; gives origin and thumbprint. Raises DoesNotHold."""
    proof = signature.get("proof") or signature["signature_proof"]
    fingerprint = hashlib.sha256(signature["record"].encode()).hexdigest()
    need(fingerprint == signature["fingerprint"] == proof["fingerprint"], "the fingerprint is not that of the record")
    need(re.fullmatch("[0-9a-f]{32}", proof["nonce"]), "the nonce is not 16 bytes")
    challenge = hashlib.sha256(bytes.fromhex(fingerprint + proof["nonce"])).digest()
    said = decode(proof["clientDataJSON"])
    client = json.loads(said)
    need(client["type"] == "webauthn.get", "this is no signature")
    need(decode(client["challenge"]) == challenge, "another text was signed")
    need(client["origin"] == proof["origin"] and not client.get("crossOrigin"), "another website asked for it")
    host = urlsplit(proof["origin"]).hostname
    need(host == proof["rp_id"] or host.endswith("." + proof["rp_id"]), "the website is not the key's")
    device = decode(proof["authenticatorData"])
    need(len(device) >= 37 and device[:32] == hashlib.sha256(proof["rp_id"].encode()).digest(), "the key belongs to another website")
    need(device[32] & PRESENT and device[32] & VERIFIED, "the device did not check who held it")
    try:
        verify(proof["public_key"], decode(proof["signature"]), device + hashlib.sha256(said).digest())
    except InvalidSignature:
        raise DoesNotHold("the key did not sign this") from None
    return proof["origin"], thumbprint(proof["public_key"])


def verify(key, signature, data):
    """By the key, a JWK of one of three kinds. Raises InvalidSignature."""
    if key["kty"] == "EC" and key["crv"] == "P-256":
        point = ec.EllipticCurvePublicNumbers(number(key["x"]), number(key["y"]), ec.SECP256R1())
        point.public_key().verify(signature, data, ec.ECDSA(SHA256()))
    elif key["kty"] == "RSA":
        rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key().verify(signature, data, padding.PKCS1v15(), SHA256())
    elif key["kty"] == "OKP" and key["crv"] == "Ed25519":
        ed25519.Ed25519PublicKey.from_public_bytes(decode(key["x"])).verify(signature, data)
    else:
        raise DoesNotHold("a kind of key that is not used here")


def thumbprint(key):
    """RFC 7638, in hexadecimal: SHA-256 over the key's required members in the order of their names."""
    needed = {
        name: key[name] for name in {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}[key["kty"]]
    }
    return hashlib.sha256(json.dumps(needed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def need(holds, otherwise):
    """Go on only if it holds."""
    if not holds:
        raise DoesNotHold(otherwise)


def decode(text):
    """Base64url without padding (RFC 4648, section 5), as bytes."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def number(text):
    """Base64url, as a whole number."""
    return int.from_bytes(decode(text), "big")


def main(path, *wanted):
    """Print a line for each passkey signature of the file; gives the exit code."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise ValueError("not the JSON of a signature or a declaration")
    items = document.get("entries") or [document]
    signed = [item for item in items if (item.get("proof") or item.get("signature_proof") or {}).get("kind") == "passkey"]
    outcomes = []
    for item in signed:
        if wanted and item["public_id"] not in wanted:
            continue
        try:
            origin, key = check(item)
            outcomes.append(True)
            print(f"{item['public_id']}: HOLDS, asked for by {origin}, key {key}")
        except (DoesNotHold, KeyError, TypeError, ValueError) as problem:
            outcomes.append(False)
            print(f"{item['public_id']}: DOES NOT HOLD: {problem}")
    if not outcomes:
        print("no passkey signature in this file")
        return 2
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError) as problem:
        print(f"cannot be read: {problem}", file=sys.stderr)
        sys.exit(2)
