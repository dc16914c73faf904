"""What is held on a person: found, handed out, erased; and what goes by age."""

import io
import json
import secrets
import zipfile
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pledges import letters
from pledges.domain.addresses import address_key
from pledges.domain.people import Assurance, GovernmentKind
from pledges.domain.personal import Periods
from pledges.domain.problems import Refused
from pledges.models import (
    AccessLink,
    Account,
    Batch,
    Contact,
    Invitation,
    Letter,
    LinkPurpose,
    LogDetail,
    OtherContact,
    Pledge,
    Revision,
    Signature,
    log,
)
from pledges.models.batch import BatchKind, BatchState
from pledges.models.frozen import holds_together
from pledges.models.log import broken_entries
from pledges.secretariat.actions import personal
from pledges.secretariat.actions.letters import note_contact, note_contact_of
from pledges.secretariat.actions.retention import remove_overdue
from pledges.secretariat.queries.personal import SIGNED_WORDS, rows_holding
from tests.accounts.officers import make_officer, sign_in, token
from tests.secretariat.signed import AT, make_account, make_pledge

LATER = AT + timedelta(days=1)
PREPARER = "cabinet@konya.example"


def known(session: Session) -> Pledge:
    """A signed pledge whose leader's address stands in letters, links, an invitation, evidence and the log."""
    pledge = make_pledge(session)
    to = pledge.leader_email = "Mayor@köln.example"
    pledge.leader_email_key = address_key(to)
    letter(session, pledge, to, AT)
    letter(session, pledge, PREPARER, AT)
    session.add_all([link(pledge, to), link(pledge, PREPARER)])
    session.add(
        Invitation(
            government_id=pledge.government_id, email=to, email_key=address_key(to), leader_name="Ayşe", invited_at=AT, token_hash="i" * 64
        )
    )
    signature = pledge.current.signature
    assert signature
    signature.evidence = {"address": to, "network_address": "192.0.2.9", "user_agent": "Telling/1.0", "link": 7}
    signature.came_from, signature.assurance = "192.0.2.0/24", Assurance.OFFICIAL_DOMAIN
    session.add(Contact(government_id=pledge.government_id, email_key=address_key(to), email=to, recorded_at=AT))
    log.record(session, "government.invited", f"government:{pledge.government_id}", at=AT, address=to)
    log.record(session, "noted", "thing:1", at=AT, note="nothing personal")
    session.commit()
    return pledge


def letter(session: Session, pledge: Pledge, to: str, at: datetime) -> None:
    """One that waits to be sent."""
    told = {"government": "Konya", "expires": "then", "ask": "there"}
    letters.write(session, "resume_link", to=to, language="en", at=at, pledge=pledge, secrets={"link": "https://x.example/l"}, **told)


def link(pledge: Pledge, holder: str, purpose: LinkPurpose = LinkPurpose.SESSION, *, expires: datetime = LATER) -> AccessLink:
    return AccessLink(pledge=pledge, purpose=purpose, holder=holder, token_hash=secrets.token_hex(16), created_at=AT, expires_at=expires)


def draft(session: Session, leader: str, *, preparer: str = "", at: datetime = AT) -> Pledge:
    """A pledge that nobody has signed."""
    signed = make_pledge(session)
    pledge = Pledge(
        public_id=f"d{at:%j%H}{leader[:20]}", government=signed.government, leader_email=leader, leader_email_key=leader,
        preparer_email=preparer, created_at=at,
    )  # fmt: skip
    pledge.revisions.append(Revision(number=1, created_at=at, kind=GovernmentKind.CITY, country_code="TR"))
    session.add(pledge)
    session.flush()
    session.add(link(pledge, preparer or leader, LinkPurpose.RESUME, expires=at))
    session.commit()
    return pledge


