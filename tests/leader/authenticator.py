"""A device that makes passkeys, as the standard describes one; each part of its answer can be made wrong."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def plain(written: str) -> bytes:
    """The bytes of base64url."""
    return urlsafe_b64decode(written + "=" * (-len(written) % 4))


@dataclass
class Authenticator:
    """One device with one key; `origin`, `rp_id`, `verifies` and `count` are what it claims."""

    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    verifies: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: Key = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: dict[str, Any], **differs: str) -> str:
        """Answer `navigator.credentials.create()`."""
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self.cose()
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._device(HOLDS_KEY) + attested})
        client = self._client("webauthn.create", differs.get("challenge", asked["challenge"]))
        return self._answer(clientDataJSON=client, attestationObject=statement)

    def sign(self, asked: dict[str, Any], **differs: str) -> str:
        """Answer `navigator.credentials.get()`."""
        self.count += 1
        client, device = self._client("webauthn.get", differs.get("challenge", asked["challenge"])), self._device()
        signature = self._signature(device + sha256(client).digest())
        return self._answer(clientDataJSON=client, authenticatorData=device, signature=signature)

    def cose(self) -> bytes:
        """The public key as COSE_Key (RFC 9053)."""
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()})
        if isinstance(self.key, rsa.RSAPrivateKey):
            public = self.key.public_key().public_numbers()
            return cbor2.dumps({1: 3, 3: -257, -1: public.n.to_bytes(256, "big"), -2: public.e.to_bytes(3, "big")})
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def _signature(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), SHA256())
        return self.key.sign(data, ec.ECDSA(SHA256()))

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _device(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, **parts: bytes) -> str:
        response = {name: text(part) for name, part in parts.items()}
        return json.dumps({"id": text(self.credential_id), "rawId": text(self.credential_id), "type": "public-key", "response": response})
