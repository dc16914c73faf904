"""Every page in every state that a person can meet, kept as the application sent it, for whoever judges pages.

An album listens to all answers while the scenes below are played in browsers without JavaScript; what a scene passes on its way is in it.
A page that no scene reaches is named by `unmet`: whoever adds a route adds a scene.
"""

import base64
import csv
import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask, Response, request, request_finished
from flask.testing import FlaskClient
from playwright.sync_api import Route
from sqlalchemy import select

from pledges.accounts.actions import add_officer
from pledges.adapters.trust_lists import TrustedIssuer, TrustLists
from pledges.domain.lifecycle import Move
from pledges.domain.risks import Risk
from pledges.extensions import db
from pledges.models import Account, Network, Pledge
from pledges.secretariat.actions.batches import carry_on
from pledges.secretariat.actions.example import mark_as_example
from tests import scene_of_editions, scene_of_letters
from tests.accounts.officers import PASSWORD, make_officer, send_code, send_password, sign_in, token
from tests.answers import walk
from tests.assembly import Assembly, example_rows, now
from tests.leader.cabinet import KONYA, Cabinet, add_government, path
from tests.leader.decided import decide

STATIC = Path(__file__).resolve().parent.parent / "pledges" / "static"
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch " * 3
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""One pixel, as a scan."""
DELIVERABLES = {
    "planned_digital-0-what": "Açık veri ofisi", "planned_digital-0-day": "30", "planned_digital-0-month": "6",
    "planned_digital-0-year": "2090", "planned_digital-0-goals": ["9", "11", "16"], "planned_digital-1-what": LONG[:190],
}  # fmt: skip
SUGGESTED = "2026 sonuna kadar açık veri ofisi kurmak."
"""In the place of the words that a cabinet fills in here."""
LEADS_ELSEWHERE = {"accounts.signed_in", "security.tf_select", "security.mf_recovery"}
"""Pages that only lead elsewhere in what is set up here."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A page as it was sent. `scene` tells whose page it is and in which state."""

    scene: str
    method: str
    address: str
    endpoint: str
    status: int
    policy: str
    """Its Content-Security-Policy."""
    html: str

    @property
    def name(self) -> str:
        """What a failing test calls it."""
        return f"{self.scene}: {self.method} {self.address} ({self.status})"


@dataclass
class Album:
    """Listens to an application as long as it is open; one picture for each address, answer and scene."""

    app: Flask
    language: str
    scene: str = "stranger"
    kept: dict[tuple[str, ...], Snapshot] = field(default_factory=dict)

    def __enter__(self) -> "Album":
        request_finished.connect(self._keep, self.app)
        return self

    def __exit__(self, *_error: object) -> None:
        request_finished.disconnect(self._keep, self.app)

    def browser(self) -> FlaskClient:
        """A visitor who reads this album's language."""
        client = self.app.test_client()
        client.set_cookie("lang", self.language)
        return client

    def _keep(self, _app: Flask, response: Response, **_more: object) -> None:
        if response.mimetype != "text/html" or 300 <= response.status_code < 400:
            return
        one = Snapshot(
            self.scene, request.method, request.full_path.rstrip("?"), request.endpoint or "", response.status_code,
            response.headers["Content-Security-Policy"], response.get_data(as_text=True),
        )  # fmt: skip
        self.kept.setdefault((one.scene, one.method, one.address, str(one.status)), one)


def take(app: Flask, folder: Path, language: str) -> list[Snapshot]:
    """Play all scenes in one language."""
    with Album(app, language) as album:
        with app.app_context():
            mark_as_example(db.session(), at=now())
        _empty(album)
        with app.app_context():
            add_government(db.session(), KONYA, "Konya", population=1_400_000, native_name="Konya Büyükşehir")
            add_government(db.session(), "gn-2", LONG[:230], population=12)
        _draft(album)
        _together(album)
        _other_ways(album)
        _on_paper(album)
        _signed(album)
        asking = _afterwards(album)
        ids = _assembly(app, folder)
        _strangers(album, ids)
        _officers(album, ids, asking)
    return list(album.kept.values())


