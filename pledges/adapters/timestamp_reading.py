"""Reads a time stamp (RFC 3161): who says that some bytes existed at which moment, and whether that authority is trusted."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.generic_cms import get_signing_cert_attr, validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from pledges.adapters.loops import apart
from pledges.adapters.revocation import Standing, certificates_of, standing
from pledges.adapters.seal_revision import ValidationData


class BadTimeStamp(ValueError):
    """It is no time stamp over these bytes; the message says why."""


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """What a time stamp says."""

    moment: datetime
    authority: x509.Certificate
    trusted: bool
    """Whether the authority's certificate leads to a trusted root and was not revoked. Without that the moment proves nothing."""
    standing: Standing
    """What the data at hand tell of the revocation of its certificates."""

    @property
    def subject(self) -> str:
        """The authority as RFC 4514 writes it."""
        return self.authority.subject.rfc4514_string()


def read_time_stamp(token: cms.ContentInfo, digest: bytes, *, data: ValidationData, trusted: Sequence[x509.Certificate]) -> TimeStamp:
    """The time stamp over a SHA-256 digest. `data` hold the other certificates and answers of their issuers.

    Its certificates are judged at its own moment. Raises BadTimeStamp.
    """
    try:
        return _read(token["content"], digest, data, trusted)
    except BadTimeStamp:
        raise
    except Exception as error:
        # Hostile bytes upset a parser in any way they like.
        raise BadTimeStamp(f"it cannot be read ({type(error).__name__})") from None


def _read(signed: cms.SignedData, digest: bytes, data: ValidationData, trusted: Sequence[x509.Certificate]) -> TimeStamp:
    info: tsp.TSTInfo = signed["encap_content_info"]["content"].parsed
    imprint = info["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native) != ("sha256", digest):
        raise BadTimeStamp("it is over other bytes")
    moment: datetime = info["gen_time"].native
    others = [*certificates_of(data), *(each.chosen for each in signed["certificates"])]
    roots = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in trusted]
    context = ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=False, revocation_mode="soft-fail", moment=moment)
    judged = apart(lambda: asyncio.run(validate_tst_signed_data(signed, context, lambda _: digest)))
    if not (judged["intact"] and judged["valid"]):
        raise BadTimeStamp("its signature does not fit")
    signer: asn1.Certificate = judged["signing_cert"]
    purposes = signer.extended_key_usage_value
    if purposes is None or "time_stamping" not in purposes.native:
        raise BadTimeStamp("its certificate was not issued for time stamps")
    found = standing(signer, others, data, moment)
    trustworthy = judged["trust_problem_indic"] is None and found is not Standing.REVOKED
    return TimeStamp(moment, x509.load_der_x509_certificate(signer.dump()), trustworthy, found)


def bare(token: cms.ContentInfo) -> cms.ContentInfo:
    """The same time stamp made anew from what its signature covers, and its certificates.

    What a signature does not cover could be changed unseen, so our seals hold time stamps in this one form, and `loose` tells
    which certificates only travel along. Raises ValueError.
    """
    signed = token["content"]
    (signer,) = signed["signer_infos"]
    if get_signing_cert_attr(signer["signed_attrs"]) is None:
        raise ValueError("it does not name its certificate")
    digest = cms.DigestAlgorithm({"algorithm": signer["digest_algorithm"]["algorithm"].native})
    renewed = {
        "version": "v1" if signer["sid"].name == "issuer_and_serial_number" else "v3",
        "sid": signer["sid"],
        "digest_algorithm": digest,
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": signer["signature_algorithm"],
        "signature": signer["signature"],
    }
    content = cms.ParsableOctetString(signed["encap_content_info"]["content"].contents)
    bared = {
        "version": "v3",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "tst_info", "content": content},
        "certificates": [cms.CertificateChoices(name="certificate", value=each.chosen) for each in signed["certificates"]],
        "signer_infos": [cms.SignerInfo(renewed)],
    }
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(bared)})


def loose(token: cms.ContentInfo) -> list[bytes]:
    """The certificates in a token, in DER, that its signature does not name: those of issuers. Raises ValueError."""
    signed = token["content"]
    own = extract_certificate_info(signed).signer_cert.dump()
    return [der for each in signed["certificates"] if (der := each.chosen.dump()) != own]
