"""A leader signs with a passkey on a phone, and whoever has the published data checks it without us."""

import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from pledges.accounts.actions import add_example_officer, new_authenticator_key
from pledges.domain.lifecycle import Move
from pledges.extensions import db
from pledges.secretariat.actions.decisions import Grounds, decide, version_of
from tests.answers import pdf_text
from tests.assembly import Assembly
from tests.conftest import ROOT, LiveServer
from tests.journeys.windows import IN_EACH_WINDOW, check, context_of
from tests.leader.cabinet import KONYA, Cabinet, add_government, now

pytestmark = pytest.mark.browser
OF_A_PHONE = {
    "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
SIGN, MAKE_NEW = "#passkey button:not([data-new])", "#passkey button[data-new]"


class Phone:
    """A browser with an authenticator of its own."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.cdp: CDPSession = context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        self.authenticator = self.add()

    def add(self, **differs: Any) -> str:
        """Put an authenticator into it."""
        return str(self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": OF_A_PHONE | differs})["authenticatorId"])

    def remove(self) -> None:
        """Take its authenticator away, with its keys."""
        self.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.authenticator})

    def will_not_verify(self) -> None:
        """The finger is not recognised."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.authenticator, "isUserVerified": False})

    def check(self) -> None:
        """No violation that axe finds, nothing wider than the phone."""
        check(self.page)


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Phone]]:
    opened: list[Phone] = []

    def open_one(language: str, width: int = 390) -> Phone:
        opened.append(Phone(context_of(browser, live_server.url, language, width)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()


@pytest.fixture
def cabinet(live_server: LiveServer) -> Cabinet:
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya", population=1_400_000)
    return Cabinet(live_server.app, live_server.app.test_client()).prepare()


def published(cabinet: Cabinet, folder: Path) -> tuple[Path, Path, str]:
    """Accept and release: the files with the API's answer and `declaration.json`, and the text of the PDF."""
    with cabinet.app.app_context():
        assembly, session = Assembly(cabinet.app, folder), db.session()
        officer = add_example_officer(session, "o@assembly.example", "seven quiet rivers", new_authenticator_key(), "admin", at=now())
        pledge = cabinet.pledge()
        seen = version_of(pledge.current)
        decide(session, pledge, Move.ACCEPT, by=officer, at=now(), seen_version=seen, grounds=Grounds(), tell=False, address=str)
        pdf = assembly.pdf(assembly.release())
    answer, attached = folder / "signature.json", folder / "declaration.json"
    answer.write_bytes(cabinet.client.get(f"/api/v1/pledges/{cabinet.public_id}/signature").data)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached.write_bytes(opened.attachments["declaration.json"].get_file().read_bytes())
    return answer, attached, pdf_text(pdf)


def verified(file: Path) -> tuple[int, str]:
    """Exit code and words of the program that knows nothing of us."""
    program = [sys.executable, "-I", ROOT / "docs" / "check_passkey.py", file]
    outcome = subprocess.run(program, cwd=file.parent, capture_output=True, text=True, check=False)
    return outcome.returncode, outcome.stdout + outcome.stderr


@IN_EACH_WINDOW
def test_a_leader_signs_with_a_passkey_and_anyone_checks_it_from_published_data(
    phone: Callable[..., Phone], cabinet: Cabinet, language: str, width: int, tmp_path: Path
):
    leader = phone(language, width)
    page = leader.page
    page.goto(cabinet.letter("sign_link")["link"])
    expect(page.locator("#passkey")).to_be_visible()
    leader.check()
    page.locator(SIGN).click()
    expect(page).to_have_url(f"{page.url.split('/leader/')[0]}/leader/{cabinet.public_id}/receipt")
    leader.check()
    answer, attached, pdf = published(cabinet, tmp_path)
    assert "signed with a passkey" in " ".join(pdf.split())
    assert [verified(file)[0] for file in (answer, attached)] == [0, 0], verified(answer)
    page.goto(f"/pledges/{cabinet.public_id}")
    leader.check()
    expect(page.locator("main")).to_contain_text({"en": "Signed with a passkey", "ar": "مفتاح مرور"}[language])
    expect(page.locator(f"a[href='/api/v1/pledges/{cabinet.public_id}/signature']")).to_be_visible()


def test_a_device_that_fails_loses_nothing_and_the_next_one_signs(phone: Callable[..., Phone], cabinet: Cabinet):
    leader = phone("en")
    page, told = leader.page, leader.page.locator("#passkey .told")
    page.goto(cabinet.letter("sign_link")["link"])
    leader.will_not_verify()
    page.locator(SIGN).click()
    expect(told).to_contain_text("your device gave no answer")
    leader.check()
    leader.remove()
    leader.authenticator = leader.add()
    page.route("**/passkey/made", lambda route: route.abort())
    page.locator(SIGN).click()
    expect(told).to_contain_text("the connection failed")
    page.unroute("**/passkey/made")
    page.evaluate("HTMLFormElement.prototype.submit = () => {}")  # the key is made and kept; what it signs is lost on its way
    page.locator(SIGN).click()
    expect(page.locator("[name=credential]")).not_to_have_value("")
    leader.remove()
    leader.authenticator = leader.add()
    page.goto(cabinet.letter("sign_link")["link"])
    page.locator(SIGN).click()
    expect(told).to_contain_text("the passkey is on another device")
    page.locator(MAKE_NEW).click()
    expect(page).to_have_url(re.compile("/receipt$"))


def test_a_text_taken_back_meanwhile_is_told_before_the_device_asks(phone: Callable[..., Phone], cabinet: Cabinet):
    leader = phone("en")
    leader.page.goto(cabinet.letter("sign_link")["link"])
    cabinet.post("reopen")
    leader.page.locator(SIGN).click()
    expect(leader.page.locator("#passkey .told")).to_contain_text("This link works no more")


def test_a_browser_that_knows_no_passkeys_signs_as_before(phone: Callable[..., Phone], cabinet: Cabinet):
    leader = phone("en")
    leader.context.add_init_script("delete window.PublicKeyCredential")
    leader.page.goto(cabinet.letter("sign_link")["link"])
    expect(leader.page.locator("#passkey")).to_be_hidden()
    leader.page.get_by_role("button", name="Sign the pledge").click()
    expect(leader.page).to_have_url(re.compile("/receipt$"))