def unmet(app: Flask, snapshots: list[Snapshot]) -> set[str]:
    """Endpoints that answer a GET with a page of ours and that no snapshot shows."""
    asked = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    shown = {snapshot.endpoint for snapshot in snapshots if snapshot.status < 400}
    files = {endpoint for endpoint in asked if endpoint.startswith("api.") or endpoint in NO_PAGES}
    return asked - shown - files - LEADS_ELSEWHERE


def serve(route: Route, shown: Snapshot) -> None:
    """Answer a browser as the application did, with its styles and scripts."""
    if "/static/" in route.request.url:
        route.fulfill(path=STATIC / route.request.url.split("/static/")[1].split("?")[0])
    elif route.request.is_navigation_request():
        route.fulfill(status=shown.status, body=shown.html, headers={"Content-Type": "text/html", "Content-Security-Policy": shown.policy})
    elif route.request.resource_type == "image":
        route.fulfill(body=PICTURE, content_type="image/png")
    else:
        route.abort()


NO_PAGES = {
    "static", "public.record", "public.card", "public.table", "public.document", "public.workbook", "public.alive", "public.ready",
    "leader.preview_image", "leader.preview_pdf",
    "leader.record", "leader.receipt_pdf", "leader.receipt_json", "leader.paper", "leader.slip",
    "secretariat.build_progress", "secretariat.edition_file",
    "secretariat.signed_file", "secretariat.batch_rejects", "secretariat.directory_to_fill_in",
    "public.statistics_workbook", "secretariat.statistics_workbook",
    "press.edition", "press.edition_in", "press.evidence",
}  # fmt: skip
"""Answers for programs, and files."""


def _empty(album: Album) -> None:
    """Before there is anything."""
    album.scene = "nothing yet"
    browser = album.browser()
    for address in ("/", "/pledges", "/press/", "/verify", "/leader/start", "/leader/governments?q=k", "/about", "/development/letters"):
        browser.get(address)


def _draft(album: Album) -> None:
    """A cabinet from the first page to the letter to its leader, with everything that can be wrong on the way."""
    album.scene = "cabinet begins"
    staff = Cabinet(album.app, album.browser())
    for address in ("/leader/start?q=kon", "/leader/start?q=xyzzy", "/leader/governments?q=kon", f"/leader/start?government={KONYA}"):
        staff.client.get(address)
    staff.client.get("/leader/start?government=enter")
    staff.begin("enter")
    staff.begin(preparer_email="no address")
    staff.begin(preparer_email="")
    for step in ("office", "mandate", "language", "themes", "words", "review"):
        staff.client.get(f"{staff.home}/{step}")
    album.scene = "cabinet errs"
    staff.fill(
        leader_name="\u200b", leader_email="nobody", mandate_date="2099-13-01", pledge_language="", themes=[], actions_digital="x" * 9000
    )
    staff.client.get(f"{staff.home}/review")
    staff.client.get(f"{staff.home}/nowhere")
    staff.fill()
    album.scene = "deliverables err"
    wrong = {"0-year": "2020", "1-what": LONG[:190], "1-day": "30", "1-month": "2", "1-year": "2090", "2-goals": ["6", "99"]}
    staff.post("words", **{f"planned_digital-{part}": value for part, value in wrong.items()})
    album.scene = "deliverables"
    staff.post("words", **DELIVERABLES, more="planned_digital")
    staff.post("words", **DELIVERABLES)
    staff.client.get(f"{staff.home}/words")
    staff.client.get(f"{staff.home}/review")
    staff.client.get(f"{staff.home}/preview")
    album.scene = "words that are asked about"
    staff.post("words", actions_digital="We open an office for public data and publish the budget. \U00016d40")
    staff.client.get(f"{staff.home}/words?ask=yes")
    album.scene = "long names"
    staff.fill(leader_name=LONG[:190], office_local=LONG[:190], leader_role=LONG[:190], leader_name_latin=LONG[:190])
    staff.fill(leader_name="محمد بن راشد", leader_name_latin="")
    staff.client.get(f"{staff.home}/office?latin=ask")
    staff.client.get(f"{staff.home}/review")
    album.scene = "cabinet prepares"
    staff.fill()
    for step in ("", "/government", "/office", "/mandate", "/language", "/themes", "/words", "/review"):
        staff.client.get(staff.home + step)
    staff.send()
    staff.client.get(staff.home)
    staff.client.get(f"{staff.home}/sign")
    staff.post("sign", code="12345678", consent="yes")
    staff.post("sign", code="")
    album.scene = "cabinet asks"
    staff.client.get("/leader/ask?sent=yes")
    staff.post("/leader/ask", address="nobody")


