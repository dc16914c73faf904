"""The archive: files that are written once and never changed."""

import fcntl
import filecmp
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"(?=.{1,100}\Z)[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")

_MAKING = ".making."


class ArchiveNameRefused(ValueError):
    """The name could leave the archive or hide in it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"not a name for the archive: {name!r}")


class ArchiveConflict(Exception):
    """The archive holds other bytes under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the archive already holds other bytes under {name}")


class Archive:
    """A directory of files named like `editions/3.fr.pdf`; whoever stores its name in a row saves the file first."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Where a file stands or would stand. Raises ArchiveNameRefused."""
        if not _NAME.fullmatch(name):
            raise ArchiveNameRefused(name)
        return self.root / name

    def open(self, name: str) -> BinaryIO:
        """The file, to be read. Raises ArchiveNameRefused, FileNotFoundError."""
        return self.path(name).open("rb")

    def save(self, name: str, data: bytes) -> None:
        """Keep the bytes, on disk when this returns; the same bytes again are no error. Raises ArchiveNameRefused, ArchiveConflict."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _write_temporary(path, data)
        try:
            self._link(temporary, name)
        finally:
            temporary.unlink()

    def take_in(self, name: str, file: Path) -> None:
        """Keep a finished file of a `workshop` under this name, as `save` does."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o600)
        with file.open("rb") as written:
            os.fsync(written.fileno())
        self._link(file, name)

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """A folder beside the archive's files, in which a large one is made; it is gone afterwards.

        What a process that was killed left behind is removed by the next that makes something: each locks its own folder.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with _locked(self.root):  # so that nobody sees a folder that is not locked yet
            for left in self.root.glob(f"{_MAKING}*"):
                with suppress(BlockingIOError, FileNotFoundError), _locked(left, wait=False):
                    shutil.rmtree(left, ignore_errors=True)
            own = tempfile.TemporaryDirectory(prefix=_MAKING, dir=self.root, ignore_cleanup_errors=True)
            lock = _lock(Path(own.name))
        try:
            with own as folder:
                yield Path(folder)
        finally:
            os.close(lock)

    def _link(self, file: Path, name: str) -> None:
        path = self.path(name)
        try:
            # A link, unlike a rename, never takes the place of a file that another process has just saved.
            path.hardlink_to(file)
        except FileExistsError:
            if not filecmp.cmp(path, file, shallow=False):
                raise ArchiveConflict(name) from None
        flush_directory(path.parent)


@contextmanager
def _locked(directory: Path, *, wait: bool = True) -> Iterator[None]:
    descriptor = _lock(directory, wait=wait)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(directory: Path, *, wait: bool = True) -> int:
    """Lock a directory for as long as the descriptor is open, or the process lives. Raises BlockingIOError: another has it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def replace_file(path: Path, data: bytes) -> None:
    """Write a whole file or none: readers see the old bytes or the new ones, also after a power cut. Only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _write_temporary(path, data)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink()
        raise
    flush_directory(path.parent)


def flush_directory(directory: Path) -> None:
    """Make new names in a directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_temporary(path: Path, data: bytes) -> Path:
    """A neighbour of `path` with the bytes on disk; its name begins with a dot, which no archive name does."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)
