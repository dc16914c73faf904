"""What officers record of governments, whom they invite, and how they establish who signed."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from pledges.domain.people import Assurance
from pledges.domain.problems import Refused
from pledges.models import Account, GovernmentDomain, Letter, LogDetail, LogEntry, Pledge, log
from pledges.secretariat.actions import identity
from pledges.secretariat.actions.decisions import DecidedMeanwhile, version_of
from pledges.secretariat.queries import queue
from pledges.secretariat.queries.queue import ANY_RISK, Filters
from tests.secretariat.signed import AT, make_account, make_pledge

LATER = AT + timedelta(hours=1)


@pytest.fixture
def pledge(session: Session) -> Pledge:
    return make_pledge(session)


@pytest.fixture
def by(session: Session) -> Account:
    return make_account(session)


def address(endpoint: str, **values: str) -> str:
    return f"https://pledges.example/{endpoint}/{'/'.join(values.values())}"


def assurance(pledge: Pledge) -> Assurance:
    assert pledge.current.signature
    return pledge.current.signature.assurance


def test_a_recorded_domain_establishes_signatures_that_came_before_and_its_removal_takes_that_back(
    session: Session, pledge: Pledge, by: Account
):
    assert identity.record_domain(session, pledge.government, "konya.example", by=by, at=LATER) == 1
    assert assurance(pledge) is Assurance.OFFICIAL_DOMAIN
    assert pledge.current.signature.evidence["assured_by"] == "konya.example"
    recorded = session.scalars(select(GovernmentDomain)).one()
    assert (recorded.recorded_by_id, recorded.recorded_at) == (by.id, LATER)
    with pytest.raises(Refused, match="recorded already"):
        identity.record_domain(session, pledge.government, "konya.example", by=by, at=LATER)
    assert identity.remove_domain(session, recorded, pledge.government, by=by, at=LATER) == 1
    assert assurance(pledge) is Assurance.NOT_KNOWN
    assert "assured_by" not in pledge.current.signature.evidence
    assert [entry.act for entry in session.scalars(select(LogEntry).order_by(LogEntry.number))][-2:] == [
        "government.domain_recorded",
        "government.domain_removed",
    ]
    assert list(log.broken_entries(session)) == []


def test_what_a_file_reported_is_not_established_by_a_domain(session: Session, by: Account):
    reported = make_pledge(session, reported=True)
    assert identity.record_domain(session, reported.government, "konya.example", by=by, at=LATER) == 0
    assert assurance(reported) is Assurance.NOT_KNOWN


@pytest.mark.parametrize("established", [Assurance.ATTESTED, Assurance.CALLED_BACK])
def test_what_an_officer_established_no_domain_changes(session: Session, pledge: Pledge, by: Account, established: Assurance):
    seen = version_of(pledge.current)
    identity.assure(session, pledge, established, "Spoke to the mayor’s office.", by=by, at=LATER, seen_version=seen)
    identity.record_domain(session, pledge.government, "konya.example", by=by, at=LATER)
    assert assurance(pledge) is established
    identity.remove_domain(session, session.scalars(select(GovernmentDomain)).one(), pledge.government, by=by, at=LATER)
    assert assurance(pledge) is established


def test_a_note_that_was_a_mistake_goes_back_to_what_the_address_shows(session: Session, pledge: Pledge, by: Account):
    seen = version_of(pledge.current)
    identity.record_domain(session, pledge.government, "konya.example", by=by, at=LATER)
    identity.assure(session, pledge, Assurance.CALLED_BACK, "Called +90 332.", by=by, at=LATER, seen_version=seen)
    identity.assure(session, pledge, Assurance.NOT_KNOWN, "It was another mayor.", by=by, at=LATER, seen_version=seen)
    assert assurance(pledge) is Assurance.OFFICIAL_DOMAIN
    acts = [(act.assurance, act.note, act.by, act.revision) for act in identity.identity.assurance_acts(session, pledge)]
    assert acts == [
        ("official_domain", "It was another mayor.", "L. Ortiz", 1),
        ("called_back", "Called +90 332.", "L. Ortiz", 1),
    ]


def test_a_note_for_a_wording_that_was_replaced_or_withdrawn_is_not_kept(session: Session, pledge: Pledge, by: Account):
    with pytest.raises(DecidedMeanwhile):
        identity.assure(session, pledge, Assurance.ATTESTED, "UCLG", by=by, at=LATER, seen_version="9.9")
    pledge.withdrawn_at = LATER
    session.flush()
    with pytest.raises(DecidedMeanwhile):
        identity.assure(session, pledge, Assurance.ATTESTED, "UCLG", by=by, at=LATER, seen_version=version_of(pledge.current))


def test_a_note_that_was_erased_from_the_log_is_shown_as_erased(session: Session, pledge: Pledge, by: Account):
    identity.assure(session, pledge, Assurance.ATTESTED, "UCLG", by=by, at=LATER, seen_version=version_of(pledge.current))
    for detail in session.scalars(select(LogDetail)):
        session.delete(detail)
    (act,) = identity.identity.assurance_acts(session, pledge)
    assert (act.note, act.assurance, act.by) == (None, None, "L. Ortiz")


def test_an_invitation_writes_one_letter_and_establishes_its_address(session: Session, pledge: Pledge, by: Account):
    told = {"name": "Ayşe Yıldırım", "language": "fr", "by": by, "at": LATER, "address": address}
    invitation = identity.invite(session, pledge.government, email=pledge.leader_email, **told)
    letter = session.scalars(select(Letter)).one()
    assert (letter.kind, letter.to, letter.language) == ("invitation", pledge.leader_email, "fr")
    (link,) = (letter.secrets or {}).values()
    assert link.startswith("https://pledges.example/leader.invited/")
    assert link.rpartition("/")[2] not in (invitation.token_hash, letter.body)
    assert assurance(pledge) is Assurance.OFFICIAL_DOMAIN
    with pytest.raises(Refused, match="invited already"):
        identity.invite(session, pledge.government, email=pledge.leader_email.upper(), **told)
    identity.take_back(session, invitation, pledge.government, by=by, at=LATER)
    assert assurance(pledge) is Assurance.NOT_KNOWN
    identity.invite(session, pledge.government, email=pledge.leader_email, **told)


# ---------------------------------------------------------------- the queue


def test_the_queue_shows_and_filters_risks(session: Session):
    for name, risks in (
        ("none", []),
        ("nobody looked", None),
        ("free", [{"code": "free_mail", "domain": "gmail.com"}]),
        ("two", [{"code": "one_network", "signatures": 12, "days": 7}, {"code": "free_mail", "domain": "qq.com"}]),
        ("poses", [{"code": "look_alike_name", "name": '"code": "second_leader"'}]),
    ):
        make_pledge(session, name=name).current.signature.risks = risks
    session.flush()

    def names(risk: str) -> set[str]:
        return {revision.leader_name for revision in queue.waiting(session, Filters(risk=risk), by=Account(id=0), at=LATER).rows}

    assert names(ANY_RISK) == {"free", "two", "poses"}
    assert names("free_mail") == {"free", "two"}
    assert names("one_network") == {"two"}
    assert names("second_leader") == set()
    assert len(names("")) == 5
