"""What the parts of a declaration that grow with the register take, beside ReportLab's shaped paragraphs and typst."""

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from benchmarks.content import Content, content_of, names_read_back
from benchmarks.measuring import Bench, Measure, apart, peak_mib
from benchmarks.peers import KEPT, LACKS_REPORTLAB, LACKS_TYPST, MADE, fonts_by_language, reportlab, typst, write_for_typst
from benchmarks.pledges_file import rows_of
from pledges.adapters.spool import Spool
from pledges.domain.declaration import Declaration, Entry, ThemeWords, count
from pledges.domain.lifecycle import EditionKind
from pledges.domain.people import GovernmentKind, SignatureKind
from pledges.domain.protocol import protocol_key
from pledges.domain.publication import attachments
from pledges.domain.themes import Theme
from pledges.typesetting import chapter
from pledges.typesetting.binding import Book
from pledges.typesetting.declaration import bind, metadata_of, typeset
from pledges.typesetting.fonts import prepare
from pledges.typesetting.metadata import FULL
from pledges.typesetting.plan import Part, in_reading_order, signature_tasks, words_tasks
from pledges.typesetting.structure import Structure
from pledges.typesetting.words import Words
from pledges.typesetting.workshop import Workshop

DECLARATION = "declaration.pickle"
CLOSING = datetime(2024, 9, 19, 21, 45, tzinfo=UTC)
Tasks = Callable[..., Iterator[object]]
REGISTER: Tasks = signature_tasks
TEXTS: Tasks = partial(words_tasks, theme=None)


def entries(number: int, *, words: bool) -> Iterator[Entry]:
    """That many pledges as the import would make them, with or without their own words."""
    for place, row in enumerate(rows_of(number)):
        line = {name: " ".join(text.split()) for name, text in row.items()}
        own = {name: row[name].strip() if words else "" for name in ("political_commitment", "actions", "multilateral")}
        yield Entry(
            public_id=f"P{place:06d}", fingerprint=sha256(b"%d" % place).hexdigest(), record="{}", government_id=line["government_id"],
            government=line["government_name"], government_native=line["government_native_name"], kind=GovernmentKind(line["kind"]),
            country_code=line["country_code"], leader_name=line["leader_name"], leader_name_latin="", honorific="",
            office=line["leader_role"], office_local="", mandate_basis=None, language=line["pledge_language"],
            themes=tuple(ThemeWords(Theme(theme)) for theme in line["themes"].split("|")), statement=own["political_commitment"],
            actions=own["actions"], multilateral=own["multilateral"], signature_kind=SignatureKind.REPORTED,
            signed_at=CLOSING - timedelta(minutes=place % 600), late=False,
        )  # fmt: skip


def declaration(held: Sequence[Entry]) -> Declaration:
    """An edition that holds them."""
    return Declaration(
        kind=EditionKind.REV, label="Rev.0", refers_to="", language="en", as_of=CLOSING, closing_at=CLOSING, entries=held, texts=(),
        counts=count(held), root="ab" * 32, log_number=1, log_hash="cd" * 32, base_url="https://pledges.example.org", example=False,
        development_seal=True,
    )  # fmt: skip


def _key(entry: Entry) -> bytes:
    return protocol_key(entry.country_code, entry.government, entry.leader_name, entry.fingerprint)


def prepared(folder: Path, number: int, *, words: bool) -> Content:
    """Keeps the declaration in the folder, and what it says as the peers take it."""
    prepare()
    value = declaration(tuple(sorted(entries(number, words=words), key=_key)))
    (folder / DECLARATION).write_bytes(pickle.dumps(value))
    content = content_of(value)
    return replace(content, signatures=[]) if words else replace(content, words=[])


def set_part(value: Declaration, tasks: Tasks, shop: Workshop, file: Path) -> int:
    """The chapters of one part, bound into a file; answers how many pages it has."""
    words = Words(value.language)
    with shop, file.open("wb") as out:
        chapters = list(shop.laid_out(tasks(value, in_reading_order(value))))  # type: ignore[arg-type]  # Task, hidden by Tasks
        bind(Book(metadata_of(value, words, FULL), list(Part)), value, words, chapters, shop, out, lambda part, done, total: None)
    return sum(one.size.pages for one in chapters)


def ours(folder: Path, *, tasks: Tasks, processes: int = 1, kept: bool = False) -> Measure:
    """One part of the declaration that was kept in the folder, its fonts and structure included; `kept` keeps its chapters too."""
    value: Declaration = pickle.loads((folder / DECLARATION).read_bytes())  # noqa: S301 (written a moment ago by the same benchmark)
    measure = Measure()
    with measure.work():
        pages = set_part(value, tasks, Workshop(processes=processes, folder=folder / "chapters" if kept else None), folder / MADE)
    measure.figures = {"pages": pages}
    measure.peak_mib = peak_mib()
    return measure


