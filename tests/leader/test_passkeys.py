import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pledges.domain.lifecycle import Content
from pledges.domain.people import SignatureKind
from pledges.extensions import db
from pledges.models import AccessLink, LeaderPasskey, LogEntry
from tests.leader.authenticator import Authenticator, plain, text
from tests.leader.cabinet import Cabinet, add_government, path

FAR = "http://elsewhere.example"


class Leader:
    """The browser that opened the leader's letter, with a device."""

    def __init__(self, cabinet: Cabinet) -> None:
        self.cabinet, self.device = cabinet, Authenticator()
        self.browser = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
        self.link = path(cabinet.letter("sign_link")["link"])

    def ask(self, **fields: str) -> Any:
        return self.browser.post(f"{self.link}/passkey/ask", **fields)

    def keep(self, credential: str) -> Any:
        return self.browser.post(f"{self.link}/passkey/made", credential=credential)

    def make(self) -> dict[str, Any]:
        """Make a key; what is to be signed with it."""
        made = self.keep(self.device.make(self.ask().json["create"]))
        assert made.status_code == 200, made.text
        return dict(made.json["get"])

    def sign(self, credential: str, **fields: str) -> Any:
        return self.browser.post(self.link, credential=credential, **({"consent": "yes"} | fields))


@pytest.fixture
def leader(cabinet: Cabinet) -> Leader:
    return Leader(cabinet.prepare())


def unsigned(leader: Leader) -> bool:
    with leader.cabinet.app.app_context():
        return leader.cabinet.pledge().current.content is Content.AWAITING_SIGNATURE


def test_a_passkey_signs_the_fingerprint_with_16_random_bytes(leader: Leader):
    answer = leader.sign(leader.device.sign(leader.make()))
    assert answer.location == f"{leader.browser.home}/receipt"
    assert "Signed with a passkey" in leader.browser.client.get(answer.location).text
    with leader.cabinet.app.app_context():
        revision = leader.cabinet.pledge().current
        signature, proof = revision.signature, revision.signature.proof
        assert signature.kind is SignatureKind.PASSKEY
        challenge = hashlib.sha256(bytes.fromhex(revision.fingerprint) + bytes.fromhex(proof["nonce"])).digest()
        assert plain(json.loads(plain(proof["clientDataJSON"]))["challenge"]) == challenge
        assert (len(bytes.fromhex(proof["nonce"])), proof["fingerprint"]) == (16, revision.fingerprint)
        numbers = leader.device.key.public_key().public_numbers()
        assert proof["public_key"] == {
            "kty": "EC", "crv": "P-256", "alg": "ES256", "x": text(numbers.x.to_bytes(32, "big")), "y": text(numbers.y.to_bytes(32, "big")),
        }  # fmt: skip
        assert (proof["rp_id"], proof["origin"]) == ("localhost", "http://localhost:8000")
        evidence = signature.evidence
        assert (evidence["by"], evidence["key_used_before"], evidence["key_synced"]) == ("passkey", False, False)
        assert {"user_agent", "network_address", "aaguid", "attestation", "transports", "key_made"} <= evidence.keys()
        acts = list(db.session.scalars(select(LogEntry.act).order_by(LogEntry.number)))
        assert acts[-2:] == ["passkey_made", "signed"]


def test_the_key_of_an_earlier_pledge_signs_the_next_one(leader: Leader):
    leader.sign(leader.device.sign(leader.make()))
    with leader.cabinet.app.app_context():
        add_government(db.session(), "gn-323786", "Ankara")
    leader.cabinet.begin("gn-323786")
    leader.cabinet.fill()
    leader.cabinet.send()
    second = Leader(leader.cabinet)
    second.device = leader.device
    asked = second.ask().json["get"]
    assert [plain(key["id"]) for key in asked["allowCredentials"]] == [leader.device.credential_id]
    assert second.sign(second.device.sign(asked)).status_code == 303
    with leader.cabinet.app.app_context():
        evidence = leader.cabinet.pledge().current.signature.evidence
        assert evidence["key_used_before"] is True
        assert db.session.scalars(select(LeaderPasskey.sign_count)).one() == 2


