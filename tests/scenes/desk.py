"""Officers at their desk, each page in each state."""

import csv
import io
import re

from flask.testing import FlaskClient
from sqlalchemy import select

from pledges.accounts.actions import add_officer
from pledges.adapters.bounces import Undelivered
from pledges.domain.risks import Risk
from pledges.extensions import db
from pledges.models import Account, Letter, Network, Pledge
from pledges.secretariat.actions.batches import carry_on
from pledges.secretariat.actions.bounces import note
from tests.accounts.officers import PASSWORD, make_officer, send_code, send_password, sign_in, token
from tests.answers import walk
from tests.assembly import example_rows, now
from tests.leader.cabinet import KONYA, Cabinet, path
from tests.scenes import editions, letters
from tests.scenes.album import LONG, Album


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
    with album.app.app_context():
        lost = db.session.scalars(select(Letter).where(Letter.invitation_id.is_not(None))).first()
        assert lost
        number = lost.invitation_id
        note(db.session(), Undelivered(lost.message_id, lost.to, "failed", "5.1.1", "550 5.1.1 No such mailbox here"), at=now())
    for words in (LONG * 9, "Deputy mayor: +90 332 000 00 00"):
        browser.post(f"/secretariat/invitations/{number}/contact?step=returned", data=data | {"words": words})
    there = ("imports", "invitations", "invitations?step=returned", "invitations?step=signed&region=Africa&network=1&advisory=yes")
    for address in (*there, "invitations/directory?region=Asia&least=1000"):
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


def officers(album: Album, ids: dict[str, list[object]], asking: list[str]) -> None:
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
    letters.play(album.app, browser, waiting)
    album.scene = "editions"
    editions.play(album.app, browser)
    _reading(album, browser, f"/secretariat/pledges/{waiting}", stands)
    album.scene = "officer decides"
    fields = {"csrf_token": token(browser.get(f"/secretariat/pledges/{waiting}"))}
    for move in ("return", "decline", "accept"):
        album.scene = f"officer decides wrongly: {move}"
        browser.post(f"/secretariat/pledges/{waiting}/{move}", data=fields)
    album.scene = "officer comes late"
    browser.post(f"/secretariat/pledges/{stands}/decline", data=fields)
