"""Makes the pictures of the declaration in docs/pictures: pages of a document of 2,000 pledges, found by their bookmarks.

Run it as `make pictures`; it takes a minute or two. Look at what it made before you commit it.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from benchmarks import instance
from pledges.extensions import adapters, settings
from pledges.secretariat.actions.editions import compile_to
from pledges.secretariat.actions.freezing import Order
from pledges.typesetting.words import Words

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "declaration"
PLEDGES = 2_000
_RESOLUTION = 70


@dataclass(frozen=True, slots=True)
class Picture:
    """A page so many after the one with that heading (a key of the document's words; empty is the first page), in a language."""

    name: str
    language: str
    heading: str = ""
    further: int = 0


PICTURES = (
    Picture("01-cover", "en"),
    Picture("02-contents", "en", further=1),
    Picture("03-theme", "en", "theme_peaceful"),
    Picture("04-who-takes-it-up", "en", "theme_peaceful", 1),
    Picture("05-words", "en", "region_asia"),
    Picture("06-signatures", "en", "signatures_heading"),
    Picture("07-signatures-of-many-scripts", "en", "signatures_heading", 36),
    Picture("08-index", "en", "index_heading"),
    Picture("09-figures", "en", "counts_heading", 1),
    Picture("10-cover-in-arabic", "ar"),
    Picture("11-signatures-in-arabic", "ar", "signatures_heading", 2),
    Picture("12-theme-in-chinese", "zh", "theme_sustainable"),
)


def main() -> None:
    """Compile the languages, find the pages, and draw them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        with instance.empty(folder) as (_, session):
            instance.take_in(session, folder, PLEDGES)
            for language in sorted({picture.language for picture in PICTURES}):
                order = Order(language=language, draft=False)
                file = folder / f"{language}.pdf"
                compile_to(session, adapters(), order, settings=settings(), out=file, keep=False, at=datetime.now(UTC))
                pages = _pages_by_heading(file)
                for picture in PICTURES:
                    if picture.language == language:
                        first = pages[Words(language)(picture.heading)] if picture.heading else 1
                        _draw(file, first + picture.further, picture.name)


def _pages_by_heading(file: Path) -> dict[str, int]:
    """The page (counted from 1) of the first bookmark of each title."""
    found: dict[str, int] = {}
    with pikepdf.open(file) as pdf, pdf.open_outline() as outline:
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        for part in outline.root:
            for item in (part, *part.children):
                found.setdefault(item.title, numbers[item.destination[0].objgen])
    return found


def _draw(file: Path, page: int, name: str) -> None:
    options = ["-png", "-r", str(_RESOLUTION), "-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(["pdftoppm", *options, str(file), str(FOLDER / name)], check=True)


if __name__ == "__main__":
    main()
