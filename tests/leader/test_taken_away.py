"""What was taken away stays away: old browsers, old forms and withdrawn pledges open, sign and move nothing."""

import re

from sqlalchemy import select

from pledges.domain.lifecycle import Move
from pledges.extensions import db
from pledges.models import AccessLink, LinkPurpose
from tests.leader.cabinet import GOOD, KONYA, LEADER, PREPARER, STEPS, Cabinet, now, path

ANN = "ann@konya.example.org"
WRONG = "mayor@konya.example.com"


def elsewhere(cabinet: Cabinet) -> Cabinet:
    """Somebody else's browser."""
    return Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)


def sent_to_a_wrong_address(cabinet: Cabinet) -> Cabinet:
    """The letter went astray, and its reader has opened the pledge in a browser; the cabinet then took the text back."""
    cabinet.prepare(leader_email=WRONG)
    stranger = elsewhere(cabinet)
    assert stranger.post(f"{path(cabinet.letter('sign_link')['link'])}/other-ways").status_code == 303
    assert cabinet.post("reopen").status_code == 303
    return stranger


def test_who_got_the_letter_by_a_wrong_address_loses_the_pledge_with_it(cabinet: Cabinet):
    stranger = sent_to_a_wrong_address(cabinet)
    assert stranger.client.get(cabinet.home).status_code == 200
    cabinet.post("office", **{name: GOOD[name] for name in STEPS["office"] if name in GOOD})
    assert stranger.client.get(cabinet.home).status_code == 404
    assert WRONG not in cabinet.client.get(f"{cabinet.home}/cabinet").text
    cabinet.send()
    elsewhere(cabinet).post(path(cabinet.letter("sign_link", to=LEADER)["link"]), consent="yes")
    assert stranger.post("withdraw").status_code == 404
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is None


def test_who_gives_the_leader_another_address_is_no_leader_any_more(cabinet: Cabinet):
    stranger = sent_to_a_wrong_address(cabinet)
    stranger.post("office", **{name: GOOD[name] for name in STEPS["office"] if name in GOOD})
    assert stranger.client.get(f"{cabinet.home}/mandate").status_code == 200
    cabinet.send()
    elsewhere(cabinet).post(path(cabinet.letter("sign_link", to=LEADER)["link"]), consent="yes")
    assert stranger.post("withdraw").status_code == 403
    with cabinet.app.app_context():
        assert cabinet.pledge().withdrawn_at is None


def test_the_form_that_made_a_draft_does_not_bring_back_who_was_taken_off(cabinet: Cabinet):
    page = cabinet.client.get(f"/leader/start?government={KONYA}").text
    key = re.search(r'name="submission_key" value="([^"]+)"', page)
    assert key
    fields = {"government_id": KONYA, "submission_key": key[1], "preparer_email": PREPARER}
    cabinet.public_id = cabinet.post("/leader/start", **fields).location.split("/")[2]
    cabinet.post("cabinet", address=ANN)
    ann = elsewhere(cabinet)
    ann.post(path(cabinet.letter("handed_on")["link"]))
    with cabinet.app.app_context():
        wanted = select(AccessLink.id).where(AccessLink.holder == PREPARER, AccessLink.purpose == LinkPurpose.SESSION)
        theirs = db.session.scalars(wanted).one()
    assert cabinet.post("/leader/start", **fields).status_code == 303
    assert ann.post(f"cabinet/{theirs}/take-off").status_code == 303
    assert cabinet.post("/leader/start", **fields).status_code == 409
    assert cabinet.client.get(cabinet.home).status_code == 404


def test_a_browser_in_which_the_code_was_typed_stays_whose_it_is(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.post("sign", code=cabinet.letter("sign_link")["code"], consent="yes").location == f"{cabinet.home}/receipt"
    people = cabinet.client.get(f"{cabinet.home}/cabinet").text
    assert "A browser without an address" not in people
    assert people.count(PREPARER) == 1
    assert "Only the leader withdraws" in cabinet.client.get(f"{cabinet.home}/withdraw").text


def test_a_new_wording_of_a_withdrawn_pledge_is_neither_changed_nor_sent_nor_signed(cabinet: Cabinet):
    cabinet.prepare()
    leader = elsewhere(cabinet)
    leader.post(path(cabinet.letter("sign_link")["link"]), consent="yes")
    with cabinet.app.app_context():
        signed = cabinet.pledge().current
        signed.move(Move.ACCEPT)
        signed.announced_at = now()
        db.session.commit()
    cabinet.post("revise")
    drafted = cabinet.shown("review")
    cabinet.send()
    link, before = path(cabinet.letter("sign_link")["link"]), len(cabinet.letters())
    assert leader.post("withdraw").status_code == 303
    after = cabinet.letters()[before:]
    assert {kind for kind, _to in after} == {"withdrawn"}
    assert leader.post(link, consent="yes").status_code == 410
    for act, fields in (("send-again", {}), ("reopen", {}), ("words", {"actions_digital": "x"}), ("review", {"shown": drafted})):
        assert cabinet.post(act, **fields).status_code == 409, act
    assert cabinet.letters()[before:] == after
