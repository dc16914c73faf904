"""The faces of the declaration, made ready once a machine and opened when a text needs them."""

import json
import marshal
import os
import shutil
import tempfile
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from hashlib import file_digest, sha256
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

import uharfbuzz as hb

from pledges.typesetting.faces import HAN_ORDER, OPTICAL, Family, Source, Style, order, sources
from pledges.typesetting.glyphtext import SILENT, glyph_texts

__all__ = ["Face", "Family", "Style", "candidates", "face", "prepare"]

VERSION = 5
"""Raised whenever the same font files would be prepared differently."""
COVERAGE = "coverage.json"
_MARSHAL = 4
"""The format of the tables of codes; it loads at once."""


@cache
def cache_folder() -> Path:
    """Where the prepared faces of this machine's font files lie: one folder for each set of files and each VERSION."""
    digest = sha256(str(VERSION).encode() + hb.version_string().encode())
    for path in dict.fromkeys(source.path for source in sources()):
        with path.open("rb") as file:
            digest.update(path.name.encode() + file_digest(file, "sha256").digest())
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "pledges" / "fonts" / digest.hexdigest()[:32]


def _pinned(source: Source) -> bytes:
    """The face at its place on the variable file's axes."""
    variable = hb.Face(hb.Blob.from_file_path(str(source.path)))
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.flags |= hb.SubsetFlags.NO_HINTING
    wanted.pin_all_axes_to_default(variable)
    wanted.pin_axis_location(variable, "wght", source.weight)
    return bytes(hb.subset(variable, wanted).blob.data)


def _ranges(characters: list[int]) -> list[int]:
    """[first, one past the last, first, …] of runs of consecutive characters."""
    if not characters:
        return []
    gaps = [edge for before, after in pairwise(characters) if after != before + 1 for edge in (before + 1, after)]
    return [characters[0], *gaps, characters[-1] + 1]


def _codes(texts: dict[int, list[str]], path: Path) -> tuple[dict[int, str], dict[tuple[int, str], int]]:
    """The usual text of each glyph, and the codes of (glyph, further text): those after the last glyph, as far as two bytes reach."""
    further = [(glyph, text) for glyph, known in sorted(texts.items()) for text in known[1:]]
    first = hb.Face(hb.Blob.from_file_path(str(path))).glyph_count
    return {glyph: known[0] for glyph, known in sorted(texts.items())}, dict(zip(further, range(first, 0x10000), strict=False))


def _prepare_into(folder: Path, progress: Callable[[int, int], None] | None) -> None:
    coverage: dict[str, list[int]] = {}
    for done, source in enumerate(sources()):
        path = source.path
        if source.weight is not None:
            path = folder / f"{source.name}.ttf"
            path.write_bytes(_pinned(source))
        (folder / f"{source.name}.codes").write_bytes(marshal.dumps(_codes(glyph_texts(path), path), _MARSHAL))
        coverage[source.name] = _ranges(sorted(hb.Face(hb.Blob.from_file_path(str(path))).unicodes))
        if progress is not None:
            progress(done + 1, len(sources()))
    (folder / COVERAGE).write_text(json.dumps(coverage), "ascii")


def prepare(progress: Callable[[int, int], None] | None = None) -> Path:
    """Make the faces ready, unless they are, and return their folder; `progress` is told (faces done, faces in all).

    Safe in several processes at once: each works in a folder of its own, and the first to finish names it.
    """
    folder = cache_folder()
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        _prepare_into(work, progress)
        work.chmod(0o755)
        work.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


class _Advances(dict[int, int]):
    """Glyph → its own width in font units, filled as glyphs occur."""

    def __init__(self, font: hb.Font) -> None:
        self.font = font

    def __missing__(self, glyph: int) -> int:
        width: int = self.font.get_glyph_h_advance(glyph)
        self[glyph] = width
        return width