def _together(album: Album) -> None:
    """Several people of one cabinet on one draft."""
    album.scene = "cabinet hands on"
    staff = Cabinet(album.app, album.browser())
    staff.begin()
    staff.post("cabinet", address="nobody", note="www.example.org")
    staff.post("cabinet", address="ann@konya.example.org", note="Please look at the themes.")
    staff.client.get(f"{staff.home}/cabinet")
    colleague = Cabinet(album.app, album.browser(), staff.public_id)
    link = path(staff.letter("handed_on")["link"])
    colleague.client.get(link)
    colleague.post(link)
    colleague.client.get(f"{staff.home}/cabinet")
    album.scene = "governments pledge together"
    staff.client.get(f"{staff.home}/joint")
    staff.client.get(f"{staff.home}/joint?q=llan")
    staff.client.get(f"{staff.home}/joint?government=gn-2")
    staff.client.get(f"{staff.home}/joint?government=own")
    staff.post("joint", government="own", address="nobody", government_name="", kind="duchy")
    staff.fill()
    staff.post("joint", government="gn-2", address="them@long.example.org")
    staff.post("joint", government="gn-2", address="them@long.example.org")
    them = Cabinet(album.app, album.browser())
    them.public_id = them.post(path(staff.letter("joint_invitation")["link"])).location.rsplit("/", 1)[1]
    them.client.get(them.home)
    them.post("words", actions_digital="An office for open data.")
    staff.client.get(staff.home)
    staff.client.get(f"{staff.home}/joint")
    staff.send()
    staff.client.get(staff.home)
    staff.client.get(path(staff.letter("sign_link")["link"]))
    staff.post("reopen")
    album.scene = "cabinet writes the same"
    for step, mine, hers in (
        ("words", {"actions_digital": "An office for open data."}, {"actions_digital": "A bureau for open data, by 2026."}),
        ("mandate", {"mandate_basis": "executive"}, {"mandate_basis": "resolution"}),
        ("language", {"pledge_language": "fr"}, {"pledge_language": "ar"}),
        ("themes", {"themes": ["digital"]}, {"themes": ["peaceful"]}),
    ):
        staff.fill()
        seen = re.search(r'id="seen" value="([^"]*)"', staff.client.get(f"{staff.home}/{step}").text)
        assert seen
        colleague.post(step, **hers)
        staff.post(step, **mine, seen=seen[1])


def _other_ways(album: Album) -> None:
    """The leader signs with an own certificate, or tries to."""
    album.scene = "other ways"
    staff = Cabinet(album.app, album.browser()).prepare(leader_email="third@konya.example.org")
    staff.client.get(f"{staff.home}/other-ways")
    known = album.app.extensions["pledges.adapters"]
    trusted = TrustLists((TrustedIssuer("National Authority", "qualified", (b"",)),))
    album.app.extensions["pledges.adapters"] = replace(known, open_trust=lambda: trusted)
    album.scene = "own certificate"
    staff.client.get(f"{staff.home}/other-ways")
    for file in ({}, {"signed-file": (io.BytesIO(b"hello"), "signed.pdf")}):
        album.scene = f"own certificate, {len(file)} file"
        staff.client.post(f"{staff.home}/certificate", data={"signed-csrf_token": staff.token(), **file})


