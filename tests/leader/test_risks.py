"""What is found of a signatory when a pledge is signed: kept for officers, and shown to no one else."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.domain.mail_domains import domain_looks
from pledges.domain.people import Assurance
from pledges.domain.risks import WORDS
from pledges.extensions import db
from pledges.models import GovernmentDomain, Invitation, KnownLeader, Signature
from tests.answers import all_text, walk
from tests.asked import asked
from tests.leader.cabinet import KONYA, LEADER, Cabinet, add_government, now, path

pytestmark = pytest.mark.both_engines


def record(cabinet: Cabinet, domain: str, government: str = KONYA) -> None:
    with cabinet.app.app_context():
        db.session.add(GovernmentDomain(government_id=government, domain=domain, looks=domain_looks(domain), recorded_at=now()))
        db.session.commit()


def invited(cabinet: Cabinet, address: str, *, taken_back: bool = False) -> None:
    with cabinet.app.app_context():
        db.session.add(
            Invitation(
                government_id=KONYA, email=address, email_key=address, language="tr", invited_at=now(), token_hash=address,
                taken_back_at=now() if taken_back else None,
            )
        )  # fmt: skip
        db.session.commit()


def signature(cabinet: Cabinet) -> tuple[list[str], Assurance, dict[str, object]]:
    """Codes of the risks, the assurance, and the evidence of the newest signature."""
    with cabinet.app.app_context():
        found = db.session.scalars(select(Signature).order_by(Signature.id.desc()).limit(1)).one()
        return [risk["code"] for risk in found.risks or ()], found.assurance, found.evidence


def signs(cabinet: Cabinet, **changes: object) -> tuple[list[str], Assurance]:
    """Another browser prepares and signs; what is found."""
    Cabinet(cabinet.app, cabinet.app.test_client()).prepare(**changes).sign()
    return signature(cabinet)[:2]


def test_an_address_of_which_nothing_is_known_establishes_nothing(cabinet: Cabinet):
    assert signs(cabinet) == ([], Assurance.NOT_KNOWN)


def test_an_address_in_the_recorded_domain_is_official_and_the_evidence_names_it(cabinet: Cabinet):
    record(cabinet, "konya.example.org")
    assert signs(cabinet, leader_email="mayor@post.konya.example.org") == ([], Assurance.OFFICIAL_DOMAIN)
    assert signature(cabinet)[2]["assured_by"] == "konya.example.org"


def test_the_code_of_the_letter_establishes_as_much_as_its_link(cabinet: Cabinet):
    record(cabinet, "konya.example.org")
    cabinet.prepare().post("sign", code=cabinet.letter("sign_link")["code"], consent="yes")
    assert signature(cabinet)[:2] == ([], Assurance.OFFICIAL_DOMAIN)


def test_the_invited_address_is_official_and_another_one_is_told(cabinet: Cabinet):
    invited(cabinet, LEADER)
    invited(cabinet, "former@konya.example.org", taken_back=True)
    assert signs(cabinet) == ([], Assurance.OFFICIAL_DOMAIN)
    assert signs(cabinet, leader_email="former@konya.example.org") == (["other_address", "second_leader"], Assurance.NOT_KNOWN)


def test_a_domain_that_imitates_a_recorded_one_is_told(cabinet: Cabinet):
    with cabinet.app.app_context():
        add_government(db.session(), "gn-2", "Karaman")
    record(cabinet, "karaman.example.org", "gn-2")
    assert signs(cabinet, leader_email="mayor@kаrаman.example.org") == (["look_alike_domain"], Assurance.NOT_KNOWN)


def test_free_mail_a_second_leader_and_a_name_that_imitates_are_told_together(cabinet: Cabinet):
    signs(cabinet, leader_name="Capa Pope")
    found = signs(cabinet, leader_name="Сара Роре", leader_name_latin="Sara Rore", leader_email="konya@gmail.com")
    assert found == (["free_mail", "look_alike_name", "second_leader"], Assurance.NOT_KNOWN)


def test_a_withdrawn_pledge_makes_nobody_a_second_leader(cabinet: Cabinet):
    cabinet.prepare().sign()
    cabinet.post("withdraw")
    assert signs(cabinet, leader_email="next@konya.example.org") == ([], Assurance.NOT_KNOWN)


def test_a_term_that_is_over_is_told(cabinet: Cabinet):
    with cabinet.app.app_context():
        term = {"term_begins": date(2014, 4, 1), "term_ends": date(2019, 3, 31), "source": "electoral board", "recorded_at": now()}
        db.session.add(KnownLeader(government_id=KONYA, name="Ayse YILDIRIM", office="Mayor", **term))
        db.session.commit()
    assert signs(cabinet)[0] == ["out_of_office"]


def test_many_from_one_network_are_told_from_the_operators_number_on(cabinet: Cabinet):
    for number in range(9):
        assert "one_network" not in signs(cabinet, leader_email=f"m{number}@konya.example.org")[0]
    assert "one_network" in signs(cabinet, leader_email="tenth@konya.example.org")[0]


def test_a_government_that_the_directory_has_is_told_when_it_was_entered_by_hand(cabinet: Cabinet):
    fields = {"government_name": "KONYA", "government_native_name": "", "kind": "city", "country_code": "TR"}
    cabinet.begin("own", **fields)
    cabinet.fill()
    cabinet.send()
    cabinet.sign()
    assert signature(cabinet)[0] == ["entered_by_hand"]


def test_a_mixed_script_in_an_office_or_a_government_is_an_error_at_its_field(cabinet: Cabinet):
    cabinet.begin()
    answer = cabinet.post("office", leader_role="Mаyor", office_local="Başkan", honorific="Dг.", leader_name="A", leader_email=LEADER)
    assert answer.status_code == 422
    assert [field in answer.text for field in ("leader_role-error", "honorific-error", "office_local-error")] == [True, True, False]
    answer = cabinet.post("government", government_name="Kоnya", government_native_name="Konya")
    assert (answer.status_code, "government_name-error" in answer.text) == (422, True)


def test_finding_risks_takes_the_same_number_of_queries_whatever_was_signed_before(cabinet: Cabinet):
    with cabinet.app.app_context():
        engine = db.engine
    sent = []
    for number in range(5):
        staff = Cabinet(cabinet.app, cabinet.app.test_client()).prepare(leader_email=f"m{number}@konya.example.org")
        with asked(engine) as statements:
            staff.sign()
        sent.append(len(statements))
    assert sent[-1] == sent[0] > 0


def test_neither_the_leader_nor_a_letter_nor_a_stranger_learns_of_a_risk(cabinet: Cabinet, client: FlaskClient):
    record(cabinet, "konya.example.org")
    signs(cabinet)
    invited(cabinet, "somebody@else.example.org")
    cabinet.prepare(leader_email="konya@gmail.com").sign()
    assert signature(cabinet)[0] == ["free_mail", "other_address", "second_leader"]
    words = {"somebody@else.example.org", "assured_by", *(code.value for code in WORDS), *(words[0].lower() for words in WORDS.values())}
    texts = [all_text(answer).lower() for _endpoint, _address, answer in walk(
        cabinet.app, cabinet.client, {"public_id": [cabinet.public_id], "number": [1]}, room="leader."
    )]  # fmt: skip
    texts += [all_text(answer).lower() for _endpoint, _address, answer in walk(
        cabinet.app, cabinet.app.test_client(), {"public_id": [cabinet.public_id], "number": [1]}
    ) if not _endpoint.startswith("development.")]  # fmt: skip
    texts += [cabinet.letter(kind)["text"].lower() for kind in ("receipt", "sign_link", "pledge_signed")]
    assert [word for word in words if any(word in text for text in texts)] == []


def test_a_new_wording_is_compared_anew(cabinet: Cabinet):
    cabinet.prepare()
    record(cabinet, "konya.example.org")
    link = path(cabinet.letter("sign_link")["link"])
    assert cabinet.post(link, consent="yes").status_code == 303
    assert signature(cabinet)[:2] == ([], Assurance.OFFICIAL_DOMAIN)
