"""An editor writes the next version of a text and proposes a name; another officer looks and lets both stand."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.accounts.officers import PASSWORD, code, make_officer
from tests.conftest import LiveServer

FIRST, SECOND = "first@secretariat.example", "second@secretariat.example"


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 390)])
def test_what_one_officer_writes_another_lets_stand(page: Page, live_server: LiveServer, language: str, width: int):
    writer, other = make_officer(live_server.app, role="editor", email=FIRST), make_officer(live_server.app, role="admin", email=SECOND)
    page.set_viewport_size({"width": width, "height": 844})

    sign_in(page, writer, FIRST, f"/secretariat/texts/digital?lang={language}")
    page.locator("[name=text_ar]").fill("نعلن التزامنا.")
    page.locator("form:has([name=text_ar]) [type=submit]").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    page.goto("/secretariat/protocol/XK")
    page.locator("[name=language]").select_option("ar")
    page.locator("[name=value]").fill("كوسوفو (اختبار)")
    page.locator("[name=reason]").fill("Agreed with both sides.")
    page.locator("form:has([name=value]) [type=submit]").press("Enter")
    expect(page.locator(".history .tag.wait")).to_be_visible()
    looked_at(page, width)

    page.context.clear_cookies()
    sign_in(page, other, SECOND, f"/secretariat/protocol?lang={language}")
    page.locator("form[action$=approve] button").click()
    expect(page.locator(".history").get_by_text("كوسوفو (اختبار)", exact=True).last).to_be_visible()
    page.goto("/secretariat/texts/digital/publish")
    expect(page.locator("del").first).to_be_visible()
    looked_at(page, width)
    page.locator("form[action$=publish] button").click()
    expect(page.get_by_role("status")).to_contain_text("2")
    looked_at(page, width)


def sign_in(page: Page, key: str, email: str, back: str) -> None:
    """An officer sits down at the browser."""
    page.goto(f"/accounts/sign-in?lang={back.rpartition('=')[2]}")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").click()
    page.locator("[name=code]").fill(code(key))
    page.locator("main [type=submit]").first.click()
    expect(page.locator(".desk-links")).to_be_visible()
    page.goto(back)


def looked_at(page: Page, width: int) -> None:
    """Accessible, and no wider than the window."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