Wrong = Callable[[Authenticator, dict[str, Any]], str]
WRONG: dict[str, tuple[Wrong, str]] = {
    "another text": (lambda device, asked: device.sign(asked, challenge=text(bytes(32))), "belongs to an earlier attempt"),
    "another origin": (lambda device, asked: replace(device, origin=FAR).sign(asked), "answered for another website"),
    "another site": (lambda device, asked: replace(device, rp_id="elsewhere.example").sign(asked), "answered for another website"),
    "nobody verified": (lambda device, asked: replace(device, verifies=False).sign(asked), "did not check that it is you"),
    "another key": (
        lambda device, asked: replace(Authenticator(), credential_id=device.credential_id).sign(asked),
        "could not be verified",
    ),
    "another device": (lambda _device, asked: Authenticator().sign(asked), "was not made for this leader here"),
    "a registration": (lambda device, asked: device.make(asked), "could not be verified"),
    "no JSON": (lambda _device, _asked: "{", "could not be verified"),
    "nothing": (lambda _device, _asked: "", "could not be verified"),
    "nested": (lambda _device, _asked: "[" * 100_000, "could not be verified"),
}


def test_an_answer_that_does_not_hold_signs_nothing_says_why_and_loses_nothing(leader: Leader):
    leader.make()
    for what, (wrong, sentence) in WRONG.items():
        answer = leader.sign(wrong(leader.device, leader.ask().json["get"]))
        assert (what, answer.status_code, sentence in answer.text) == (what, 422, True)
        assert unsigned(leader)
    assert leader.sign(leader.device.sign(leader.ask().json["get"])).status_code == 303


def test_a_key_that_counts_backwards_is_refused(leader: Leader):
    leader.device.count = 7
    leader.device.sign(asked := leader.make())
    leader.device.count = 2
    answer = leader.sign(leader.device.sign(asked))
    assert (answer.status_code, "used more often than it counts" in answer.text, unsigned(leader)) == (422, True, True)


def test_a_challenge_counts_once(leader: Leader):
    asked = leader.make()
    wrong = leader.sign(replace(leader.device, verifies=False).sign(asked))
    assert wrong.status_code == 422
    replayed = leader.sign(leader.device.sign(asked))
    assert (replayed.status_code, "each attempt counts once" in replayed.text, unsigned(leader)) == (422, True, True)
    with leader.cabinet.app.app_context():
        assert db.session.scalars(select(AccessLink.nonce).where(AccessLink.nonce.is_not(None))).all() == []


def test_a_newer_challenge_takes_the_place_of_the_one_before(leader: Leader):
    earlier = leader.make()
    leader.ask()
    answer = leader.sign(leader.device.sign(earlier))
    assert (answer.status_code, "belongs to an earlier attempt" in answer.text, unsigned(leader)) == (422, True, True)


def test_an_answer_sent_twice_signs_once(leader: Leader):
    credential = leader.device.sign(leader.make())
    assert leader.sign(credential).status_code == 303
    again = leader.sign(credential)
    assert (again.status_code, "This pledge is signed already" in again.text) == (410, True)


def test_a_text_that_was_taken_back_meanwhile_is_not_signed(leader: Leader):
    asked = leader.make()
    leader.cabinet.post("reopen")
    answers = [leader.sign(leader.device.sign(asked)), leader.ask(), leader.keep("{}")]
    assert [answer.status_code for answer in answers] == [410, 410, 410]
    assert "works no more" in answers[1].json["problem"]


def test_signing_with_a_passkey_needs_the_leaders_own_yes(leader: Leader):
    asked = leader.make()
    answer = leader.sign(leader.device.sign(asked), consent="")
    assert (answer.status_code, "Tick the box to sign." in answer.text) == (422, True)
    assert leader.sign(leader.device.sign(asked)).status_code == 303


