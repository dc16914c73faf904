"""An officer is invited, signs in with a phone, works through the queue with the keyboard, and leaves; axe looks at every page."""

import re
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import select

from pledges.accounts import actions
from pledges.domain.lifecycle import Moderation
from pledges.domain.themes import Theme
from pledges.extensions import db
from pledges.models import Letter, Pledge
from tests.accounts.officers import EMAIL, code
from tests.conftest import LiveServer
from tests.secretariat.signed import make_pledge

PASSWORD = "nine green hills sleep"


def looked_at(page: Page) -> None:
    """No violation of accessibility in both directions of writing, and nothing wider than a small phone."""
    here = page.url.partition("?lang=")[0]
    for language in ("ar", "en"):
        page.goto(f"{here}{'&' if '?' in here else '?'}lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, here
        page.set_viewport_size({"width": 1280, "height": 900})


def looked_at_here(page: Page) -> None:
    """The same for the answer to a form, which has no address to come back to."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_an_officer_enrols_decides_and_signs_out(page: Page, live_server: LiveServer):
    with live_server.app.app_context():
        make_pledge(db.session(), name="斎藤 明美", government="Kuwana", country="JP", themes=(Theme.DIGITAL, Theme.PEACEFUL))
        make_pledge(db.session(), name="محمد الحسن", government="طنجة", country="MA", reported=True)
        db.session.commit()
        link = actions.add_officer(db.session(), EMAIL, "moderator", at=datetime.now(UTC))

    page.goto(f"/accounts/enrol/{link}")
    looked_at(page)
    page.get_by_label("Your name").fill("L. Ortiz")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and go on").click()
    page.get_by_role("button", name="Show the key").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    key = page.locator("code.key").inner_text().replace("-", "")
    page.get_by_label("Six digits").fill(code(key))
    page.get_by_role("button", name="Keep this authenticator").click()
    page.get_by_role("button", name="Make recovery codes").click()
    expect(page.locator(".codes li")).to_have_count(8)
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="I have kept them: to the queue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for a decision")
    looked_at(page)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="斎藤 明美")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("斎藤 明美")
    looked_at(page)
    page.keyboard.press("t")
    expect(page.get_by_text("You read this pledge until")).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator("[data-decide=decline] select")).to_be_focused()
    typed = page.locator("[data-decide=decline] textarea")
    typed.fill("Half a page of reasons")
    for language in ("ar", "en"):
        page.locator(f".languages [lang={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(typed).to_have_value("Half a page of reasons")
        expect(typed).to_be_visible()
    looked_at(page)
    page.get_by_text("Decline", exact=True).click()
    page.get_by_role("button", name="Decline the pledge").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a reason.")
    assert Axe().run(page).violations_count == 0
    page.locator("[data-decide=accept]").get_by_label("Then take the next one that waits").check()
    page.get_by_role("button", name="Accept the pledge").click()
    expect(page.get_by_role("status")).to_have_text("Accepted: 斎藤 明美, Kuwana.")

    expect(page.get_by_role("heading", level=1)).to_have_text("محمد الحسن")
    expect(page.get_by_text("Reported by file, original not seen").first).to_be_visible()
    page.get_by_text("Return with a suggestion").click()
    opened = page.locator("details[open]", has_text="Return the pledge")
    opened.get_by_label("Reason").select_option("needs_wording")
    opened.get_by_label("Actions for implementation", exact=True).fill("We plant five thousand trees by 2030.")
    opened.get_by_role("button", name="Look at the differences first").click()
    expect(page.locator("ins").first).to_contain_text("five thousand ")
    looked_at_here(page)
    opened.get_by_label("Tell the leader later").check()
    opened.get_by_role("button", name="Return the pledge").click()
    expect(page.get_by_role("status").last).to_have_text("Nothing more waits here that nobody reads.")
    page.get_by_role("link", name=re.compile("Decided, not told yet")).click()
    page.get_by_role("link", name="محمد الحسن").click()
    page.get_by_role("button", name="Tell the leader now").click()
    expect(page.get_by_text("The letter to the leader was written:")).to_be_visible()
    looked_at(page)

    for name in ("Letters", "Editions", "Log", "L. Ortiz"):
        page.get_by_role("navigation", name="Secretariat").get_by_role("link", name=name).click()
        looked_at(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto("/secretariat/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    looked_at(page)

    with live_server.app.app_context():
        states = {pledge.current.leader_name: pledge.current.moderation for pledge in db.session.scalars(select(Pledge))}
        assert states == {"斎藤 明美": Moderation.ACCEPTED, "محمد الحسن": Moderation.RETURNED}
        assert sorted(db.session.scalars(select(Letter.kind))) == ["accepted", "accepted", "returned", "returned"]
