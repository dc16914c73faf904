"""The tree of hashes by which anyone can check that a pledge stands in an edition (RFC 9162, sections 2.1.1 to 2.1.3).

A leaf here is the data that the tree hashes: for an edition, the 32 raw bytes of a fingerprint.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

_LEAF, _NODE = b"\x00", b"\x01"


def root(leaves: Sequence[bytes]) -> bytes:
    """The 32 bytes of the Merkle Tree Hash; that of no leaves is the SHA-256 of nothing."""
    return _levels(leaves)[-1][0] if leaves else sha256().digest()


class Tree:
    """A tree that is hashed once, for many paths."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self._levels = _levels(leaves)

    def path(self, index: int) -> list[bytes]:
        """The hashes beside the way from leaf `index` (from 0) up to the root. Raises IndexError."""
        return _path(self._levels, _within(index, len(self.leaves)))


def all_paths(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    """The inclusion path of every leaf, hashing the tree once."""
    return map(Tree(leaves).path, range(len(leaves)))


def verify_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the `size` leaves under `root` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, sha256(_LEAF + leaf).digest()
    for beside in path:
        if last == 0:
            return False
        if place % 2 or place == last:
            node = _join(beside, node)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            node = _join(node, beside)
        place, last = place // 2, last // 2
    return last == 0 and node == root


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """The tree from its leaf hashes up to its root; a last node without a neighbour rises as it is, which is the RFC's split."""
    levels = [[sha256(_LEAF + leaf).digest() for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_join(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[len(pairs) * 2 :])
    return levels


def _path(levels: list[list[bytes]], index: int) -> list[bytes]:
    beside = ((level, (index >> height) ^ 1) for height, level in enumerate(levels[:-1]))
    return [level[place] for level, place in beside if place < len(level)]


def _within(index: int, size: int) -> int:
    if not 0 <= index < size:
        raise IndexError(f"no leaf {index} among {size}")
    return index
