"""Papers signed by hand: one officer reads what stands on the scan, another confirms, and only then it is a signature."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.paper import Transcript, is_the_paper_of, reads_otherwise
from pledges.domain.people import SignatureKind
from pledges.models import Account, LinkPurpose, Pledge, SignedFile, log
from pledges.models.cabinet import cabinet_addresses
from pledges.models.frozen import fields_of
from pledges.models.papers import waiting_scan
from pledges.secretariat.queries import queue
from pledges.signatures import Address, Evidenced, keep_scan, new_link, sign


class ReadMeanwhile(Exception):
    """The paper waits for this officer no more: it was read, confirmed, refused or replaced, or the text was taken back."""


class AnotherText(Exception):
    """The check code on the paper is not that of the pledge's text."""


def bring(session: Session, pledge: Pledge, data: bytes, *, by: Account, at: datetime) -> SignedFile:
    """Keep the scan of a paper that reached the secretariat itself. Raises what `keep_scan` raises."""
    scan = keep_scan(session, pledge, data, by=by, at=at)
    session.commit()
    return scan


def transcribe(session: Session, number: int, transcript: Transcript, *, by: Account, at: datetime) -> None:
    """Keep what the first officer read. Raises ReadMeanwhile."""
    scan = _locked(session, number)
    unread = SignedFile.transcribed_at.is_(None)
    _take(session, scan, unread, transcript=asdict(transcript), transcribed_by_id=by.id, transcribed_at=at)
    _note(session, "paper_read", scan, by=by, at=at)
    session.commit()


def confirm(session: Session, number: int, *, by: Account, at: datetime, address: Address) -> Pledge:
    """Confirm, as another officer, what the first one read: the pledge is signed. Raises ReadMeanwhile, AnotherText, SignedBefore."""
    scan = _locked(session, number)
    revision = scan.revision
    by_another = SignedFile.transcribed_by_id != by.id  # NULL, where nobody has read it, is no other either
    _take(session, scan, by_another, confirmed_by_id=by.id, confirmed_at=at)
    transcript = Transcript(**(scan.transcript or {}))
    if not is_the_paper_of(transcript, revision.fingerprint or ""):
        raise AnotherText
    risks = [{"code": "paper_reads_otherwise", "field": field} for field in reads_otherwise(transcript, fields_of(revision))]
    proof = {"day": transcript.day, "officers": 2, "sha256": scan.sha256}
    noted = {"scan": scan.id, "read_by": scan.transcribed_by_id, "confirmed_by": by.id}
    _note(session, "paper_confirmed", scan, by=by, at=at)
    sign(session, revision.pledge, Evidenced(SignatureKind.PAPER, "paper", noted, proof, risks), at=at, address=address)
    session.commit()
    return revision.pledge


def refuse(session: Session, number: int, reason: str, *, by: Account, at: datetime, address: Address) -> None:
    """Refuse a paper with a reason that the cabinet reads, and write to it. Raises ReadMeanwhile."""
    scan = _locked(session, number)
    _take(session, scan, SignedFile.refused_at.is_(None), refused_by_id=by.id, refused_at=at, refusal=reason)
    _note(session, "paper_refused", scan, by=by, at=at)
    revision, pledge = scan.revision, scan.revision.pledge
    for to in cabinet_addresses(session, pledge) or [pledge.leader_email]:
        link, expires = new_link(session, pledge, LinkPurpose.RESUME, at=at, address=address, holder=to)
        letters.write(
            session, "paper_refused", to=to, language=pledge.preparer_language, at=at, pledge=pledge, secrets={"link": link},
            leader=revision.leader_name, office=revision.office_local or revision.office, government=revision.government_name,
            number=pledge.public_id, reason=reason, expires=expires, ask=address("leader.ask"),
        )  # fmt: skip
    session.commit()


def _locked(session: Session, number: int) -> SignedFile:
    """The scan, with its pledge held: a cabinet that takes its text back or sends another scan waits, or has been before."""
    scan = waiting_scan(session, number)
    if scan is not None:
        queue.lock(session, scan.revision.pledge)
        session.refresh(scan.revision)
        scan = waiting_scan(session, number)
    if scan is None:
        raise ReadMeanwhile
    return scan


def _take(session: Session, scan: SignedFile, turn: ColumnElement[bool], **values: object) -> None:
    """Write into a scan that waits, if it is this officer's turn; of two at once one succeeds. Raises ReadMeanwhile."""
    free = (SignedFile.id == scan.id, SignedFile.confirmed_at.is_(None), SignedFile.refused_at.is_(None))
    taken = update(SignedFile).where(*free, turn).values(**values).returning(SignedFile.id)
    if session.scalar(taken.execution_options(synchronize_session=False)) is None:
        raise ReadMeanwhile
    session.refresh(scan)


def _note(session: Session, act: str, scan: SignedFile, *, by: Account, at: datetime) -> None:
    subject = f"pledge:{scan.revision.pledge.public_id}"
    log.record(session, act, subject, at=at, account_id=by.id, revision=scan.revision.number, by=by.label, sha256=scan.sha256)
