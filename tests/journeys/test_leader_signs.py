"""A cabinet prepares on a phone, the leader signs from the letter: in a real browser, without a violation that axe finds."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from pledges.extensions import db
from pledges.models import Letter
from tests.conftest import LiveServer
from tests.journeys.windows import HEIGHTS, check, context_of
from tests.leader.cabinet import KONYA, add_government

pytestmark = pytest.mark.browser


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
    "es": Words("konya", "Ayşe Yıldırım", "", "Alcaldesa", "es", "Abrir una oficina de datos públicos antes de 2026."),
    "ru": Words("konya", "Айше Йылдырым", "Ayşe Yıldırım", "Мэр", "ru", "До 2026 года открыть бюро открытых данных."),
    "zh": Words("konya", "艾谢·伊尔迪里姆", "Ayşe Yıldırım", "市长", "zh-Hans", "2026年前设立公共数据办公室。"),
    "ar": Words("نواك", "مريم بنت أحمد", "Mariem Mint Ahmed", "President of the Region", "ar", "سنفتح مكتبًا للبيانات العامة قبل عام 2026."),
}


MATRIX = [
    pytest.param(language, width, marks=() if (language, width) in (("en", 1280), ("ar", 390)) else pytest.mark.campaign)
    for language in TYPED
    for width in HEIGHTS
]


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Callable[..., Page]:
    """Opens a browser in a language, of a phone unless another width is given."""
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
        add_government(
            db.session(), "gn-2377450", "Nouakchott", native_name="نواكشوط", country_code="MR", main_language="ar", found_by=["نواكشوط"]
        )

    def opened(language: str, width: int = 390) -> Page:
        return context_of(browser, live_server.url, language, width).new_page()

    return opened


def go_on(page: Page, step: str) -> None:
    page.locator("main form .button:not([name])").first.click()
    expect(page).to_have_url(re.compile(rf"/{step}($|\?)"))
    check(page)


def letter(live_server: LiveServer, kind: str) -> dict[str, str]:
    with live_server.app.app_context():
        secrets = db.session.scalars(select(Letter.secrets).where(Letter.kind == kind)).one()
        return {name.strip("[").split(":")[0]: secret for name, secret in secrets.items()}


@pytest.mark.parametrize(("language", "width"), MATRIX)
def test_a_cabinet_prepares_and_the_leader_signs(phone: Callable[..., Page], live_server: LiveServer, language: str, width: int):
    page, typed = phone(language, width), TYPED[language]
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

    leader = phone(language, width)
    leader.goto(letter(live_server, "sign_link")["link"])
    check(leader)
    expect(leader.locator(".sheet")).to_contain_text(typed.name)
    leader.locator("main form .button").first.click()
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


def reach(page: Page, selector: str) -> None:
    """Go to a control by the tab key alone; whatever has the focus on the way shows it and lies under nothing."""
    for _press in range(120):
        page.keyboard.press("Tab")
        hidden = page.evaluate(UNSEEN)
        assert hidden is None, f"{page.url}: {hidden}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{page.url}: the tab key does not reach {selector}")


UNSEEN = """() => {
  const one = document.activeElement
  if (one === document.body) return null
  const shows = [one, one.closest("label")].filter(Boolean).some(it => {
    const style = getComputedStyle(it)
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"
  })
  const box = one.getBoundingClientRect()
  const middle = Math.min(box.y + Math.min(box.height, innerHeight) / 2, innerHeight - 1)  // some of it is in the window
  const top = document.elementFromPoint(box.x + box.width / 2, middle)
  const covered = box.width > 1 && !(top && (one.contains(top) || top.contains(one)))
  return shows && !covered ? null : `${one.outerHTML.slice(0, 120)} ${shows ? "is covered" : "shows no focus"}`
}"""
"""WCAG 2.2, success criteria 2.4.7 and 2.4.11."""


@pytest.mark.parametrize("language", [pytest.param(one, marks=() if one in ("en", "ar") else pytest.mark.campaign) for one in TYPED])
def test_a_pledge_is_prepared_and_signed_by_the_keyboard_alone(phone: Callable[..., Page], live_server: LiveServer, language: str):
    page, typed = phone(language, 1280), TYPED[language]
    press = page.keyboard

    def on(step: str) -> None:
        reach(page, "main form .button:not([name])")
        press.press("Enter")
        expect(page).to_have_url(re.compile(rf"/{step}($|\?)"))

    page.goto("/leader/start")
    reach(page, "[role=combobox]")
    press.type(typed.search)
    expect(page.get_by_role("option")).to_have_count(1)
    press.press("ArrowDown")
    press.press("Enter")
    expect(page.locator("#preparer_email")).to_be_visible()
    on("office")
    for field, value in {"leader_name": typed.name, "leader_role": typed.office, "leader_email": "leader@city.example.org"}.items():
        reach(page, f"#{field}")
        press.type(value)
    on("mandate" if not typed.latin else "office")
    if typed.latin:
        reach(page, "#leader_name_latin")
        press.press("Control+A")
        press.type(typed.latin)
        on("mandate")
    reach(page, "[name=mandate_basis]")
    press.press("Space")
    on("language")
    on("themes")
    reach(page, "[value=peaceful]")
    press.press("Space")
    on("words")
    reach(page, "#actions_peaceful")
    press.type(typed.actions)
    if language not in ("fr", "es"):
        on("review")
    else:  # the government's language was left as it is, and the words are clearly in another
        reach(page, "main form .button:not([name])")
        press.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        reach(page, "[role=alert] [name=detected]")
        press.press("Enter")
        expect(page).to_have_url(re.compile(r"/review($|\?)"))
    reach(page, "main form .button:not([name])")
    press.press("Enter")
    expect(page).to_have_url(re.compile("/leader/[0-9a-f]+$"))
    page.goto(letter(live_server, "sign_link")["link"])
    on("receipt")
    expect(page.locator(".sheet")).to_contain_text(typed.actions)
    page.context.close()


def test_the_whole_way_works_without_scripts(browser: Browser, phone: Callable[..., Page], live_server: LiveServer):
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
        page.locator("main form .button:not([name])").first.click()
    page.check("[value=peaceful]")
    for _step in ("words", "review", "sent"):
        page.locator("main form .button:not([name])").first.click()
    page.goto(letter(live_server, "sign_link")["link"])
    page.locator("main form .button:not([name])").first.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    context.close()
