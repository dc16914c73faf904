"""Passkeys by the standard (WebAuthn Level 3): what a browser is asked, and whether its answer holds. No answer is trusted before."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    decode_credential_public_key,
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_authenticator_data,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialHint,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ANSWER_IN = 180_000
"""Milliseconds that the device is given: to read its own question, find a finger, or type a PIN."""
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
]  # what docs/check_passkey.py checks; RSA is that of older Windows computers


@dataclass(frozen=True, slots=True)
class Site:
    """Whose passkeys these are: a passkey answers to one site alone."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that a device made just now. `public_key` is a COSE_Key (RFC 9052); the rest is what the device says of itself."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    attestation: str
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signature that holds, as its three published parts in base64url; `synced` says that the key is copied to other devices."""

    answer: dict[str, str]
    sign_count: int
    synced: bool


class Refusal(StrEnum):
    """Why an answer does not hold."""

    CHALLENGE = "challenge"
    """Made for another challenge: an earlier attempt, an earlier text, a replay."""
    SITE = "site"
    UNVERIFIED = "unverified"
    """The device did not check who holds it."""
    COUNTER = "counter"
    """The key has signed more often than it says: there may be a copy."""
    UNKNOWN_KEY = "unknown_key"
    INVALID = "invalid"


class PasskeyRefused(Exception):
    """The answer does not hold."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def site_of(base_url: str) -> Site | None:
    """The site at an address; None where no browser makes passkeys: without TLS (but on localhost), and on bare numbers."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        secure = parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
        return Site(host, f"{parts.scheme}://{parts.netloc}") if secure and host else None
    return None


def to_make(site: Site, challenge: bytes, *, site_name: str, holder: str, known: Iterable[bytes]) -> dict[str, Any]:
    """What `navigator.credentials.create()` is asked, as JSON. A device that holds one of the `known` keys makes no second one.

    The key need not be found without its id, so the device may keep it to itself (residentKey: discouraged).
    """
    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json_dict(
        generate_registration_options(
            rp_id=site.rp_id, rp_name=site_name, user_name=holder, challenge=challenge, timeout=ANSWER_IN, authenticator_selection=wanted,
            exclude_credentials=_descriptors(known), supported_pub_key_algs=_ALGORITHMS, hints=[PublicKeyCredentialHint.CLIENT_DEVICE],
        )
    )  # fmt: skip


def to_sign(site: Site, challenge: bytes, *, known: Iterable[bytes]) -> dict[str, Any]:
    """What `navigator.credentials.get()` is asked, as JSON: a signature by one of the `known` keys."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=site.rp_id, challenge=challenge, timeout=ANSWER_IN, allow_credentials=_descriptors(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )  # fmt: skip


def made(site: Site, challenge: bytes, credential: str) -> MadeKey:
    """The key of an answer to `to_make`, given as JSON. Raises PasskeyRefused."""
    try:
        found = verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.rp_id, expected_origin=site.origin,
            require_user_verification=True, supported_pub_key_algs=_ALGORITHMS,
        )  # fmt: skip
    except Exception as error:  # a stranger wrote the answer: whatever the reading of it trips over, it does not hold
        raise PasskeyRefused(_why(site, challenge, credential)) from error
    transports = parse_registration_credential_json(credential).response.transports or ()
    return MadeKey(
        found.credential_id, found.credential_public_key, found.sign_count, found.aaguid, AttestationFormat(found.fmt).value,
        tuple(dict.fromkeys(transport.value for transport in transports)),
    )  # fmt: skip


def credential_id_of(credential: str) -> bytes:
    """Which key an answer to `to_sign` names. Raises PasskeyRefused where it cannot be read."""
    try:
        return parse_authentication_credential_json(credential).raw_id
    except Exception as error:  # as above
        raise PasskeyRefused(Refusal.INVALID) from error


def signed(site: Site, challenge: bytes, credential: str, *, public_key: bytes, sign_count: int) -> Assertion:
    """The signature of an answer to `to_sign`, given as JSON. Raises PasskeyRefused."""
    try:
        found = verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.rp_id, expected_origin=site.origin,
            credential_public_key=public_key, credential_current_sign_count=sign_count, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # as above
        raise PasskeyRefused(_why(site, challenge, credential, sign_count)) from error
    response = parse_authentication_credential_json(credential).response
    answer = {
        "authenticatorData": response.authenticator_data,
        "clientDataJSON": response.client_data_json,
        "signature": response.signature,
    }
    encoded = {name: bytes_to_base64url(part) for name, part in answer.items()}
    return Assertion(encoded, found.new_sign_count, found.credential_backed_up)


def jwk(public_key: bytes) -> dict[str, str]:
    """A COSE_Key of one of our algorithms as JWK (RFC 7517, 7518 and 8037)."""
    key: Any = decode_credential_public_key(public_key)
    names = {
        COSEAlgorithmIdentifier.ECDSA_SHA_256: ({"kty": "EC", "crv": "P-256", "alg": "ES256"}, "xy"),
        COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256: ({"kty": "RSA", "alg": "RS256"}, "ne"),
        COSEAlgorithmIdentifier.EDDSA: ({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA"}, "x"),
    }
    kind, parts = names[key.alg]
    return kind | {part: bytes_to_base64url(getattr(key, part)) for part in parts}


def _descriptors(ids: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in ids]


def _why(site: Site, challenge: bytes, credential: str, sign_count: int | None = None) -> Refusal:
    """Which check has failed, for a sentence that helps; asked only of what was refused already."""
    try:
        if sign_count is None:
            made_key = parse_registration_credential_json(credential).response
            client, device = made_key.client_data_json, parse_attestation_object(made_key.attestation_object).auth_data
        else:
            response = parse_authentication_credential_json(credential).response
            client, device = response.client_data_json, parse_authenticator_data(response.authenticator_data)
        told = parse_client_data_json(client)
    except Exception:  # as above
        return Refusal.INVALID
    if told.challenge != challenge:
        return Refusal.CHALLENGE
    if told.origin != site.origin or device.rp_id_hash != sha256(site.rp_id.encode()).digest():
        return Refusal.SITE
    if not device.flags.uv:
        return Refusal.UNVERIFIED
    counted = max(device.sign_count, sign_count or 0) > 0
    return Refusal.COUNTER if counted and sign_count is not None and device.sign_count <= sign_count else Refusal.INVALID
