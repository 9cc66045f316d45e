"""Proofs by kept heads: the same as by all leaves, and never wrong for what is kept wrongly."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.proving import NotProven
from domain.audit.roots import FIRST_PREVIOUS, Root, SignedRoot
from domain.audit.sealing import Leaf
from domain.audit.trail import KEPT_FROM, Trails
from domain.audit.tree import Frontier, PathTo
from domain.timestamps import TimeStamp

LONGEST = 5_000
LEAVES = [Leaf(event_id=str(number), content={"id": str(number)}) for number in range(LONGEST)]
HASHES = [leaf.hash() for leaf in LEAVES]


class Log:
    """So many leaves, one root over some of them."""

    def __init__(self, size: int, *, rooted: int) -> None:
        self.hashes = HASHES[:size]
        self.size = rooted
        self.kept: dict[tuple[int, int], bytes] = {}
        self.read = 0

    async def events_about(self, object_id: str, *, most: int) -> tuple[Sequence[Leaf], int]:
        return [LEAVES[int(object_id)]][:most], 0

    async def leaf_numbers(self, event_ids: Sequence[str]) -> Mapping[str, int]:
        return {one: int(one) for one in event_ids if int(one) < len(self.hashes)}

    async def rooted(self) -> int:
        return self.size

    async def root_over(self, leaf: int) -> SignedRoot | None:
        if leaf >= self.size:
            return None
        root = Root(
            installation="i",
            number=0,
            at=datetime(2026, 11, 23, tzinfo=UTC),
            size=self.size,
            head=Frontier().grown(HASHES[: self.size]).head,
            previous=FIRST_PREVIOUS,
            signer="s",
        )
        return SignedRoot(
            root=root, signature=b"s", certificate_pem="", stamping=TimeStamp.NONE, token=b""
        )

    async def leaf_hashes(self, first: int, end: int) -> Sequence[bytes]:
        self.read += end - first
        return self.hashes[first:end]

    async def head(self, level: int, index: int) -> bytes | None:
        return self.kept.get((level, index))

    async def keep_head(self, level: int, index: int, head: bytes) -> None:
        self.kept[level, index] = head


def by_all(leaf: int, size: int) -> tuple[bytes, ...]:
    path = PathTo()
    for number, one in enumerate(HASHES[:size]):
        path.push(one, mine=number == leaf)
    return path.path()


@given(data=st.data(), size=st.integers(1, LONGEST))
def test_a_path_is_that_of_all_leaves(data: st.DataObject, size: int) -> None:
    log = Log(LONGEST, rooted=size)
    for _ in range(3):
        leaf = data.draw(st.integers(0, size - 1))
        trail = asyncio.run(Trails(store=log).about(str(leaf), most=10))
        proof = trail.recorded[0].proof
        assert proof is not None
        assert proof.path == by_all(leaf, size)


def test_what_is_known_once_is_not_read_again() -> None:
    log = Log(LONGEST, rooted=LONGEST)
    asyncio.run(Trails(store=log).about("3000", most=10))
    assert log.read > LONGEST / 2
    log.read = 0
    asyncio.run(Trails(store=log).about("3001", most=10))
    assert log.read < 4 << KEPT_FROM


def test_what_is_kept_wrongly_is_passed_over() -> None:
    log = Log(LONGEST, rooted=LONGEST)
    asyncio.run(Trails(store=log).about("10", most=10))
    right = dict(log.kept)
    log.kept = {place: hashlib.sha256(head).digest() for place, head in right.items()}
    trail = asyncio.run(Trails(store=log).about("10", most=10))
    assert trail.recorded[0].proof is not None
    assert log.kept == right


def test_an_altered_or_missing_leaf_proves_nothing() -> None:
    log = Log(LONGEST, rooted=LONGEST)
    log.hashes[4_000] = hashlib.sha256(b"another").digest()
    with pytest.raises(NotProven):
        asyncio.run(Trails(store=log).about("10", most=10))
    assert log.kept == {}
    del log.hashes[4_000]
    with pytest.raises(NotProven):
        asyncio.run(Trails(store=log).about("10", most=10))


@pytest.mark.parametrize(("leaf", "sealed"), [(7, True), (20, False), (200, False)])
def test_an_event_that_no_root_covers_waits(leaf: int, sealed: bool) -> None:
    """With a leaf or without one."""
    trails = Trails(store=Log(100, rooted=20))
    trail = asyncio.run(trails.about(str(leaf), most=10))
    assert (trail.recorded[0].proof is not None) == sealed
    assert [one.sealed for one in asyncio.run(trails.listed(str(leaf), most=10))] == [sealed]