def _on_paper(album: Album) -> None:
    """A paper on its way: arrived, read by one officer, confirmed by another; another one refused."""
    officers = []
    for name in ("reads", "confirms"):
        browser, email = album.browser(), f"{name}@secretariat.example"
        sign_in(browser, make_officer(album.app, email=email), email=email)
        officers.append(browser)
    first, second = officers
    first.get("/secretariat/papers")
    for number, answer in ((1, "confirm"), (2, "refuse")):
        album.scene = f"paper to {answer}"
        staff = Cabinet(album.app, album.browser()).prepare(leader_email=f"{answer}@konya.example.org")
        staff.client.post(f"{staff.home}/scan", data={"scan-csrf_token": staff.token()})
        staff.client.post(f"{staff.home}/scan", data={"scan-csrf_token": staff.token(), "scan-file": (io.BytesIO(PICTURE), "scan")})
        for page in (staff.home, f"{staff.home}/other-ways"):
            staff.client.get(page)
        paper = f"/secretariat/papers/{number}"
        known = {"csrf_token": token(first.get("/secretariat/papers"))}
        first.get(paper)
        first.post(f"{paper}/read", data=known)
        code = staff.shown("sign")[:12] if answer == "confirm" else "0" * 12
        read = {"read-name": "Ayşe Yıldırım", "read-office": LONG[:190], "read-day": "2024-09-18", "read-code": code}
        first.post(f"{paper}/read", data=known | read)
        staff.client.get(staff.home)
        album.scene = f"paper to {answer}, read"
        for browser in officers:
            browser.get(paper)
            browser.get("/secretariat/papers")
        reason = {"refuse-reason": "The second page is missing."} if answer == "refuse" else {}
        second.post(f"{paper}/refuse", data={"csrf_token": token(second.get("/secretariat/papers"))})
        second.post(f"{paper}/{answer}", data={"csrf_token": token(second.get("/secretariat/papers"))} | reason)
        album.scene = f"paper to {answer}, done"
        staff.client.get(staff.home)
        second.get(f"/secretariat/pledges/{staff.public_id}")
    second.post("/secretariat/papers", data={"csrf_token": token(second.get("/secretariat/papers"))})


def _signed(album: Album) -> None:
    """A leader from the letter to the withdrawal, and what the secretariat may answer in between."""
    album.scene = "leader signs"
    staff = Cabinet(album.app, album.browser()).prepare(leader_email="second@konya.example.org")
    link = path(staff.letter("sign_link")["link"])
    leader = Cabinet(album.app, album.browser(), staff.public_id)
    leader.client.get(link)
    leader.post(link)
    leader.post(f"{link}/send-back", asked="")
    leader.post(f"{link}/send-back", asked="Please name the year.")
    leader.client.get(leader.home)
    staff.client.get(f"{staff.home}/words")
    staff.send()
    link = path(staff.letter("sign_link")["link"])
    leader.post(link, consent="yes", credential="no answer of a device")
    leader.post(link, consent="yes")
    leader.client.get(link)
    album.scene = "signed"
    for page in ("", "/receipt", "/withdraw"):
        leader.client.get(leader.home + page)
    staff.client.get(f"{staff.home}/withdraw")
    staff.client.get(path(leader.letter("receipt")["link"]))
    again = Cabinet(album.app, album.browser()).prepare(leader_email="second@konya.example.org")
    again.post(path(again.letter("sign_link")["link"]), consent="yes")
    for move in (Move.RETURN, Move.DECLINE, Move.ACCEPT):
        album.scene = f"answered: {move.value}"
        other = Cabinet(album.app, album.browser()).prepare(leader_email=f"{move.value}@konya.example.org").sign()
        suggested = {"actions_digital": SUGGESTED} if move is Move.RETURN else {}
        decide(other, move, told=True, message="Please name a date.", **suggested)
        for page in ("", "/keep"):
            other.client.get(other.home + page)
        other.post("keep", note="")
        if move is not Move.DECLINE:
            other.post("revise")
            other.client.get(f"{other.home}/words")
            other.client.get(other.home)
    album.scene = "withdrawn"
    leader.post("withdraw")
    leader.client.get(leader.home)