def test_a_key_of_another_site_or_of_a_device_that_checks_nobody_is_not_kept(leader: Leader):
    for device, sentence in (
        (Authenticator(origin=FAR), "answered for another website"),
        (Authenticator(rp_id="elsewhere.example"), "answered for another website"),
        (Authenticator(verifies=False), "did not check that it is you"),
    ):
        answer = leader.keep(device.make(leader.ask().json["create"]))
        assert (answer.status_code, sentence in answer.json["problem"]) == (422, True)
    with leader.cabinet.app.app_context():
        assert db.session.scalars(select(LeaderPasskey)).all() == []


def test_a_key_is_kept_for_one_leader_and_cannot_be_brought_by_another(leader: Leader):
    leader.sign(leader.device.sign(leader.make()))
    other = Cabinet(leader.cabinet.app, leader.cabinet.app.test_client())
    other.prepare(leader_email="deputy@konya.example.org")
    deputy = Leader(other)
    deputy.device = leader.device
    asked = deputy.ask().json
    assert "create" in asked
    assert deputy.keep(deputy.device.make(asked["create"])).status_code == 422
    assert "was not made for this leader here" in deputy.sign(deputy.device.sign(deputy.ask().json["create"])).text


def test_a_leader_whose_key_is_on_another_device_makes_a_new_one(leader: Leader):
    leader.make()
    first, leader.device = leader.device, Authenticator()
    asked = leader.ask(new="yes").json["create"]
    assert [plain(key["id"]) for key in asked["excludeCredentials"]] == [first.credential_id]
    made = leader.keep(leader.device.make(asked)).json["get"]
    assert leader.sign(leader.device.sign(made)).status_code == 303


def test_only_the_link_of_the_leaders_letter_asks_for_passkeys(cabinet: Cabinet):
    cabinet.prepare()
    resume = path(cabinet.letter("resume_link")["link"])
    assert cabinet.post(f"{resume}/passkey/ask").status_code == 410
    assert cabinet.post("/leader/link/made-up/passkey/ask").status_code == 410
    assert 'id="passkey"' not in cabinet.client.get(f"{cabinet.home}/sign").text
    assert 'id="passkey"' in cabinet.client.get(path(cabinet.letter("sign_link")["link"])).text


def test_where_no_browser_makes_passkeys_the_page_does_not_speak_of_them(cabinet: Cabinet, app: Flask):
    cabinet.prepare()
    link = path(cabinet.letter("sign_link")["link"])
    app.extensions["pledges.settings"] = replace(app.extensions["pledges.settings"], base_url="http://127.0.0.1:8000")
    assert "passkey" not in cabinet.client.get(link).text
    assert cabinet.post(f"{link}/passkey/ask").status_code == 404
    assert cabinet.post(link, consent="yes").status_code == 303


def test_what_is_public_of_a_signature_holds_no_evidence(leader: Leader):
    leader.sign(leader.device.sign(leader.make()))
    with leader.cabinet.app.app_context():
        signature = leader.cabinet.pledge().current.signature
        assert set(signature.proof) == {
            "kind", "fingerprint", "nonce", "rp_id", "origin", "public_key", "authenticatorData", "clientDataJSON", "signature",
        }  # fmt: skip
    assert leader.cabinet.client.get(f"/api/v1/pledges/{leader.cabinet.public_id}/signature").status_code == 404


def test_whatever_a_device_counts_and_says_of_its_ways_is_kept(leader: Leader):
    leader.device.count = 2**32 - 2
    told = json.loads(leader.device.make(leader.ask().json["create"]))
    told["response"]["transports"] = ["usb", "hybrid"] * 40
    kept = leader.keep(json.dumps(told))
    assert kept.status_code == 200
    assert leader.sign(leader.device.sign(kept.json["get"])).status_code == 303
    with leader.cabinet.app.app_context():
        key = db.session.scalars(select(LeaderPasskey)).one()
        assert (key.sign_count, key.transports) == (2**32 - 1, "usb hybrid")
