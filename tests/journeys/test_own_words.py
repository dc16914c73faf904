"""Own words: rows come and go at once, everything is saved by itself, and nothing is lost without a connection."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import LiveServer
from tests.journeys.test_leader_signs import phone  # noqa: F401 (a fixture)
from tests.journeys.windows import IN_EACH_WINDOW, check
from tests.leader.cabinet import KONYA

pytestmark = pytest.mark.browser
SAID = {"en": ("Saved at", "Not saved", "Add another", "Remove this row"), "ar": ("حُفظ", "لم يُحفظ", "إضافة مُخرَج آخر", "حذف هذا الصف")}


@IN_EACH_WINDOW
def test_rows_and_words_are_saved_by_themselves(
    phone: Callable[..., Page],  # noqa: F811
    live_server: LiveServer,
    language: str,
    width: int,
):
    saved, failed, more, less = SAID[language]
    page = phone(language, width)
    page.goto(f"/leader/start?government={KONYA}")
    page.locator("main form button.button").first.click()
    page.wait_for_url("**/office")
    home = page.url.removesuffix("/office")
    page.goto(f"{home}/themes")
    page.locator("[value=sustainable]").check()
    page.locator("main form button.button").first.click()
    page.wait_for_url("**/words")
    page.locator("#planned_sustainable > summary").click()
    page.locator("#planned_sustainable-0-what").fill("One")
    page.get_by_role("button", name=more).click()
    expect(page.locator("#planned_sustainable-1-what")).to_be_focused()
    page.keyboard.type("Two")
    page.locator("#planned_sustainable-1-year").fill("2090")
    page.locator("#planned_sustainable-1-goals > summary").click()
    page.locator("#planned_sustainable-1-goals [value='13']").check()
    page.locator("#actions_sustainable").fill("Trees")
    expect(page.locator("#saved")).to_contain_text(saved)
    check(page)
    page.get_by_role("button", name=less).first.click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        pass
    page.reload()
    expect(page.locator("#planned_sustainable-0-what")).to_have_value("Two")
    expect(page.locator("#planned_sustainable-0-year")).to_have_value("2090")
    expect(page.locator("#planned_sustainable summary bdi")).to_have_text("13")
    expect(page.locator("#actions_sustainable")).to_have_value("Trees")
    page.context.set_offline(True)
    page.locator("#actions_sustainable").fill("Trees and parks")
    expect(page.locator("#saved")).to_contain_text(failed)
    expect(page.locator("#actions_sustainable")).to_have_value("Trees and parks")
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_contain_text(saved)
    page.reload()
    expect(page.locator("#actions_sustainable")).to_have_value("Trees and parks")
