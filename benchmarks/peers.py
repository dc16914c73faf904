"""What one would use instead: ReportLab's own paragraphs and typst to print the same pledges, a bare Flask page to show any."""

import json
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

from benchmarks.content import KINDS, Block, Content
from benchmarks.measuring import Measure, cpu_of_requests, peak_mib
from pledges.typesetting.faces import HAN_ORDER, Source, Style, order, sources
from pledges.typesetting.fonts import Face, candidates, face, prepare
from pledges.typesetting.itemising import han_forms

LACKS_REPORTLAB = (
    "right-to-left words run in left-to-right order, what the one font of a language lacks is an empty box, letters of shaped scripts "
    "are lost to extraction, some texts cannot be drawn; no tags, no language, no seal, no attached data"
)
LACKS_TYPST = (
    "names in two directions and some with marks (Khmer, Thaana, Yoruba) do not come back from the file; no seal, no attached data and "
    "proofs, no stop where a glyph is missing; its tags are those of plain headings and paragraphs"
)

LACKS_BARE = "no register: it says hello"

MADE, KEPT = "made.pdf", "content.pickle"
DOCUMENT, FOLDERS = "declaration.typ", "folders.json"

Fonts = dict[tuple[str, bool], tuple[str, str]]
"""(language, bold) → name and file."""


def fonts_by_language(blocks: Iterable[Block]) -> Fonts:
    """The one font of each language, in both weights: the first that has the most of what is written in it; ReportLab has no fallback."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for block in blocks:
        written[block.language].update(block.text)
    fonts: Fonts = {}
    for language, characters in written.items():
        for bold in (False, True):
            faces = [face(source) for source in order(Style(bold=bold), han_forms("", language))]
            best = max(faces, key=partial(_coverage, characters))
            fonts[language, bold] = best.name, str(best.path)
    return fonts


def _coverage(characters: Counter[str], one: Face) -> int:
    return sum(count for character, count in characters.items() if one.has(frozenset(character)))


def with_reportlab(content: Content, fonts: Fonts, file: Path) -> int:
    """Shaped paragraphs, each in the one font of its language. Gives how many it could not draw at all."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics, ttfonts
    from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph

    for name, path in dict(fonts.values()).items():
        font = ttfonts.TTFont(name, path)
        font.face.name = name.encode()  # cuts of one variable font share a name, which ReportLab would take for one font
        pdfmetrics.registerFont(font)
    undrawn = 0

    class Drawn(Paragraph):  # type: ignore[misc]
        def breakLines(self, width: object) -> object:  # noqa: N802 (ReportLab's name)
            """Broken once: its shaping fails on what it has shaped before."""
            if not hasattr(self, "broken"):
                self.broken = super().breakLines(width)
            return self.broken

        def split(self, *_space: float) -> list[Flowable]:
            """Never cut by a page, for the same reason."""
            return []

        def draw(self) -> None:
            nonlocal undrawn
            try:
                super().draw()
            except IndexError:  # its shaping fails on a raised glyph that begins a line
                undrawn += 1

    styles: dict[tuple[str, str], ParagraphStyle] = {}

    def paragraph(block: Block) -> Flowable:
        kind, key = KINDS[block.kind], (block.kind, block.language)
        if key not in styles:
            name, _ = fonts[block.language, kind.bold]
            styles[key] = ParagraphStyle(repr(key), fontName=name, fontSize=kind.size, leading=kind.leading, shaping=1)
        return Drawn(escape(block.text), styles[key])

    width, height = A4
    frame = partial(Frame, y1=79, height=height - 156, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    one = PageTemplate("words", [frame(x1=78, width=width - 156)])
    column = (width - 156 - 22) / 2
    two = PageTemplate("signatures", [frame(x1=78, width=column), frame(x1=78 + column + 22, width=column)])
    parts = [*map(paragraph, content.words), NextPageTemplate("signatures"), PageBreak(), *map(paragraph, content.signatures)]
    BaseDocTemplate(str(file), pageTemplates=[one, two], title="Declaration").build(parts)
    return undrawn


TYPST = """
#set document(title: "Declaration")
#set page(paper: "a4", margin: (x: 27.5mm, y: 28mm))
#set par(spacing: 0.6em)
#let content = json("content.json")
#let shown(block) = {
  let kind = content.kinds.at(block.kind)
  set text(lang: block.lang, font: content.fonts.at(block.han), size: kind.size * 1pt, weight: if kind.bold { "bold" } else { "regular" })
  if kind.level > 0 { heading(level: kind.level, text(size: kind.size * 1pt, block.text)) } else { par(block.text) }
}
#for block in content.words { shown(block) }
#pagebreak()
#columns(2, for block in content.signatures { shown(block) })
"""


def write_for_typst(content: Content, folder: Path) -> None:
    """Writes the document, its content with the families that it needs (Han forms follow the language), and the folders of fonts."""
    characters = {character for block in (*content.words, *content.signatures) for character in block.text}
    data = {
        "kinds": {name: asdict(kind) for name, kind in KINDS.items()},
        "fonts": {han: _families(characters, han) for han in HAN_ORDER},
        "words": _for_typst(content.words),
        "signatures": _for_typst(content.signatures),
    }
    (folder / "content.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    (folder / DOCUMENT).write_text(TYPST, encoding="utf-8")
    folders = {str(prepare()), *(str(source.path.parent) for source in sources() if source.weight is None)}
    (folder / FOLDERS).write_text(json.dumps(sorted(folders)), encoding="utf-8")


def _families(characters: set[str], han: str) -> list[str]:
    """The families that our own engine takes for these characters; Han before others, or its full stops would be strangers'."""
    taken = {found[0].family for character in characters if (found := candidates(frozenset(character), Style(), han))}
    families = ("NotoSerif", "NotoSans", *HAN_ORDER[han], *(source.family for source in order(Style(), han)))
    by_family = {source.family: source for source in sources()}
    return [_typst_name(by_family[family]) for family in dict.fromkeys(families) if family in taken]


@cache
def _typst_name(source: Source) -> str:
    with TTFont(str(source.path), lazy=True) as font:
        return str(font["name"].getDebugName(16) or font["name"].getDebugName(1))


def _for_typst(blocks: Sequence[Block]) -> list[dict[str, str]]:
    return [
        {"kind": block.kind, "lang": block.language.split("-")[0], "han": han_forms(block.text, block.language), "text": block.text}
        for block in blocks
    ]


def typst(folder: Path) -> Measure:
    """The document that was written into the folder, with the fonts that we prepare and keep and none of the system's."""
    import typst as peer

    folders = json.loads((folder / FOLDERS).read_text(encoding="utf-8"))
    measure = Measure()
    with measure.work():
        peer.compile(str(folder / DOCUMENT), output=str(folder / MADE), font_paths=folders, ignore_system_fonts=True)
    measure.peak_mib = peak_mib()
    return measure


def reportlab(folder: Path) -> Measure:
    """The content that was kept in the folder as ReportLab's own shaped paragraphs."""
    content, fonts = pickle.loads((folder / KEPT).read_bytes())  # noqa: S301 (written a moment ago by the same benchmark)
    measure = Measure()
    with measure.work():
        undrawn = with_reportlab(content, fonts, folder / MADE)
    measure.figures = {"texts not drawn": undrawn}
    measure.peak_mib = peak_mib()
    return measure


def bare(_folder: Path) -> Measure:
    """A Flask page that says hello: the floor."""
    from flask import Flask

    app = Flask("bare")
    app.add_url_rule("/pledges", view_func=lambda: "hello")
    return cpu_of_requests(app.test_client(), "/pledges")
