"""The event log: whatever is done to it, the walk finds it; details can be erased without breaking it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pledges.domain.lifecycle import EditionKind
from pledges.models import Edition, LogDetail, LogEntry, LogHead, log

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def written(session: Session) -> Session:
    """A log of six entries, in three transactions."""
    for number in range(3):
        log.record(
            session, "pledge.signed", f"pledge:{number}", at=AT + timedelta(microseconds=number), name="Ayşe", changes_register=number < 2
        )
        log.record(session, "letter.delivered", f"letter:{number}", at=AT)
        session.commit()
    return session


def found(session: Session) -> list[str]:
    session.expire_all()
    return list(log.broken_entries(session, batch=2))


def test_what_is_written_holds(written):
    assert found(written) == []
    assert written.scalars(select(LogEntry.number).order_by(LogEntry.number)).all() == [1, 2, 3, 4, 5, 6]
    assert log.register_head(written)[0] == 3


def test_an_empty_log_holds(session):
    assert found(session) == []
    assert log.register_head(session) == (0, log.GENESIS, None)


def test_what_is_rolled_back_was_never_logged(session):
    log.record(session, "pledge.signed", "pledge:x", at=AT)
    session.rollback()
    log.record(session, "pledge.signed", "pledge:y", at=AT)
    session.commit()
    assert session.scalars(select(LogEntry.subject)).all() == ["pledge:y"]


@pytest.mark.parametrize("number", [1, 3, 6])
def test_a_deleted_entry_is_missed(written, number):
    written.execute(delete(LogEntry).where(LogEntry.number == number))
    assert found(written)[0].startswith(f"entry {number} is missing")


@pytest.mark.parametrize(
    "change",
    [
        {"act": "pledge.declined"}, {"subject": "pledge:9"}, {"at": AT + timedelta(microseconds=7)}, {"changes_register": False},
        {"details_sha256": "0" * 64}, {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_an_edited_entry_is_told(written, change):
    written.execute(update(LogEntry).where(LogEntry.number == 3).values(**change))
    assert found(written)[0] == "entry 3 was changed"


def test_an_entry_that_was_edited_and_hashed_anew_no_longer_leads_to_the_next(written):
    written.execute(update(LogEntry).where(LogEntry.number == 3).values(act="pledge.declined"))
    written.expire_all()
    entry = written.get_one(LogEntry, 3)
    written.execute(update(LogEntry).where(LogEntry.number == 3).values(hash=log.entry_hash(entry)))
    assert found(written)[0] == "entry 4 does not follow entry 3"


def test_two_entries_that_changed_places_are_told(written):
    for old, new in ((3, 100), (4, 3), (100, 4)):
        written.execute(update(LogEntry).where(LogEntry.number == old).values(number=new))
    assert found(written)[0] == "entry 3 does not follow entry 2"


def test_a_cut_tail_is_missed_by_the_head(written):
    written.execute(delete(LogEntry).where(LogEntry.number > 4))
    assert found(written) == ["entry 5 is missing: the head tells of 6 entries"]


def test_a_cut_tail_with_a_rewritten_head_is_missed_by_the_edition_that_printed_it(written):
    number, digest, at = log.register_head(written)
    written.add(
        Edition(
            number=1, kind=EditionKind.REV, label="Rev.0", as_of=at, root="0" * 64, pledges=1, log_number=number, log_hash=digest,
            example=False, built_at=AT,
        )
    )  # fmt: skip
    written.commit()
    assert found(written) == []
    kept = written.get_one(LogEntry, 2).hash
    written.execute(delete(LogEntry).where(LogEntry.number > 2))
    written.execute(update(LogHead).values(number=2, hash=kept))
    assert found(written) == ["entry 3 is not the one that edition 1 prints"]


def test_a_lost_head_is_told(written):
    written.execute(delete(LogHead))
    assert found(written) == ["entry 7 is missing: the head tells of no entries"]


def test_edited_details_are_told_and_erased_ones_are_fine(written):
    written.execute(delete(LogDetail).where(LogDetail.number == 1))
    assert found(written) == []
    written.execute(update(LogDetail).where(LogDetail.number == 3).values(details='{"name": "Somebody else"}'))
    assert found(written) == ["the details of entry 3 were changed"]


def test_nothing_of_the_details_can_be_guessed_from_what_remains(written):
    """The same details have another hash in each entry: they are salted."""
    hashes = written.scalars(select(LogEntry.details_sha256).where(LogEntry.act == "pledge.signed")).all()
    assert len(set(hashes)) == 3
    assert all(len(salt) == 64 for salt in written.scalars(select(LogDetail.salt)))


def test_many_writers_at_once_wait_for_each_other_and_none_fails(fresh_database):
    writers, acts, together = 6, 10, threading.Barrier(6)

    def write(writer: int) -> None:
        together.wait(timeout=30)
        for act in range(acts):
            with Session(fresh_database) as session:
                log.record(session, "pledge.signed", f"pledge:{writer}-{act}", at=AT, writer=writer)
                session.commit()

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    with Session(fresh_database) as session:
        assert list(log.broken_entries(session, batch=7)) == []
        assert session.scalar(select(func.count(LogEntry.subject.distinct()))) == writers * acts
        assert session.get_one(LogHead, 1).number == writers * acts
