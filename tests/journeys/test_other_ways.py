"""A leader signs in the other ways, in a real browser: the paper is downloaded and signed outside, or printed and sent in as a scan."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from pledges.adapters.trust_lists import load_trust_lists
from pledges.extensions import db
from tests.adapters.national import Nation
from tests.conftest import LiveServer
from tests.journeys.windows import IN_EACH_WINDOW, check, context_of
from tests.leader.cabinet import KONYA, Cabinet, add_government

pytestmark = pytest.mark.browser


@pytest.fixture
def nation(live_server: LiveServer, tmp_path: Path) -> Nation:
    """An authority that the site trusts, and a certificate of the mayor."""
    nation = Nation()
    nation.person()
    trust = load_trust_lists([nation.trust(tmp_path / "trust")])
    adapters = live_server.app.extensions["pledges.adapters"]
    live_server.app.extensions["pledges.adapters"] = replace(adapters, open_trust=lambda: trust)
    return nation


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer, language: str, width: int) -> Iterator[Page]:
    """The other ways of a pledge that awaits its signature, in the cabinet's browser."""
    with live_server.app.app_context():
        add_government(db.session(), KONYA, "Konya")
    cabinet = Cabinet(live_server.app, live_server.app.test_client()).prepare()
    cookies = [{"name": one.key, "value": one.value, "url": live_server.url} for one in cabinet.client._cookies.values()]
    context = context_of(browser, live_server.url, language, width)
    context.set_default_timeout(60_000)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{cabinet.home}/other-ways")
    yield page
    context.close()


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.locator(f"a[href$='/{name}']").click()
    return Path(waiting.value.path()).read_bytes()


def apart(nation: Nation, pdf: bytes, path: Path) -> Path:
    """Signed in a thread of its own, since the browser's driver has a loop running in this one."""
    signing = threading.Thread(target=lambda: path.write_bytes(nation.sign(pdf)))
    signing.start()
    signing.join()
    return path


@IN_EACH_WINDOW
def test_a_leader_signs_with_an_own_certificate(opened: Page, nation: Nation, tmp_path: Path):
    opened.reload()
    check(opened)
    pdf = download(opened, "paper.pdf")
    (tmp_path / "bare.pdf").write_bytes(pdf)
    opened.locator("#signed-file").set_input_files(tmp_path / "bare.pdf")
    opened.locator("form[action$='/certificate'] button").click()
    expect(opened.locator("#signed-file-error")).to_be_visible()
    check(opened)
    opened.locator("#signed-file").set_input_files(apart(nation, pdf, tmp_path / "signed.pdf"))
    opened.locator("form[action$='/certificate'] button").click()
    opened.wait_for_url("**/receipt")
    check(opened)


@IN_EACH_WINDOW
def test_a_cabinet_sends_in_a_paper_and_sees_that_it_has_arrived(opened: Page, tmp_path: Path):
    slip = pypdfium2.PdfDocument(download(opened, "slip.pdf"))
    slip[0].render(scale=1).to_pil().save(tmp_path / "scan.png")
    opened.locator("#scan-file").set_input_files(tmp_path / "scan.png")
    opened.locator("form[action$='/scan'] button").click()
    expect(opened.locator(".notice h2").nth(1)).to_be_visible()
    expect(opened.locator("a[href$='/other-ways#on-paper']")).to_be_visible()
    check(opened)