class Face:
    """One font as HarfBuzz opens it, with its fixed table of codes.

    A code (CID) is the glyph's own number where the text is the glyph's usual one; each further text of a glyph has a
    code after the last glyph. The table comes from the font alone, so pages never depend on the order of their making.
    """

    def __init__(self, source: Source, key: str) -> None:
        folder = prepare()
        self.key = key
        self.name = source.name
        self.source = source
        self.path = source.path if source.weight is None else folder / f"{source.name}.ttf"
        self.opened = hb.Face(hb.Blob.from_file_path(str(self.path)))
        self.font = hb.Font(self.opened)
        self.scale = 1000 / self.opened.upem
        """Thousandths of an em in one font unit."""
        self.optical = OPTICAL.get(source.family, 1.0)
        """By how much its em is larger than the size that is asked for."""
        self.glyph_count: int = self.opened.glyph_count
        self.usual: dict[int, str]
        """Glyph → its usual text."""
        self.codes: dict[tuple[int, str], int]
        """(glyph, further text) → code"""
        self.advances = _Advances(self.font)
        """Glyph → its own width in font units, filled as glyphs occur."""
        # what prepare() wrote on this machine
        self.usual, self.codes = marshal.loads((folder / f"{source.name}.codes").read_bytes())  # noqa: S302

    @cached_property
    def further(self) -> dict[int, tuple[int, str]]:
        """Code → (glyph, text) of the codes after the last glyph."""
        return {code: pair for pair, code in self.codes.items()}

    @cached_property
    def blank(self) -> int | None:
        """The glyph of the space, if there is one that can be said to say nothing."""
        glyph: int | None = self.font.get_nominal_glyph(0x20)
        return glyph if glyph is not None and (glyph, SILENT) in self.codes else None

    @cached_property
    def blank_code(self) -> int:
        """The code of a space that says nothing. Raises KeyError where there is no `blank`."""
        return self.codes[self.blank or 0, SILENT]

    def text_of(self, code: int) -> str:
        """What a code stands for."""
        return self.further[code][1] if code in self.further else self.usual.get(code, SILENT)

    def advance(self, glyph: int) -> int:
        """The glyph's own width in font units."""
        return self.advances[glyph]

    def has(self, characters: frozenset[str]) -> bool:
        """Whether the font has all these characters, or the parts that they are composed of."""
        return self.name in _names_with_all(characters)

    def __repr__(self) -> str:
        return f"<Face {self.key} {self.name}>"


@cache
def face(source: Source) -> Face:
    """The face, opened once a process."""
    return Face(source, f"F{sources().index(source)}")


def face_of(key: str) -> Face:
    """The face of that key."""
    return face(sources()[int(key[1:])])


@cache
def _coverage() -> dict[str, list[int]]:
    loaded: dict[str, list[int]] = json.loads((prepare() / COVERAGE).read_text("ascii"))
    return loaded


@cache
def _names_with(character: str) -> frozenset[str]:
    """Names of the faces that have the character, or all parts that it is composed of."""
    parts = normalize("NFD", character)
    composed: frozenset[str] = frozenset()
    if parts != character:
        composed = frozenset.intersection(*(_names_with(part) for part in parts))
    code = ord(character)
    return composed | {name for name, ranges in _coverage().items() if bisect_right(ranges, code) & 1}


@lru_cache(maxsize=262_144)
def _names_with_all(characters: frozenset[str]) -> frozenset[str]:
    return frozenset(_coverage()).intersection(*(_names_with(character) for character in characters))


@lru_cache(maxsize=262_144)
def candidates(characters: frozenset[str], style: Style, han: str) -> tuple[Source, ...]:
    """The faces that have all these characters, the one to prefer first. `han` is SC, TC, JP or KR."""
    names = _names_with_all(characters)
    found = [source for source in order(style, han) if source.name in names]
    if any("\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uffef" for character in characters):
        # a few fonts of other scripts have their own forms of 、 and 。 without the space that is part of them
        found.sort(key=lambda source: source.family not in HAN_ORDER[han])
    return tuple(found)
