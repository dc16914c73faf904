"""Makes this folder's fonts anew from Debian's font packages; run by a developer, never by the application.

    PYTHONPATH=. python pledges/typesetting/fonts/collect.py ../shared/data /usr/share/fonts/truetype

with Debian's fonts-noto-core, fonts-noto-mono and fonts-hanazono.

One font is kept for every script, and then for every further character, that `fonts-noto-core` has and the wheels lack.
Noto fonts are stored without hinting (a PDF has no use for it). The Han characters of the example registers that no other
font has are cut out of HanaMinA and HanaMinB under a new name, as their licence asks of a changed font.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import icu
import uharfbuzz as hb
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from pledges.typesetting.faces import wheel_files

HERE = Path(__file__).parent
TEXT_FACES = ("NotoSansMono-Regular", "NotoSerif-Regular", "NotoSerif-Bold", "NotoSerif-Italic", "NotoSerif-BoldItalic")
OTHER_DESIGNS = ("Display", "Looped", "Slanted", "Nastaliq", "Kufi", "Rashi", "Unjoined", "Traditional", "NotoSansTifinagh")
"""Second designs of a script that another file of the package has."""


def characters(path: Path) -> set[int]:
    """The code points a font file has glyphs for."""
    return set(hb.Face(hb.Blob.from_file_path(str(path))).unicodes)


def script_of(character: int) -> str:
    """ISO 15924 code of the character's script."""
    return str(icu.Script.getScript(chr(character)).getShortName())


def chosen(had: set[int], candidates: dict[Path, set[int]]) -> Iterator[Path]:
    """The fonts to keep: for each script that `had` lacks the one that has most of it, then whatever adds a character."""
    scripts: dict[str, set[int]] = defaultdict(set)
    for character in set().union(*candidates.values()):
        scripts[script_of(character)].add(character)
    had = set(had)
    for script in sorted(set(scripts) - {"Zyyy", "Zinh"}):
        if scripts[script] & had:
            continue
        best = min(candidates, key=lambda path: (-len(candidates[path] & scripts[script]), "Serif" in path.name, path.name))
        had |= candidates[best]
        yield best
    while True:
        best = min(candidates, key=lambda path: (-len(candidates[path] - had), path.name))
        if not candidates[best] - had:
            return
        had |= candidates[best]
        yield best


def without_hinting(source: Path) -> bytes:
    """The whole font, less its instructions for coarse screens."""
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.flags |= hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(hb.Face(hb.Blob.from_file_path(str(source))), wanted).blob.data)


def texts_of(data: Path) -> Iterator[str]:
    """Every text of the example registers."""
    for name in ("pledges_300.csv", "pledges_2000.csv"):
        with (data / name).open(encoding="utf-8", newline="") as rows:
            for row in csv.reader(rows):
                yield from row
    yield json.dumps(json.loads((data / "pool.json").read_text("utf-8")), ensure_ascii=False)


def han_cut(wanted: Iterable[int], hanazono: Path) -> bytes:
    """The wanted characters out of HanaMinA and HanaMinB as one font under a name of its own."""
    parts = []
    left = set(wanted)
    for name in ("HanaMinA", "HanaMinB"):
        face = hb.Face(hb.Blob.from_file_path(str(hanazono / f"{name}.ttf")))
        here = left & set(face.unicodes)
        left -= here
        cut = hb.SubsetInput()
        cut.unicode_set.update(here)
        cut.flags = hb.SubsetFlags.NO_HINTING
        cut.layout_feature_tag_set.clear()
        part = HERE / f".{name}"
        part.write_bytes(bytes(hb.subset(face, cut).blob.data))
        parts.append(part)
    font: TTFont = Merger().merge([str(part) for part in parts])
    for part in parts:
        part.unlink()
    names = font["name"]
    names.names = []
    for number, value in {
        0: "Copyright 2008-2017, GlyphWiki Project. Cut and renamed.",
        1: "Pledges Han",
        2: "Regular",
        3: "Pledges Han 1",
        4: "Pledges Han",
        5: "Version 1.0",
        6: "PledgesHan-Regular",
    }.items():
        names.setName(value, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 3_600_000_000
    font.recalcTimestamp = False
    result = BytesIO()
    font.save(result)
    return result.getvalue()


def main(data: Path, debian: Path) -> None:
    """Write the folder's fonts from the files of Debian's packages."""
    for old in HERE.glob("*.ttf"):
        old.unlink()
    had = set().union(*(characters(path) for path in wheel_files()))
    noto = sorted((debian / "noto").glob("*-Regular.ttf"))
    candidates = {
        path: characters(path)
        for path in noto
        if path.stem == "NotoSansTifinagh-Regular" or not any(word in path.name for word in OTHER_DESIGNS)
    }
    for stem in TEXT_FACES:
        path = debian / "noto" / f"{stem}.ttf"
        had |= characters(path)
        (HERE / path.name).write_bytes(without_hinting(path))
    for path in chosen(had, candidates):
        had |= candidates[path]
        (HERE / path.name).write_bytes(without_hinting(path))
    rare = {ord(character) for text in texts_of(data) for character in text if script_of(ord(character)) == "Hani"} - had
    (HERE / "PledgesHan-Regular.ttf").write_bytes(han_cut(rare, debian / "hanazono"))
    sys.stderr.write(f"{len(list(HERE.glob('*.ttf')))} fonts; {len(rare)} rare Han characters: {''.join(map(chr, sorted(rare)))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
