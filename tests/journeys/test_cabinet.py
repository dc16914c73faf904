"""A cabinet of several and its leader: two write at once, the leader sends back, then approves with two taps."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pledges.extensions import db
from tests.conftest import LiveServer
from tests.journeys.windows import IN_EACH_WINDOW, check, context_of
from tests.leader.cabinet import KONYA, Cabinet, add_government

pytestmark = pytest.mark.browser
ANN = "ann@konya.example.org"


@pytest.fixture
def cabinet(live_server: LiveServer) -> Cabinet:
    """A draft of Konya that is filled in and handed on."""
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    staff = Cabinet(live_server.app, live_server.app.test_client())
    staff.begin()
    staff.fill()
    staff.post("cabinet", address=ANN)
    return staff


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a browser in a language, of a phone unless another width is given, without JavaScript where that is said."""
    contexts = []

    def opened(language: str, width: int, *, scripts: bool = True) -> Page:
        contexts.append(context_of(browser, live_server.url, language, width, java_script_enabled=scripts))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@IN_EACH_WINDOW
def test_two_write_the_same_and_one_chooses_by_the_keyboard(phone: Callable[..., Page], cabinet: Cabinet, language: str, width: int):
    ann, ben = phone(language, width), phone(language, width, scripts=False)
    for page, link in ((ann, cabinet.letter("handed_on")["link"]), (ben, cabinet.letter("resume_link")["link"])):
        page.goto(link)
        page.locator("main form .button").click()
        page.goto(f"{cabinet.home}/words")
    for page, words in ((ann, "Açık veri ofisi, 2026."), (ben, "Veri ofisi, 2027.")):
        page.fill("#actions_digital", words)
        page.locator("main form .button:not([name])").first.click()
    expect(ben.locator(".both mark").first).to_be_visible()
    expect(ben.locator("#both")).to_be_visible()
    assert ben.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    ben.locator("[value=theirs]").focus()
    ben.keyboard.press("ArrowDown")
    ben.keyboard.press("ArrowDown")
    expect(ben.locator("[value=both]")).to_be_checked()
    ben.locator("main form .button:not([name])").first.press("Enter")
    expect(ben).to_have_url(re.compile("/review$"))
    ann.goto(f"{cabinet.home}/words")
    expect(ann.locator("#actions_digital")).to_have_value("Açık veri ofisi, 2026.\n\nVeri ofisi, 2027.")
    expect(ann.locator(".at-work")).to_be_visible()
    check(ann)


@IN_EACH_WINDOW
def test_a_government_is_invited_and_takes_over_words_that_changed(
    phone: Callable[..., Page], live_server: LiveServer, cabinet: Cabinet, language: str, width: int
):
    with live_server.app.app_context():
        add_government(db.session(), "gn-184745", "Nairobi", country_code="KE", main_language="sw")
    ours, theirs = phone(language, width), phone(language, width)
    ours.goto(cabinet.letter("resume_link")["link"])
    ours.locator("main form .button").click()
    ours.locator(f"a[href='{cabinet.home}/joint']").click()
    ours.fill("#q", "nair")
    ours.keyboard.press("Enter")
    ours.locator(".results a").click()
    expect(ours.locator("#address")).to_be_visible()
    check(ours)
    ours.fill("#address", "cabinet@nairobi.example.org")
    ours.locator("main form .button").first.click()
    expect(ours.locator(".people")).to_contain_text("Nairobi")
    check(ours)
    theirs.goto(cabinet.letter("joint_invitation")["link"])
    theirs.locator("main form .button").click()
    expect(theirs.locator(".people")).to_contain_text("Konya")
    check(theirs)
    cabinet.post("words", actions_digital="Açık veri ofisi, 2026.", multilateral_peaceful="Barış eğitimi.")
    theirs.reload()
    expect(theirs.locator(".offered mark").first).to_be_visible()
    check(theirs)
    theirs.locator(".offered .button").click()
    expect(theirs).to_have_url(re.compile("/review$"))
    expect(theirs.locator(".sheet")).to_contain_text("Açık veri ofisi, 2026.")


@IN_EACH_WINDOW
def test_a_leader_sends_back_and_then_approves_with_two_taps(phone: Callable[..., Page], cabinet: Cabinet, language: str, width: int):
    leader = phone(language, width)
    cabinet.send()
    leader.goto(cabinet.letter("sign_link")["link"])
    check(leader)
    leader.locator(".send-back summary").click()
    leader.fill("#asked", "2026?")
    check(leader)
    leader.locator(".send-back .button").click()
    expect(leader.locator(".notice.done")).to_be_visible()
    check(leader)
    cabinet.post("words", actions_digital="Açık veri ofisi, 2026.")
    cabinet.send()
    link, asked = cabinet.letter("sign_link")["link"], []
    fresh = phone(language, width)
    fresh.on("request", lambda request: asked.append((request.method, request.url)) if request.is_navigation_request() else None)
    fresh.goto(link)  # the first tap: the link in the letter
    expect(fresh.locator(".sheet")).to_contain_text("Açık veri ofisi, 2026.")
    expect(fresh.locator(".signing-as")).to_contain_text("2024/114")
    fresh.locator("main form .button").first.click()  # the second: the button below the text
    expect(fresh).to_have_url(re.compile("/receipt$"))
    assert [method for method, _url in asked] == ["GET", "POST", "GET"]
    check(fresh)
