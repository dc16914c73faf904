import re
import shutil
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from pledges.adapters.mail import Letter
from pledges.domain.languages import INTERFACE, direction
from pledges.domain.protocol import country_name
from pledges.extensions import adapters, db
from pledges.models import Edition
from tests.assembly import Assembly


def test_alive_and_ready_set_no_cookie(client: FlaskClient):
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert client.get("/readyz").json == {"ready": True, "lacking": {}}


def test_what_is_not_ready_is_named(app: Flask, client: FlaskClient):
    with app.app_context():
        root = adapters().archive.root
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        root.write_text("a file where the archive should be")
        db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        db.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, sorted(answer.json["lacking"])) == (503, ["archive", "database"])
    assert client.get("/healthz").status_code == 200


def test_an_archive_that_lost_a_released_file_is_not_ready(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        assembly.take_in(1)
        file = assembly.session.get_one(Edition, assembly.release()).files[0]
        adapters().archive.path(file.name).unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["lacking"]) == (503, {"archive": "files of released editions are missing: 1"})


def test_the_trial_mailbox_shows_letters_with_their_links(app: Flask, client: FlaskClient):
    assert "No letter was written yet." in client.get("/dev/letters").text
    with app.app_context():
        letter = Letter("<one@letters.example>", "mayor@konya.example", "Your link <now>", "Open http://localhost/leader/link/abc please")
        adapters().mailer.send(letter, at=datetime.now(UTC))
    page = client.get("/dev/letters").text
    assert "Your link &lt;now&gt;" in page
    assert re.search(r'<a href="http://localhost/leader/link/abc"', page)


def test_pages_speak_the_readers_language_and_run_its_way(assembly: Assembly, client: FlaskClient):
    with assembly.app.app_context():
        (public_id,) = assembly.take_in(1)
        assembly.release()
    code = client.get(f"/api/v1/pledges/{public_id}").json["country_code"]
    for language in INTERFACE:
        for path in ("/", "/pledges", f"/pledges/{public_id}"):
            page = client.get(f"{path}?lang={language}").text
            assert f'<html lang="{language}" dir="{direction(language)}">' in page
            assert country_name(code, language).replace("'", "&#39;") in page
        for path in ("/about", "/privacy", "/accessibility"):
            assert "pledges@localhost" in client.get(f"{path}?lang={language}").text
