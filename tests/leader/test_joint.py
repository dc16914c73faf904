"""Several governments pledge together: the same words, each with its own leader, office, mandate and signature."""

import json
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from pledges.domain.lifecycle import Content
from pledges.extensions import db
from pledges.models import Letter
from tests.leader.cabinet import KONYA, Cabinet, add_government, path

NAIROBI, THEM = "gn-184745", "cabinet@nairobi.example.org"
GOVERNOR = "governor@nairobi.example.org"
THEIR_OFFICE = {"leader_name": "Achieng Otieno", "leader_role": "Governor", "office_local": "Gavana", "leader_email": GOVERNOR}


@pytest.fixture
def konya(cabinet: Cabinet) -> Cabinet:
    """The cabinet that invites, with a draft that is filled in."""
    with cabinet.app.app_context():
        add_government(db.session(), NAIROBI, "Nairobi", country_code="KE", main_language="sw")
    cabinet.begin()
    cabinet.fill()
    return cabinet


@pytest.fixture
def nairobi(konya: Cabinet) -> Cabinet:
    """The cabinet that was invited and opened the letter."""
    return invited(konya)


def invited(konya: Cabinet, government: str = NAIROBI, to: str = THEM, **fields: str) -> Cabinet:
    assert konya.post("joint", government=government, address=to, **fields).location == f"{konya.home}/joint"
    them = Cabinet(konya.app, konya.app.test_client())
    them.public_id = them.post(path(konya.letter("joint_invitation", to=to)["link"])).location.rsplit("/", 1)[1]
    return them


def record(cabinet: Cabinet) -> dict[str, object]:
    with cabinet.app.app_context():
        return json.loads(cabinet.pledge().current.record or "{}")


def page(cabinet: Cabinet, step: str = "") -> str:
    return unescape(cabinet.client.get(f"{cabinet.home}{step}").text)


def test_a_government_is_found_invited_and_gets_a_pledge_of_its_own_in_the_same_words(konya: Cabinet):
    assert f"{konya.home}/joint?government={NAIROBI}" in konya.client.get(f"{konya.home}/joint?q=nair").text
    them = invited(konya, note="Shall we?")
    letter = konya.letter("joint_invitation")
    assert (letter["to"], "    Shall we?" in letter["text"], "Konya" in letter["text"]) == (THEM, True, True)
    words = page(them, "/words")
    assert "Açık veri ofisi kurmak." in words
    assert "Barış eğitimi." in words
    assert "Yıldırım" not in page(them, "/office")
    assert them.client.get(konya.home).status_code == 404
    assert konya.client.get(them.home).status_code == 404


def test_each_signs_for_itself_and_the_record_names_the_joint_pledge(konya: Cabinet, nairobi: Cabinet):
    nairobi.post("office", **THEIR_OFFICE)
    nairobi.post("mandate", mandate_basis="executive")
    for cabinet in (konya, nairobi):
        assert cabinet.send().status_code == 303
        leader = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
        to = GOVERNOR if cabinet is nairobi else "mayor@konya.example.org"
        link = path(cabinet.letter("sign_link", to=to)["link"])
        assert "Each signs for itself." in leader.client.get(link).text
        assert leader.post(link, consent="yes").status_code == 303
    ours, theirs = record(konya), record(nairobi)
    assert ours["joint"] == theirs["joint"]
    assert ours["commitments"] == theirs["commitments"]
    assert (ours["leader"], ours["office"], ours["mandate"]) != (theirs["leader"], theirs["office"], theirs["mandate"])
    with konya.app.app_context():
        assert konya.pledge().current.signature.record_hash != nairobi.pledge().current.signature.record_hash


def test_a_pledge_alone_has_no_such_field_in_its_record(konya: Cabinet):
    assert "joint" not in record(konya)


def test_only_the_cabinets_of_the_pledge_see_who_is_in_it_and_has_signed(konya: Cabinet, nairobi: Cabinet):
    konya.send()
    konya.sign()
    for shown in (page(nairobi), page(nairobi, "/joint")):
        assert "Konya" in shown
        assert '<span class="tag good">signed</span>' in shown
    stranger = Cabinet(konya.app, konya.app.test_client())
    stranger.begin(NAIROBI, preparer_email="")
    assert "Konya" not in page(stranger)
    for cabinet in (konya, nairobi):
        for address, method in (("joint", "get"), ("joint/take-over", "post"), ("joint/leave", "post")):
            other = Cabinet(konya.app, stranger.client, cabinet.public_id)
            answer = other.post(address) if method == "post" else other.client.get(f"{cabinet.home}/{address}")
            assert answer.status_code == 404
    other = Cabinet(konya.app, konya.app.test_client())
    other.begin(preparer_email="")
    before = len(konya.letters())
    assert other.post("joint", government=NAIROBI, address="x@example.org").status_code == 303
    assert konya.letters()[before:] == [("joint_invitation", "x@example.org")], "the answer is the same, whoever pledges already"


