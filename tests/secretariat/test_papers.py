"""A paper signed by hand: the cabinet sends a scan, one officer reads it, another confirms, and it is a signature."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pledges.domain.certificates import SignedFileRefused
from pledges.domain.languages import INTERFACE
from pledges.domain.lifecycle import Content, Move, MoveNotAllowed
from pledges.domain.paper import Transcript, check_code, plain_check_code, scan_type
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.themes import Theme
from pledges.models import Account, Commitment, Government, Letter, Pledge, Revision, Signature, SignedFile
from pledges.models.frozen import freeze, newest, texts_in
from pledges.models.papers import current_scan, how_many_wait, waiting_scans
from pledges.secretariat.actions.papers import AnotherText, ReadMeanwhile, bring, confirm, refuse, transcribe
from tests.secretariat.signed import make_account

AT = datetime(2026, 9, 19, 14, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=2)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def address(endpoint: str, **values: str) -> str:
    return f"https://pledges.example/{endpoint}/{'/'.join(values.values())}"


def awaiting(session: Session) -> Pledge:
    """A pledge whose text awaits the leader's signature; not committed."""
    place = Government(id="gn-306571", name="Konya", kind=GovernmentKind.CITY, country_code="TR")
    pledge = Pledge(
        public_id="ab" * 16, government=place, leader_email="mayor@konya.example", leader_email_key="mayor@konya.example",
        preparer_email="cabinet@konya.example", preparer_language="en", created_at=AT,
    )  # fmt: skip
    session.add(pledge)
    revision = Revision(
        number=1, created_at=AT, submitted_at=AT, government_name="Konya", kind=place.kind, country_code="TR", leader_name="Ayşe Yıldırım",
        office="Mayor", office_local="Büyükşehir Belediye Başkanı", language="tr", actions="We plant trees.",
    )  # fmt: skip
    adopted = newest(texts_in(session, "tr"))[Theme.DIGITAL]
    revision.commitments = [Commitment(theme=Theme.DIGITAL, position=0, adopted=adopted)]
    pledge.revisions.append(revision)
    session.flush()
    freeze(revision)
    revision.move(Move.SUBMIT)
    session.flush()
    return pledge


@pytest.fixture
def pledge(session: Session) -> Pledge:
    return awaiting(session)


@pytest.fixture
def officers(session: Session) -> tuple[Account, Account]:
    return make_account(session, "L. Ortiz"), make_account(session, "N. Ivanova")


def read_of(pledge: Pledge, **otherwise: str) -> Transcript:
    """What a careful officer reads on the paper of the pledge."""
    code = plain_check_code(check_code(pledge.current.fingerprint or ""))
    told = {"name": "AYSE YILDIRIM", "office": "Mayor", "day": "2026-09-18", "code": code}
    return Transcript(**told | otherwise)


def sent(session: Session, pledge: Pledge, officers: tuple[Account, Account], **otherwise: str) -> SignedFile:
    """A scan that the first officer has read."""
    scan = bring(session, pledge, PNG, by=officers[0], at=AT)
    transcribe(session, scan.id, read_of(pledge, **otherwise), by=officers[0], at=LATER)
    return scan


def test_two_officers_make_a_paper_a_signature_and_no_name_of_theirs_is_published(
    session: Session, pledge: Pledge, officers: tuple[Account, Account]
):
    scan = sent(session, pledge, officers)
    assert pledge.current.content is Content.AWAITING_SIGNATURE
    confirm(session, scan.id, by=officers[1], at=LATER, address=address)
    signature = session.scalars(select(Signature)).one()
    assert (pledge.current.content, signature.kind) == (Content.SIGNED, SignatureKind.PAPER)
    assert signature.proof == {"day": "2026-09-18", "officers": 2, "sha256": scan.sha256}
    assert signature.risks == []
    assert {one.kind for one in session.scalars(select(Letter))} == {"receipt", "pledge_signed"}
    assert session.scalar(how_many_wait()) == 0


