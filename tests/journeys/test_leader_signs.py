"""A cabinet prepares on a phone, the leader signs from the letter: in a real browser, without a violation that axe finds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from pledges.extensions import db
from pledges.models import Letter
from tests.conftest import LiveServer
from tests.leader.cabinet import KONYA, add_government

pytestmark = pytest.mark.browser
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Words:
    """What one cabinet types."""

    search: str
    name: str
    latin: str
    office: str
    language: str
    actions: str


TYPED = {
    "en": Words("kony", "Ayşe Yıldırım", "", "Mayor", "tr", "2026’ya kadar açık veri ofisi kurmak."),
    "fr": Words("konya", "Ayşe Yıldırım", "", "Maire", "fr", "Ouvrir un bureau des données publiques avant 2026."),
    "ar": Words("نواك", "مريم بنت أحمد", "Mariem Mint Ahmed", "President of the Region", "ar", "سنفتح مكتبًا للبيانات العامة قبل عام 2026."),
}


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Callable[[str], Page]:
    """Opens a phone of 390 px in a language."""
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
        add_government(
            db.session(), "gn-2377450", "Nouakchott", native_name="نواكشوط", country_code="MR", main_language="ar", found_by=["نواكشوط"]
        )

    def opened(language: str) -> Page:
        context = browser.new_context(base_url=live_server.url, locale=language, viewport={"width": 390, "height": 844}, has_touch=True)
        context.set_default_timeout(10_000)
        return context.new_page()

    return opened


def check(page: Page) -> None:
    """No violation that axe finds, nothing wider than the phone."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])")
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def go_on(page: Page, step: str) -> None:
    page.locator("main form .button:not([name])").first.click()
    expect(page).to_have_url(re.compile(rf"/{step}($|\?)"))
    check(page)


def letter(live_server: LiveServer, kind: str) -> dict[str, str]:
    with live_server.app.app_context():
        secrets = db.session.scalars(select(Letter.secrets).where(Letter.kind == kind)).one()
        return {name.strip("[").split(":")[0]: secret for name, secret in secrets.items()}


@pytest.mark.parametrize("language", TYPED)
def test_a_cabinet_prepares_on_a_phone_and_the_leader_signs(phone: Callable[[str], Page], live_server: LiveServer, language: str):
    page, typed = phone(language), TYPED[language]
    page.goto("/leader/start")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    page.get_by_role("combobox").press_sequentially(typed.search)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    check(page)
    page.keyboard.press("Enter")
    page.fill("#preparer_email", "cabinet@city.example.org")
    check(page)
    go_on(page, "office")
    page.locator("main form .button").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    for field, value in {"leader_name": typed.name, "leader_name_latin": typed.latin, "leader_role": typed.office}.items():
        page.fill(f"#{field}", value)
    page.fill("#leader_email", "leader@city.example.org")
    go_on(page, "mandate")
    page.check("[value=executive]")
    go_on(page, "language")
    page.select_option("#pledge_language", typed.language)
    go_on(page, "themes")
    page.check("[value=digital]")
    page.check("[value=sustainable]")
    go_on(page, "words")
    page.fill("#actions_digital", typed.actions)
    left = str(5000 - len(typed.actions))
    expect(page.locator("#actions_digital + .counter")).to_contain_text(re.compile(rf"{left[0]}\D?{left[1:]}"))
    go_on(page, "review")
    expect(page.locator(".sheet")).to_contain_text(typed.actions)
    home = page.url.removesuffix("/review")
    page.locator("main form .button").first.click()
    expect(page).to_have_url(home)
    check(page)
    page.goto(f"{home}/sign")
    check(page)

    leader = phone(language)
    leader.goto(letter(live_server, "sign_link")["link"])
    check(leader)
    expect(leader.locator(".sheet")).to_contain_text(typed.name)
    leader.check("#consent")
    leader.locator("main form .button").click()
    expect(leader).to_have_url(f"{home}/receipt")
    expect(leader.locator(".sheet")).to_contain_text(typed.actions)
    expect(leader.locator("time")).not_to_be_empty()
    check(leader)
    for place in (home, f"{home}/withdraw", letter(live_server, "sign_link")["link"], "/leader/ask", "/leader/start?government=own"):
        leader.goto(place)
        check(leader)
    page.goto(f"{home}/withdraw")
    expect(page.locator("main form")).to_have_count(0)
    check(page)
    for opened in (page, leader):
        opened.context.close()


def test_the_whole_way_works_without_scripts(browser: Browser, phone: Callable[[str], Page], live_server: LiveServer):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/leader/start")
    page.fill("#q", "KONYA")
    page.locator("main form .button").click()
    page.locator(".results a").first.click()
    page.locator("main form .button").click()
    for field, value in {"leader_name": "Ayşe Yıldırım", "leader_role": "Mayor", "leader_email": "mayor@konya.example.org"}.items():
        page.fill(f"#{field}", value)
    for _step in ("mandate", "language", "themes"):
        page.locator("main form .button").first.click()
    page.check("[value=peaceful]")
    for _step in ("words", "review", "sent"):
        page.locator("main form .button").first.click()
    page.goto(letter(live_server, "sign_link")["link"])
    page.check("#consent")
    page.locator("main form .button").click()
    expect(page).to_have_url(re.compile("/receipt$"))
    context.close()
