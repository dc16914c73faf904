"""After signing, on a phone: the sealed receipt is downloaded and checked, and a suggestion is taken over and signed again."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pledges.domain.lifecycle import Move
from pledges.extensions import db
from tests.conftest import LiveServer
from tests.journeys.test_leader_signs import AXE
from tests.leader.cabinet import KONYA, Cabinet, add_government
from tests.leader.decided import decide

pytestmark = pytest.mark.browser


@pytest.fixture
def signed(live_server: LiveServer) -> Cabinet:
    """A pledge that was signed elsewhere."""
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    cabinet = Cabinet(live_server.app, live_server.app.test_client()).prepare()
    link = cabinet.letter("sign_link")["link"].removeprefix(live_server.url)
    assert cabinet.post(link, consent="yes").status_code == 303
    return cabinet


def looked_at(page: Page) -> None:
    """No violation that axe finds, and nothing wider than the phone."""
    page.evaluate(AXE)
    assert page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes[0].html)") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_leader_gets_a_receipt_that_verifies_and_signs_a_suggestion(
    browser: Browser, live_server: LiveServer, signed: Cabinet, tmp_path: Path, language: str
):
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale=language)
    page.goto(signed.letter("receipt")["link"])
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(f"/leader/{signed.public_id}$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert page.locator(".timeline li").count() == 3
    looked_at(page)
    page.locator("main a[href$='/receipt']").first.click()
    looked_at(page)
    with page.expect_download() as download:
        page.locator("form[action$='/receipt.pdf'] button").click()
    receipt = tmp_path / "receipt.pdf"
    download.value.save_as(receipt)
    page.goto(f"{live_server.url}/verify")
    page.set_input_files("input[type=file]", receipt)
    page.locator("form[enctype] button").click()
    expect(page.locator(".verdict.good")).to_be_visible()
    looked_at(page)

    decide(signed, Move.RETURN, told=True, actions_digital="2026’ya kadar açık veri ofisi kurmak.")
    page.goto(f"{live_server.url}{signed.home}")
    expect(page.locator(".difference ins")).to_be_visible()
    looked_at(page)
    page.locator("form[action$='/take-over-suggestion'] button").click()
    expect(page.locator(".sheet")).to_contain_text("2026’ya kadar açık veri ofisi kurmak.")
    page.locator("main form button.button").last.click()
    page.goto(signed.letter("sign_link")["link"])
    looked_at(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    page.close()
