"""An edition says of its seal what it turned out to be, against real authorities on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from benchmarks.validators import judges
from pledges.adapters import Adapters
from pledges.adapters.seal_keys import load_sealer
from pledges.adapters.timestamp import TimeStampAuthority
from pledges.adapters.verification import verify
from pledges.extensions import adapters, address, settings
from pledges.models import Edition
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.evidence import CannotUpgrade, upgrade_seals
from pledges.secretariat.actions.freezing import Order
from pledges.secretariat.actions.releasing import release_edition
from tests.answers import pdf_text
from tests.assembly import Assembly, now
from tests.authorities import PASSPHRASE, Authorities, closed_port, open_authorities
from tests.public.test_verifying import hand_in

PAGES = {
    "B-LT": "proof that the certificates were valid (PAdES B-LT)",
    "B-T": "with the time stamp of an independent authority (PAdES B-T)",
    "B-B": "no time stamp (PAdES B-B)",
}


@pytest.fixture(scope="module")
def authorities() -> Iterator[Authorities]:
    with open_authorities(datetime.now(UTC)) as answering:
        yield answering


def _build(assembly: Assembly, authorities: Authorities, url: str = "") -> dict[str, object]:
    authorities.moment = at = now()
    return compile_to(assembly.session, _sealing(authorities, url), Order(), settings=settings(), out=None, keep=True, at=at)


def _sealing(authorities: Authorities, url: str = "") -> Adapters:
    authority = TimeStampAuthority(url or authorities.tsa_url, (authorities.certificate("root"),))
    return replace(
        adapters(),
        open_sealer=lambda at: load_sealer(authorities.pkcs12(), PASSPHRASE, at=at),
        open_authority=lambda: authority,
    )


def _level(assembly: Assembly, authorities: Authorities, lines: dict[str, object]) -> str:
    """What command, row, pages and seal all say."""
    number = int(str(lines["number"]))
    file = assembly.session.get_one(Edition, number).files[0]
    pdf = assembly.pdf(number)
    own = [authorities.certificate("seal")]
    found = verify(pdf, own=own, authorities=[authorities.certificate("root")], at=now())
    assert found.exit_code == 0
    assert str(lines["seal level"]).split(" ")[0] == file.seal_level == found.level
    text = " ".join(pdf_text(pdf).split())
    assert PAGES[file.seal_level] in text
    assert not any(words in text for level, words in PAGES.items() if level != file.seal_level)
    assert (file.stamped_at is None) == (file.seal_level == "B-B")
    return file.seal_level


def test_with_everyone_answering_the_edition_reaches_the_highest_level(
    assembly: Assembly, authorities: Authorities, client: FlaskClient
) -> None:
    with assembly.app.app_context():
        assembly.take_in(2)
        lines = _build(assembly, authorities)
        assert _level(assembly, authorities, lines) == lines["seal level"] == "B-LT"
        path = adapters().archive.path(assembly.session.get_one(Edition, 1).files[0].name)
        assert ([one for one in judges.outloud(path) if one.error], judges.pdfua(path)) == ([], [])
        at = now()
        release_edition(assembly.session, 1, at=at, released_at=at, by="the tests", address=address)
        sealed = assembly.pdf(1)
    assert "PAdES B-LT" in client.get("/press/").text
    page = hand_in(client, sealed).text
    assert "This copy is authentic" in page
    assert "is not trusted here" not in page


def test_an_authority_that_does_not_answer_leaves_the_lowest_level_and_everyone_is_told(
    assembly: Assembly, authorities: Authorities, client: FlaskClient
) -> None:
    with assembly.app.app_context():
        assembly.take_in(2)
        lines = _build(assembly, authorities, f"http://127.0.0.1:{closed_port()}/tsa")
        assert _level(assembly, authorities, lines) == "B-B"
        assert "127.0.0.1 does not answer" in str(lines["seal level"])
        at = now()
        release_edition(assembly.session, 1, at=at, released_at=at, by="the tests", address=address)
    page = client.get("/press/").text
    assert "PAdES B-B" in page
    assert "lower than aimed at" in page


def test_issuers_that_do_not_answer_leave_the_time_stamp(assembly: Assembly, authorities: Authorities) -> None:
    with assembly.app.app_context():
        assembly.take_in(1)
        with authorities.failing("/ocsp/", lambda _: (503, b"")), authorities.failing("/crls/", lambda _: (404, b"")):
            assert _level(assembly, authorities, _build(assembly, authorities)) == "B-T"


def test_an_authority_that_fails_between_trial_and_seal_has_the_pages_set_again(assembly: Assembly, authorities: Authorities) -> None:
    answered: list[bytes] = []

    def once(body: bytes) -> tuple[int, bytes]:
        answered.append(body)
        return (200, body) if len(answered) == 1 else (500, b"")

    with assembly.app.app_context():
        assembly.take_in(1)
        with authorities.failing("/tsa/", once):
            assert _level(assembly, authorities, _build(assembly, authorities)) == "B-B"


def test_evidence_is_added_later_beside_a_file_that_stays_as_it_is(
    assembly: Assembly, authorities: Authorities, client: FlaskClient
) -> None:
    with assembly.app.app_context():
        assembly.take_in(2)
        _build(assembly, authorities, f"http://127.0.0.1:{closed_port()}/tsa")
        at = now()
        release_edition(assembly.session, 1, at=at, released_at=at, by="the tests", address=address)
        published = assembly.pdf(1)
        authorities.moment = at = now()
        made = list(upgrade_seals(assembly.session, _sealing(authorities), None, at=at))
        assert [(each.edition_number, each.level) for each in made] == [(1, "B-LT")]
        assert assembly.pdf(1) == published
        assert list(upgrade_seals(assembly.session, _sealing(authorities), 1, at=at)) == []
        own, root = [authorities.certificate("seal")], [authorities.certificate("root")]
        beside = adapters().archive.path(made[0].name).read_bytes()
        link = f"/press/editions/1.en.evidence/{made[0].sha256}.json"
        with pytest.raises(CannotUpgrade, match="There is no edition 7"):
            list(upgrade_seals(assembly.session, _sealing(authorities), 7, at=at))
    found = verify(published, own=own, authorities=root, evidence=[beside], at=at)
    assert found.exit_code == 0
    assert "time stamp of CN=Time-Stamping Authority, which confirms that this very file existed at" in found.line
    assert "evidence also proves that the certificates were valid then" in found.line
    assert found.details["evidence"]["level"] == "B-LT"  # type: ignore[index]
    for useless, trusted in ((beside, []), (b"{}", root), (beside.replace(b"MII", b"MIA", 1), root)):
        other = verify(published, own=own, authorities=trusted, evidence=[useless], at=at)
        assert other.exit_code == 0
        assert "it confirms nothing" in other.line
    assert link in client.get("/press/").text
    page = hand_in(client, published).text
    assert "This copy is authentic" in page
    assert "time stamp of CN=Time-Stamping Authority, which confirms that this very file existed at" in page
    with client.get(link) as answer:
        assert answer.data == beside
    assert client.get(link.replace("/1.en", "/2.en")).status_code == 404


def test_without_an_authority_no_evidence_is_made(assembly: Assembly) -> None:
    with assembly.app.app_context(), pytest.raises(CannotUpgrade, match="PLEDGES_TSA_URL names no"):
        list(upgrade_seals(assembly.session, adapters(), None, at=now()))
