"""Asks each validator about a file and gives its complaints, one sentence each."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf.pdfa

PREFLIGHT = Path(__file__).parent / "Preflight.java"
JARS = ("pdfbox2", "preflight", "xmpbox", "fontbox2", "commons-logging", "javax.activation", "jaxb-api")
"""Of Debian's libpdfbox2-java, libcommons-logging-java, libactivation-java and libjaxb-api-java."""
SUBSET = re.compile(r"\b[A-Z]{6}\+")


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What a validator says against a file: a rule of its own numbering, whether it calls that an error, its words."""

    rule: str
    error: bool
    words: str


class NoAnswer(Exception):
    """A validator could not be asked; the message holds what it printed."""


def _run(command: list[str | Path], *, fine: tuple[int, ...]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in fine:
        raise NoAnswer(f"{Path(command[0]).name} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return done.stdout


def _json_of(module: str, arguments: list[str | Path], *, fine: tuple[int, ...]) -> Any:
    return json.loads(_run([sys.executable, "-m", module, *arguments], fine=fine))


def outloud(pdf: Path) -> list[Complaint]:
    """PDF/UA-1 and what a reader would stumble over beside it (outloud's conformance and semantic rules)."""
    (result,) = _json_of("outloud.cli", ["--json", "-", "--fail-on", "never", pdf], fine=(0,))["results"]
    if result["verdict"] == "unreadable":
        raise NoAnswer(f"outloud cannot read {pdf.name}: {result['error']}")
    return sorted(
        Complaint(one["rule"], one["severity"] == "error", SUBSET.sub("", f"{one['message']} ({one.get('evidence') or ''})"))
        for one in result["findings"]
    )


def pdfua(pdf: Path) -> list[Complaint]:
    """16 of the 106 rules of PDF/UA-1, by its own account. Raises NoAnswer for a file that it cannot read."""
    report = _json_of("pdfua", ["check", "--format", "json", pdf], fine=(0, 1, 2, 3))
    return sorted(Complaint(one["rule_id"], one["severity"] == "error", one["message"]) for one in report["findings"])


def qpdf(pdf: Path) -> list[Complaint]:
    """The syntax of the file and of its streams."""
    said = _run(["qpdf", "--check", pdf], fine=(0, 2, 3))
    return [] if "No syntax or stream encoding errors found" in said else [Complaint("check", error=True, words=said.strip())]


def pikepdf_archive(pdf: Path, level: str) -> list[Complaint]:
    """PDF/A of a level (1b, 2b or 3b) in the file as written; constructs that pikepdf does not know count as complaints too."""
    report = pikepdf.pdfa.validate_written(pdf, level)
    return sorted(Complaint(one.rule, one.kind == "violation", f"{one.message} ({one.where})") for one in report.findings)


def preflight(pdf: Path) -> list[Complaint]:
    """PDF/A-1b by PDFBox."""
    jars = ":".join(f"/usr/share/java/{jar}.jar" for jar in JARS)
    rows = _run(["java", "-cp", jars, PREFLIGHT, pdf], fine=(0, 1)).splitlines()
    return sorted(Complaint(row.split(":")[0], error=True, words=row) for row in rows)


def poppler_fonts(pdf: Path) -> list[Complaint]:
    """That each font is embedded, a subset, and says its characters (pdffonts)."""
    rows = _run(["pdffonts", pdf], fine=(0,)).splitlines()[2:]
    return [Complaint("font", error=True, words=row) for row in rows if row.split()[-5:-2] != ["yes", "yes", "yes"]]


def classic(pdf: Path, folder: Path) -> Path:
    """The file written again as PDF 1.4: no object streams, no index stream, the pages and fonts as PDF/A-1 asks for them.

    PDF 1.4 has no tab order, and PDF/A-1 asks which codes a subset holds (CIDSet; ISO 19005-1, 6.3.5), which later parts do not.
    """
    out = folder / f"{pdf.stem}-classic.pdf"
    with pikepdf.open(pdf) as file:
        for page in file.pages:
            del page.obj["/Tabs"]
        for font in file.objects:
            if isinstance(font, pikepdf.Dictionary) and font.get("/Subtype") == "/CIDFontType2":
                font.FontDescriptor.CIDSet = file.make_stream(_code_set(font.W))
        file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, force_version="1.4", fix_metadata_version=False)
    return out


def _code_set(widths: pikepdf.Array) -> bytes:
    """One bit for each code, the first one for code 0, from a font's array of widths."""
    codes = {0}
    for first, listed in zip(list(widths)[::2], list(widths)[1::2], strict=True):
        codes |= set(range(int(first), int(first) + len(listed)))
    bits = bytearray(max(codes) // 8 + 1)
    for code in codes:
        bits[code // 8] |= 0x80 >> code % 8
    return bytes(bits)
