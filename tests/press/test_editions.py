import shutil
from hashlib import sha256

from flask.testing import FlaskClient

from pledges.domain.lifecycle import EditionKind
from pledges.extensions import adapters
from pledges.models import Edition, EditionFile
from pledges.secretariat.actions.releasing import OPERATOR
from tests.answers import pdf_text
from tests.assembly import Assembly


def test_the_page_says_what_it_takes_to_check_each_edition(assembly: Assembly, client: FlaskClient):
    assert "No edition is released yet." in client.get("/press/").text
    with assembly.app.app_context():
        assembly.take_in(3)
        assembly.release()
        assembly.take_in(2)
        assembly.release(EditionKind.ADD)
        editions = [assembly.session.get_one(Edition, number) for number in (1, 2)]
        expected = [(edition.label, edition.root, edition.files[0].sha256) for edition in editions]
    page = client.get("/press/").text
    squeezed = page.replace(" ", "")
    for label, root, digest in expected:
        assert label in page
        assert root in squeezed
        assert digest in squeezed
    assert page.index('id="edition-2"') < page.index('id="edition-1"')  # newest first
    assert "addendum to Rev.0" in page
    assert page.count("DEVELOPMENT SEAL") >= 2
    assert page.count("released on the command line, without a second person") == 2
    listed = client.get("/api/v1/editions").json["items"]
    assert [(edition["label"], edition["root"], edition["files"][0]["sha256"]) for edition in reversed(listed)] == expected
    assert [edition["refers_to"] for edition in listed] == ["Rev.0", None]


def test_a_file_is_streamed_as_it_was_sealed_whole_in_ranges_or_not_again(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(2)
        sealed = assembly.pdf(assembly.release())
    with client.get("/press/editions/1.pdf") as whole:
        assert (whole.data, whole.mimetype, whole.headers["ETag"]) == (sealed, "application/pdf", f'"{sha256(sealed).hexdigest()}"')
        assert "declaration-Rev.0.en.pdf" in whole.headers["Content-Disposition"]
        assert "public" in whole.headers["Cache-Control"]
    with client.get("/press/editions/1.pdf", headers={"If-None-Match": f'"{sha256(sealed).hexdigest()}"'}) as known:
        assert (known.status_code, known.data) == (304, b"")
    with client.get("/press/editions/1.en.pdf", headers={"Range": "bytes=100-199"}) as part:
        assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, sealed[100:200], f"bytes 100-199/{len(sealed)}")


def test_another_language_that_the_operator_builds_into_a_released_edition_is_public_with_it(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(2)
        assembly.release()
        assembly.build(language="fr", edition=1)
        file = assembly.session.get_one(EditionFile, (1, "fr"))
        assert (file.released_by, file.break_glass) == (OPERATOR, True)
        assert {file["language"] for file in client.get("/api/v1/editions").json["items"][0]["files"]} == {"en", "fr"}
    with client.get("/press/editions/1.fr.pdf") as french:
        assert french.status_code == 200
        assert "Déclaration" in pdf_text(french.data)
    assert 'href="/press/editions/1.fr.pdf"' in client.get("/press/").text
    for path in ("/press/editions/1.xx.pdf", "/press/editions/0.pdf", "/press/editions/2.pdf", "/press/editions/-1.pdf"):
        assert client.get(path).status_code == 404, path


def test_a_file_that_the_archive_lost_is_told_and_noted(assembly: Assembly, client: FlaskClient, caplog):
    with assembly.app.app_context():
        assembly.take_in(1)
        assembly.release()
        shutil.rmtree(adapters().archive.root / "editions")
    assert client.get("/press/editions/1.pdf").status_code == 503
    assert "edition 1 in en is not in the archive" in caplog.text
    assert client.get("/press/").status_code == 200
