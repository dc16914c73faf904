"""An officer brings a list of leaders, looks it over and confirms it; the page tells how far the job is by itself."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pledges.extensions import db
from pledges.secretariat.actions.batches import carry_on
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer
from tests.conftest import LiveServer
from tests.leader.cabinet import KONYA, add_government

LIST = f"government_id,leader_email,leader_name\n{KONYA},mayor@konya.example.org,Ayşe Yıldırım\ngn-1,mayor@nowhere.example.org,\n"


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [pytest.param("en", 1280, marks=pytest.mark.campaign), ("ar", 390)])
def test_a_list_is_brought_looked_over_confirmed_and_followed(page: Page, live_server: LiveServer, language: str, width: int):
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", native_name="Konya Büyükşehir")
    key = make_officer(live_server.app)
    page.set_viewport_size({"width": width, "height": 844})
    page.clock.install()
    page.goto(f"/accounts/sign-in?next=/secretariat/invitations&lang={language}")
    page.locator("[name=email]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.locator("[name=code]").fill(code(key))
    page.locator("main [type=submit]").click()

    page.locator("details.decide > summary").click()
    page.locator("[name=file]").set_input_files({"name": "mayors.csv", "mimeType": "text/csv", "buffer": LIST.encode()})
    page.locator("details.decide [type=submit]").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    work(live_server)
    page.clock.fast_forward(3_000)
    expect(page.locator("#rejected")).to_be_visible()  # without a click: the page has looked again
    expect(page.get_by_text("mayor@konya.example.org")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".actions .button").first.click()
    expect(page.locator("[data-progress]")).to_be_visible()
    work(live_server)
    page.clock.fast_forward(3_000)
    expect(page.locator(".tag.good")).to_be_visible()

    page.goto("/secretariat/statistics")
    expect(page.locator(".world svg").first).to_be_visible()
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def work(server: LiveServer) -> None:
    """What the worker does."""
    with server.app.app_context():
        carry_on(db.session(), lambda: datetime.now(UTC), address=lambda endpoint, **values: f"{server.url}/{endpoint}/{values['token']}")
        db.session.remove()