def _afterwards(album: Album) -> list[str]:
    """What a cabinet does with a signed pledge; answers whose questions wait for an officer."""
    album.scene = "receipt"
    slip = Cabinet(album.app, album.browser()).prepare(leader_email="slip@konya.example.org").sign()
    slip.client.get(slip.post("receipt.pdf").location)
    with slip.client.get(f"{slip.home}/receipt.pdf") as answer:
        pdf = answer.data
    album.scene = "verifies a receipt"
    slip.client.post(
        "/verify", data={"csrf_token": token(slip.client.get("/verify?number=7")), "copy-file": (io.BytesIO(pdf), "receipt.pdf")}
    )
    album.scene = "correction of a name"
    slip.client.get(f"{slip.home}/correct")
    slip.post("correct", field="", wanted="")
    slip.post("correct", field="leader_name", wanted="Ayşe Yıldırım Kaya", note="A surname is missing.")
    slip.client.get(slip.home)
    album.scene = "keeps what was signed"
    kept = Cabinet(album.app, album.browser()).prepare(leader_email="kept@konya.example.org").sign()
    decide(kept, Move.RETURN, told=True, message="Please name a date.", **{"": "By 2026."})
    kept.post("keep", note="The council fixed none.")
    kept.client.get(kept.home)
    return [slip.public_id, kept.public_id]


def _assembly(app: Flask, folder: Path) -> dict[str, list[object]]:
    """A released edition with a pledge that stands and one that was withdrawn, and a pledge that waits."""
    with app.app_context():
        assembly = Assembly(app, folder)
        stands, withdrawn, *_more = assembly.take_in(4)
        (waiting,) = assembly.take_in(1, accept=False)
        assembly.release()
        assembly.withdraw(withdrawn)
    return {"public_id": [stands, withdrawn, waiting], "number": [1, 99]}


def _strangers(album: Album, ids: dict[str, list[object]]) -> None:
    """Whoever reads, checks and downloads."""
    album.scene = "stranger"
    browser = album.browser()
    for _endpoint, _address, answer in walk(album.app, browser, ids, queries=("?q=zzzz", "?theme=digital&q=a")):
        answer.close()
    check = {"csrf_token": token(browser.get("/verify"))}
    with browser.get("/press/editions/1.pdf") as answer:
        pdf = answer.data
    for upload in ((io.BytesIO(pdf), "declaration.pdf"), (io.BytesIO(b"%PDF-1.7 no"), "other.pdf")):
        album.scene = f"verifies {upload[1]}"
        browser.post("/verify", data={**check, "copy-file": upload})
    album.scene = "verifies nothing"
    browser.post("/verify", data=check)
    album.scene = "errors"
    browser.get("/nowhere")
    browser.post("/about")
    browser.post("/leader/start", data={})


