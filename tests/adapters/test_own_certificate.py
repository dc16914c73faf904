"""A signed paper is judged by its bytes, its signature and the trust lists; what is refused says why."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from pledges.adapters import own_certificate
from pledges.adapters.own_certificate import judge_signed_paper
from pledges.adapters.own_certificate_reading import read
from pledges.adapters.trust_lists import TrustLists, TrustListUnreadable, load_trust_lists
from pledges.domain.certificates import MOST_BYTES, REFUSALS, OwnCertificate, SignedFileRefused, published_name, same_person
from pledges.domain.commitments import PledgeFields
from pledges.domain.declaration import ThemeWords
from pledges.domain.paper import Paper
from pledges.domain.people import GovernmentKind, MandateBasis
from pledges.domain.themes import Theme
from pledges.typesetting.paper import typeset_paper
from pledges.typesetting.words import LANGUAGES
from tests.adapters.national import MAIL, NOW, NUMBER, Nation
from tests.answers import pdf_text

PLEDGE = PledgeFields(
    government_id="gn-306571", government_name="Konya", government_native_name="", kind=GovernmentKind.CITY, country_code="TR",
    leader_name="Ayşe Yıldırım", leader_name_latin="", honorific="", office="Mayor", office_local="", leader_email="", network="",
    mandate_basis=MandateBasis.RESOLUTION, mandate_reference="2024/114", mandate_date=date(2024, 9, 3), language="en",
    themes=(ThemeWords(Theme.DIGITAL, None, "We open our data."),), statement="", actions="", multilateral="", signed_at=None,
)  # fmt: skip
BEGAN = NOW - timedelta(days=1)


@pytest.fixture(scope="module")
def nation() -> Nation:
    nation = Nation()
    nation.person()
    return nation


@pytest.fixture(scope="module")
def trust(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> TrustLists:
    return load_trust_lists([nation.trust(tmp_path_factory.mktemp("trust") / "list")])


@pytest.fixture(scope="module")
def paper() -> bytes:
    closing = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
    return typeset_paper(Paper("3f2a" * 8, "ab" * 32, PLEDGE, (), "en", "https://pledges.example", closing, by_hand=False))


def judged(data: bytes, paper: bytes, trust: TrustLists, *, at: datetime | None = None) -> OwnCertificate | str:
    """What the signature tells, or the code of the refusal, read in this process, which is quicker."""
    try:
        return read(data, len(paper), trust, BEGAN, at or datetime.now(UTC))
    except SignedFileRefused as refused:
        return refused.code if REFUSALS[refused.code] % refused.values else ""


def refused_at_once(data: bytes, paper: bytes, trust: TrustLists) -> str:
    with pytest.raises(SignedFileRefused) as refused:
        judge_signed_paper(data, paper, trust, not_before=BEGAN, at=datetime.now(UTC))
    assert REFUSALS[refused.value.code] % refused.value.values
    return refused.value.code


def another_page(pdf: bytes) -> bytes:
    """One more revision, in which the first page shows something else."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]["/Kids"][0]
    page["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT ET"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


FOUND = OwnCertificate("Nüfus İdaresi, e-Kimlik issuer 04 (TR)", "qualified", "Ayşe Yıldırım")


@pytest.mark.parametrize("form", [{}, {"box": (60, 60, 260, 120)}, {"pades": False}], ids=["unseen", "seen on the page", "not PAdES"])
def test_a_signature_of_a_trusted_issuer_tells_issuer_level_and_name(
    nation: Nation, trust: TrustLists, paper: bytes, form: dict[str, object]
):
    found = judged(nation.sign(paper, **form), paper, trust)
    assert found == FOUND
    assert NUMBER not in str(found)
    assert MAIL not in str(found)


def test_the_file_is_read_in_a_process_of_its_own(nation: Nation, trust: TrustLists, paper: bytes):
    assert judge_signed_paper(nation.sign(paper), paper, trust, not_before=BEGAN, at=datetime.now(UTC)) == FOUND


def test_while_two_files_are_read_a_third_waits_and_is_asked_for_again(
    nation: Nation, trust: TrustLists, paper: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(own_certificate, "WAIT", 0.01)
    with own_certificate.TURNS, own_certificate.TURNS:
        assert refused_at_once(nation.sign(paper), paper, trust) == "busy"
    assert judge_signed_paper(nation.sign(paper), paper, trust, not_before=BEGAN, at=datetime.now(UTC)) == FOUND


def test_the_paper_of_a_joint_pledge_names_it():
    closing = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
    joint = replace(PLEDGE, joint="9c" * 16)
    for language in LANGUAGES:
        assert "9c" * 16 in pdf_text(
            typeset_paper(Paper("3f2a" * 8, "ab" * 32, joint, (), language, "https://pledges.example", closing, by_hand=True))
        )


def test_a_file_that_takes_too_long_is_refused(nation: Nation, trust: TrustLists, paper: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(own_certificate, "SECONDS", 0.01)
    assert refused_at_once(nation.sign(paper), paper, trust) == "unreadable"


def test_a_file_that_cannot_be_the_signed_paper_is_refused_before_it_is_read(nation: Nation, trust: TrustLists, paper: bytes):
    signed = nation.sign(paper)
    assert refused_at_once(b"", paper, trust) == "empty"
    assert refused_at_once(b"%PDF-" + bytes(MOST_BYTES), paper, trust) == "too_large"
    assert refused_at_once(b"\x89PNG\r\n", paper, trust) == "not_a_pdf"
    assert refused_at_once(flipped(signed, 400), paper, trust) == "other_document"
    assert refused_at_once(paper, paper, trust) == "unsigned"
    assert refused_at_once(signed, paper, TrustLists()) == "nobody_accepted"
    with pikepdf.open(io.BytesIO(paper)) as opened:
        locked = io.BytesIO()
        opened.save(locked, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert refused_at_once(locked.getvalue(), paper, trust) == "encrypted"


def test_whatever_is_not_the_paper_with_one_whole_signature_is_refused(nation: Nation, trust: TrustLists, paper: bytes):
    signed = nation.sign(paper)
    assert judged(paper + b"\n%a comment\n", paper, trust) == "unsigned"
    assert judged(another_page(paper), paper, trust) == "unsigned"
    assert judged(nation.sign(another_page(paper)), paper, trust) == "changed"
    assert judged(another_page(signed), paper, trust) == "changed"
    assert judged(nation.sign(signed, field_name="Deputy"), paper, trust) == "several"
    assert judged(flipped(signed, len(paper) + 300), paper, trust) == "broken"


def test_hostile_files_behind_the_paper_are_unreadable_and_end(trust: TrustLists, paper: bytes):
    start = paper[paper.rindex(b"startxref") :]
    loops = b"1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    for tail in (
        b"startxref\n99999999\n%%EOF\n",
        loops % (len(paper) + 36, len(paper) + 36),
        b"[" * 100_000 + start,
        b"9 0 obj\n" + b"<<" * 50_000 + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(paper),
    ):
        assert judged(paper + tail, paper, trust) in ("unreadable", "unsigned")


def test_the_certificate_is_judged(nation: Nation, trust: TrustLists, paper: bytes, tmp_path: Path):
    stranger = Nation("Another Authority")
    stranger.person()
    with pytest.raises(SignedFileRefused) as refused:
        read(stranger.sign(paper), len(paper), trust, BEGAN, datetime.now(UTC))
    assert refused.value.code == "unknown_issuer"
    told = REFUSALS["unknown_issuer"] % refused.value.values
    assert "Another Authority" in told
    assert "Türkiye: Nüfus İdaresi" in told
    nation.person("late", ends=NOW - timedelta(days=2))
    nation.person("early", begins=NOW + timedelta(days=2))
    nation.person("locks", signs=False)
    for label, code in (("late", "expired"), ("early", "expired"), ("locks", "not_for_signing")):
        assert judged(nation.sign(paper, label), paper, trust) == code
    signed = nation.sign(paper)
    assert judged(signed, paper, load_trust_lists([nation.trust(tmp_path, revoked=["mayor"])])) == "revoked"
    assert judged(signed, paper, load_trust_lists([nation.trust(tmp_path, revoked=["late"])])) == FOUND


def test_a_certificate_that_ended_after_the_signature_still_counts_and_an_impossible_moment_does_not(
    nation: Nation, trust: TrustLists, paper: bytes
):
    nation.person("ending", ends=NOW + timedelta(days=1))
    signed = nation.sign(paper, "ending")
    assert judged(signed, paper, trust, at=NOW + timedelta(days=3)) == FOUND
    assert judged(signed, paper, trust, at=NOW - timedelta(hours=3)) == "moment"
    with pytest.raises(SignedFileRefused, match="moment"):
        read(signed, len(paper), trust, NOW + timedelta(hours=3), NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("given", "surname", "common", "name"),
    [
        ("MARI-LIIS", "MÄNNIK", "MÄNNIK,MARI-LIIS,47101010033", "MARI-LIIS MÄNNIK"),
        ("", "", "MÄNNIK,MARI-LIIS,47101010033", "MÄNNIK MARI-LIIS"),
        ("", "", "ROSSI MARIO - RSSMRA80A01H501U", "ROSSI MARIO"),
        ("", "", "SANCHEZ PEREZ JUANA (12345678Z)", "SANCHEZ PEREZ JUANA"),
        ("", "", "someone@mail.example 99", ""),
        ("Ayşe", "Yıldırım 30570498217", "", "Ayşe Yıldırım"),
        ("", "", "王小明", "王小明"),
    ],
)
def test_the_published_name_holds_no_number_and_no_address(given: str, surname: str, common: str, name: str):
    assert published_name(given, surname, common) == name


def test_names_are_compared_whatever_their_order_accents_and_length():
    assert same_person("YILDIRIM AYSE", ["Ayşe Yıldırım"])
    assert same_person("María José Pérez Gómez", ["María Pérez"])
    assert same_person("Wang Xiaoming", ["王小明", "Wang Xiaoming"])
    assert not same_person("Mehmet Yıldırım", ["Ayşe Yıldırım", ""])
    assert not same_person("", ["Ayşe Yıldırım"])


@pytest.mark.parametrize(
    ("index", "problem"),
    [
        ("[[issuer]]\nname = 'A'\n", "each \\[\\[issuer\\]\\] has name, level and certificates"),
        ("[[issuer]]\nname = 'A'\nlevel = 3\ncertificates = 'root.pem'\n", "is a text"),
        ("[[issuer]]\nname = 'A'\nlevel = 'qualified'\ncertificates = 'other.pem'\n", "other.pem: No such file"),
        ("[[issuer", "trust.toml: "),
    ],
)
def test_a_trust_list_that_cannot_be_read_says_where(nation: Nation, tmp_path: Path, index: str, problem: str):
    folder = nation.trust(tmp_path)
    (folder / "trust.toml").write_text(index, "utf-8")
    with pytest.raises(TrustListUnreadable, match=problem):
        load_trust_lists([folder])


def test_an_empty_trust_list_accepts_nobody(tmp_path: Path):
    (tmp_path / "trust.toml").write_text("")
    assert load_trust_lists([tmp_path]).accepted == ""
