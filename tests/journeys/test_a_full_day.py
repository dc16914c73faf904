"""A whole day at the desk, in real browsers: a thousand are invited, one prepares and signs, two officers decide at once and release."""

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pledges.adapters.bounces import open_mailbox
from pledges.extensions import adapters, db, settings
from pledges.models import Network
from pledges.secretariat.actions.bounces import read_mailbox
from pledges.secretariat.actions.builds import carry_out
from pledges.secretariat.actions.directory import load_governments
from tests.assembly import now
from tests.conftest import LiveServer, MailServer
from tests.imap import imap_server
from tests.journeys.day import INVITED, MAYOR, Day, directory, figure, fits, invitations, link_in, looking, looks_again, work_on_the_list
from tests.secretariat.signed import make_pledge
from tests.secretariat.test_bounces import report

CABINET = "cabinet@konya.example.org"
LOST = "mayor.998@city.example.org"
WORDS = "2026’ya kadar açık veri ofisi kurmak."
FORM = "main form .button:not([name])"
DONE = {
    "account.signed_in", "batch.brought", "batch.confirmed", "batch.done", "contact.noted", "draft_made", "edition.built",
    "edition.ordered", "edition.released", "government.invited", "letter.bounced", "letter.delivered", "letter.released",
    "letter_rule.changed", "pledge.taken", "release.proposed", "signed", "submitted",
}  # fmt: skip
"""The acts of the day, as the log calls them."""


@pytest.fixture
def day(browser: Browser, live_server: LiveServer, smtp_server: MailServer, language: str, width: int) -> Iterator[Day]:
    """The morning: a directory and a network, no pledge, no letter."""
    opened = Day(live_server, smtp_server, browser, language, width)
    with live_server.app.app_context():
        load_governments(db.session(), io.StringIO("".join(directory())))
        db.session.add(Network(name="UCLG"))
        db.session.commit()
    yield opened
    for page in opened.pages:
        page.context.close()
    assert opened.complaints == []


def invite_a_thousand(day: Day, desk: Page) -> None:
    """A list is brought, read, looked over, confirmed and carried out; its letters wait until somebody has read them."""
    desk.check("#kind-invitation")
    desk.click("main form .button")
    desk.goto("/secretariat/invitations")
    desk.click("details.decide > summary")
    desk.set_input_files("[name=file]", {"name": "mayors.csv", "mimeType": "text/csv", "buffer": invitations()})
    desk.click("details.decide [type=submit]")
    expect(desk.locator("[data-progress]")).to_be_visible()
    work_on_the_list(day)
    looks_again(desk, desk.locator(".figures"))
    assert [figure(one) for one in desk.locator(".figures b").all()] == [INVITED, 0, 2]
    expect(desk.locator("#rejected ~ table tbody tr")).to_have_count(2)
    desk.click(".actions .button >> nth=0")
    expect(desk.locator("[data-progress]")).to_be_visible()
    seen: list[int] = []
    work_on_the_list(day, looking(desk, seen))
    assert 0 < seen[0] < INVITED
    looks_again(desk, desk.locator(".tag.good"))
    desk.click("main a[href*='?batch=']")
    assert figure(desk.locator(".states [aria-current]").last) == figure(desk.locator(".states a[href*=unopened]")) == INVITED
    assert day.deliver() == 0


def let_letters_go(day: Day, desk: Page) -> None:
    """Two letters are ticked, looked at once more and released: the mail server gets them, and the rest goes on waiting."""
    desk.goto("/secretariat/letters?post=held")
    assert figure(desk.locator(".states [aria-current]").last) == INVITED
    for address in (MAYOR, LOST):
        desk.locator("tbody tr", has_text=address).locator("[name=letter]").check()
    fits(desk)
    desk.click("[formaction$='/letters/release'] >> nth=0")
    expect(desk.locator("tbody tr")).to_have_count(2)
    desk.click("main form .button")
    assert figure(desk.locator(".states [aria-current]").last) == INVITED - 2
    assert day.deliver() == 2
    assert sorted(taken["To"] for taken in day.post.letters) == [LOST, MAYOR]


def let_the_rest_go(day: Day, desk: Page) -> None:
    """All that wait are released at once, and the mail server gets each letter once."""
    desk.click("form:has([name=all]) .button >> nth=0")
    desk.click("main form .button")
    assert figure(desk.locator(".states [aria-current]").last) == 0
    assert day.deliver() == INVITED - 2
    assert len({taken["To"] for taken in day.post.letters}) == len(day.post.letters) == INVITED


