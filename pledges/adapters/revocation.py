"""Whether certificates were revoked: asks their issuers, and judges what they answered."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder, OCSPResponseStatus, load_der_ocsp_response
from cryptography.x509.oid import AuthorityInformationAccessOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, RevokedError, ValidationError

from pledges.adapters.inquiry import NoAnswer, ask
from pledges.adapters.loops import apart
from pledges.adapters.seal_revision import ValidationData

_MOST_OCSP, _MOST_CRL = 1 << 20, 32 << 20
"""Bytes; the largest public revocation lists have some ten million."""
_LONGEST = 8
"""Certificates in a chain."""
_TOLERANCE = timedelta(minutes=5)
"""Between the clocks of the authorities."""


class Revoked(NoAnswer):
    """What answered says that a certificate was revoked."""


class Standing(StrEnum):
    """What the data at hand tell of a certificate and its issuers, at a moment."""

    PROVEN = "proven"
    """Each was valid and not revoked, up to a root."""
    UNKNOWN = "unknown"
    REVOKED = "revoked"


def standing(certificate: asn1.Certificate, others: Iterable[asn1.Certificate], data: ValidationData, moment: datetime) -> Standing:
    """Judge by these data alone, without the network. `others` are the certificates at hand; the roots among them are the ends of chains.

    It says nothing of trust: anybody can make a root.
    """
    at_hand = list(others)
    roots = [each for each in at_hand if each.self_issued]
    if certificate.self_issued or not roots:
        return Standing.UNKNOWN

    def judged(mode: str) -> Standing:
        context = ValidationContext(
            trust_roots=roots, other_certs=at_hand, ocsps=data.ocsps, crls=data.crls, allow_fetching=False, revocation_mode=mode,
            moment=moment, retroactive_revinfo=True, time_tolerance=_TOLERANCE,
        )  # fmt: skip
        try:
            asyncio.run(CertificateValidator(certificate, validation_context=context).async_validate_path())
        except RevokedError:
            return Standing.REVOKED
        except (ValidationError, PathBuildingError, ValueError):
            return Standing.UNKNOWN
        return Standing.PROVEN

    # A missing answer for an issuer must not hide that the certificate itself was revoked, so that is asked first.
    return apart(lambda: Standing.REVOKED if judged("soft-fail") is Standing.REVOKED else judged("require"))


def chain(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificate and its issuers as far as they are at hand, the root last."""
    found = [certificate]
    while len(found) < _LONGEST and not _is_root(found[-1]):
        issuer = next((each for each in others if each not in found and _issued(found[-1], each)), None)
        if issuer is None:
            break
        found.append(issuer)
    return found


def can_be_asked(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> bool:
    """Whether the chain ends in a root and each certificate below names where its issuer answers."""
    found = chain(certificate, others)
    return len(found) > 1 and _is_root(found[-1]) and all(_ocsp_addresses(each) or _crl_addresses(each) for each in found[:-1])


def ask_issuers(certificate: x509.Certificate, others: Sequence[x509.Certificate], moment: datetime) -> ValidationData:
    """What the issuers answer, by OCSP where they offer it, else by lists; with all certificates at hand. Raises NoAnswer, Revoked."""
    links = chain(certificate, others)
    der = [each.public_bytes(Encoding.DER) for each in dict.fromkeys((*links, *others))]
    subject = certificate.subject.rfc4514_string()
    if len(links) == 1 or not _is_root(links[-1]):
        raise NoAnswer(f"The certificates of {subject} lead to no root that answers for them.")
    for prefer_lists in (False, True):
        answers = [_answer(below, issuer, prefer_lists=prefer_lists) for below, issuer in pairwise(links)]
        ocsps, crls = ([answer for told, answer in answers if told == kind] for kind in ("ocsp", "crl"))
        data = ValidationData(der, ocsps, crls)
        found = standing(asn1.Certificate.load(der[0]), certificates_of(data), data, moment)
        if found is Standing.PROVEN:
            return data
        if found is Standing.REVOKED:
            raise Revoked(f"The certificate of {subject}, or of an issuer of it, was revoked.")
    raise NoAnswer(f"What the issuers of {subject} answer does not prove that its certificates were valid.")


def certificates_of(data: ValidationData) -> Iterator[asn1.Certificate]:
    """The certificates among the data. Raises ValueError."""
    for der in data.certificates:
        yield asn1.Certificate.load(der, strict=True)


def _answer(certificate: x509.Certificate, issuer: x509.Certificate, *, prefer_lists: bool) -> tuple[str, bytes]:
    """The first of the certificate's addresses that answers. Raises NoAnswer: the last one's reason."""
    ways = [("ocsp", address) for address in _ocsp_addresses(certificate)]
    lists = [("crl", address) for address in _crl_addresses(certificate)]
    problem = NoAnswer(f"{certificate.subject.rfc4514_string()} names no address where its issuer answers.")
    for kind, address in [*lists, *ways] if prefer_lists else [*ways, *lists]:
        try:
            return kind, _ocsp(address, certificate, issuer) if kind == "ocsp" else ask(address, most=_MOST_CRL)
        except NoAnswer as error:
            problem = error
    raise problem


def _ocsp(address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    # SHA-1 only finds the certificate; it is the one hash that every responder knows (RFC 5019, 2.1.1).
    request = OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1()).build()  # noqa: S303
    answer = ask(address, question=request.public_bytes(Encoding.DER), media_type="application/ocsp-request", most=_MOST_OCSP)
    try:
        status = load_der_ocsp_response(answer).response_status
    except ValueError:
        status = None
    if status is not OCSPResponseStatus.SUCCESSFUL:
        raise NoAnswer(f"{address} does not say whether the certificate was revoked.")
    return answer


def _ocsp_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    ocsp = AuthorityInformationAccessOID.OCSP
    return [each.access_location.value for each in found if each.access_method == ocsp and _is_web(each.access_location)]


def _crl_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for point in points for name in point.full_name or () if _is_web(name)]


def _is_web(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://"))


def _is_root(certificate: x509.Certificate) -> bool:
    return certificate.issuer == certificate.subject


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
