"""What one would use instead to print the same pledges: ReportLab's own paragraphs, and typst."""

import json
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from pledges.domain.declaration import Entry
from pledges.typesetting.faces import Style, sources
from pledges.typesetting.fonts import face, prepare
from pledges.typesetting.text import line

WRONG_WITH_REPORTLAB = "no bidirectional order, one font a paragraph, letters of shaped scripts lost to extraction, no tags, no seal"
WRONG_WITH_TYPST = "no seal, no data attached, no signature pages, Han forms by the order of fonts and not by language"


def with_reportlab(entries: Sequence[Entry], file: Path) -> int:
    """Name, office, government and texts of each pledge as shaped paragraphs, each in the first font that our own engine takes for it.

    Gives how many texts it could not draw at all.
    """
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

    styles: dict[str, ParagraphStyle] = {}
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

    def paragraph(text: str, language: str) -> Flowable:
        own = line(text[:40].split("\n")[0], Style(), language).runs
        name = own[0].face.name if own else "NotoSerif-Regular"
        if name not in styles:
            source = next(source for source in sources() if source.name == name)
            pdfmetrics.registerFont(TTFont(name, str(face(source).path)))
            styles[name] = ParagraphStyle(name, fontName=name, fontSize=10.5, leading=15, shaping=1)
        return Drawn(escape(text), styles[name])

    flowables = [
        paragraph(text, entry.language)
        for entry in entries
        for text in (entry.leader_name, f"{entry.office}, {entry.government}", entry.actions, entry.multilateral, entry.statement)
        if text
    ]
    SimpleDocTemplate(str(file), title="Declaration").build(flowables)
    return undrawn


def with_typst(entries: Sequence[Entry], folder: Path, file: Path) -> None:
    """The same texts through typst, with the same fonts and the language of each."""
    import typst

    rows = [
        {
            "language": entry.language.split("-")[0],
            "name": entry.leader_name,
            "office": f"{entry.office}, {entry.government}",
            "texts": [text for text in (entry.actions, entry.multilateral, entry.statement) if text],
        }
        for entry in entries
    ]
    (folder / "entries.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    families = ", ".join(json.dumps(name) for name in ("Noto Serif", "Amiri", *_families()))
    document = folder / "declaration.typ"
    document.write_text(
        f'#set document(title: "Declaration")\n#set page(paper: "a4", margin: 25mm)\n#set text(size: 10.5pt, font: ({families}))\n'
        '#for entry in json("entries.json") [\n#heading(entry.name)\n#entry.office\n'
        "#text(lang: entry.language)[#for words in entry.texts [#par(words)]]\n]\n",
        encoding="utf-8",
    )
    folders = sorted({str(prepare()), *(str(source.path.parent) for source in sources())})
    typst.compile(str(document), output=str(file), font_paths=folders, ignore_system_fonts=True)


def _families() -> list[str]:
    """The families' names as typst knows them, the text face first."""
    from fontTools.ttLib import TTFont

    found: dict[str, None] = {}
    for source in sources():
        with TTFont(str(source.path), lazy=True) as font:
            found.setdefault(str(font["name"].getDebugName(16) or font["name"].getDebugName(1)))
    return list(found)
