"""What a whole day at the desk needs: the browsers of everybody who comes, the worker, a list of a thousand, the post."""

import csv
import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from playwright.sync_api import Browser, Locator, Page, expect

from pledges.adapters import mail
from pledges.extensions import db
from pledges.secretariat.actions.batches import carry_on
from pledges.secretariat.actions.outbox import deliver_due
from tests.accounts.officers import PASSWORD, code, make_officer
from tests.assembly import DATA, now
from tests.conftest import LiveServer, MailServer
from tests.journeys.windows import context_of

INVITED = 1000
KONYA, MAYOR = "gn-306571", "mayor@konya.example.org"


@dataclass
class Day:
    """The server with its worker, and the browsers of everybody who comes to it."""

    server: LiveServer
    post: MailServer
    browser: Browser
    language: str
    width: int
    pages: list[Page] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visitor(self) -> Page:
        """A browser that nobody used before; scripts that fail are noted."""
        page = context_of(self.browser, self.server.url, self.language, self.width).new_page()
        self.pages.append(page)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def officer(self, email: str) -> Page:
        """The browser of an officer who has signed in. Its clock can be put forward, so that nobody waits for a page's next look."""
        key, page = make_officer(self.server.app, role="moderator editor admin", email=email), self.visitor()
        page.clock.install()
        page.goto("/accounts/sign-in?next=/secretariat/letters/waiting")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.click("main [type=submit]")
        page.fill("[name=code]", code(key))
        page.click("main [type=submit]")
        expect(page.locator(".desk-links")).to_be_visible()
        return page

    def deliver(self) -> int:
        """The worker sends what is due; gives how many letters the mail server took."""
        with self.server.app.app_context():
            sent, failed = deliver_due(db.session(), mail.open_mailer(self.post.url), now, base_url=self.server.url)
        assert failed == 0
        return sent

    def letter_to(self, address: str, holding: str = "/leader/") -> str:
        """The newest letter that the mail server took for an address, as plain text."""
        texts = [taken.get_body(("plain",)) for taken in self.post.letters if taken["To"] == address]
        (newest,) = [text.get_content() for text in texts[-1:] if text]
        assert holding in newest
        return str(newest).replace("\r\n", "\n")


def directory() -> list[str]:
    """The head of the project's own directory, and Konya: the lines of a file."""
    with gzip.open(DATA / "governments.csv.gz", "rt", encoding="utf-8") as file:
        return [*islice(file, INVITED), *(line for line in file if line.startswith(f"{KONYA},"))]


def invitations() -> bytes:
    """A list of a thousand leaders, and of two rows that are none; Konya, at its end, is written to in the language of the desk."""
    rows = [row["id"] for row in csv.DictReader(directory())]
    lines = [f"{number},mayor.{place}@city.example.org,,UCLG" for place, number in enumerate(rows[:-1])]
    return "\n".join(
        ["government_id,leader_email,leader_name,network", "gn-1,mayor@nowhere.example.org,,", *lines, f"{KONYA},{MAYOR},Ayşe Yıldırım,",
         f"{KONYA},no address,,"]
    ).encode()  # fmt: skip


def fits(page: Page) -> None:
    """Nothing is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def link_in(letter: str) -> str:
    """The only address of the letter that is not for asking anew."""
    (found,) = re.findall(r"^http\S+/leader/(?:invited|link)/\S+$", letter, re.MULTILINE)
    return str(found)


def looks_again(page: Page, shown: Locator) -> None:
    """The page has looked by itself for what the worker did meanwhile."""
    page.clock.fast_forward(3_000)
    expect(shown).to_be_visible()
    fits(page)


def figure(shown: Locator) -> int:
    """A number on a page, however its language writes it."""
    return int("".join(re.findall(r"\d", shown.inner_text())))


def looking(page: Page, seen: list[int]) -> Callable[[], datetime]:
    """The worker's clock; each time the worker asks it, the page is looked at, until it shows how far the work is."""

    def clock() -> datetime:
        if not seen:
            page.reload()
            bar = page.locator("[data-progress] progress")
            seen.extend(done for done in [int(bar.get_attribute("value") or 0) if bar.count() else 0] if done)
        return now()

    return clock


def work_on_the_list(day: Day, clock: Callable[[], datetime] = now) -> None:
    """What the worker does when the bell rings."""
    with day.server.app.app_context():
        paths = day.server.app.url_map.bind("")
        carry_on(db.session(), clock, address=lambda endpoint, **values: day.server.url + paths.build(endpoint, values))
        db.session.remove()
