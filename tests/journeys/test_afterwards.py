"""After signing: the sealed receipt is downloaded and checked, a suggestion is taken over and signed again, a slip in a name put right."""

import re
from functools import partial
from pathlib import Path

import pytest
from flask import url_for
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pledges.domain.lifecycle import Move
from pledges.extensions import db
from pledges.models import Correction
from pledges.secretariat.actions.corrections import answer_correction
from tests.assembly import now
from tests.conftest import LiveServer
from tests.journeys.windows import IN_EACH_WINDOW, check, context_of
from tests.leader.cabinet import KONYA, Cabinet, add_government
from tests.leader.decided import decide
from tests.secretariat.signed import make_account

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


@IN_EACH_WINDOW
def test_a_leader_gets_a_receipt_that_verifies_and_signs_a_suggestion(
    browser: Browser, live_server: LiveServer, signed: Cabinet, tmp_path: Path, language: str, width: int
):
    context = context_of(browser, live_server.url, language, width)
    page = context.new_page()
    page.goto(signed.letter("receipt")["link"])
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile(f"/leader/{signed.public_id}$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    assert page.locator(".timeline li").count() == 3
    check(page)
    page.locator("main a[href$='/receipt']").first.click()
    check(page)
    with page.expect_download() as download:
        page.locator("form[action$='/receipt.pdf'] button").click()
    receipt = tmp_path / "receipt.pdf"
    download.value.save_as(receipt)
    page.goto(f"{live_server.url}/verify")
    page.set_input_files("input[type=file]", receipt)
    page.locator("form[enctype] button").click()
    expect(page.locator(".verdict.good")).to_be_visible()
    check(page)

    decide(signed, Move.RETURN, told=True, actions_digital="2026’ya kadar açık veri ofisi kurmak.")
    page.goto(f"{live_server.url}{signed.home}")
    expect(page.locator(".difference ins")).to_be_visible()
    check(page)
    page.locator("form[action$='/take-over-suggestion'] button").click()
    expect(page.locator(".sheet")).to_contain_text("2026’ya kadar açık veri ofisi kurmak.")
    page.locator("main form button.button").last.click()
    page.goto(signed.letter("sign_link")["link"])
    check(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    context.close()


@IN_EACH_WINDOW
def test_a_slip_in_a_name_is_put_right_by_the_secretariat_and_a_new_signature(
    browser: Browser, live_server: LiveServer, signed: Cabinet, language: str, width: int
):
    context = context_of(browser, live_server.url, language, width)
    page = context.new_page()
    page.goto(signed.letter("receipt")["link"])
    page.locator("main form button").click()
    page.locator(f"main a[href='{signed.home}/correct']").click()
    page.locator("main form button.button").click()
    expect(page.locator("#field-error")).to_be_visible()
    check(page)
    page.locator("[value=leader_name]").check()
    page.fill("#wanted", "Ayşe Yıldırım Kaya")
    page.locator("main form button.button").click()
    expect(page).to_have_url(re.compile(f"/leader/{signed.public_id}$"))
    check(page)
    with live_server.app.test_request_context(base_url=live_server.url):
        asked, officer, address = db.session.scalars(select(Correction)).one(), make_account(db.session()), partial(url_for, _external=True)
        answer_correction(db.session(), asked, agreed=True, answer="", by=officer, at=now(), address=address)
    page.goto(signed.letter("sign_link")["link"])
    expect(page.locator(".sheet")).to_contain_text("Ayşe Yıldırım Kaya")
    check(page)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    expect(page.locator("main")).to_contain_text("Ayşe Yıldırım Kaya")
    context.close()