def prepare(day: Day) -> Page:
    """The mayor's cabinet opens the link of the letter, which has filled in whom it knows, and prepares the pledge."""
    cabinet = day.visitor()
    cabinet.goto(link_in(day.letter_to(MAYOR)))
    expect(cabinet.locator("h1")).to_have_text("Konya")
    cabinet.fill("#preparer_email", CABINET)
    cabinet.click(FORM)
    expect(cabinet.locator("#leader_email")).to_have_value(MAYOR)
    cabinet.fill("#leader_role", "Mayor")
    cabinet.click(FORM)
    cabinet.check("[value=executive]")
    cabinet.click(FORM)
    cabinet.select_option("#pledge_language", "tr")
    cabinet.click(FORM)
    cabinet.check("[value=digital]")
    cabinet.click(FORM)
    cabinet.fill("#actions_digital", WORDS)
    cabinet.click(FORM)
    expect(cabinet.locator(".sheet")).to_contain_text(WORDS)
    fits(cabinet)
    cabinet.click(FORM)
    day.deliver()
    return cabinet


def sign(day: Day, cabinet: Page) -> None:
    """The leader's letter has a link and a code: the link signs, and then neither signs again."""
    letter, leader = day.letter_to(MAYOR), day.visitor()
    (typed,) = re.findall(r"^\d{4} \d{4}$", letter, re.MULTILINE)
    leader.goto(link_in(letter))
    expect(leader.locator(".sheet")).to_contain_text(WORDS)
    cabinet.goto(f"{cabinet.url}/sign")
    cabinet.fill("#code", typed)
    leader.click(FORM)
    expect(leader).to_have_url(re.compile("/receipt$"))
    cabinet.click("#typed .button")
    expect(cabinet).to_have_url(re.compile("/leader/[0-9a-f]+$"))
    leader.goto(link_in(letter))
    expect(leader.locator(".sheet")).to_have_count(0)


def decide_at_once(day: Day, first: Page, second: Page) -> None:
    """Each takes the next pledge and accepts it at the same moment; of the third, which both want, one is told that the other reads it."""
    for desk in (first, second):
        desk.goto("/secretariat/")
        expect(desk.locator("[data-queue] tbody tr")).to_have_count(3)
    press(first, second, "[data-next]")
    assert {desk.locator("h1").inner_text() for desk in (first, second)} == {"Ana Prieto", "Otto Lund"}
    for desk in (first, second):
        desk.uncheck("[data-decide=accept] [name$=onward]")
    press(first, second, "[data-decide=accept] .button")
    for desk in (first, second):
        expect(desk.locator("[role=status]")).to_be_visible()
        desk.click("main a:has-text('Ayşe Yıldırım')")
    press(first, second, "[data-take]")
    (reader,) = [desk for desk in (first, second) if desk.locator("[data-decide=accept]").count()]
    (other,) = [desk for desk in (first, second) if desk is not reader]
    expect(other.locator("aside .notice")).to_contain_text("@secretariat.example")
    fits(other)
    reader.click("[data-decide=accept] .button")
    expect(reader.locator("[role=status]")).to_contain_text("Ayşe Yıldırım")
    before = len(day.post.letters)
    day.deliver()
    assert {MAYOR, CABINET} <= {str(taken["To"]) for taken in day.post.letters[before:]}


def press(first: Page, second: Page, selector: str) -> None:
    """Both press the button before either has an answer."""
    with first.expect_navigation(), second.expect_navigation():
        first.click(selector, no_wait_after=True)
        second.click(selector, no_wait_after=True)


