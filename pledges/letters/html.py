"""A letter as HTML beside its plain text: the same words, in the letter's direction, its links ready to be opened."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pledges.domain.languages import direction

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent.parent.parent / "templates" / "mail"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INDENT = "    "
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_STAND_IN = re.compile(r"\[(\w+):[0-9a-f]{12}\]")
_RIGHT = {"R": "rtl", "AL": "rtl", "L": "ltr"}


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines between two empty ones; `links` tells of each line whether it is one of our addresses."""

    lines: tuple[str, ...]
    links: tuple[bool, ...]
    quoted: bool
    """Indented: somebody's own words rather than ours."""
    direction: str
    """rtl or ltr."""


def passages(body: str, *, language: str, base_url: str) -> list[Passage]:
    """The parts of a plain letter. Only a line that is an address below `base_url` becomes a link: whatever others wrote leads nowhere."""
    blocks = [block.split("\n") for block in re.split(r"\n(?:[^\S\n]*\n)+", body.strip("\n"))]
    return [_passage(lines, direction(language), base_url) for lines in blocks]


def without_secrets(body: str) -> str:
    """A body as officers may see it: [link] stands where a link goes."""
    return _STAND_IN.sub(r"[\1]", body)


def html(subject: str, body: str, *, language: str, base_url: str) -> str:
    """The letter as a whole HTML document; it loads nothing from anywhere."""
    parts = passages(body, language=language, base_url=base_url)
    return _templates.get_template("letter.html").render(
        subject=subject, paragraphs=parts, language=language, direction=direction(language)
    )


def _passage(lines: list[str], usual: str, base_url: str) -> Passage:
    quoted = all(line.startswith(_INDENT) for line in lines)
    shown = tuple(line.strip() if quoted else line.rstrip() for line in lines)
    ours = tuple(bool(base_url) and line.startswith(f"{base_url}/") and _ADDRESS.fullmatch(line) is not None for line in shown)
    strong = {_RIGHT[kind] for line in shown for kind in map(unicodedata.bidirectional, line) if kind in _RIGHT}
    return Passage(shown, ours, quoted, next(iter(strong)) if len(strong) == 1 else usual)
