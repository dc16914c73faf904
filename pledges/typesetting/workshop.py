"""Sets chapters, in several processes where that is worth it, and keeps what was set for the next time."""

import gc
import logging
import pickle
import shutil
import sys
import tempfile
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from itertools import count
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from pledges.typesetting.chapter import Bookmark, Chapter, Target
from pledges.typesetting.composition import Composition, ContentsLine
from pledges.typesetting.fonts import cache_folder
from pledges.typesetting.keeping import keep, kept, read, there, tidy, whole, write
from pledges.typesetting.output import Objects
from pledges.typesetting.pages.actions import theme_words_part, words_part
from pledges.typesetting.pages.index import index_part
from pledges.typesetting.pages.running import begin_draft, begin_page
from pledges.typesetting.pages.signatures import signatures_part
from pledges.typesetting.placing import Place, Size, chapter_objects
from pledges.typesetting.plan import Part, Task
from pledges.typesetting.words import Words

_AHEAD = 2
"""Chapters given to each process before the first is taken back: it never waits, and few are in memory."""
_LIBRARIES = ("pyicu-wheels", "uharfbuzz", "fonttools", "pyphen", "reportlab")
_Made = TypeVar("_Made")
Offer = Callable[[Iterable[Task], Path], Iterator[Task]]
"""Lets others set tasks: gives the same tasks in their order, each once it has to be set here unless the folder holds it."""


class ProcessEnded(Exception):
    """A process that set pages was ended from outside."""

    def __init__(self, processes: int) -> None:
        super().__init__(f"One of {processes} processes that set pages was ended from outside, most likely because memory ran out.")


class MissingEntry(NamedTuple):
    """An entry with characters that no font has; all but the characters is empty where they stand in the document's own words."""

    public_id: str
    government: str
    leader: str
    characters: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What the binder needs to know of a chapter; the chapter itself waits in a file. Targets count its own pages."""

    part: Part
    file: Path
    size: Size
    bookmarks: tuple[Bookmark, ...]
    contents: tuple[ContentsLine, ...]
    used: dict[str, frozenset[int]]
    missing: tuple[MissingEntry, ...]
    entries: int
    """How many entries, or lines of the index, it holds."""
    signed: tuple[Target, ...] = ()
    """Where each signature stands, in their order."""


def composition_for(language: str, names: Mapping[str, str], *, draft: bool) -> Composition:
    """An empty chapter in a language of the document, in which these countries have these names."""
    return Composition(Chapter(), Words(language, names), begin_draft if draft else begin_page)


def set_task(task: Task) -> Composition:
    """Set the pages of a task."""
    composition = composition_for(task.language, dict(task.names), draft=task.draft)
    if task.part is Part.SIGNATURES:
        signatures_part(composition, task.entries, task.legend)
    elif task.part is Part.INDEX:
        index_part(composition, task.lines, opens=task.opens, after=task.after)
    elif task.theme is None:
        words_part(composition, task.entries, opens=task.opens)
    else:
        theme_words_part(composition, task.entries, task.theme, opens=task.opens)
    return composition


@cache
def renderer() -> bytes:
    """Stands for all that makes the same task give other bytes: our code and words, fonts, libraries, Python with its Unicode and zlib."""
    digest = sha256(cache_folder().name.encode())
    for package in ("pledges.typesetting", "pledges.domain"):
        root = Path(str(resources.files(package)))
        for path in sorted(path for path in root.rglob("*") if path.suffix in {".py", ".json", ".csv"}):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    digest.update(" ".join([*libraries, sys.version, zlib.ZLIB_RUNTIME_VERSION]).encode())
    return digest.digest()


def chapter_file(task: Task, folder: Path) -> Path:
    """Where the chapter of a task is kept; its stem, 64 hexadecimal digits, stands for all that the bytes depend on."""
    return folder / f"{sha256(renderer() + repr(task).encode()).hexdigest()}.chapter"


def take_in(content: bytes, file: Path) -> None:
    """Keep a chapter that was set elsewhere, as `chapter_file` names it; what is damaged or no such chapter is left alone."""
    try:
        inside = whole(content)
        summary, chapter = read(inside) if inside is not None else (None, b"")
        ours = isinstance(summary, Summary) and summary.file.name == file.name and isinstance(read(chapter), Chapter)
    except Exception:  # what is foreign may be unreadable in any way
        logging.getLogger(__name__).exception("a chapter that came from elsewhere cannot be read; it is set here")
        return
    if ours:
        write(content, file)


@contextmanager
def _unswept() -> Iterator[None]:
    """Nothing looks for cycles of values meanwhile: a chapter makes a million values and no cycle, and a sixth of the time went to that."""
    sweeping = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeping:
            gc.enable()


def lay_out(task: Task, folder: Path) -> Summary:
    """Set a task unless it is kept in the folder."""
    file = chapter_file(task, folder)
    if known := kept(file):
        summary: Summary = replace(known[0], file=file)  # it may have been set in another folder
        return summary
    return set_anew(task, file)


@_unswept()
def set_anew(task: Task, file: Path) -> Summary:
    """Set a task and keep it in a file."""
    return finish(set_task(task), task.part, file, len(task.entries or task.lines))


def finish(composition: Composition, part: Part, file: Path, entries: int = 0) -> Summary:
    """Close a chapter and keep it in a file."""
    chapter = composition.document
    chapter.close()
    summary = Summary(
        part=part,
        file=file,
        size=Size.of(chapter),
        bookmarks=tuple(chapter.bookmarks),
        contents=tuple(composition.contents),
        used={key: frozenset(codes) for key, codes in sorted(chapter.used.items())},
        missing=tuple(
            MissingEntry(key, entry.government if entry else "", entry.leader_name if entry else "", "".join(characters))
            for key, (entry, characters) in composition.missing.items()
        ),
        entries=entries,
        signed=tuple(composition.signed),
    )
    keep((summary, pickle.dumps(chapter, pickle.HIGHEST_PROTOCOL)), file)
    return summary


@_unswept()
def bind(summary: Summary, place: Place) -> Path:
    """Write a chapter's objects under their numbers, unless they are kept; answers their file. Raises ChapterGone."""
    file = summary.file.with_suffix(f".{sha256(repr(place).encode()).hexdigest()[:32]}.objects")
    if not file.exists():  # whether it is whole is found when it is read
        _, chapter = there(summary.file)
        keep(chapter_objects(read(chapter), place), file)
    return file


