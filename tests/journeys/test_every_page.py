"""Every page that the URL map knows, in each language that is offered: no violation that axe finds, nothing wider than a phone."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page

from pledges.domain.languages import INTERFACE
from tests.accounts.officers import EMAIL, PASSWORD, make_officer
from tests.answers import walk
from tests.assembly import Assembly
from tests.conftest import LiveServer
from tests.routes_who import WHO, Role

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LEAVES = {"accounts.sign_out", "accounts.signed_in"}
"""Routes that end a session or only lead elsewhere."""


def pages_for(live_server: LiveServer, role: Role, samples: dict[str, Sequence[object]]) -> list[str]:
    """One address for each endpoint that serves the role a page; a route without sample values fails in `walk`."""
    shown: dict[tuple[str, int], str] = {}
    client = live_server.app.test_client()
    for endpoint, address, response in walk(live_server.app, client, samples):
        own = role in WHO[endpoint] and (role is Role.STRANGER or Role.STRANGER not in WHO[endpoint])
        if own and endpoint not in LEAVES and (role is not Role.STRANGER or response.mimetype == "text/html"):
            shown.setdefault((endpoint, response.status_code), address)
        response.close()
    return list(shown.values())


def violations(page: Page, addresses: list[str]) -> list[str]:
    """What axe finds on each address in each language, and what is wider than the window."""
    found = []
    for address in addresses:
        for language in INTERFACE:
            answer = page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            if answer is None or "text/html" not in answer.headers.get("content-type", ""):
                continue
            page.evaluate(AXE)
            told = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 120))")
            found += [f"{page.url}: {violation}" for violation in told]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append(f"{page.url}: wider than the window")
            assert page.locator("html").get_attribute("lang") == language
            assert "Example: " in page.locator("body").inner_text() or language != "en", address
    return found


@pytest.fixture
def samples(live_server: LiveServer, tmp_path: Path) -> dict[str, Sequence[object]]:
    """A released assembly with a pledge that stands and one that was withdrawn, marked as an example."""
    with live_server.app.app_context():
        from pledges.secretariat.actions.example import mark_as_example
        from tests.assembly import now

        assembly = Assembly(live_server.app, tmp_path)
        mark_as_example(assembly.session, at=now())
        stands, withdrawn = assembly.take_in(2)
        waiting = assembly.take_in(1, accept=False)
        assembly.release()
        assembly.withdraw(withdrawn)
        return {"public_id": [stands, withdrawn, *waiting], "number": [1, 99]}


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_that_a_stranger_may_open_is_without_violation(
    page: Page, live_server: LiveServer, samples: dict[str, Sequence[object]], width: int
):
    page.set_viewport_size({"width": width, "height": 844})
    addresses = [address for address in pages_for(live_server, Role.STRANGER, samples) if not address.endswith(".pdf")]
    assert len(addresses) > 15
    assert violations(page, addresses) == []


@pytest.mark.browser
def test_every_page_that_an_officer_may_open_is_without_violation(
    page: Page, live_server: LiveServer, samples: dict[str, Sequence[object]]
):
    key = make_officer(live_server.app, role="admin")
    page.goto("/accounts/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.fill("#code", pyotp.TOTP(key).now())
    page.locator("main form [type=submit]").first.click()
    addresses = pages_for(live_server, Role.ADMIN, samples)
    assert len(addresses) > 7
    page.set_viewport_size({"width": 390, "height": 844})
    assert violations(page, addresses) == []
