"""A cabinet and its leader, from the first page to what comes after signing, in browsers without JavaScript."""

import io
import re
from dataclasses import replace

from pledges.adapters.trust_lists import TrustedIssuer, TrustLists
from pledges.domain.lifecycle import Move
from tests.accounts.officers import make_officer, sign_in, token
from tests.leader.cabinet import KONYA, Cabinet, path
from tests.leader.decided import decide
from tests.scenes.album import LONG, PICTURE, Album

DELIVERABLES = {
    "planned_digital-0-what": "Açık veri ofisi", "planned_digital-0-day": "30", "planned_digital-0-month": "6",
    "planned_digital-0-year": "2090", "planned_digital-0-goals": ["9", "11", "16"], "planned_digital-1-what": LONG[:190],
}  # fmt: skip
SUGGESTED = "2026 sonuna kadar açık veri ofisi kurmak."
"""In the place of the words that a cabinet fills in here."""


def empty(album: Album) -> None:
    """Before there is anything."""
    album.scene = "nothing yet"
    browser = album.browser()
    for address in ("/", "/pledges", "/press/", "/verify", "/leader/start", "/leader/governments?q=k", "/about", "/development/letters"):
        browser.get(address)


def draft(album: Album) -> None:
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


def together(album: Album) -> None:
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


def other_ways(album: Album) -> None:
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


def on_paper(album: Album) -> None:
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


def signed(album: Album) -> None:
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


def afterwards(album: Album) -> list[str]:
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
