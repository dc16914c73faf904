"""A letter is held for a person, read, released in the browser, taken by a real mail server, and comes back from its mailbox."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from pledges.adapters import mail
from pledges.adapters.bounces import open_mailbox
from pledges.extensions import db
from pledges.secretariat.actions.bounces import read_mailbox
from pledges.secretariat.actions.outbox import deliver_due
from tests.accounts.officers import EMAIL, PASSWORD, code, make_officer
from tests.conftest import LiveServer
from tests.imap import imap_server
from tests.scenes.letters import write
from tests.secretariat.signed import make_pledge
from tests.secretariat.test_bounces import report

TO = "mayor@konya.example"


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [pytest.param("en", 1280, marks=pytest.mark.campaign), ("ar", 390)])
def test_an_officer_reads_and_releases_what_waits_and_sees_that_it_came_back(
    page: Page, live_server: LiveServer, smtp_server, language: str, width: int
):
    key = make_officer(live_server.app, role="editor moderator")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/secretariat/letters/waiting?lang={language}")
    page.locator("[name=email]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main [type=submit]").first.click()
    page.locator("[name=code]").fill(code(key))
    page.locator("main [type=submit]").first.click()
    page.locator("#kind-accepted").check()
    page.locator("main form .button").click()
    with live_server.app.app_context():
        pledge = make_pledge(db.session())
        letter = write(db.session(), "accepted", to=TO, pledge=pledge)
        db.session.commit()
        number, message_id, public_id = letter.id, letter.message_id, pledge.public_id
    page.goto("/secretariat/letters?post=held")
    page.locator(f"#letter-{number}").check()
    page.locator("[formaction$='/letters/release']").first.click()
    expect(page.locator("main")).to_contain_text(TO)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("main form .button").click()
    expect(page.locator("[role=status].done")).to_be_visible()
    with live_server.app.app_context(), imap_server() as mailbox:
        mailer = mail.open_mailer(smtp_server.url)
        assert deliver_due(db.session(), mailer, lambda: datetime.now(UTC), base_url=live_server.url) == (1, 0)
        mailbox.messages.append(report(message_id))
        assert read_mailbox(db.session(), open_mailbox(mailbox.url), at=datetime.now(UTC)) == 1
    assert [str(taken["To"]) for taken in smtp_server.letters] == [TO]
    page.goto(f"/secretariat/pledges/{public_id}")
    expect(page.locator("section[aria-labelledby=letters]")).to_contain_text("550 5.1.1 No such mailbox here")
