"""Takes the pictures of docs/leaders.*: what a cabinet meets on its way, on a phone, in each language.

Run it as `make pictures`; look at what it made before you commit it.
"""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import config
from pledges.app import create_app
from pledges.domain.languages import INTERFACE
from tests.databases import build_tables
from tests.snapshots import Snapshot, serve, take

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "leaders"
PICTURES = {
    "1-begin": ("cabinet begins", "GET", "/leader/start?q=kon"),
    "2-leader": ("cabinet prepares", "GET", "/office"),
    "3-words": ("cabinet prepares", "GET", "/words"),
    "4-review": ("cabinet prepares", "GET", "/review"),
    "5-sign": ("leader signs", "GET", "/leader/link/"),
    "6-receipt": ("signed", "GET", "/receipt"),
}
"""Name of the file: scene, method, and what its address holds."""


def main() -> None:
    """Play the scenes in each language and draw the chosen pages."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page, shown = chromium.new_page(viewport={"width": 390, "height": 844}), None
        page.route("**/*", lambda route: serve(route, shown))
        for language in os.environ.get("ONLY", "").split() or INTERFACE:
            (FOLDER / language).mkdir(parents=True, exist_ok=True)
            for name, shown in _chosen(_album(language)).items():
                page.goto(f"http://localhost:8000{shown.address}")
                page.locator("main").scroll_into_view_if_needed()
                page.screenshot(path=FOLDER / language / f"{name}.png")
        chromium.close()


def _album(language: str) -> list[Snapshot]:
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'pledges.db'}"
        build_tables(url)
        return take(create_app(config.testing(url, folder / "instance")), folder, language)


def _chosen(album: list[Snapshot]) -> dict[str, Snapshot]:
    """The last snapshot of each picture's scene: what was typed is there by then."""
    good = [one for one in reversed(album) if one.status == 200]
    return {
        name: next(one for one in good if (one.scene, one.method) == (scene, method) and part in one.address)
        for name, (scene, method, part) in PICTURES.items()
    }


if __name__ == "__main__":
    main()
