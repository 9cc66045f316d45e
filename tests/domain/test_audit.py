"""The Merkle tree of the audit log: published vectors, and proofs that hold for any tree."""

import hashlib
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.tree import EMPTY, Frontier, PathTo, includes, leaf_hash, node_hash

# Of RFC 6962's reference implementation (certificate-transparency, merkle_tree_test).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def defined(leaves: list[bytes]) -> bytes:
    """The head by the definition of RFC 9162, 2.1.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(defined(leaves[:half]), defined(leaves[half:]))


def path_to(index: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    path = PathTo()
    for number, leaf in enumerate(leaves):
        path.push(leaf, mine=number == index)
    return path.path()


def test_the_published_vectors_hold() -> None:
    assert hashlib.sha256(b"").digest() == EMPTY == Frontier().head
    leaves = [leaf_hash(content) for content in INPUTS]
    grown = [Frontier().grown(leaves[:size]).head.hex() for size in range(1, len(leaves) + 1)]
    assert grown == HEADS


@given(size=st.integers(1, 700), cuts=st.lists(st.integers(1, 90), max_size=9))
def test_a_tree_grown_in_any_steps_is_the_tree_of_the_definition(
    size: int, cuts: list[int]
) -> None:
    leaves = leaves_of(size)
    rest, frontier = leaves, Frontier()
    for cut in cuts:
        frontier, rest = frontier.grown(rest[:cut]), rest[cut:]
    frontier = frontier.grown(rest)
    assert frontier.size == size
    assert len(frontier.peaks) == size.bit_count()
    assert frontier.head == defined(leaves)


@given(data=st.data(), size=st.integers(1, 700))
def test_every_path_leads_to_the_head_and_to_no_other_place(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    head, path = defined(leaves), path_to(index, leaves)
    assert includes(head=head, size=size, index=index, leaf=leaves[index], path=path)
    other = data.draw(st.integers(-2, size + 2).filter(lambda place: place != index))
    assert not includes(head=head, size=size, index=other, leaf=leaves[index], path=path)
    assert not includes(head=head, size=size, index=index, leaf=leaf_hash(b"x"), path=path)
    assert not includes(
        head=head, size=size, index=index, leaf=leaves[index], path=(*path, leaves[0])
    )
    if path:
        cut = data.draw(st.integers(0, len(path) - 1))
        changed = (*path[:cut], leaf_hash(b"x"), *path[cut + 1 :])
        shorter = (*path[:cut], *path[cut + 1 :])
        for wrong in (changed, shorter):
            assert not includes(head=head, size=size, index=index, leaf=leaves[index], path=wrong)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 9, 255, 256, 257])
def test_every_leaf_of_a_tree_has_its_path(size: int) -> None:
    leaves = leaves_of(size)
    head = defined(leaves)
    for index in range(size):
        path = path_to(index, leaves)
        assert includes(head=head, size=size, index=index, leaf=leaves[index], path=path)


def test_a_node_never_passes_for_a_leaf() -> None:
    left, right = leaves_of(2)
    assert reduce(node_hash, (left, right)) != leaf_hash(left + right)