def _identity(album: Album, browser: FlaskClient, waiting: object) -> None:
    """What an officer records of a government, whom it invites, and how a signatory is established."""
    home = f"/secretariat/governments/{KONYA}"
    data = {"csrf_token": token(browser.get(home))}
    album.scene = "officer errs about a government"
    browser.get("/secretariat/governments?q=kon")
    browser.get(f"{home}/domain?domain=gmail.com")
    for act, prefix in (("domain", ""), ("leaders", "leader-"), ("invitations", "invite-")):
        browser.post(f"{home}/{act}", data={f"{prefix}{name}": value for name, value in data.items()})
    album.scene = "officer knows a government"
    browser.get(f"{home}/domain?domain=post.konya.bel.tr")
    browser.post(f"{home}/domain", data=data | {"domain": "konya.example.org"})
    browser.post("/secretariat/governments/gn-2/domain", data=data | {"domain": "xn--mnchen-3ya.de"})
    leader = {"csrf_token": data["csrf_token"], "name": LONG[:190], "office": "Mayor", "begins": "2019-04-01", "source": LONG[:190]}
    browser.post(f"{home}/leaders", data={f"leader-{name}": value for name, value in leader.items()})
    invited = {"csrf_token": data["csrf_token"], "email": "mayor@konya.bel.tr", "leader_name": "Ayşe Yıldırım", "language": "fr"}
    browser.post(f"{home}/invitations", data={f"invite-{name}": value for name, value in invited.items()})
    for address in (home, f"{home}/domain?domain=konya.example.org", "/secretariat/governments/gn-2/domain?domain=konya.example.org"):
        browser.get(address)
    album.scene = "officer looks twice"
    with album.app.app_context():
        pledge = db.session.scalars(select(Pledge).where(Pledge.public_id == waiting)).one()
        facts = dict.fromkeys(("domain", "known", "name", "source", "begins", "ends", "office", "address", "signatures", "days"), "example")
        risks = [{**facts, "code": code.value, "government": "Konya", "field": "office", "pledge": waiting} for code in Risk]
        pledge.current.signature.risks = risks
        db.session.commit()
    browser.post(f"/secretariat/pledges/{waiting}/assure", data={"assure-csrf_token": data["csrf_token"]})
    seen = re.search(r'name="assure-seen"[^>]*value="([^"]+)"', browser.get(f"/secretariat/pledges/{waiting}").text)
    noted = {"csrf_token": data["csrf_token"], "assurance": "called_back", "note": f"Called {LONG}", "seen": seen[1] if seen else ""}
    browser.post(f"/secretariat/pledges/{waiting}/assure", data={f"assure-{name}": value for name, value in noted.items()})
    browser.get(f"/secretariat/pledges/{waiting}")
    browser.get("/secretariat/?risk=any")
    album.scene = "invited"
    staff = Cabinet(album.app, album.browser())
    link = path(staff.letter("invitation")["link"])
    staff.client.get(link)
    staff.post(link, preparer_email="nobody", submission_key="ab" * 16)


def _wordings(album: Album, browser: FlaskClient) -> None:
    """What officers keep of texts, names and networks, with a draft and a proposal that wait."""
    album.scene = "officer writes"
    text, country = "/secretariat/texts/digital", "/secretariat/protocol/TW"
    known = {"csrf_token": token(browser.get(text)), "seen": "0"}
    words = known | {"title_en": LONG[:150], "text_en": LONG, "text_ar": "نص"}
    browser.post(text, data=words | {"text_fr": "\x00"})
    browser.post(text, data=words)
    browser.post(text, data=words | {"text_en": "Too late."})
    browser.get(text)
    proposed = known | {"kind": "name", "language": "ar", "value": "اسم"}
    browser.post(country, data=proposed)
    browser.post(country, data=proposed | {"reason": LONG})
    browser.get("/secretariat/protocol")
    browser.get(country)
    browser.post("/secretariat/protocol/rulings/1/refuse", data=known)  # taken back: one that waits stops every edition
    browser.post("/secretariat/networks", data=known)
    browser.post("/secretariat/networks", data=known | {"name": LONG[:190]})
    browser.get("/secretariat/networks")
    album.scene = "officer is asked what is held"
    person = "/secretariat/personal-data"
    for address in ("nobody", "nobody@city.example", "third@konya.example.org"):
        browser.post(person, data=known | {"address": address})
    browser.post(f"{person}/erase", data=known | {"address": "third@konya.example.org"})
    browser.get("/secretariat/log?act=nothing")


