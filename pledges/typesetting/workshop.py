"""Sets chapters, in several processes where that is worth it, and keeps what was set for the next time."""

import gc
import io
import logging
import os
import pickle
import shutil
import sys
import tempfile
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from itertools import accumulate, count
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from pledges.typesetting.binding import Place, Size, chapter_objects
from pledges.typesetting.chapter import Bookmark, Chapter, Target
from pledges.typesetting.composition import Composition, ContentsLine
from pledges.typesetting.fonts import cache_folder
from pledges.typesetting.output import Objects
from pledges.typesetting.pages.actions import theme_words_part, words_part
from pledges.typesetting.pages.index import index_part
from pledges.typesetting.pages.running import begin_draft, begin_page
from pledges.typesetting.pages.signatures import signatures_part
from pledges.typesetting.plan import Part, Task
from pledges.typesetting.words import Words

_AHEAD = 2
"""Chapters given to each process before the first is taken back: it never waits, and few are in memory."""
_MOST_KEPT = 2_000_000_000
"""Bytes that may be kept of chapters that were not used lately."""
_LIBRARIES = ("pyicu-wheels", "uharfbuzz", "fonttools", "pyphen", "reportlab")
_VALUES = {
    ("array", "_array_reconstructor"), ("array", "array"), ("pathlib", "PosixPath"), ("pledges.typesetting.binding", "Size"),
    ("pledges.typesetting.chapter", "Annotation"), ("pledges.typesetting.chapter", "Bookmark"), ("pledges.typesetting.chapter", "Chapter"),
    ("pledges.typesetting.chapter", "Target"), ("pledges.typesetting.composition", "ContentsLine"),
    ("pledges.typesetting.output", "Objects"), ("pledges.typesetting.plan", "Part"), ("pledges.typesetting.structure", "Structure"),
    ("pledges.typesetting.workshop", "MissingEntry"), ("pledges.typesetting.workshop", "Summary"),
}  # fmt: skip
"""All that a kept file is made of; a pickle that names anything else is not read, since it may come from another machine."""
_Made = TypeVar("_Made")
Offer = Callable[[Iterable[Task], Path], Iterator[Task]]
"""Lets others set tasks: gives the same tasks in their order, each once it has to be set here unless the folder holds it."""


class ChapterGone(Exception):
    """A chapter that was set is no longer in its folder: somebody emptied it meanwhile. What is set again finds the others there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"A chapter that was set before is no longer in {folder}: something else removes files there.")


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


def composition_for(language: str, *, draft: bool) -> Composition:
    """An empty chapter in a language of the document."""
    return Composition(Chapter(), Words(language), begin_draft if draft else begin_page)


def set_task(task: Task) -> Composition:
    """Set the pages of a task."""
    composition = composition_for(task.language, draft=task.draft)
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


def _keep(value: object, file: Path) -> None:
    """Write whole or not at all, since others may be writing the same; the hash in front tells later whether it is still whole."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    _write(sha256(content).digest() + content, file)


def _write(content: bytes, file: Path) -> None:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    Path(name).rename(file)


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a chapter")
        return super().find_class(module, name)


def _read(content: bytes) -> Any:
    return _Reader(io.BytesIO(content)).load()


def _whole(content: bytes) -> bytes | None:
    """What stands behind its hash; None if it was damaged."""
    return content[32:] if sha256(memoryview(content)[32:]).digest() == content[:32] else None


def _kept(file: Path) -> Any:
    """What was kept in a file; None if it is not there or was damaged."""
    try:
        content = file.read_bytes()
        os.utime(file)
    except FileNotFoundError:
        return None
    whole = _whole(content)
    try:
        return None if whole is None else _read(whole)
    except pickle.UnpicklingError:  # by another version of the library that wrote it
        return None


def chapter_file(task: Task, folder: Path) -> Path:
    """Where the chapter of a task is kept; its stem, 64 hexadecimal digits, stands for all that the bytes depend on."""
    return folder / f"{sha256(renderer() + repr(task).encode()).hexdigest()}.chapter"


def take_in(content: bytes, file: Path) -> None:
    """Keep a chapter that was set elsewhere, as `chapter_file` names it; what is damaged or no such chapter is left alone."""
    try:
        whole = _whole(content)
        summary, chapter = _read(whole) if whole is not None else (None, b"")
        ours = isinstance(summary, Summary) and summary.file.name == file.name and isinstance(_read(chapter), Chapter)
    except Exception:  # what is foreign may be unreadable in any way
        logging.getLogger(__name__).exception("a chapter that came from elsewhere cannot be read; it is set here")
        return
    if ours:
        _write(content, file)


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
    if kept := _kept(file):
        summary: Summary = replace(kept[0], file=file)  # it may have been set in another folder
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
    _keep((summary, pickle.dumps(chapter, pickle.HIGHEST_PROTOCOL)), file)
    return summary


@_unswept()
def bind(summary: Summary, place: Place) -> Path:
    """Write a chapter's objects under their numbers, unless they are kept; answers their file. Raises ChapterGone."""
    file = summary.file.with_suffix(f".{sha256(repr(place).encode()).hexdigest()[:32]}.objects")
    if _kept(file) is None:
        _, chapter = _there(summary.file)
        _keep(chapter_objects(_read(chapter), place), file)
    return file


def _there(file: Path) -> Any:
    """What was kept in a file a moment ago. Raises ChapterGone."""
    kept = _kept(file)
    if kept is None:
        file.unlink(missing_ok=True)  # where it is there and damaged, it is to be set again
        raise ChapterGone(file.parent)
    return kept


def _tidy(folder: Path) -> None:
    """Remove what was used longest ago, beyond what may be kept; never what was used in the hour before the last use of any."""
    used: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process finished writing it, or removed it
            told = path.stat()
            used.append((told.st_mtime, told.st_size, path))
    used.sort(reverse=True)
    sizes = accumulate(size for _, size, _ in used)
    for (moment, _, path), size in zip(used, sizes, strict=True):
        if size > _MOST_KEPT and moment < used[0][0] - 3600:
            path.unlink(missing_ok=True)


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
            _tidy(self._kept)

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
        return map(_there, self._in_order(bind, chapters))

    def _in_order(self, work: Callable[..., _Made], given: Iterable[tuple[Any, ...]]) -> Iterator[_Made]:
        if self._processes == 1:
            yield from (work(*one) for one in given)
            return
        if self._pool is None:
            context = get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
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
