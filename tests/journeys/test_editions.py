"""An admin builds an edition, watches it, proposes it, and another releases it: in a real browser, in both directions of writing."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pledges.extensions import adapters, db, settings
from pledges.secretariat.actions.builds import carry_out
from tests.accounts.officers import PASSWORD, code, make_officer
from tests.assembly import Assembly, now
from tests.conftest import LiveServer

FIRST, SECOND = "first@secretariat.example", "second@secretariat.example"


def become(page: Page, key: str, email: str) -> None:
    """Another officer sits down at the browser."""
    page.context.clear_cookies()
    page.goto("/accounts/sign-in?lang=en")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator("[name=code]").fill(code(key))
    page.locator("main form button").first.click()
    expect(page.locator(".desk-links")).to_be_visible()


def looked_at(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [pytest.param("en", 1280, marks=pytest.mark.campaign), ("ar", 390)])
def test_an_edition_is_built_watched_and_released_by_two(page: Page, live_server: LiveServer, tmp_path: Path, language: str, width: int):
    app = live_server.app
    keys = {email: make_officer(app, role="admin", email=email) for email in (FIRST, SECOND)}
    with app.app_context():
        Assembly(app, tmp_path).take_in(2)
    page.set_viewport_size({"width": width, "height": 800})
    page.clock.install()
    become(page, keys[FIRST], FIRST)
    page.goto(f"/secretariat/editions/new?lang={language}")
    looked_at(page)
    for box in page.locator("input[name=languages]").all():
        box.uncheck()
    page.locator("form[action$='/editions/new'] button").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    looked_at(page)
    with app.app_context():
        carry_out(db.session(), adapters(), settings(), now)
    page.clock.fast_forward(3_000)
    expect(page.locator("[data-progress]")).to_be_hidden()  # the page looks by itself, and loads anew
    page.locator("a[href$='/editions/1']").click()
    looked_at(page)
    page.locator("form[action$='/propose'] button").click()
    expect(page.locator(".notice.done")).to_be_visible()
    become(page, keys[SECOND], SECOND)
    page.goto(f"/secretariat/editions/1?lang={language}")
    page.locator("a[href$='/release']").click()
    looked_at(page)
    page.locator("form[action$='/release'] button").click()
    expect(page.locator(".notice.done")).to_be_visible()
    assert page.request.get("/press/editions/1.pdf").status == 200
