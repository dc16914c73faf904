"""The time-stamping authority: asks it to confirm that some bytes exist now."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms, tsp
from cryptography import x509
from pyhanko.sign.timestamps import TimeStamper

from pledges.adapters.inquiry import NoAnswer, ask
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp_reading import BadTimeStamp, TimeStamp, bare, read_time_stamp

_MOST = 256 << 10
"""Bytes of an answer; a usual one has six thousand."""


@dataclass(frozen=True, slots=True)
class Token:
    """A time stamp that was just given: bare, its reading, and the certificates that came with it, in DER."""

    token: cms.ContentInfo
    stamp: TimeStamp
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class TimeStampAuthority:
    """Where to ask, and which roots its certificate must lead to; without any, it is used but nobody vouches for it."""

    url: str
    roots: tuple[x509.Certificate, ...] = ()

    def stamp(self, digest: bytes, *, known: Sequence[bytes] = ()) -> Token:
        """A time stamp over a SHA-256 digest, checked. `known` are certificates (DER) that may complete its chain.

        Raises NoAnswer: none, refused, over other bytes, to another question, badly signed, or by another than the roots vouch for.
        """
        nonce = secrets.randbits(63) | 1 << 62
        imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest})
        question = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})
        answer = ask(self.url, question=question.dump(), media_type="application/timestamp-query", most=_MOST)
        try:
            return self._checked(answer, digest, nonce, known)
        except (ValueError, TypeError, KeyError) as error:
            raise NoAnswer(f"The time-stamping authority does not answer as it should ({error}).") from None

    def _checked(self, answer: bytes, digest: bytes, nonce: int, known: Sequence[bytes]) -> Token:
        response = tsp.TimeStampResp.load(answer, strict=True)
        if response["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise BadTimeStamp(f"it refuses: {response['status']['status'].native}")
        given = response["time_stamp_token"]
        certificates = tuple(dict.fromkeys(each.chosen.dump() for each in given["content"]["certificates"]))
        token = bare(given)
        if token["content"]["encap_content_info"]["content"].parsed["nonce"].native != nonce:
            raise BadTimeStamp("it answers another question")
        stamp = read_time_stamp(token, digest, data=ValidationData((*certificates, *known)), trusted=self.roots)
        if self.roots and not stamp.trusted:
            raise BadTimeStamp(f"{stamp.subject} does not lead to the roots that are trusted")
        for each in certificates:
            x509.load_der_x509_certificate(each)
        return Token(token, stamp, certificates)


class Stamper(TimeStamper):
    """The authority as the sealing library asks it."""

    def __init__(self, authority: TimeStampAuthority, known: Sequence[bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority, self._known = authority, known

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Raises NoAnswer."""
        return self._authority.stamp(message_digest, known=self._known).token