def test_after_erasing_the_address_stands_nowhere_and_the_chain_and_what_was_signed_hold(session: Session):
    pledge, by = known(session), make_account(session)
    key, record, number = pledge.leader_email_key, pledge.current.record, pledge.id
    note_contact(session, pledge, "At home: +90 332 000", by=by, at=AT)
    note_contact_of(session, session.scalars(select(Invitation)).one(), "At home: +90 332 000", by=by, at=AT)
    details = session.scalar(select(func.count()).select_from(LogDetail))
    done = personal.erase(session, key, reason=f"asked from {key}", by=by, at=LATER)
    session.expire_all()
    assert list(rows_holding(session, key)) == []
    assert list(broken_entries(session)) == []
    pledge = session.scalars(select(Pledge).where(Pledge.id == number)).one()
    signature = pledge.current.signature
    assert signature
    assert (pledge.current.record, holds_together(pledge.current)) == (record, True)
    assert (signature.assurance, signature.evidence) == (Assurance.OFFICIAL_DOMAIN, {"link": 7, "erased": "2024-09-20"})
    assert (pledge.leader_email, pledge.leader_email_key) == ("", f"erased-{pledge.public_id}@xn--kln-sna.example")
    assert session.get(OtherContact, number) is None
    assert session.scalars(select(Invitation.other_contact)).all() == [""]
    assert session.scalar(select(func.count()).select_from(LogDetail)) == details  # one went, and the erasing was noted
    assert done["log_detail"] == 1
    assert pledge.preparer_email == PREPARER
    (waiting,) = session.scalars(select(Letter).where(Letter.to != "")).all()
    assert waiting.to == PREPARER
    (open_link,) = session.scalars(select(AccessLink).where(AccessLink.voided_at.is_(None))).all()
    assert open_link.holder == PREPARER
    letter(session, pledge, pledge.leader_email, LATER)
    assert session.scalar(select(func.count()).select_from(Letter)) == 2  # nobody is written to any more


def test_a_preparer_is_erased_and_the_leader_stays(session: Session):
    pledge, by = known(session), make_account(session)
    leader = pledge.leader_email
    personal.erase(session, PREPARER, reason="asked", by=by, at=LATER)
    session.refresh(pledge)
    assert (pledge.leader_email, pledge.preparer_email) == (leader, "")
    assert list(rows_holding(session, PREPARER)) == []


def test_drafts_of_the_person_go_with_all_that_belongs_to_them_and_those_of_others_stay(session: Session):
    by = make_account(session)
    theirs, alone = draft(session, "ann@city.example"), draft(session, "", preparer="ann@city.example")
    others = draft(session, "bob@city.example", preparer="ann@city.example", at=AT + timedelta(hours=1))
    gone = {theirs.id, alone.id}
    personal.erase(session, "ann@city.example", reason="asked", by=by, at=LATER)
    assert set(session.scalars(select(Pledge.id).where(Pledge.id.in_({*gone, others.id})))) == {others.id}
    assert session.scalar(select(func.count()).select_from(Revision).where(Revision.pledge_id.in_(gone))) == 0
    assert list(rows_holding(session, "ann@city.example")) == []


def test_signed_words_are_never_changed_even_if_they_hold_the_address(session: Session):
    pledge, by = known(session), make_account(session)
    pledge.current.actions = f"Write to {pledge.leader_email}"
    key = pledge.leader_email_key
    session.commit()
    personal.erase(session, key, reason="asked", by=by, at=LATER)
    assert {held.table.name for held in rows_holding(session, key)} <= SIGNED_WORDS
    assert pledge.current.actions == "Write to Mayor@köln.example"


def test_a_list_that_waits_stops_the_erasing_and_the_rejects_of_one_that_has_ended_go(session: Session):
    by = make_account(session)
    batch = Batch(kind=BatchKind.INVITATIONS, name="list.csv", options={}, data=b"x,Ann@City.example\n", made_by_id=by.id, made_at=AT)
    session.add(batch)
    session.commit()
    with pytest.raises(Refused, match="Confirm or discard it first"):
        personal.erase(session, "ann@city.example", reason="asked", by=by, at=LATER)
    batch.state, batch.ended_at, batch.data, batch.rejects = BatchState.DISCARDED, AT, None, b"1,ann@city.example"
    session.commit()
    personal.erase(session, "ann@city.example", reason="asked", by=by, at=LATER)
    session.refresh(batch)
    assert batch.rejects is None


def test_an_officers_address_is_not_erased(session: Session):
    by = make_account(session)
    with pytest.raises(Refused, match="is or was an officer’s"):
        personal.erase(session, by.email, reason="asked", by=by, at=LATER)


