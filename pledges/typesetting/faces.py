"""Which font files the declaration is set in, and in which order they are asked for a character."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

KEPT = Path(__file__).parent / "fonts"
HANAZONO = Path("/usr/share/fonts/truetype/hanazono")
"""Debian's fonts-hanazono: rare Han characters, used where it is installed."""

HAN_ORDER: dict[str, tuple[str, ...]] = {
    "SC": ("NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"),
    "TC": ("NotoSansTC", "NotoSansSC", "NotoSansJP", "NotoSansKR"),
    "JP": ("NotoSansJP", "NotoSansTC", "NotoSansSC", "NotoSansKR"),
    "KR": ("NotoSansKR", "NotoSansTC", "NotoSansSC", "NotoSansJP"),
}
"""Forms of Han characters by what the language asks for; Chinese never meets Japanese forms before Chinese ones."""

ARABIC = "Amiri"
"""Asked before Noto's Arabic, which draws dots as glyphs of their own and so extracts badly."""
OPTICAL: dict[str, float] = {ARABIC: 1.15}
"""How much larger a family is set so that it looks as large as the others at the same size: Amiri's letters are small beside Noto's."""
LAST_FAMILIES = (
    "NotoSansSymbols", "NotoEmoji", "NotoSansSymbols2", "NotoSansMath", "NotoMusic", "NotoSansTamilSupplement", "PledgesHan", "HanaMinA",
    "HanaMinB",
)  # fmt: skip
"""Families that have parts of a script or of many, so they are asked after the fonts of whole scripts; spaces are not set in them."""


class Family(StrEnum):
    """The three voices of the document; every other script has one design, whichever voice it stands in."""

    SERIF = "serif"
    SANS = "sans"
    MONO = "mono"


VOICES: dict[Family, tuple[str, ...]] = {
    Family.SERIF: ("NotoSerif", "NotoSans"),
    Family.SANS: ("NotoSans", "NotoSerif"),
    Family.MONO: ("NotoSansMono", "NotoSans", "NotoSerif"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a piece of text looks, apart from its size."""

    family: Family = Family.SERIF
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One face and the file it comes from. `weight` is the place on the file's wght axis, None where the file is static."""

    name: str
    """Unique among the faces."""
    family: str
    bold: bool
    italic: bool
    path: Path
    weight: int | None = None


def _wheel(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LookupError(f"the package {package} with its fonts is not installed")
    return Path(found.origin).parent


def wheel_files() -> list[Path]:
    """The font files of the installed wheels, in a fixed order."""
    files = [*sorted(_wheel("manimgx_fonts").glob("*.ttf")), *sorted(_wheel("justmytype_intl_cjk").glob("fonts/ofl/*/*.ttf"))]
    return [*files, *(_wheel("fontpkg_amiri") / "files" / f"Amiri-{style}.ttf" for style in ("Regular", "Bold"))]


def _source(path: Path, family: str, style: str, weight: int | None = None) -> Source:
    return Source(f"{family}-{style or 'Regular'}", family, "Bold" in style, "Italic" in style, path, weight)


def _static(path: Path) -> Source:
    family, _, style = path.stem.partition("-")
    return _source(path, family, style)


def _faces_of_files() -> Iterator[Source]:
    for path in wheel_files():
        if "[" in path.name:
            family, _, slant = path.name.partition("[")[0].partition("-")
            yield _source(path, family, slant, 400)
            yield _source(path, family, f"Bold{slant}", 700)
        else:
            yield _static(path)
    for path in sorted(KEPT.glob("*.ttf")):
        yield _static(path)
    for path in (HANAZONO / "HanaMinA.ttf", HANAZONO / "HanaMinB.ttf"):
        if path.exists():
            yield _static(path)


@cache
def sources() -> tuple[Source, ...]:
    """Every face there is on this machine; its place in this list names it in a PDF."""
    return tuple(_faces_of_files())


@cache
def order(style: Style, han: str) -> tuple[Source, ...]:
    """The faces in the order they are asked for a character: one of each family, the nearest to `style`."""
    families: dict[str, list[Source]] = {}
    for source in sources():
        families.setdefault(source.family, []).append(source)
    text, chinese = VOICES[style.family], HAN_ORDER[han]
    others = [family for family in families if family not in (*VOICES[Family.MONO], *chinese, *LAST_FAMILIES, ARABIC)]
    asked = [*text, ARABIC, *others, *LAST_FAMILIES[:2], *chinese, *LAST_FAMILIES[2:]]

    def distance(source: Source) -> tuple[bool, bool, bool]:
        return source.italic and not style.italic, source.bold != style.bold, source.italic != style.italic

    return tuple(min(families[family], key=distance) for family in asked if family in families)
