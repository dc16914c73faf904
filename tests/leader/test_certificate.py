"""A leader signs with an own certificate: the paper is downloaded, signed outside, uploaded, judged."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import config
from pledges.app import create_app
from pledges.domain.lifecycle import Move
from pledges.domain.people import SignatureKind
from pledges.extensions import db
from pledges.models import SignedFile
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from tests.adapters.national import MAIL, NUMBER, Nation
from tests.answers import all_text, pdf_text, walk
from tests.assembly import Assembly
from tests.leader.cabinet import GOOD, KONYA, LEADER, STEPS, Cabinet, add_government, csrf, path
from tests.secretariat.signed import make_account


@pytest.fixture(scope="module")
def nation() -> Nation:
    """An authority that has issued a certificate to the mayor."""
    nation = Nation()
    nation.person()
    return nation


@pytest.fixture
def cabinet(database_url: str, tmp_path: Path, nation: Nation) -> Iterator[Cabinet]:
    """A cabinet whose pledge awaits the leader's signature, on a site that trusts the nation's authority."""
    app = create_app(config.testing(database_url, tmp_path / "instance", trust_lists=(nation.trust(tmp_path / "trust"),)))
    with app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    yield Cabinet(app, app.test_client()).prepare()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def paper(cabinet: Cabinet) -> bytes:
    answer = cabinet.client.get(f"{cabinet.home}/paper.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def upload(cabinet: Cabinet, data: bytes) -> str:
    """Where the answer leads, or what it says is wrong."""
    fields = {"signed-file": (io.BytesIO(data), "signed.pdf"), "signed-csrf_token": cabinet.token()}
    answer = cabinet.client.post(f"{cabinet.home}/certificate", data=fields, content_type="multipart/form-data")
    if answer.status_code == 303:
        return answer.location
    assert answer.status_code == 422
    return answer.text.partition('id="signed-file-error">')[2].partition("</p>")[0]


def test_a_leader_signs_with_a_certificate_and_only_issuer_level_name_and_hash_are_published(cabinet: Cabinet, nation: Nation):
    data = nation.sign(paper(cabinet))
    assert upload(cabinet, data).endswith("/receipt")
    with cabinet.app.app_context():
        signature = cabinet.pledge().current.signature
        kept = db.session.query(SignedFile).one()
        assert signature.kind is SignatureKind.CERTIFICATE
        assert signature.proof == {
            "issuer": "Nüfus İdaresi, e-Kimlik issuer 04 (TR)", "level": "qualified", "name": "Ayşe Yıldırım", "sha256": kept.sha256,
        }  # fmt: skip
        assert signature.risks == []
        assert kept.data == data
        assert NUMBER not in f"{signature.proof}{signature.evidence}"
        assert MAIL not in f"{signature.proof}{signature.evidence}"
    assert ("receipt", "mayor@konya.example.org") in cabinet.letters()


def test_the_paper_holds_the_text_and_is_the_same_file_each_time(cabinet: Cabinet):
    text = pdf_text(paper(cabinet))
    for told in ("Konya", "Ayşe Yıldırım", "Büyükşehir Belediye Başkanı", "2024/114", "Açık veri ofisi kurmak.", cabinet.public_id):
        assert told in text
    assert paper(cabinet) == paper(cabinet)
    assert LEADER not in text


def test_the_name_in_the_certificate_is_compared_and_a_difference_is_for_officers_alone(cabinet: Cabinet, nation: Nation):
    nation.person("cousin", given="Mehmet", surname="Kaya")
    data = nation.sign(paper(cabinet), "cousin")
    assert "Mehmet Kaya" in upload(cabinet, data)  # in the cabinet's browser it signs nothing
    link, leader = path(cabinet.letter("sign_link")["link"]), Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id)
    leader.post(f"{link}/other-ways")
    assert upload(leader, data).endswith("/receipt")
    with cabinet.app.app_context():
        assert cabinet.pledge().current.signature.risks == [{"code": "name_in_certificate", "name": "Mehmet Kaya"}]


def test_what_is_no_signed_paper_is_told_at_the_field_and_nothing_is_signed(cabinet: Cabinet, nation: Nation):
    stranger = Nation("Another Authority")
    stranger.person()
    pdf = paper(cabinet)
    assert "no signature in it" in upload(cabinet, pdf)
    assert "This is not a PDF" in upload(cabinet, b"hello")
    assert "not the paper of this pledge" in upload(cabinet, nation.sign(pdf.replace(b"WALRG", b"WALGR")))
    told = upload(cabinet, stranger.sign(pdf))
    assert "Another Authority" in told
    assert "Türkiye: Nüfus İdaresi" in told
    with cabinet.app.app_context():
        assert cabinet.pledge().current.signature is None
        assert db.session.query(SignedFile).all() == []


def test_a_paper_of_a_text_that_was_changed_since_signs_nothing(cabinet: Cabinet, nation: Nation):
    before = nation.sign(paper(cabinet))
    cabinet.post("reopen")
    cabinet.post("office", **{name: GOOD[name] for name in STEPS["office"] if name in GOOD} | {"honorific": "Dr."})
    cabinet.send()
    assert "not the paper of this pledge" in upload(cabinet, before)
    cabinet.post("reopen")
    assert upload(cabinet, before) == cabinet.home


def test_from_the_letter_another_browser_gets_the_paper_and_the_letter_still_signs(cabinet: Cabinet):
    link, phone = path(cabinet.letter("sign_link")["link"]), cabinet.app.test_client()
    token = csrf(phone.get(link))
    assert f"{link}/other-ways" in phone.get(link).text
    answer = phone.post(f"{link}/other-ways", data={"csrf_token": token})
    assert answer.location == f"{cabinet.home}/other-ways"
    assert phone.get(f"{cabinet.home}/paper.pdf").data == paper(cabinet)
    assert phone.post(link, data={"csrf_token": token, "consent": "yes"}).location == f"{cabinet.home}/receipt"
    assert phone.post(f"{link}/other-ways", data={"csrf_token": token}).status_code == 410


def test_without_the_cookie_there_is_no_paper(cabinet: Cabinet):
    stranger = cabinet.app.test_client()
    for page in ("other-ways", "paper.pdf"):
        assert stranger.get(f"{cabinet.home}/{page}").status_code == 404


def test_nothing_of_the_persons_number_or_address_is_public_anywhere(cabinet: Cabinet, nation: Nation, tmp_path: Path):
    upload(cabinet, nation.sign(paper(cabinet)))
    with cabinet.app.app_context():
        session, pledge = db.session(), cabinet.pledge()
        seen = version_of(pledge.current)
        officer, at = make_account(session), datetime.now(UTC)
        decide(
            session, pledge, Move.ACCEPT, by=officer, at=at, seen_version=seen, grounds=Grounds(), tell=False, address=lambda *_, **__: ""
        )
        Assembly(cabinet.app, tmp_path).release()
    samples = {"public_id": [cabinet.public_id], "number": [1]}
    shown = {address: all_text(answer) for _, address, answer in walk(cabinet.app, cabinet.app.test_client(), samples)}
    assert [address for address, text in shown.items() if NUMBER in text or MAIL in text] == []
    assert "Nüfus İdaresi" in shown[f"/pledges/{cabinet.public_id}"]
    assert "Nüfus İdaresi" in shown["/press/editions/1.pdf"]
