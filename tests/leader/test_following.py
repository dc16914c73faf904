from datetime import timedelta

from sqlalchemy import select

from pledges.domain.lifecycle import Content, EditionKind, Moderation, Move
from pledges.extensions import db
from pledges.models import Account, Edition, EditionEntry, LogEntry, Role
from tests.leader.cabinet import LEADER, Cabinet, now, path
from tests.leader.decided import decide


def schedule(cabinet: Cabinet, number: int, hours: int) -> None:
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        edition = Edition(
            number=number, kind=EditionKind.REV, label=f"Rev.{number - 1}", as_of=now(), root="0" * 64, pledges=1, log_number=1,
            log_hash="0" * 64, example=False, built_at=now(), released_at=now() + timedelta(hours=hours), released_by="L. Ortiz",
        )  # fmt: skip
        db.session.add(edition)
        db.session.flush()
        entry = EditionEntry(edition_number=number, pledge=pledge, revision=pledge.current, position=0, sort_key=b"", late=False)
        db.session.add(entry)
        db.session.commit()


def add_admin(cabinet: Cabinet) -> None:
    with cabinet.app.app_context():
        role = db.session.scalars(select(Role).where(Role.name == "admin")).one()
        db.session.add(Account(email="admin@assembly.example.org", fs_uniquifier="x", created_at=now(), roles=[role]))
        db.session.commit()


def test_the_status_link_of_the_receipt_opens_the_pledge(cabinet: Cabinet):
    cabinet.prepare().sign()
    leader = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    assert leader.post(path(cabinet.letter("receipt")["link"])).location == cabinet.home
    assert "with the secretariat" in leader.client.get(cabinet.home).text


def test_a_decision_shows_once_the_leader_was_told(cabinet: Cabinet):
    cabinet.prepare().sign()
    decide(cabinet, Move.RETURN, told=False, message="Please name a date.", **{"": "By 2026."})
    before = cabinet.client.get(cabinet.home).text
    assert "with the secretariat" in before
    assert "Please name a date." not in before
    assert cabinet.post("revise").status_code == 409
    with cabinet.app.app_context():
        cabinet.pledge().current.announced_at = now()
        db.session.commit()
    after = cabinet.client.get(cabinet.home).text
    assert "Please name a date." in after
    assert "By 2026." in after
    assert "Açık veri ofisi kurmak." in after


def test_a_new_wording_may_change_the_office_and_keeps_the_address_that_signed(cabinet: Cabinet):
    cabinet.prepare().sign()
    decide(cabinet, Move.RETURN, told=True)
    cabinet.post("revise")
    page = cabinet.client.get(f"{cabinet.home}/office").text
    assert LEADER in page
    assert 'name="leader_email"' not in page
    assert (
        cabinet.post("office", leader_name="Ayşe Yıldırım", leader_role="Governor", leader_email="other@konya.example.org").status_code
        == 303
    )
    with cabinet.app.app_context():
        assert (cabinet.pledge().current.office, cabinet.pledge().leader_email) == ("Governor", LEADER)


def test_a_returned_pledge_is_answered_by_a_new_wording_that_is_signed_again(cabinet: Cabinet):
    cabinet.prepare().sign()
    decide(cabinet, Move.RETURN, told=True, **{"": "By 2026."})
    assert cabinet.post("revise").location == f"{cabinet.home}/words"
    words = cabinet.client.get(f"{cabinet.home}/words").text
    assert "By 2026." in words
    assert "Açık veri ofisi kurmak." in words
    cabinet.post("words", actions_digital="2026’ya kadar açık veri ofisi kurmak.")
    cabinet.send()
    cabinet.sign()
    with cabinet.app.app_context():
        first, second = cabinet.pledge().revisions
        assert (first.content, first.moderation) == (Content.SIGNED, Moderation.RETURNED)
        assert first.commitments[0].actions == "Açık veri ofisi kurmak."
        assert (second.content, second.moderation) == (Content.SIGNED, Moderation.IN_REVIEW)
        assert second.commitments[0].actions == "2026’ya kadar açık veri ofisi kurmak."
        assert first.fingerprint != second.fingerprint


