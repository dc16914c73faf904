from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledges.domain.merkle import Tree, all_paths, root, verify_inclusion

# The leaves and roots of the reference implementation of Certificate Transparency (RFC 6962, the same tree as RFC 9162).
LEAVES = [
    bytes.fromhex(leaf) for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_the_reference_implementation(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert root([]) == sha256(b"").digest()


def test_the_path_is_that_of_the_reference_implementation() -> None:
    assert [beside.hex() for beside in Tree(LEAVES).path(5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def split_root(leaves: list[bytes]) -> bytes:
    """The tree as the RFC words it: split at the largest power of two below the size."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + split_root(leaves[:split]) + split_root(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=32), min_size=1, max_size=70))
def test_every_leaf_proves_its_place_under_the_root_as_the_rfc_words_it(leaves: list[bytes]) -> None:
    top = root(leaves)
    assert top == split_root(leaves)
    for index, path in enumerate(all_paths(leaves)):
        assert path == Tree(leaves).path(index)
        assert verify_inclusion(leaves[index], index=index, size=len(leaves), path=path, root=top)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=40, unique=True), st.data())
def test_no_other_leaf_place_size_or_path_is_taken(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    top, path, size = root(leaves), Tree(leaves).path(index), len(leaves)
    leaf, other = leaves[index], leaves[index - 1]
    flipped = [path[0][:-1] + bytes([path[0][-1] ^ 1]), *path[1:]]
    assert not verify_inclusion(other, index=index, size=size, path=path, root=top)
    assert not verify_inclusion(leaf, index=(index + 1) % size, size=size, path=path, root=top)
    assert not verify_inclusion(leaf, index=size, size=size, path=path, root=top)
    assert not verify_inclusion(leaf, index=-1, size=size, path=path, root=top)
    assert not verify_inclusion(leaf, index=index, size=size, path=path[:-1], root=top)
    assert not verify_inclusion(leaf, index=index, size=size, path=[*path, top], root=top)
    assert not verify_inclusion(leaf, index=index, size=size, path=flipped, root=top)


def test_a_leaf_that_the_tree_lacks_has_no_path() -> None:
    for index in (-1, 8):
        with pytest.raises(IndexError, match="no leaf"):
            Tree(LEAVES).path(index)
