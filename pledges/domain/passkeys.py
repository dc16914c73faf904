"""What a passkey signs: a challenge that names the text, so that anyone can check the signature without asking us (docs/record.md)."""

from collections.abc import Mapping
from hashlib import sha256

NONCE_BYTES = 16


def challenge(fingerprint: str, nonce: str) -> bytes:
    """SHA-256 over the 32 bytes of the fingerprint and 16 random bytes, both given in hexadecimal (docs/decisions)."""
    return sha256(bytes.fromhex(fingerprint) + bytes.fromhex(nonce)).digest()


def proof(
    *, fingerprint: str, nonce: str, rp_id: str, origin: str, public_key: Mapping[str, str], answer: Mapping[str, str]
) -> dict[str, object]:
    """What is published. `public_key` is a JWK (RFC 7517), `answer` what the authenticator gave: `authenticatorData`, `clientDataJSON`
    and `signature` in base64url, named as in WebAuthn."""
    return {
        "kind": "passkey",
        "fingerprint": fingerprint,
        "nonce": nonce,
        "rp_id": rp_id,
        "origin": origin,
        "public_key": dict(public_key),
        **{name: answer[name] for name in ("authenticatorData", "clientDataJSON", "signature")},
    }
