"""Takes the pictures of docs/leaders.*: what a cabinet meets on its way, on a phone, in each language.

Run it as `make pictures`; look at what it made before you commit it.
"""

import io
import os
import re
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import config
from pledges.app import create_app
from pledges.domain.languages import INTERFACE
from tests.databases import build_tables
from tests.scenes.album import Snapshot
from tests.snapshots import serve, take

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "leaders"
HOME = r"/leader/[0-9a-f]{32}"
PICTURES = {
    "01-begin": ("cabinet begins", "GET", r"/start\?q=kon", ".languages"),
    "02-leader": ("cabinet prepares", "GET", HOME + "/office", "main"),
    "03-words": ("cabinet prepares", "GET", HOME + "/words", ".strands"),
    "04-review": ("cabinet prepares", "GET", HOME + "/review", "main"),
    "05-sign": ("leader signs", "GET", "/leader/link/[^/]+", ".signing-as"),
    "06-receipt": ("signed", "GET", HOME + "/receipt", "main"),
    "07-hand-on": ("cabinet hands on", "GET", HOME + "/cabinet", "main"),
    "08-both": ("cabinet writes the same", "POST", HOME + "/words", ".both"),
    "09-certificate": ("own certificate", "GET", HOME + "/other-ways", "main"),
    "10-paper": ("own certificate", "GET", HOME + "/other-ways", "#on-paper"),
    "11-with-the-secretariat": ("signed", "GET", HOME, "main"),
    "12-returned": ("answered: return", "GET", HOME, "main"),
}
"""Name of the file: scene, method, address, and the element that the picture begins with."""
COLOURS = 48
"""Enough for flat pages with smoothed letters; a third of the bytes."""


def main() -> None:
    """Play the scenes in each language and draw the chosen pages."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for language in os.environ.get("ONLY", "").split() or INTERFACE:
            (FOLDER / language).mkdir(parents=True, exist_ok=True)
            _draw(chromium.new_page(viewport={"width": 390, "height": 844}), _chosen(_album(language)), FOLDER / language)
        chromium.close()


def _draw(page: Page, chosen: dict[str, Snapshot], folder: Path) -> None:
    shown = next(iter(chosen.values()))
    page.route("**/*", lambda route: serve(route, shown))
    for name, shown in chosen.items():
        page.goto(f"http://localhost:8000{shown.address}")
        page.eval_on_selector(PICTURES[name][-1], "one => { one.scrollIntoView(); scrollBy(0, -16) }")
        Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
            folder / f"{name}.png", optimize=True
        )


def _album(language: str) -> list[Snapshot]:
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'pledges.db'}"
        build_tables(url)
        return take(create_app(config.testing(url, folder / "instance")), folder, language)


def _chosen(album: list[Snapshot]) -> dict[str, Snapshot]:
    """The last snapshot of each picture's scene and address: what was typed is there by then."""
    good = [one for one in reversed(album) if one.status in (200, 409)]
    return {
        name: next(one for one in good if (one.scene, one.method) == (scene, method) and re.fullmatch(f".*{address}", one.address))
        for name, (scene, method, address, _first) in PICTURES.items()
    }


if __name__ == "__main__":
    main()
