"""An admin makes a passkey, signs in with it, invites a colleague, and ends a session that was left open elsewhere."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pledges.extensions import db
from pledges.models import Account, Letter, OfficerPasskey
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer, sign_in
from tests.conftest import LiveServer

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
PASSKEY = "#passkey button"


@pytest.mark.browser
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 390)])
def test_an_admin_signs_in_with_a_passkey_and_invites_a_colleague(browser: Browser, live_server: LiveServer, language: str, width: int):
    key = make_officer(live_server.app, role="admin")
    context = browser.new_context(base_url=live_server.url, locale=language, viewport={"width": width, "height": 844})
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    def looked_at() -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def give_password() -> None:
        page.fill("#email", EMAIL)
        page.fill("#password", PASSWORD)
        page.click("main form button")

    page.goto("/accounts/passkeys")
    give_password()
    page.fill("#code", code(key))
    page.click("main form button")
    page.click(PASSKEY)
    expect(page.locator(".notes li")).to_have_count(1)
    looked_at()
    page.click(".desk-links form button")

    page.goto("/accounts/officers")
    give_password()
    expect(page.locator(PASSKEY)).to_be_visible()
    looked_at()
    page.click(PASSKEY)
    expect(page).to_have_url(re.compile("/accounts/officers$"))
    page.click("details summary")
    page.fill("#email", "m.sow@secretariat.example")
    page.click("details button[type=submit]")
    expect(page.locator("#roles .error")).to_be_visible()
    page.check("#role-moderator")
    looked_at()
    page.click("details button[type=submit]")
    expect(page.locator("tbody tr")).to_have_count(2)

    elsewhere = live_server.app.test_client()
    sign_in(elsewhere, key, later=1)
    page.goto("/accounts/")
    expect(page.locator(".notes li")).to_have_count(2)
    looked_at()
    page.locator(".notes li").filter(has_not=page.locator(".tag")).get_by_role("button").click()
    expect(page.locator(".notes li")).to_have_count(1)
    assert elsewhere.get("/accounts/").status_code == 303
    context.close()
    with live_server.app.app_context():
        assert db.session.scalars(select(OfficerPasskey)).one().used_at
        assert db.session.scalars(select(Letter.kind)).all() == ["officer_invitation"]
        assert db.session.scalars(select(Account.email).order_by(Account.id)).all() == [EMAIL, "m.sow@secretariat.example"]
