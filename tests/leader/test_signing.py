import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from pledges.domain.lifecycle import Content, Moderation
from pledges.extensions import db
from pledges.models import AccessLink, LinkPurpose, LogDetail, LogEntry, Signature, log
from tests.leader.cabinet import LEADER, PREPARER, Cabinet, now, path

pytestmark = pytest.mark.both_engines


def test_the_leader_signs_with_the_link_of_the_letter_and_gets_a_receipt(cabinet: Cabinet):
    cabinet.prepare()
    leader = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    link = path(cabinet.letter("sign_link")["link"])
    shown = leader.client.get(link)
    assert shown.status_code == 200
    for text in (
        "Ayşe Yıldırım",
        "We declare our commitment to digital transformation",
        "Açık veri ofisi kurmak.",
        "cannot be called back",
    ):
        assert text in shown.text
    assert leader.post(link, consent="yes").location == f"{cabinet.home}/receipt"
    receipt = leader.client.get(f"{cabinet.home}/receipt")
    with cabinet.app.app_context():
        pledge = cabinet.pledge()
        revision = pledge.current
        assert (revision.content, revision.moderation) == (Content.SIGNED, Moderation.IN_REVIEW)
        assert pledge.first_signed_at is not None
        assert revision.signature.record_hash == revision.fingerprint
        assert revision.signature.evidence["address"] == LEADER
        assert revision.signature.evidence["by"] == "link"
        fingerprint = revision.fingerprint
    assert cabinet.letters()[-2:] == [("receipt", LEADER), ("pledge_signed", PREPARER)]
    letter = cabinet.letter("receipt")["text"]
    assert fingerprint in letter
    assert cabinet.public_id in letter
    assert "in New York" in letter
    assert fingerprint[:8] in receipt.text
    assert cabinet.public_id in receipt.text


