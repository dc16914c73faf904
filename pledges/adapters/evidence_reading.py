"""Reads evidence beside a sealed file: what a later time stamp over its published bytes adds."""

import json
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pledges.adapters.revocation import Standing, certificates_of, standing
from pledges.adapters.seal_revision import ValidationData
from pledges.adapters.timestamp_reading import TimeStamp, read_time_stamp
from pledges.domain.sealing import SealLevel


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an evidence file says: its time stamp, and what its data tell of the seal's certificate."""

    stamp: TimeStamp
    standing: Standing

    @property
    def level(self) -> SealLevel:
        """What file and evidence prove together."""
        return SealLevel.B_LT if self.standing is self.stamp.standing is Standing.PROVEN else SealLevel.B_T


def read_evidence(
    evidence: bytes, digest: bytes, certificate: x509.Certificate, authorities: Sequence[x509.Certificate], seal_data: ValidationData
) -> Evidence:
    """The evidence over a file's SHA-256 digest, for the certificate that sealed it; `seal_data` is what the file itself holds.

    The certificate is judged at the evidence's own moment. Raises ValueError: it is no evidence over this file.
    """
    try:
        told = json.loads(evidence)
        lists = [[b64decode(each, validate=True) for each in told[name]] for name in ("certificates", "ocsps", "crls")]
        token = cms.ContentInfo.load(b64decode(told["time_stamp_token"], validate=True), strict=True)
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not an evidence file") from error
    data = ValidationData(
        *((*own, *more) for own, more in zip(lists, (seal_data.certificates, seal_data.ocsps, seal_data.crls), strict=True))
    )
    stamp = read_time_stamp(token, digest, data=data, trusted=authorities)
    sealing = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
    return Evidence(stamp, standing(sealing, certificates_of(data), data, stamp.moment))
