"""Every page in every state that a person can meet, kept as the application sent it, for whoever judges pages.

An album listens to all answers while the scenes are played in browsers without JavaScript; what a scene passes on its way is in it.
Scenes stand in tests/scenes.
A page that no scene reaches is named by `unmet`: whoever adds a route adds a scene.
"""

import io
from pathlib import Path

from flask import Flask
from playwright.sync_api import Route

from pledges.extensions import db
from pledges.secretariat.actions.example import mark_as_example
from tests.accounts.officers import token
from tests.answers import walk
from tests.assembly import Assembly, now
from tests.leader.cabinet import KONYA, add_government
from tests.scenes import cabinets, desk
from tests.scenes.album import LONG, PICTURE, Album, Snapshot

STATIC = Path(__file__).resolve().parent.parent / "pledges" / "static"
LEADS_ELSEWHERE = {"accounts.signed_in", "security.tf_select", "security.mf_recovery"}
"""Pages that only lead elsewhere in what is set up here."""
NO_PAGES = {
    "static", "public.record", "public.card", "public.table", "public.document", "public.workbook", "public.alive", "public.ready",
    "leader.preview_image", "leader.preview_pdf",
    "leader.record", "leader.receipt_pdf", "leader.receipt_json", "leader.paper", "leader.slip",
    "secretariat.edition_file", "secretariat.signed_file", "secretariat.batch_rejects", "secretariat.directory_to_fill_in",
    "public.statistics_workbook", "secretariat.statistics_workbook",
    "press.edition", "press.edition_in", "press.evidence",
}  # fmt: skip
"""Answers for programs, and files."""


def take(app: Flask, folder: Path, language: str) -> list[Snapshot]:
    """Play all scenes in one language."""
    with Album(app, language) as album:
        with app.app_context():
            mark_as_example(db.session(), at=now())
        cabinets.empty(album)
        with app.app_context():
            add_government(db.session(), KONYA, "Konya", population=1_400_000, native_name="Konya Büyükşehir")
            add_government(db.session(), "gn-2", LONG[:230], population=12)
        cabinets.draft(album)
        cabinets.together(album)
        cabinets.other_ways(album)
        cabinets.on_paper(album)
        cabinets.signed(album)
        asking = cabinets.afterwards(album)
        ids = _assembly(app, folder)
        _strangers(album, ids)
        desk.officers(album, ids, asking)
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
