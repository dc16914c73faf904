"""The receipt of a signature: a sealed page, JSON, and what /verify says of it."""

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from benchmarks.validators import judges
from pledges.adapters.seal import SealKeyError
from pledges.domain.lifecycle import Move
from pledges.domain.merkle import verify_inclusion
from pledges.extensions import adapters, db
from pledges.models import Receipt
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from tests.accounts.officers import token
from tests.answers import pdf_text
from tests.assembly import Assembly, now
from tests.leader.cabinet import GOOD, LEADER, PREPARER, Cabinet
from tests.secretariat.signed import make_account

LONG = "San Francisco de los Caballeros y Nuestra Señora de la Asunción " * 4


def take(cabinet: Cabinet, language: str = "en") -> bytes:
    """The sealed page, in the way of a browser without JavaScript."""
    cabinet.client.set_cookie("lang", language)
    made = cabinet.post("receipt.pdf")
    assert made.location == f"{cabinet.home}/receipt.pdf"
    answer = cabinet.client.get(made.location)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def hand_in(cabinet: Cabinet, pdf: bytes) -> str:
    stranger = cabinet.app.test_client()
    fields = {"copy-file": (io.BytesIO(pdf), "receipt.pdf"), "csrf_token": token(stranger.get("/verify"))}
    return stranger.post("/verify", data=fields, content_type="multipart/form-data").text


def release(cabinet: Cabinet, folder: Path) -> None:
    with cabinet.app.app_context():
        session, pledge = db.session(), cabinet.pledge()
        seen, officer = version_of(pledge.current), make_account(session)
        decide(
            session, pledge, Move.ACCEPT, by=officer, at=now(), seen_version=seen, grounds=Grounds(), tell=True, address=lambda *_, **__: ""
        )
        Assembly(cabinet.app, folder).release()


def test_the_sealed_receipt_tells_who_signed_what_when_and_how_and_nobodys_address(cabinet: Cabinet):
    text = pdf_text(take(cabinet.prepare().sign()))
    with cabinet.app.app_context():
        fingerprint = cabinet.pledge().current.fingerprint
        assert fingerprint
    assert fingerprint in text.replace("\n", "")
    for told in ("Konya", "Ayşe Yıldırım", "Büyükşehir Belediye Başkanı", "2024/114", "Açık veri ofisi kurmak.", "UTC", "in New York"):
        assert told in text
    assert "It does not show who read that letter." in text
    assert cabinet.public_id in text
    assert LEADER not in text
    assert PREPARER not in text


def test_everybody_gets_the_same_bytes_and_each_language_has_its_own(cabinet: Cabinet):
    cabinet.prepare()
    leader = Cabinet(cabinet.app, cabinet.app.test_client(), cabinet.public_id).sign()
    english = take(leader)
    assert take(cabinet) == english
    assert "Récépissé" in pdf_text(take(cabinet, "fr"))
    with cabinet.app.app_context():
        assert sorted(one.language for one in db.session.query(Receipt)) == ["en", "fr"]


def test_the_receipt_is_made_when_asked_for_and_only_read_by_a_link(cabinet: Cabinet):
    cabinet.prepare()
    assert cabinet.post("receipt.pdf").status_code == 404
    cabinet.sign()
    assert cabinet.client.get(f"{cabinet.home}/receipt.pdf").location == f"{cabinet.home}/receipt"
    take(cabinet)
    stranger = cabinet.app.test_client()
    assert {stranger.get(f"{cabinet.home}/receipt.{kind}").status_code for kind in ("pdf", "json")} == {404}


def test_pdfsig_finds_the_seal_whole_and_the_tags_are_as_a_screen_reader_wants_them(cabinet: Cabinet, tmp_path: Path):
    cabinet.prepare(leader_name="محمد بن راشد", leader_name_latin="Mohammed bin Rashid").sign()
    file = tmp_path / "receipt.pdf"
    for language in ("en", "ar"):
        file.write_bytes(take(cabinet, language))
        said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said
        assert "Total document signed" in said
        assert [one for one in (*judges.outloud(file), *judges.pdfua(file)) if one.error] == []


def test_a_receipt_with_the_longest_names_is_one_page_and_nothing_is_cut(cabinet: Cabinet):
    names = dict.fromkeys(("leader_name", "leader_name_latin", "honorific", "office_local", "leader_role"), LONG[:199])
    text = pdf_text(pdf := take(cabinet.prepare(**names, mandate_reference=LONG[:190]).sign()))
    assert " ".join(text.split()).count(LONG[:199].strip()) >= 3
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1


def test_verify_knows_a_receipt_and_says_of_an_unreleased_pledge_nothing_more(cabinet: Cabinet):
    pdf = take(cabinet.prepare().sign())
    page = hand_in(cabinet, pdf)
    assert "This is an authentic receipt" in page
    assert "No released edition holds this pledge" in page
    assert "Ayşe" not in page
    cabinet.post("withdraw")
    assert "withdrawn" not in hand_in(cabinet, pdf)


def test_verify_says_whether_the_released_pledge_stands_or_is_withdrawn(cabinet: Cabinet, tmp_path: Path):
    pdf = take(cabinet.prepare().sign())
    release(cabinet, tmp_path)
    assert "The pledge stands, in exactly these words, in Rev.0." in hand_in(cabinet, pdf)
    cabinet.post("withdraw")
    assert "The pledge was withdrawn on" in hand_in(cabinet, pdf)


def test_a_receipt_that_was_changed_or_stripped_of_its_seal_is_not_authentic(cabinet: Cabinet):
    pdf = take(cabinet.prepare().sign())
    changed = pdf.replace(b"WALRG-Receipt number=", b"WALRG-Receipt number=x", 1)[: len(pdf)]
    assert "This copy is not authentic" in hand_in(cabinet, changed)
    bare = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm.Fields[0].V, opened.Root.Perms
        opened.save(bare)
    said = hand_in(cabinet, bare.getvalue())
    assert "claims to be one of our receipts" in said
    assert "This is an authentic receipt" not in said


def test_the_json_receipt_holds_the_record_and_once_released_the_proof_that_leads_to_the_printed_root(cabinet: Cabinet, tmp_path: Path):
    cabinet.prepare().sign()
    before = json.loads(cabinet.client.get(f"{cabinet.home}/receipt.json").data)
    assert (before["kind"], before["edition"], before["withdrawn_at"]) == ("email", None, None)
    assert json.loads(before["record"])["leader"]["name"] == GOOD["leader_name"]
    release(cabinet, tmp_path)
    after = json.loads(cabinet.client.get(f"{cabinet.home}/receipt.json").data)
    proof = after["edition"]
    path, root = [bytes.fromhex(step) for step in proof["path"]], bytes.fromhex(proof["root"])
    assert proof["label"] == "Rev.0"
    assert verify_inclusion(bytes.fromhex(after["fingerprint"]), index=proof["index"], size=proof["size"], path=path, root=root)
    assert LEADER not in json.dumps(after)


def test_a_seal_that_cannot_be_made_leaves_a_page_that_says_so(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch):
    def no_key(_at: object) -> None:
        raise SealKeyError("The key is gone.")

    cabinet.prepare().sign()
    with cabinet.app.app_context():
        known = adapters()
    monkeypatch.setitem(cabinet.app.extensions, "pledges.adapters", replace(known, open_sealer=no_key))
    assert cabinet.post("receipt.pdf").location == f"{cabinet.home}/receipt"
    assert "cannot be sealed at the moment" in cabinet.client.get(f"{cabinet.home}/receipt").text