def test_the_officer_who_read_cannot_confirm(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = sent(session, pledge, officers)
    with pytest.raises(ReadMeanwhile):
        confirm(session, scan.id, by=officers[0], at=LATER, address=address)
    assert session.scalars(select(Signature)).all() == []


def test_the_database_too_wants_two_officers(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = sent(session, pledge, officers)
    scan.confirmed_by_id, scan.confirmed_at = officers[0].id, LATER
    with pytest.raises(IntegrityError, match="two_officers"):
        session.flush()


def test_nothing_is_confirmed_before_it_was_read(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = bring(session, pledge, PNG, by=officers[0], at=AT)
    with pytest.raises(ReadMeanwhile):
        confirm(session, scan.id, by=officers[1], at=LATER, address=address)


def test_the_paper_of_another_text_is_not_confirmed(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = sent(session, pledge, officers, code="0123456789ab")
    with pytest.raises(AnotherText):
        confirm(session, scan.id, by=officers[1], at=LATER, address=address)


def test_a_name_or_office_that_reads_otherwise_is_a_risk_for_officers(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = sent(session, pledge, officers, name="Mehmet Kaya", office="Büyüksehir Belediye Baskani")
    confirm(session, scan.id, by=officers[1], at=LATER, address=address)
    assert session.scalars(select(Signature)).one().risks == [{"code": "paper_reads_otherwise", "field": "name"}]


@pytest.mark.parametrize("language", INTERFACE)
def test_a_refused_paper_signs_nothing_and_the_cabinet_is_told_why_in_its_language(
    session: Session, pledge: Pledge, officers: tuple[Account, Account], language: str
):
    pledge.preparer_language = language
    scan = bring(session, pledge, PNG, by=officers[0], at=AT)
    refuse(session, scan.id, "The second page is missing.", by=officers[1], at=LATER, address=address)
    letter = session.scalars(select(Letter)).one()
    assert (letter.kind, letter.to) == ("paper_refused", "cabinet@konya.example")
    assert "The second page is missing." in letter.body
    assert pledge.current.content is Content.AWAITING_SIGNATURE
    with pytest.raises(ReadMeanwhile):
        transcribe(session, scan.id, read_of(pledge), by=officers[0], at=LATER)
    assert current_scan(session, pledge.current) == scan


def test_a_new_scan_replaces_the_one_before_even_when_that_was_read(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    first = sent(session, pledge, officers)
    second = bring(session, pledge, PNG, by=officers[0], at=LATER)
    assert waiting_scans(session) == [second]
    with pytest.raises(ReadMeanwhile):
        confirm(session, first.id, by=officers[1], at=LATER, address=address)


def test_a_text_that_was_taken_back_and_sent_again_wants_a_new_paper(session: Session, pledge: Pledge, officers: tuple[Account, Account]):
    scan = sent(session, pledge, officers)
    pledge.current.move(Move.REOPEN_DRAFT)
    session.commit()
    assert session.scalar(how_many_wait()) == 0
    with pytest.raises(MoveNotAllowed):
        bring(session, pledge, PNG, by=officers[0], at=LATER)
    pledge.current.move(Move.SUBMIT)
    pledge.current.submitted_at = LATER + timedelta(hours=1)
    session.commit()
    assert current_scan(session, pledge.current) is None
    with pytest.raises(ReadMeanwhile):
        confirm(session, scan.id, by=officers[1], at=LATER, address=address)


def test_of_two_officers_at_once_one_confirms_and_there_is_one_signature(fresh_database: Engine):
    with Session(fresh_database) as session:
        pledge, reader = awaiting(session), make_account(session)
        numbers = [make_account(session).id for _ in range(2)]
        scan = bring(session, pledge, PNG, by=reader, at=AT)
        transcribe(session, scan.id, read_of(pledge), by=reader, at=LATER)
        number = scan.id
    outcomes: list[str] = []
    start = Barrier(2)

    def act(officer: int) -> None:
        start.wait()
        with Session(fresh_database) as session:
            by = session.get_one(Account, officer)
            try:
                confirm(session, number, by=by, at=LATER, address=address)
                outcomes.append("signed")
            except ReadMeanwhile:
                outcomes.append("late")

    threads = [Thread(target=act, args=(officer,)) for officer in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["late", "signed"]
    with Session(fresh_database) as session:
        assert len(session.scalars(select(Signature)).all()) == 1


def test_the_content_of_a_scan_tells_its_type_and_not_its_name():
    assert scan_type(PNG) == "image/png"
    assert scan_type(b"\xff\xd8\xff\xe0") == "image/jpeg"
    assert scan_type(b"%PDF-1.4") == "application/pdf"
    for data, code in ((b"", "empty"), (b"<svg/>", "not_a_scan"), (b"GIF89a", "not_a_scan"), (PNG + bytes(17 << 20), "too_large")):
        with pytest.raises(SignedFileRefused, match=code):
            scan_type(data)
