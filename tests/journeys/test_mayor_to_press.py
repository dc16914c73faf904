"""The whole way in one browser: a mayor signs, the secretariat accepts, the declaration is sealed and released, the press checks it."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pledges.accounts.actions import add_example_officer, new_authenticator_key
from pledges.extensions import db
from pledges.models import Letter
from tests.assembly import Assembly
from tests.conftest import LiveServer
from tests.leader.cabinet import KONYA, add_government

PASSWORD = "seven quiet rivers meet"
WORDS = "2026’ya kadar açık veri ofisi kurmak."


def prepare_and_send(page: Page) -> None:
    page.goto("/leader/start")
    page.get_by_role("combobox").press_sequentially("konya")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("main form .button:not([name])").first.click()
    for field, value in {"leader_name": "Ayşe Yıldırım", "leader_role": "Mayor", "leader_email": "mayor@konya.example.org"}.items():
        page.fill(f"#{field}", value)
    page.locator("main form .button:not([name])").first.click()
    page.check("[value=executive]")
    page.locator("main form .button:not([name])").first.click()
    page.select_option("#pledge_language", "tr")
    page.locator("main form .button:not([name])").first.click()
    page.check("[value=digital]")
    page.locator("main form .button:not([name])").first.click()
    page.fill("#actions_digital", WORDS)
    for _step in ("review", "sent"):
        page.locator("main form .button:not([name])").first.click()


def sign_from_the_letter(page: Page, live_server: LiveServer) -> None:
    with live_server.app.app_context():
        secrets = db.session.scalars(select(Letter.secrets).where(Letter.kind == "sign_link")).one()
    link = next(secret for name, secret in secrets.items() if name.startswith("[link"))
    page.goto(link)
    page.locator("main form .button").first.click()
    expect(page).to_have_url(re.compile("/receipt$"))


def accept_as_an_officer(page: Page, live_server: LiveServer) -> None:
    with live_server.app.app_context():
        key = new_authenticator_key()
        add_example_officer(db.session(), "ortiz@assembly.example", PASSWORD, key, "moderator", at=datetime.now(UTC))
    page.goto("/secretariat/")
    page.fill("#email", "ortiz@assembly.example")
    page.fill("#password", PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.fill("#code", pyotp.TOTP(key).now())
    page.locator("main form [type=submit]").first.click()
    page.goto("/secretariat/")
    page.get_by_role("link", name="Ayşe Yıldırım").click()
    page.get_by_role("button", name="Take it to decide").click()
    page.get_by_role("button", name="Accept the pledge").click()
    expect(page.get_by_role("status")).to_contain_text("Ayşe Yıldırım")


@pytest.mark.browser
def test_a_mayor_signs_and_the_press_reads_it_in_the_sealed_declaration(page: Page, live_server: LiveServer, tmp_path: Path):
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    prepare_and_send(page)
    sign_from_the_letter(page, live_server)
    accept_as_an_officer(page, live_server)
    page.goto("/pledges")
    expect(page.locator("main")).not_to_contain_text("Ayşe Yıldırım")

    with live_server.app.app_context():
        assembly = Assembly(live_server.app, tmp_path)
        assembly.release()

    page.goto("/pledges")
    page.get_by_role("link", name="Ayşe Yıldırım").click()
    expect(page.locator("main")).to_contain_text(WORDS)
    page.goto("/press/")
    with page.expect_download() as downloading:
        page.evaluate(
            "href => { const a = document.createElement('a'); a.href = href; a.download = ''; a.click() }", "/press/editions/1.pdf"
        )
    file = tmp_path / "declaration.pdf"
    downloading.value.save_as(file)
    page.goto("/verify")
    page.set_input_files("input[type=file]", file)
    page.locator("main form", has=page.locator("input[type=file]")).locator("button").first.click()
    expect(page.locator("main")).to_contain_text("AUTHENTIC, with a DEVELOPMENT SEAL")