def _many(album: Album, browser: FlaskClient) -> None:
    """What an officer brings many rows of: read, refused, confirmed; and the directory to choose from."""
    data = {"csrf_token": token(browser.get("/secretariat/imports"))}
    places = "government_id,government_name,country_code,leader_name,leader_email,network"
    listed = f"{places}\n{KONYA},,,Ayşe Yıldırım,second.mayor@konya.bel.tr,\n,{LONG[:200]},TR,{LONG[:150]},nobody,None\n"
    pledges = io.StringIO()
    rows = [example_rows()[0], example_rows()[0] | {"leader_name": LONG[:150]}, example_rows()[40]]
    writer = csv.DictWriter(pledges, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    for name, there, text in (
        ("an import", "imports", pledges.getvalue()), ("invitations", "invitations", listed), ("no table", "invitations", "x")
    ):  # fmt: skip
        album.scene = f"officer brings {name}"
        browser.post(f"/secretariat/{there}", data=data | {"purpose": "invite"})
        upload = {"file": (io.BytesIO(text.encode()), "list.csv"), "purpose": "invite", "language": ""}
        batch = browser.post(f"/secretariat/{there}", data=data | upload).location
        browser.get(batch)
        _work(album)
        album.scene += ", read"
        browser.get(batch)
        browser.post(f"{batch}/confirm", data=data)
        album.scene += ", confirmed"
        browser.get(batch)
        _work(album)
        album.scene += ", done"
        browser.get(batch)
        browser.post(f"{batch}/discard", data=data)
    album.scene = "officer brought much"
    for address in ("imports", "invitations", "invitations?step=signed&region=Africa", "invitations/directory?region=Asia&least=1000"):
        browser.get(f"/secretariat/{address}")


def _work(album: Album) -> None:
    with album.app.app_context():
        carry_on(db.session(), now, address=lambda endpoint, **values: f"http://localhost:8000/leader/invited/{values['token']}")
        db.session.remove()


def _focal_point(album: Album) -> None:
    """The one page of a network's focal point, with a member and, once that is attested, without."""
    album.scene = "focal point"
    browser, email = album.browser(), "focal@rivers.example"
    key = make_officer(album.app, role="focal_point", email=email, network="Network of Rivers")
    with album.app.app_context():
        network = db.session.scalars(select(Network).where(Network.name == "Network of Rivers")).one()
        waiting = db.session.scalars(select(Pledge).where(Pledge.withdrawn_at.is_(None))).all()
        for pledge in waiting:
            pledge.network = pledge.network or network
        db.session.commit()
    sign_in(browser, key, email=email)
    browser.get("/secretariat/network")
    browser.get("/accounts/")


def _reading(album: Album, browser: FlaskClient, home: str, stands: object) -> None:
    """An officer takes a pledge, writes at it, looks at suggested words, and decides on several at once."""
    album.scene = "officer reads"
    known = {"csrf_token": token(browser.get(home))}
    browser.post(f"{home}/take", data=known)
    taken = browser.get(f"{home}?then=next").text
    browser.post(f"{home}/notes", data={"note-csrf_token": known["csrf_token"]})
    with album.app.app_context():
        colleagues = list(db.session.scalars(select(Account.id)))
    named = {"note-text": LONG, "note-naming": colleagues, "note-csrf_token": known["csrf_token"]}
    browser.post(f"{home}/notes", data=named)
    words = {f"translation-of_{name}": LONG for name in re.findall(r'name="translation-of_(\w+)"', taken)}
    translated = {"translation-language": "fr", "translation-csrf_token": known["csrf_token"]}
    browser.post(f"{home}/translation", data=translated | words)
    browser.post(f"{home}/translation", data=translated | words | {"translation-revision": "1"})
    album.scene = "officer suggests"
    changed = {f"return-words_{name}": LONG for name in re.findall(r'name="return-words_(\w+)"', taken) if not name.startswith("planned")}
    browser.post(f"{home}/return", data=changed | known | {"return-reason": "needs_wording", "look": "y"})
    browser.get(home)
    album.scene = "officer decides on many"
    browser.get("/secretariat/?held=mine&age=overdue")
    marked = {"pledge": [home.rpartition("/")[2], stands]}
    for deed in ("decline", "announce"):
        browser.get(f"/secretariat/bulk/{deed}", query_string=marked)
    sent = marked | {"bulk-csrf_token": known["csrf_token"]}
    browser.post("/secretariat/bulk/decline", data=sent)
    browser.post("/secretariat/bulk/announce", data=sent)


def _officers(album: Album, ids: dict[str, list[object]], asking: list[str]) -> None:
    """The desk, from a forgotten password to a decision that somebody else was quicker with."""
    album.scene = "officer enrols"
    browser = album.browser()
    with album.app.app_context():
        link = f"/accounts/enrol/{add_officer(db.session(), 'new@secretariat.example', 'editor', at=now())}"
    password = {"password": PASSWORD, "csrf_token": token(browser.get(link))}
    browser.post(link, data=password | {"name": "", "again": "another"})
    browser.post(link, data=password | {"name": "N. Ivanova", "again": PASSWORD})
    browser.post("/accounts/authenticator", data={"setup": "authenticator", "csrf_token": token(browser.get("/accounts/authenticator"))})
    browser.get(link)
    album.scene = "officer signs in"
    browser = album.browser()
    key = make_officer(album.app, role="moderator editor admin")
    send_password(browser, password="forgotten")
    send_password(browser)
    send_code(browser, "000000")
    for address in ("/accounts/no-code", "/accounts/recover"):
        browser.get(address)
    sign_in(browser, key)
    album.scene = "officer"
    for address in (
        "/accounts/",
        "/accounts/password",
        "/accounts/recovery-codes",
        "/accounts/confirm",
        "/accounts/officers/1",
        "/accounts/passkeys",
    ):
        browser.get(address)
    invitation = {"csrf_token": token(browser.get("/accounts/officers")), "email": "nobody", "language": "en"}
    browser.post("/accounts/officers", data=invitation)
    browser.post("/accounts/officers/1/roles", data={"csrf_token": invitation["csrf_token"], "roles": ["focal_point", "admin"]})
    browser.post("/accounts/recovery-codes", data={"csrf_token": token(browser.get("/accounts/recovery-codes"))})
    browser.post("/accounts/password", data={"csrf_token": token(browser.get("/accounts/password"))})
    _wordings(album, browser)
    for _endpoint, _address, answer in walk(album.app, browser, ids, queries=("?q=zzzz",), room="secretariat."):
        answer.close()
    _focal_point(album)
    album.scene = "officer is asked"
    for public_id in asking:
        browser.get(f"/secretariat/pledges/{public_id}")
    browser.post(
        f"/secretariat/pledges/{asking[0]}/corrections/1/refuse", data={"correction-csrf_token": token(browser.get("/leader/ask"))}
    )
    stands, _withdrawn, waiting = ids["public_id"]
    _identity(album, browser, waiting)
    _many(album, browser)
    album.scene = "letters"
    scene_of_letters.play(album.app, browser, waiting)
    album.scene = "editions"
    scene_of_editions.play(album.app, browser)
    _reading(album, browser, f"/secretariat/pledges/{waiting}", stands)
    album.scene = "officer decides"
    fields = {"csrf_token": token(browser.get(f"/secretariat/pledges/{waiting}"))}
    for move in ("return", "decline", "accept"):
        album.scene = f"officer decides wrongly: {move}"
        browser.post(f"/secretariat/pledges/{waiting}/{move}", data=fields)
    album.scene = "officer comes late"
    browser.post(f"/secretariat/pledges/{stands}/decline", data=fields)
