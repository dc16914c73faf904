"""Writes the tables of docs/declaration.md anew: `make declaration-table`."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.validators import judges
from benchmarks.validators.files import PLEDGES, Files, make_files
from benchmarks.validators.known import KNOWN, unknown
from benchmarks.validators.reading import READERS, Reading, languages, measure, measure_among

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "declaration.md"
DATA = ROOT.parent / "shared" / "data" / "udhr"
START, END = "<!-- made by make declaration-table -->", "<!-- end of what make declaration-table makes -->"

ASKED = (
    ("outloud", "PDF/UA-1 and what a reader stumbles over", "sealed", judges.outloud),
    ("pdfua", "PDF/UA-1, 16 of its 106 rules", "sealed", judges.pdfua),
    ("qpdf --check", "syntax", "sealed", judges.qpdf),
    ("pdffonts", "fonts embedded, subset, with their text", "sealed", judges.poppler_fonts),
    ("pikepdf", "PDF/A-3b", "sealed", lambda pdf: judges.pikepdf_archive(pdf, "3b")),
    ("pikepdf", "PDF/A-3b", "archive", lambda pdf: judges.pikepdf_archive(pdf, "3b")),
    ("pikepdf", "PDF/A-1b", "classic", lambda pdf: judges.pikepdf_archive(pdf, "1b")),
    ("PDFBox Preflight", "PDF/A-1b", "classic", judges.preflight),
)
WORDS = "Of each hundred words, in their order; *among*: as a short text on pages most of whose text runs the other way."
NAMES = {"sealed": "the sealed edition", "archive": "twin that claims PDF/A-3b", "classic": "twin as PDF/A-1b"}


def verdicts(files: Files) -> list[str]:
    """The table of validators: what each says of a file, the complaints that are known counted apart."""
    rows = ["| validator | judges | file | errors | other complaints | not accounted for |", "|---|---|---|---|---|---|"]
    for name, level, file, judge in ASKED:
        complaints = judge(getattr(files, file))
        errors = sum(one.error for one in complaints)
        new = len(unknown(name, file, complaints))
        rows.append(f"| {name} | {level} | {NAMES[file]} | {errors} | {len(complaints) - errors} | {new} |")
    return rows


def reasons() -> list[str]:
    """The table of the complaints that stand."""
    rows = ["| validator | rule | why it stands |", "|---|---|---|"]
    return [*rows, *(f"| {one.judge} | {one.rule} | {one.reason} |" for one in KNOWN)]


def extraction(own: Sequence[Reading], among: Sequence[Reading]) -> list[str]:
    """The table of languages: how many words were set, and how many in a hundred each reader gives back in order, of either reading."""
    heads = [*READERS, *(f"{reader}, among" for reader in READERS)]
    rows = [f"| language | tag | script | words | {' | '.join(heads)} |", "|---|---|---|---|" + "---|" * len(heads)]
    for alone, mixed in zip(own, among, strict=True):
        language = alone.language
        shares = " | ".join(f"{reading.share(reader):.1f}" for reading in (alone, mixed) for reader in READERS)
        rows.append(f"| {language.name} | {language.tag} | {language.script} | {alone.words} | {shares} |")
    return rows


def section(files: Files, own: Sequence[Reading], among: Sequence[Reading]) -> str:
    """What stands between the two marks."""
    parts = [
        f"### Validators\n\nA register of {PLEDGES} pledges.\n\n" + "\n".join(verdicts(files)),
        "Complaints that stand:\n\n" + "\n".join(reasons()),
        "### Words read back\n\n" + WORDS + "\n\n" + "\n".join(extraction(own, among)),
    ]
    return "\n\n".join(parts)


def rewritten(page: str, made: str) -> str:
    """The page with what was made between its marks. Raises ValueError where they are missing."""
    before, rest = page.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n\n{made}\n\n{END}{after}"


def main() -> int:
    """Exit 1 if the languages' texts are not beside the project."""
    if not DATA.exists():
        print("the texts of the languages are not beside the project, so there is nothing to set", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        place, texts = Path(folder), languages(DATA)
        made = section(make_files(place), measure(texts, place), measure_among(texts, place))
    PAGE.write_text(rewritten(PAGE.read_text("utf-8"), made), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