def test_changed_words_are_offered_to_the_others_who_may_take_them_over(konya: Cabinet, nairobi: Cabinet):
    konya.post("words", actions_digital="Açık veri ofisi kurmak, 2026.", multilateral_peaceful="Barış eğitimi.")
    shown = page(nairobi)
    assert "Konya changed the shared words" in shown
    assert "in other words than ours" in shown
    assert "changed the shared words" not in page(konya)
    assert_written_once_a_day(konya, nairobi)
    assert nairobi.post("joint/take-over", shown=nairobi.shown("joint")).location == f"{nairobi.home}/review"
    assert "Açık veri ofisi kurmak, 2026." in page(nairobi, "/words")
    assert "changed the shared words" not in page(nairobi)
    nairobi.post("themes", themes=["digital", "peaceful", "sustainable"])
    assert "Nairobi changed the shared words" in page(konya)
    konya.post("joint/take-over", shown=konya.shown("joint"))
    with konya.app.app_context():
        assert konya.pledge().current.themes == ["digital", "peaceful", "sustainable"]
        assert [words.actions for words in konya.pledge().current.commitments] == ["Açık veri ofisi kurmak, 2026.", "", ""]


def assert_written_once_a_day(konya: Cabinet, nairobi: Cabinet) -> None:
    """The partner's cabinet is told of changed words, later than they are typed and once, however often they change."""
    konya.post("words", actions_digital="Açık veri ofisi kurmak, 2027.", multilateral_peaceful="Barış eğitimi.")
    konya.post("words", actions_digital="Açık veri ofisi kurmak, 2026.", multilateral_peaceful="Barış eğitimi.")
    assert [to for kind, to in konya.letters() if kind == "joint_words"] == [THEM]
    letter = konya.letter("joint_words")["text"]
    assert f"http://localhost:8000{nairobi.home}\n" in letter
    assert "2026" not in letter, "words stand on the page alone: a letter leads nowhere but to us"
    with konya.app.app_context():
        row = db.session.scalars(select(Letter).where(Letter.kind == "joint_words")).one()
        assert row.due_at - row.created_at == timedelta(hours=1)


def test_taking_over_opens_what_was_sent_and_leaves_what_was_signed(konya: Cabinet, nairobi: Cabinet):
    konya.send()
    link = path(konya.letter("sign_link")["link"])
    nairobi.post("words", actions_digital="Yeni.", multilateral_peaceful="Barış eğitimi.")
    assert "no longer works" in page(konya)
    assert konya.post("joint/take-over", shown=konya.shown("joint")).status_code == 303
    assert konya.client.get(link).status_code == 410
    konya.send()
    konya.sign()
    before = record(konya)
    nairobi.post("words", actions_digital="Daha yeni.", multilateral_peaceful="Barış eğitimi.")
    assert "what was signed stays" in page(konya)
    assert konya.post("joint/take-over").status_code == 409
    assert record(konya) == before
    with konya.app.app_context():
        assert konya.pledge().current.content is Content.SIGNED


def test_one_that_withdraws_leaves_the_others_as_they_are(konya: Cabinet, nairobi: Cabinet):
    nairobi.post("office", **THEIR_OFFICE)
    nairobi.send()
    konya.send()
    konya.sign()
    konya.post("withdraw")
    assert '<span class="tag bad">withdrawn</span>' in page(nairobi)
    with konya.app.app_context():
        assert nairobi.pledge().current.content is Content.AWAITING_SIGNATURE
        assert nairobi.pledge().joint is not None


def test_a_draft_may_leave_and_what_is_signed_stays_joint(konya: Cabinet, nairobi: Cabinet):
    assert nairobi.post("joint/leave").location == nairobi.home
    with konya.app.app_context():
        assert nairobi.pledge().joint is None
    assert "Konya" not in page(nairobi)
    konya.send()
    assert konya.post("joint/leave").status_code == 409
    konya.sign()
    assert "joint" in record(konya)
    alone = Cabinet(konya.app, konya.app.test_client()).prepare(leader_email="other@konya.example.org")
    assert alone.post("joint", government=NAIROBI, address=THEM).status_code == 409


def test_nobody_is_invited_twice_and_an_entered_government_may_be(konya: Cabinet, nairobi: Cabinet):
    for government in (NAIROBI, KONYA):
        answer = konya.post("joint", government=government, address="x@example.org")
        assert (answer.status_code, "pledges with you already" in answer.text) == (422, True)
    assert konya.post("joint", government="gn-999", address="x@example.org").status_code == 422
    assert konya.post("joint", government=NAIROBI, address="nobody").status_code == 422
    entered = {"government_name": "Union of the Coast", "kind": "association", "country_code": "SN"}
    assert konya.post("joint", government="own", address="x@example.org", **entered | {"kind": "duchy"}).status_code == 422
    them = invited(konya, "own", "union@example.org", **entered)
    assert "Nairobi" in page(them)
    assert "Union of the Coast" in page(nairobi)


def test_words_that_a_colleague_wrote_since_are_not_taken_away_unseen(konya: Cabinet, nairobi: Cabinet):
    konya.post("words", actions_digital="Yeni.", multilateral_peaceful="Barış eğitimi.")
    compared = nairobi.shown("joint")
    nairobi_too = Cabinet(nairobi.app, nairobi.client, nairobi.public_id)
    nairobi_too.post("words", actions_digital="Maneno mapya.", multilateral_peaceful="Barış eğitimi.")
    konya.post("words", actions_digital="Daha yeni.", multilateral_peaceful="Barış eğitimi.")
    assert nairobi.post("joint/take-over", shown=compared).location == f"{nairobi.home}/joint"
    assert "Maneno mapya." in page(nairobi, "/words")
    assert nairobi.post("joint/take-over", shown=nairobi.shown("joint")).location == f"{nairobi.home}/review"
    assert "Daha yeni." in page(nairobi, "/words")
