"""Signing on the paper: with an own certificate at once, by hand once two officers have read the scan."""

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from pledges.domain.certificates import OwnCertificate, SignedFileRefused, same_person
from pledges.domain.people import SignatureKind
from pledges.leader.actions.drafts import ShownOtherwise
from pledges.leader.actions.signing import Evidence
from pledges.models import Pledge, SignedFile
from pledges.signatures import Address, Evidenced, keep_scan, sign

PDF = "application/pdf"


def sign_by_certificate(
    session: Session,
    pledge: Pledge,
    found: OwnCertificate,
    data: bytes,
    *,
    leaders: bool,
    shown: str,
    evidence: Evidence,
    at: datetime,
    address: Address,
) -> None:
    """Sign with a paper whose signature was judged; `shown` is the fingerprint of the text on it. The file is kept for officers.

    A certificate in another name signs only in a browser that a letter to the leader opened (`leaders`): names are written in several
    ways, but anybody's certificate must not sign from anybody's browser. Raises SignedFileRefused, ShownOtherwise, SignedBefore,
    MoveNotAllowed.
    """
    session.refresh(pledge, with_for_update=True)
    revision, digest = pledge.current, sha256(data).hexdigest()
    if revision.fingerprint != shown:
        raise ShownOtherwise
    known = same_person(found.name, (revision.leader_name, revision.leader_name_latin))
    if not known and not leaders:
        raise SignedFileRefused("another_name", name=found.name, leader=revision.leader_name)
    session.add(
        SignedFile(
            revision=revision, kind=SignatureKind.CERTIFICATE, media_type=PDF, sha256=digest, data=data, uploaded_at=at, confirmed_at=at
        )
    )
    risks = [] if known else [{"code": "name_in_certificate", "name": found.name}]
    proof = {**asdict(found), "sha256": digest}
    sign(session, pledge, Evidenced(SignatureKind.CERTIFICATE, "certificate", asdict(evidence), proof, risks), at=at, address=address)
    session.commit()


def send_scan(session: Session, pledge: Pledge, data: bytes, *, at: datetime) -> None:
    """Send in the scan of a paper signed by hand; another one replaces it as long as it was not confirmed. Raises like `keep_scan`."""
    keep_scan(session, pledge, data, by=None, at=at)
    session.commit()