def test_the_address_that_signed_cannot_be_exchanged_in_a_new_wording(cabinet: Cabinet):
    cabinet.prepare().sign()
    decide(cabinet, Move.RETURN, told=True)
    cabinet.post("revise")
    cabinet.post("office", leader_email="somebody@else.example.org", leader_name="Ayşe Yıldırım", leader_role="Mayor")
    cabinet.send()
    assert cabinet.letter("sign_link")["to"] == LEADER


def test_a_pledge_under_review_has_no_second_wording(cabinet: Cabinet):
    cabinet.prepare().sign()
    assert cabinet.post("revise").status_code == 409


def test_withdrawing_asks_first_and_tells_leader_and_admins(cabinet: Cabinet):
    add_admin(cabinet)
    cabinet.prepare().sign()
    assert "This cannot be undone." in cabinet.client.get(f"{cabinet.home}/withdraw").text
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is None
    assert cabinet.post("withdraw").location == cabinet.home
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is not None
        entry = db.session.scalars(select(LogEntry).order_by(LogEntry.number.desc()).limit(1)).one()
        assert (entry.act, entry.changes_register) == ("withdrawn", True)
    assert cabinet.letters()[-2:] == [("withdrawn", LEADER), ("withdrawal_notice", "admin@assembly.example.org")]
    assert "Withdrawn on" in cabinet.client.get(cabinet.home).text
    assert cabinet.post("withdraw").location == cabinet.home
    assert len(cabinet.letters()) == 6


def test_a_withdrawal_takes_coming_editions_off_the_schedule_and_leaves_released_ones(cabinet: Cabinet):
    add_admin(cabinet)
    cabinet.prepare().sign()
    schedule(cabinet, 1, hours=-1)
    schedule(cabinet, 2, hours=1)
    assert "cannot be called back" in cabinet.client.get(f"{cabinet.home}/withdraw").text
    cabinet.post("withdraw")
    with cabinet.app.app_context():
        released, coming = db.session.scalars(select(Edition).order_by(Edition.number))
        assert released.released_at is not None
        assert coming.released_at is None
    notice = cabinet.letter("withdrawal_notice")["text"]
    assert "Rev.1" in notice
    assert "Rev.0" not in notice


def test_a_draft_cannot_be_withdrawn(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.client.get(f"{cabinet.home}/withdraw").location == cabinet.home
    cabinet.post("withdraw")
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is None


def test_a_withdrawal_voids_what_waits_for_a_new_signature(cabinet: Cabinet):
    cabinet.prepare().sign()
    decide(cabinet, Move.ACCEPT, told=True)
    cabinet.post("revise")
    cabinet.post("words", actions_digital="Yeni söz.")
    cabinet.send()
    link = path(cabinet.letter("sign_link")["link"])
    cabinet.post("withdraw")
    assert cabinet.post(link, consent="yes").status_code == 410


def test_the_browser_lists_what_it_opens(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.home in cabinet.client.get("/leader/start").text
    assert cabinet.home not in cabinet.app.test_client().get("/leader/start").text


def test_the_cabinets_browser_withdraws_nothing_that_the_leader_signed(cabinet: Cabinet):
    cabinet.prepare()
    leader = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    leader.sign()
    page = cabinet.client.get(f"{cabinet.home}/withdraw")
    assert "Only the leader withdraws." in page.text
    assert cabinet.post("withdraw").status_code == 403
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is None
    cabinet.post(path(cabinet.letter("receipt")["link"]))
    assert cabinet.post("withdraw").location == cabinet.home
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is not None


def test_the_code_of_the_letter_typed_in_the_cabinet_does_not_make_its_browser_the_leaders(cabinet: Cabinet):
    cabinet.prepare()
    cabinet.post("sign", code=cabinet.letter("sign_link")["code"], consent="yes")
    assert cabinet.post("withdraw").status_code == 403
