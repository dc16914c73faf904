"""What text each glyph of a font stands for: read from the font alone, so the same code always means the same text."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import icu
from fontTools.ttLib import TTFont

IGNORABLE = "\u00ad\u034f\u061c\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff" + "".join(
    chr(selector) for selector in range(0xFE00, 0xFE10)
)
"""Characters that shaping shows as a space without width; they stay in the text."""
SPACES = "\u0020\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
SILENT = "\u200d"
"""Text of a glyph that stands for nothing of its own: joiners say nothing that can be seen, and a PDF/A wants a text for each code."""
BEYOND = "\U00010000-\U0001cfff\U0001d800-\U0001efff"
"""Letters beyond the Basic Multilingual Plane, but for Han characters: a line says them in codes of the space (readers.py)."""
SIGNS = "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0x250), 0x60C, 0x61B, 0x61F, *range(0x2010, 0x2027), 0x2E41)))
"""What such a line may hold besides: signs, and Latin letters."""
LONGEST = 6
MOST_TEXTS = 8
Substitutions = dict[str, set[tuple[str, ...]]]


def _subtables(font: TTFont) -> Iterator[Any]:
    lookups = font["GSUB"].table.LookupList if "GSUB" in font else None
    for lookup in lookups.Lookup if lookups else ():
        for subtable in lookup.SubTable:
            yield subtable.ExtSubTable if lookup.LookupType == 7 else subtable


def _changes(subtable: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(resulting glyph, glyphs it replaces) of one subtable; of several resulting glyphs the first stands for all."""
    match subtable.LookupType:
        case 1:
            yield from ((target, (source,)) for source, target in subtable.mapping.items())
        case 2:
            yield from ((targets[0], (source,)) for source, targets in subtable.mapping.items() if targets)
        case 3:
            yield from ((target, (source,)) for source, targets in subtable.alternates.items() for target in targets)
        case 4:
            for first, ligatures in subtable.ligatures.items():
                yield from ((ligature.LigGlyph, (first, *ligature.Component)) for ligature in ligatures)


def substitutions(font: TTFont) -> Substitutions:
    """For each glyph the sequences of glyphs that are turned into it."""
    result: Substitutions = defaultdict(set)
    for subtable in _subtables(font):
        for target, replaced in _changes(subtable):
            result[target].add(replaced)
    return result


def _silent(font: TTFont) -> set[str]:
    """Glyphs that come second where one glyph becomes several, such as a stroke that lengthens a letter."""
    several = (subtable.mapping.values() for subtable in _subtables(font) if subtable.LookupType == 2)
    return {glyph for sequences in several for targets in sequences for glyph in targets[1:]}


def _spread(texts: dict[str, list[str]], sources: Substitutions) -> None:
    """Carry the texts of glyphs on to what they are turned into, until nothing new comes."""
    for _ in range(4):
        found: dict[str, list[str]] = {}
        for target in sorted(sources):
            known = texts.get(target, [])
            new = {
                "".join(parts)
                for sequence in sources[target]
                if all(glyph in texts for glyph in sequence)
                for parts in product(*(texts[glyph][: MOST_TEXTS if len(sequence) == 1 else 2] for glyph in sequence))
            } - set(known)
            kept = sorted((text for text in new if len(text) <= LONGEST), key=lambda text: (len(text), text))[: MOST_TEXTS - len(known)]
            if kept:
                found[target] = known + kept
        if not found:
            return
        texts |= found


def glyph_texts(path: Path) -> dict[int, list[str]]:
    """Glyph id → the texts it may stand for, the usual one first. Glyphs of no known text are left out."""
    font = TTFont(path, lazy=True)
    texts: dict[str, list[str]] = defaultdict(list)
    characters: dict[int, str] = font.getBestCmap()
    for code in sorted(characters, key=lambda code: (unicodedata.normalize("NFKC", chr(code)) != chr(code), code)):
        texts[characters[code]].append(chr(code))
    mirrored: Substitutions = defaultdict(set)
    for code, name in sorted(characters.items()):
        other = icu.Char.charMirror(code)
        if other != code and other in characters:
            mirrored[characters[other]].add((name,))
    plain = dict(texts)
    _spread(plain, substitutions(font))
    for target in sorted(mirrored):
        plain[target] = plain[target] + [text for (source,) in sorted(mirrored[target]) for text in texts[source]]
    if 0x20 in characters:
        space = characters[0x20]
        letters = [chr(code) for code in sorted(characters) if re.match(f"[{BEYOND}]", chr(code))]
        plain[space] = list(dict.fromkeys([*plain[space], *SPACES, *IGNORABLE, *letters, *(SIGNS if letters else "")]))
    for name in sorted(_silent(font)):
        plain[name] = [*plain.get(name, ()), SILENT]
    return {font.getGlyphID(name): list(dict.fromkeys(found)) for name, found in plain.items()}
