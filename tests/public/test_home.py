from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import config
from pledges.app import create_app
from pledges.extensions import db
from tests.assembly import Assembly


def test_before_the_first_release_the_home_page_leads_in_and_counts_nothing(client: FlaskClient):
    page = client.get("/").text
    assert "Nothing is public yet." in page
    assert 'href="/leader/start"' in page
    assert "data-figure" not in page
    assert "19 September 2024, 17:45 in New York" in page
    assert "19 September 2024, 21:45 UTC" in page


def test_each_figure_leads_to_what_it_counts(assembly: Assembly, client: FlaskClient, released: list[str]):
    page = client.get("/").text
    statistics = client.get("/api/v1/statistics").json
    for theme, number in statistics["commitments"].items():
        assert f'<a href="/pledges?theme={theme}"><b data-figure="{theme}">{number}</b>' in page
        assert client.get(f"/pledges?theme={theme}").text.count('href="/pledges/') == number
    assert client.get("/pledges").text.count('href="/pledges/') == statistics["pledges"] == len(released)
    assert 'href="/about#counting"' in page
    assert 'id="counting"' in client.get("/about").text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
def test_before_the_closing_the_time_left_is_told(database_url: str, tmp_path: Path):
    closing_at = datetime.now(UTC) + timedelta(days=2, hours=5)
    application = create_app(config.testing(database_url, tmp_path / "instance", closing_at=closing_at))
    client = application.test_client()
    assert "Time left: 2 days" in client.get("/").text
    assert "يومان" in client.get("/?lang=ar").text
    with application.app_context():
        db.engine.dispose()
