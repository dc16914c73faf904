"""Keeps values on disk that are too many to be held in memory, and gives them back one by one."""

import os
import pickle
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Generic, TypeVar, overload

_Value = TypeVar("_Value")


class Spool(Sequence[_Value], Generic[_Value]):
    """A sequence whose values lie in a file without a name, which goes with it. Each access makes the value anew."""

    def __init__(self, folder: Path | None = None) -> None:
        """The file lies in `folder`, or where the system keeps such files, which may be memory."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115 (closed with the spool)
        self._starts, self._lengths = array("Q"), array("L")

    def append(self, value: _Value) -> None:
        """Add a value at the end; only before `arrange`."""
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._starts.append(self._file.tell())
        self._lengths.append(len(content))
        self._file.write(content)

    def arrange(self, order: Iterable[int]) -> None:
        """Bring the values into an order, given by the places where they were."""
        self._file.flush()
        chosen = list(order)
        self._starts = array("Q", [self._starts[place] for place in chosen])
        self._lengths = array("L", [self._lengths[place] for place in chosen])

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> _Value: ...
    @overload
    def __getitem__(self, place: slice) -> "Sequence[_Value]": ...
    def __getitem__(self, place: int | slice) -> "_Value | Sequence[_Value]":
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        content = os.pread(self._file.fileno(), self._lengths[place], self._starts[place])
        value: _Value = pickle.loads(content)  # noqa: S301 (written by `append` into a file that nobody else can open)
        return value

    def __iter__(self) -> Iterator[_Value]:
        return (self[place] for place in range(len(self)))

    def __del__(self) -> None:
        self._file.close()