def _context() -> BaseContext:
    """How processes are started: as copies of this one, which takes no time, where no other thread holds what they would wait for."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return get_context("fork")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


class Workshop:
    """Some processes and a folder. What was set before and is the same is taken from the folder; without one nothing is kept.

    With `offer` others may set chapters too. What is not worth keeping lies in `scratch`, or where the system keeps such files.
    """

    def __init__(self, *, processes: int = 1, folder: Path | None = None, offer: Offer | None = None, scratch: Path | None = None) -> None:
        self.scratch = scratch
        self.own: Path
        """Where chapters lie that are not worth keeping, from `with` on."""
        self._kept = folder
        self._count = count()
        self._processes = processes
        self._offer = offer
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        if self._kept:
            self._kept.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.own = Path(tempfile.mkdtemp(prefix="chapters-", dir=self.scratch))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        shutil.rmtree(self.own, ignore_errors=True)
        if self._kept:
            tidy(self._kept)

    def laid_out(self, tasks: Iterable[Task]) -> Iterator[Summary]:
        """The chapters of the tasks, in their order. Raises ProcessEnded."""
        folder = self._kept
        if folder is None:  # nothing to look for
            yield from self._in_order(set_anew, ((task, self.own / f"{next(self._count)}.chapter") for task in tasks))
            return
        offered = self._offer(tasks, folder) if self._offer else tasks
        yield from self._in_order(partial(lay_out, folder=folder), ((task,) for task in offered))

    def bound(self, chapters: Iterable[tuple[Summary, Place]]) -> Iterator[Objects]:
        """The objects of the chapters, in their order. Raises ChapterGone, ProcessEnded."""
        given = list(chapters)
        for one, file in zip(given, self._in_order(bind, given), strict=True):
            if (objects := kept(file)) is None:  # damaged
                file.unlink(missing_ok=True)
                objects = there(bind(*one))
            yield objects

    def _in_order(self, work: Callable[..., _Made], given: Iterable[tuple[Any, ...]]) -> Iterator[_Made]:
        if self._processes == 1:
            yield from (work(*one) for one in given)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, mp_context=_context())
        waiting: deque[Future[_Made]] = deque()
        try:
            for one in given:
                waiting.append(self._pool.submit(work, *one))
                if len(waiting) > self._processes * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            raise ProcessEnded(self._processes) from None
