"""Every page in every state, judged: valid markup, no violation that axe finds, small enough for a slow line."""

import gzip
import json
import re
import subprocess
from importlib import resources
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, ViewportSize

from pledges.domain.languages import INTERFACE
from tests.conftest import ROOT
from tests.scenes.album import Snapshot
from tests.snapshots import STATIC, serve, take, unmet

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
NU = ROOT / ".venv" / "checkers" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JUDGED = "async () => (await axe.run({resultTypes: ['violations']})).violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160))"
MOST_BYTES = 60_000
"""Of a page with its style and script, compressed: what a slow line carries."""
PHONE = ViewportSize(width=390, height=844)
SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], scope="session", indirect=True)


def in_languages(*languages: str) -> pytest.MarkDecorator:
    """Runs in each language; what judges one language's pages shares them, in one process."""
    return pytest.mark.parametrize("language", [pytest.param(one, marks=pytest.mark.xdist_group(f"pages-{one}")) for one in languages])


_albums: dict[str, list[Snapshot]] = {}


@pytest.fixture
def album(app: Flask, tmp_path: Path, language: str) -> list[Snapshot]:
    """All pages in one language."""
    if language not in _albums:
        _albums[language] = take(app, tmp_path, language)
    return _albums[language]


@SQLITE
@in_languages("en", "ar")
def test_every_page_in_every_state_is_valid_light_and_in_its_language(app: Flask, album: list[Snapshot], tmp_path: Path, language: str):
    assert unmet(app, album) == set()
    assert {snapshot.name for snapshot in album if language == "en" and "Example: " not in snapshot.html} == set()
    assert {snapshot.name for snapshot in album if not re.search(rf'<html lang="{language}" dir="(ltr|rtl)"', snapshot.html)} == set()
    assert {snapshot.name: size for snapshot in album if (size := _compressed(snapshot)) > MOST_BYTES} == {}
    complaints = _complaints(album, tmp_path)
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)], scope="session", indirect=True)
def test_every_page_in_every_state_answers_on_postgresql(app: Flask, tmp_path: Path):
    """Its statements are stricter than SQLite's: what an aggregate may name, how types compare."""
    assert unmet(app, take(app, tmp_path, "fr")) == set()


@pytest.mark.browser
@SQLITE
@pytest.mark.parametrize(
    ("language", "first"),
    [
        pytest.param("en", 0, id="en", marks=pytest.mark.xdist_group("pages-en")),
        pytest.param("ar", 1, id="ar", marks=pytest.mark.xdist_group("pages-ar")),
    ],
)
def test_every_page_in_every_state_is_accessible_and_fits_a_phone(browser: Browser, album: list[Snapshot], first: int):
    """Each state in one of two directions of writing; `make campaign` judges every state in every language on every width."""
    complaints = judge(browser, album[first::2], PHONE)
    assert not complaints, "\n".join(complaints)


@pytest.mark.campaign
@pytest.mark.browser
@SQLITE
@in_languages(*INTERFACE)
def test_every_page_in_every_state_is_accessible_and_fits_every_window(browser: Browser, album: list[Snapshot]):
    complaints = judge(browser, album, PHONE, {"width": 844, "height": 390}, {"width": 1280, "height": 900})
    assert not complaints, "\n".join(complaints)


def judge(browser: Browser, album: list[Snapshot], *windows: ViewportSize) -> list[str]:
    """What axe finds, what is wider than each window, and what the browser complains of, on each page."""
    context = browser.new_context(viewport=windows[0], locale="en-GB")
    page, found, shown = context.new_page(), [], album[0]
    page.route("**/*", lambda route: serve(route, shown))
    page.on("pageerror", lambda error: found.append(f"{shown.name}: {error}"))
    page.on("console", lambda message: found.append(f"{shown.name}: {message.text}") if "status of" not in message.text else None)
    for shown in album:
        page.goto(f"http://localhost:8000{shown.address}")
        page.evaluate(AXE)
        for window in windows:
            page.set_viewport_size(window)
            told = page.evaluate(JUDGED)
            found += [f"{shown.name}, {window['width']} px: {violation}" for violation in told]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found.append(f"{shown.name}: wider than a window of {window['width']} px")
    context.close()
    return found


def _compressed(snapshot: Snapshot) -> int:
    linked = {name.split("?")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg)[^"]*)"', snapshot.html)}
    files = [(STATIC / name).read_bytes() for name in linked]
    return sum(len(gzip.compress(part)) for part in (snapshot.html.encode(), *files))


def _complaints(album: list[Snapshot], folder: Path) -> list[str]:
    """What the Nu HTML checker says, warnings too: each complaint once for each endpoint, with its place on one page."""
    files = [folder / f"{number}.html" for number in range(len(album))]
    for file, snapshot in zip(files, album, strict=True):
        file.write_text(snapshot.html, encoding="utf-8")
    command = ["java", "-Xmx512m", "-jar", NU, "--format", "json", *files]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    found: dict[tuple[str, str], str] = {}
    for message in json.loads(said)["messages"]:
        snapshot = album[int(Path(message["url"]).stem)]
        about = re.sub(r"“[^”]*[0-9][^”]*”", "…", message["message"])
        found.setdefault((snapshot.endpoint, about), f"{snapshot.name}: {message['message']} {message.get('extract', '')!r}")
    return list(found.values())
