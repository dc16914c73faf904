"""The languages and windows in which each journey of a leader is walked, and how a page is looked at on the way."""

from importlib import resources

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
HEIGHTS = {390: 844, 1280: 900, 844: 390}
"""Of a phone, a desk, and a phone held sideways."""
expect.set_options(timeout=60_000)
IN_EACH_WINDOW = pytest.mark.parametrize(
    ("language", "width"),
    [("en", 1280), ("ar", 390), *(pytest.param(*window, marks=pytest.mark.campaign) for window in (("en", 390), ("ar", 1280)))],
)
"""With every change each language once; all four in `make campaign`."""


def context_of(browser: Browser, url: str, language: str, width: int = 390, **more: bool) -> BrowserContext:
    """A browser that nobody used before, of a phone unless another width is given; it has touch where it is a phone."""
    size = ViewportSize(width=width, height=HEIGHTS[width])
    context = browser.new_context(base_url=url, locale=language, viewport=size, has_touch=width < 1000, **more)
    context.set_default_timeout(60_000)  # a limit for what never comes, not a measure: machines differ
    return context


def check(page: Page) -> None:
    """No violation that axe finds, nothing wider than the window."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))])")
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