def untagged(folder: Path) -> Measure:
    """The register without marks and without a tree: what tagging costs is the difference."""

    def bare(page: chapter.Page, element: int) -> AbstractContextManager[None]:
        return nullcontext()

    root_alone = Structure.add
    Structure.add = lambda tree, *own: 0 if len(tree) else root_alone(tree, *own)  # type: ignore[method-assign]  # in this process alone
    Structure.mark = lambda tree, element, page: 0  # type: ignore[method-assign]
    chapter.Page.marked = bare  # type: ignore[method-assign,assignment]
    return ours(folder, tasks=REGISTER)


def changed(folder: Path) -> Measure:
    """Set everything, change one name in each tenth chapter, and measure the second setting."""
    ours(folder, tasks=REGISTER, processes=2, kept=True)
    value: Declaration = pickle.loads((folder / DECLARATION).read_bytes())  # noqa: S301 (as above)
    held = list(value.entries)
    tasks = list(REGISTER(value, in_reading_order(value)))
    for first in (task.entries[0] for task in tasks[::10]):  # type: ignore[attr-defined]
        place = held.index(first)
        held[place] = replace(first, leader_name=f"{first.leader_name} II")
    (folder / DECLARATION).write_bytes(pickle.dumps(replace(value, entries=tuple(held))))
    measure = ours(folder, tasks=REGISTER, processes=2, kept=True)
    measure.figures["chapters"] = f"{len(tasks[::10])} of {len(tasks)} changed"
    return measure


def run(folder: Path, *, number: int, words: bool, make: Callable[[Path], Measure]) -> Measure:
    """Prepare, make the file in a process that has done nothing before, and read names back."""
    content = prepared(folder, number, words=words)
    if make in (typst, reportlab):
        write_for_typst(content, folder)
        (folder / KEPT).write_bytes(pickle.dumps((content, fonts_by_language([*content.words, *content.signatures]))))
    measure = apart(make, folder)
    made = folder / MADE
    measure.figures["MB"] = round(made.stat().st_size / 1e6, 2)
    if not words and number <= 10_000:
        measure.figures["names found"] = names_read_back(made, content.names)
    return measure


def whole(folder: Path, *, number: int) -> Measure:
    """A whole declaration whose entries lie on disk, with index, figures and attached data; pledges have no own words."""
    prepare()
    held, keys = Spool[Entry](), list[tuple[bytes, int]]()
    for place, entry in enumerate(entries(number, words=False)):
        held.append(entry)
        keys.append((_key(entry), place))
    held.arrange(place for _, place in sorted(keys))
    del keys
    value, told, measure = declaration(held), list[str](), Measure()
    with measure.work(), (folder / MADE).open("wb") as out:
        shop = Workshop(processes=2, folder=folder / "chapters")
        made = typeset(value, attachments(value), out, seal_field=True, workshop=shop, progress=lambda part, *_: told.append(part))
    measure.figures = {"pages": made.pages, "MB": round((folder / MADE).stat().st_size / 1e6, 2), "times progress was told": len(told)}
    measure.peak_mib = peak_mib()
    return measure


def _beside_peers(group: str, number: int, tasks: Tasks, *, words: bool, repeat: int = 1) -> tuple[Bench, ...]:
    by = partial(partial, run, number=number, words=words)
    return (
        Bench(name=f"{group}, one process", group=group, run=by(make=partial(ours, tasks=tasks)), repeat=repeat),
        Bench(name=f"{group}, two processes", group=group, run=by(make=partial(ours, tasks=tasks, processes=2)), repeat=repeat),
        Bench(name=f"typst, {group}", group=group, run=by(make=typst), ours=False, lacks=LACKS_TYPST, repeat=repeat),
        Bench(name=f"ReportLab shaped, {group}", group=group, run=by(make=reportlab), ours=False, lacks=LACKS_REPORTLAB, repeat=repeat),
    )


_LARGE = "register of 100,000 signatures"
_TAGS = "tagging a register of 10,000"
_by = partial(partial, run, words=False)
BENCHES = (
    *_beside_peers("register of 10,000 signatures", 10_000, REGISTER, words=False, repeat=3),
    *_beside_peers("texts of 2,000 pledges", 2_000, TEXTS, words=True),
    Bench(name=f"{_LARGE}, one process", group=_LARGE, run=_by(number=100_000, make=partial(ours, tasks=REGISTER))),
    Bench(name=f"{_LARGE}, two processes", group=_LARGE, run=_by(number=100_000, make=partial(ours, tasks=REGISTER, processes=2))),
    Bench(name=f"{_LARGE}, one chapter in ten changed", group=_LARGE, run=_by(number=100_000, make=changed)),
    Bench(name="untagged", group=_TAGS, run=_by(number=10_000, make=untagged), repeat=3),
    Bench(name="tagged", group=_TAGS, run=_by(number=10_000, make=partial(ours, tasks=REGISTER)), repeat=3),
    Bench(name="240,000 pledges, whole", group="240,000 pledges", run=partial(apart, partial(whole, number=240_000)), promise_mib=600),
)