def test_the_copy_holds_what_is_theirs_and_neither_secrets_nor_the_addresses_of_others(session: Session):
    pledge, by = known(session), make_account(session)
    file = io.BytesIO()
    personal.write_copy(session, pledge.leader_email_key, file, by=by, at=LATER)
    with zipfile.ZipFile(file) as packed:
        copy = packed.read("data.json").decode()
    held = json.loads(copy)["held"]
    assert {"pledge", "revision", "signature", "letter", "access_link", "invitation", "log_detail"} <= held.keys()
    assert "We plant trees." in copy
    assert "192.0.2.9" in copy
    assert PREPARER not in copy
    assert "i" * 64 not in copy
    (entry,) = session.scalars(select(LogDetail.details).order_by(LogDetail.number.desc()).limit(1))
    assert pledge.leader_email not in entry


def test_what_is_older_than_its_period_goes_and_the_rest_stays(session: Session):
    pledge = known(session)
    old, new = draft(session, "ann@city.example"), draft(session, "bob@city.example", at=AT + timedelta(days=100))
    for letter in session.scalars(select(Letter).where(Letter.to == PREPARER)):
        letter.delivered_at = AT
    session.commit()
    ids, at = (old.id, new.id), AT + timedelta(days=200)
    periods = Periods(drafts=180, letters=90, links=30, invitations=90, evidence=90)
    counted = remove_overdue(session, periods, at=at, dry=True)
    assert counted.keys() == {"drafts", "letters", "links", "invitations", "evidence"}
    assert session.get(Pledge, ids[0])
    assert remove_overdue(session, periods, at=at) == counted | {"links": counted["links"] - 1}  # one went with its draft
    assert [session.get(Pledge, number) is not None for number in ids] == [False, True]
    assert {letter.to for letter in session.scalars(select(Letter))} == {"", pledge.leader_email}  # that one is not sent yet
    assert set(session.scalars(select(Invitation.email))) == {""}
    assert session.scalars(select(Contact)).all() == []
    assert pledge.leader_email not in "".join(session.scalars(select(LogDetail.details)))
    assert {told for signature in session.scalars(select(Signature)) for told in signature.evidence} <= personal.KEPT_OF_EVIDENCE
    assert list(broken_entries(session)) == []
    assert remove_overdue(session, periods, at=at) == {}
    assert remove_overdue(session, Periods(0, 0, 0, 0, 0), at=at + timedelta(days=9999)) == {}


def test_admins_see_hand_out_and_erase_and_nobody_else_does(app: Flask, client: FlaskClient):
    from pledges.extensions import db

    with app.app_context():
        pledge = known(db.session())
        address = pledge.leader_email
    sign_in(client, make_officer(app))
    assert client.get("/secretariat/personal-data").status_code == 403
    admin = app.test_client()
    sign_in(admin, make_officer(app, role="admin", email="m.abebe@secretariat.example"), email="m.abebe@secretariat.example")
    csrf = {"csrf_token": token(admin.get("/secretariat/personal-data"))}
    assert admin.post("/secretariat/personal-data", data=csrf | {"address": "nobody"}).status_code == 422
    assert "We hold nothing" in admin.post("/secretariat/personal-data", data=csrf | {"address": "a@b.example"}).text
    shown = admin.post("/secretariat/personal-data", data=csrf | {"address": address})
    assert "Ayşe Yıldırım" in shown.text
    copy = admin.post("/secretariat/personal-data/copy", data=csrf | {"address": address})
    assert copy.mimetype == "application/zip"
    copy.close()
    asked = csrf | {"address": address, "reason": "Asked by letter; called back."}
    refused = admin.post("/secretariat/personal-data/erase", data=asked | {"again": "b@b.example"})
    assert (refused.status_code, "This is not the address above" in refused.text) == (422, True)
    erased = admin.post("/secretariat/personal-data/erase", data=asked | {"again": address.upper()}, follow_redirects=True)
    assert "Erased." in erased.text
    with app.app_context():
        assert list(rows_holding(db.session(), address)) == []
        assert db.session.scalars(select(Account)).first()
