"""Keeps what was set in files, which may come from another machine, and finds out whether they are still whole."""

import io
import os
import pickle
import tempfile
from contextlib import suppress
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

_MOST_KEPT = 2_000_000_000
"""Bytes that may be kept of chapters that were not used lately."""
_VALUES = {
    ("array", "_array_reconstructor"), ("array", "array"), ("pathlib", "PosixPath"), ("pledges.typesetting.placing", "Size"),
    ("pledges.typesetting.chapter", "Annotation"), ("pledges.typesetting.chapter", "Bookmark"), ("pledges.typesetting.chapter", "Chapter"),
    ("pledges.typesetting.chapter", "Target"), ("pledges.typesetting.composition", "ContentsLine"),
    ("pledges.typesetting.output", "Objects"), ("pledges.typesetting.plan", "Part"), ("pledges.typesetting.structure", "Structure"),
    ("pledges.typesetting.workshop", "MissingEntry"), ("pledges.typesetting.workshop", "Summary"),
}  # fmt: skip
"""All that a kept file is made of; a pickle that names anything else is not read, since it may come from another machine."""


class ChapterGone(Exception):
    """A chapter that was set is no longer in its folder: somebody emptied it meanwhile. What is set again finds the others there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"A chapter that was set before is no longer in {folder}: something else removes files there.")


def keep(value: object, file: Path) -> None:
    """Write whole or not at all, since others may be writing the same; the hash in front tells later whether it is still whole."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    write(sha256(content).digest() + content, file)


def write(content: bytes, file: Path) -> None:
    """Write whole or not at all what has its hash in front already."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".writing-")
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    Path(name).rename(file)


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a chapter")
        return super().find_class(module, name)


def read(content: bytes) -> Any:
    """The value of a pickle. Raises UnpicklingError, among others, where it is made of anything else."""
    return _Reader(io.BytesIO(content)).load()


def whole(content: bytes) -> bytes | None:
    """What stands behind its hash; None if it was damaged."""
    return content[32:] if sha256(memoryview(content)[32:]).digest() == content[:32] else None


def kept(file: Path) -> Any:
    """What was kept in a file; None if it is not there or was damaged."""
    try:
        content = file.read_bytes()
        os.utime(file)
    except FileNotFoundError:
        return None
    inside = whole(content)
    try:
        return None if inside is None else read(inside)
    except pickle.UnpicklingError:  # by another version of the library that wrote it
        return None


def there(file: Path) -> Any:
    """What was kept in a file a moment ago. Raises ChapterGone."""
    value = kept(file)
    if value is None:
        file.unlink(missing_ok=True)  # where it is there and damaged, it is to be set again
        raise ChapterGone(file.parent)
    return value


def tidy(folder: Path) -> None:
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