def hear_what_came_back(day: Day, desk: Page) -> None:
    """An invitation and the letter to the cabinet come back into the mailbox: shown in the outbox, at the invitation, at the pledge."""
    lost = [next(taken for taken in reversed(day.post.letters) if taken["To"] == address) for address in (LOST, CABINET)]
    with day.server.app.app_context(), imap_server() as mailbox:
        mailbox.messages += [report(str(taken["Message-ID"]), to=str(taken["To"])) for taken in lost]
        assert read_mailbox(db.session(), open_mailbox(mailbox.url), at=now()) == 2
    desk.goto("/secretariat/letters?post=bounced")
    assert figure(desk.locator(".states [aria-current]").last) == 2
    expect(desk.locator("tbody")).to_contain_text(LOST)
    desk.goto("/secretariat/invitations?step=returned")
    row = desk.locator("tr[id^=invitation-]")
    expect(row).to_have_count(1)
    row.locator("details > summary").click()
    row.locator("textarea").fill("Deputy mayor: +90 332 000 00 00")
    row.locator("form .button").click()
    expect(row.locator(".words")).to_have_text("Deputy mayor: +90 332 000 00 00")
    fits(desk)
    desk.goto("/secretariat/?pile=accepted")
    desk.click("main a:has-text('Ayşe Yıldırım')")
    expect(desk.locator("section[aria-labelledby=letters] .record")).to_contain_text("550 5.1.1 No such mailbox here")
    fits(desk)


def build_and_release(day: Day, first: Page, second: Page) -> None:
    """Nothing stands in the way; one officer has the edition built and proposes it, and only the other's word makes it public."""
    first.goto("/secretariat/editions/new")
    expect(first.locator("#preflight ~ .notice.done")).to_be_visible()
    for box in first.locator("input[name=languages]").all():
        box.uncheck()
    first.click("form[action$='/editions/new'] button")
    expect(first.locator("[data-progress]")).to_be_visible()
    seen: list[int] = []
    with day.server.app.app_context():
        carry_out(db.session(), adapters(), settings(), looking(first, seen))
    assert seen
    looks_again(first, first.locator("a[href$='/editions/1']"))
    first.click("a[href$='/editions/1']")
    first.click("form[action$='/propose'] button")
    expect(first.locator("a[href$='/release']")).to_have_count(0)
    assert first.request.get("/press/editions/1.pdf").status == 404
    second.goto("/secretariat/editions/1")
    second.click("a[href$='/release']")
    fits(second)
    second.click("form[action$='/release'] button")
    expect(second.locator(".notice.done")).to_be_visible()


def read_the_declaration(day: Day, folder: Path) -> None:
    """A journalist takes the file from the page for the press; its seal is whole, and the mayor's words stand in it."""
    journalist, file = day.visitor(), folder / "declaration.pdf"
    journalist.goto("/press/")
    fits(journalist)
    with journalist.expect_download() as download:
        journalist.locator("#edition-1 a.pdf").evaluate("link => { link.download = ''; link.click() }")
    download.value.save_as(file)
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    for words in ("Ayşe Yıldırım", "Ana Prieto", "Otto Lund", WORDS):
        assert words in " ".join(text.split())
    journalist.goto("/verify")
    journalist.set_input_files("input[type=file]", file)
    journalist.click("form[enctype] button")
    expect(journalist.locator(".verdict.good")).to_be_visible()
    journalist.goto("/pledges")
    expect(journalist.locator("main")).to_contain_text("Ayşe Yıldırım")


def read_the_log(desk: Page) -> None:
    """Every act of the day stands in the log, with who did it."""
    desk.goto("/secretariat/log")
    # One after the other: the filter offers every act that there is, done or not.
    assert {act for act in DONE if "<tbody>" not in desk.request.get(f"/secretariat/log?act={act}").text()} == set()
    desk.select_option("#act", "edition.released")
    desk.click("form.filters button")
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody")).to_contain_text("second@secretariat.example")
    fits(desk)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "every_letter"), [("en", 1280, False), pytest.param("ar", 390, True, marks=pytest.mark.campaign)]
)
def test_a_day_from_a_list_of_a_thousand_to_the_released_declaration(day: Day, tmp_path: Path, every_letter: bool):
    first, second = (day.officer(f"{name}@secretariat.example") for name in ("first", "second"))
    invite_a_thousand(day, first)
    let_letters_go(day, first)
    if every_letter:
        let_the_rest_go(day, first)
    sign(day, prepare(day))
    with day.server.app.app_context():
        for name, government in (("Ana Prieto", "Rosario"), ("Otto Lund", "Tartu")):
            make_pledge(db.session(), name=name, government=government)
        db.session.commit()
    decide_at_once(day, first, second)
    hear_what_came_back(day, first)
    build_and_release(day, first, second)
    read_the_declaration(day, tmp_path)
    read_the_log(second)