def test_the_downloaded_record_is_what_the_fingerprint_is_of_and_names_no_address(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.client.get(f"{cabinet.home}/record.json").status_code == 404
    cabinet.sign()
    record = cabinet.client.get(f"{cabinet.home}/record.json")
    with cabinet.app.app_context():
        assert hashlib.sha256(record.data).hexdigest() == cabinet.pledge().current.fingerprint
    assert json.loads(record.data)["leader"]["name"] == "Ayşe Yıldırım"
    assert b"@" not in record.data
    assert record.headers["Content-Disposition"] == f'attachment; filename="pledge-{cabinet.public_id}.json"'


def test_a_mail_scanner_that_opens_the_link_changes_nothing(cabinet: Cabinet):
    cabinet.prepare()
    link = path(cabinet.letter("sign_link")["link"])
    scanner = cabinet.app.test_client()
    answers = [scanner.get(link), scanner.head(link), scanner.get(link)]
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert all("draft-" not in answer.headers.get("Set-Cookie", "") for answer in answers)
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.AWAITING_SIGNATURE
        assert db.session.scalars(select(AccessLink).where(AccessLink.purpose == LinkPurpose.SIGN)).one().used_at is None
    cabinet.sign()


def test_signing_needs_the_leaders_own_yes(cabinet: Cabinet):
    cabinet.prepare()
    link = path(cabinet.letter("sign_link")["link"])
    answer = cabinet.post(link)
    assert answer.status_code == 422
    assert "Tick the box to sign." in answer.text
    assert '<input type="hidden" name="consent" value="yes">' in cabinet.client.get(link).text  # the button says so
    assert cabinet.post(link, consent="yes").status_code == 303


def test_a_link_signs_once(cabinet: Cabinet):
    cabinet.prepare().sign()
    link = path(cabinet.letter("sign_link")["link"])
    for answer in (cabinet.client.get(link), cabinet.post(link, consent="yes")):
        assert answer.status_code == 410
        assert "This pledge is signed already" in answer.text
    with cabinet.app.app_context():
        assert len(list(db.session.scalars(select(Signature)))) == 1


def test_a_link_lives_seven_days(cabinet: Cabinet):
    cabinet.prepare()
    with cabinet.app.app_context():
        lives = db.session.scalars(select(AccessLink).where(AccessLink.purpose == LinkPurpose.SIGN)).one()
        assert lives.expires_at - lives.created_at == timedelta(days=7)
        db.session.execute(update(AccessLink).where(AccessLink.id == lives.id).values(expires_at=now() - timedelta(seconds=1)))
        db.session.commit()
    link = path(cabinet.letter("sign_link")["link"])
    assert (cabinet.client.get(link).status_code, cabinet.post(link, consent="yes").status_code) == (410, 410)
    assert cabinet.client.get(f"{cabinet.home}/sign").location == cabinet.home


def test_a_made_up_link_looks_like_a_spent_one(cabinet: Cabinet):
    answers = [cabinet.client.get("/leader/link/made-up"), cabinet.post("/leader/link/made-up", consent="yes")]
    assert [(answer.status_code, "no longer works" in answer.text) for answer in answers] == [(410, True), (410, True)]


def test_the_code_signs_in_the_session_that_prepared(cabinet: Cabinet):
    cabinet.prepare()
    code = cabinet.letter("sign_link")["code"]
    assert cabinet.post("sign", code=code, consent="yes").location == f"{cabinet.home}/receipt"
    with cabinet.app.app_context():
        assert cabinet.pledge().current.signature.evidence["by"] == "code"
    assert cabinet.client.get(path(cabinet.letter("sign_link")["link"])).status_code == 410


def test_a_stranger_cannot_try_codes(cabinet: Cabinet):
    cabinet.prepare()
    stranger = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    assert {stranger.post("sign", code="00000000", consent="yes").status_code for _ in range(6)} == {404}
    cabinet.sign()


def test_five_wrong_codes_void_code_and_link(cabinet: Cabinet):
    cabinet.prepare()
    letter = cabinet.letter("sign_link")
    wrong = f"{(int(letter['code'].replace(' ', '')) + 1) % 10**8:08d}"
    answers = [cabinet.post("sign", code=wrong, consent="yes") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 303]
    assert "Tries left: 4." in answers[0].text
    assert cabinet.post("sign", code=letter["code"], consent="yes").location == cabinet.home
    assert cabinet.client.get(path(letter["link"])).status_code == 410
    assert cabinet.post(path(letter["link"]), consent="yes").status_code == 410
    assert "The code no longer works" in cabinet.client.get(cabinet.home).text
    with cabinet.app.app_context():
        assert cabinet.pledge().current.content is Content.AWAITING_SIGNATURE
        assert "code_voided" in set(db.session.scalars(select(LogEntry.act)))
    assert cabinet.post("send-again").status_code == 303
    cabinet.sign()


def test_what_is_no_code_does_not_count_as_a_wrong_one(cabinet: Cabinet):
    cabinet.prepare()
    assert {cabinet.post("sign", code=typed, consent="yes").status_code for typed in ("", "123", "abc", "1234 567", "123456789")} == {422}
    assert cabinet.post("sign", code=cabinet.letter("sign_link")["code"]).status_code == 422  # without a yes
    with cabinet.app.app_context():
        assert db.session.scalars(select(AccessLink).where(AccessLink.purpose == LinkPurpose.SIGN)).one().wrong_codes == 0


def test_a_code_may_be_typed_with_digits_of_ones_own(cabinet: Cabinet):
    cabinet.prepare()
    typed = cabinet.letter("sign_link")["code"].translate({ord(digit): ord("٠") + int(digit) for digit in "0123456789"})
    assert cabinet.post("sign", code=typed, consent="yes").status_code == 303


def test_sending_again_voids_the_earlier_letter(cabinet: Cabinet):
    cabinet.prepare()
    earlier = cabinet.letter("sign_link")
    cabinet.post("send-again")
    assert cabinet.client.get(path(earlier["link"])).status_code == 410
    assert cabinet.post("sign", code=earlier["code"], consent="yes").status_code == 422
    cabinet.sign()


def test_whoever_asks_for_a_link_voids_none(cabinet: Cabinet):
    cabinet.prepare()
    earlier = cabinet.letter("sign_link")
    cabinet.post("/leader/ask", address=LEADER.upper())
    later = cabinet.letter("sign_link")
    assert "code" not in later
    assert cabinet.client.get(path(later["link"])).status_code == 200
    assert cabinet.post(path(earlier["link"]), consent="yes").status_code == 303
    assert cabinet.post(path(later["link"]), consent="yes").status_code == 410


def test_taking_the_text_back_voids_link_and_code(cabinet: Cabinet):
    cabinet.prepare()
    earlier = cabinet.letter("sign_link")
    assert cabinet.post("reopen").status_code == 303
    assert cabinet.post(path(earlier["link"]), consent="yes").status_code == 410
    assert cabinet.post("sign", code=earlier["code"], consent="yes").location == cabinet.home
    cabinet.post("words", actions_digital="Yeni söz.")
    cabinet.send()
    cabinet.sign()
    with cabinet.app.app_context():
        assert "Yeni söz." in cabinet.pledge().current.record


def test_a_second_pledge_of_the_same_leader_is_told_clearly_and_nothing_is_lost(cabinet: Cabinet):
    first = cabinet.prepare().sign().public_id
    cabinet.prepare(leader_email=LEADER.replace("mayor", "Mayor"), actions_digital="İkinci söz.")
    link = path(cabinet.letter("sign_link")["link"])
    answer = cabinet.post(link, consent="yes")
    assert answer.status_code == 409
    assert "There is a signed pledge already" in answer.text
    assert cabinet.client.get(link).status_code == 200
    assert "İkinci söz." in cabinet.client.get(cabinet.home).text
    cabinet.post(f"/leader/{first}/withdraw")
    assert cabinet.post(link, consent="yes").status_code == 303


def test_a_leader_who_prepares_alone_gets_one_letter_of_each_kind(cabinet: Cabinet):
    cabinet.begin(preparer_email=LEADER)
    cabinet.fill()
    cabinet.send()
    cabinet.sign()
    assert [kind for kind, _ in cabinet.letters()] == ["resume_link", "sign_link", "receipt"]


@pytest.mark.parametrize(
    ("language", "subject"), [("fr", "Pour signature"), ("ru", "На подпись"), ("ar", "للتوقيع"), ("en", "For your signature")]
)
def test_letters_are_in_the_language_of_the_pages(cabinet: Cabinet, language: str, subject: str):
    cabinet.client.get(f"/leader/start?lang={language}")
    cabinet.prepare().sign()
    assert cabinet.letter("sign_link")["text"].startswith(subject)
    for kind in ("resume_link", "sign_link", "receipt", "pledge_signed"):
        assert "{" not in cabinet.letter(kind)["text"]


def test_no_secret_is_kept_in_clear_but_for_the_letter_that_waits(cabinet: Cabinet):
    cabinet.prepare().sign()
    letter = cabinet.letter("sign_link")
    token = letter["link"].rsplit("/", 1)[1]
    assert token not in letter["text"]
    assert letter["code"] not in letter["text"]
    with cabinet.app.app_context():
        kept = " ".join(str(value) for link in db.session.scalars(select(AccessLink)) for value in vars(link).values())
        kept += " ".join(db.session.scalars(select(LogDetail.details)))
        assert token not in kept
        assert letter["code"].replace(" ", "") not in kept
        assert list(log.broken_entries(db.session())) == []


def test_no_token_reaches_a_log(cabinet: Cabinet, caplog: pytest.LogCaptureFixture):
    caplog.set_level(0)
    cabinet.prepare().sign()
    tokens = [cabinet.letter(kind)["link"].rsplit("/", 1)[1] for kind in ("resume_link", "sign_link", "receipt")]
    written = " ".join(record.getMessage() for record in caplog.records)
    assert [token for token in tokens if token in written] == []


def test_a_code_signs_only_the_text_that_the_page_showed(cabinet: Cabinet):
    cabinet.prepare()
    shown_before = cabinet.shown("sign")
    cabinet.post("reopen")
    cabinet.post("words", actions_digital="Bambaşka bir söz.")
    cabinet.send()
    code = cabinet.letter("sign_link")["code"]
    assert cabinet.post("sign", code=code, consent="yes", shown=shown_before).location == f"{cabinet.home}/sign"
    with cabinet.app.app_context():
        assert cabinet.pledge().first_signed_at is None
    assert "The text has changed since this page showed it" in cabinet.client.get(f"{cabinet.home}/sign").text
    assert cabinet.post("sign", code=code, consent="yes").location == f"{cabinet.home}/receipt"
