"""The trail of one thing: its events, each with its proof, without reading the whole log.

Heads of complete subtrees never change: each is computed once and kept, so that a proof reads a
few hundred leaves however long the log is. What is kept wrongly proves nothing: a proof that does
not lead to its root is not given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.audit.proving import NotProven, Proof
from domain.audit.roots import SignedRoot
from domain.audit.sealing import Leaf
from domain.audit.tree import Frontier, node_hash

# Up to this level a head is as cheap read from its leaves as kept.
KEPT_FROM = 8


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One event in the form that is hashed, with its proof; None until a root covers it."""

    event: Mapping[str, object]
    proof: Proof | None


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One event, and whether a signed root covers it."""

    event: Mapping[str, object]
    sealed: bool


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The number of an event's leaf, and the root over it; None until one is signed."""

    leaf: int
    root: SignedRoot | None


@dataclass(frozen=True, kw_only=True)
class Trail:
    """The events of one thing, the first first; ``earlier`` are left out for their number."""

    recorded: Sequence[Recorded]
    earlier: int


class TrailStore(Protocol):
    """The log, narrowly."""

    async def events_about(self, object_id: str, *, most: int) -> tuple[Sequence[Leaf], int]:
        """The last of its events, the first first, and how many there are before them."""

    async def leaf_numbers(self, event_ids: Sequence[str]) -> Mapping[str, int]:
        """The leaves of those that have one."""

    async def root_over(self, leaf: int) -> SignedRoot | None:
        """The first stamped root over the leaf, or the first one when none is."""

    async def rooted(self) -> int:
        """How many leaves the last root covers."""

    async def leaf_hashes(self, first: int, end: int) -> Sequence[bytes]:
        """Of the leaves from ``first`` on that are less than ``end``; fewer when some are gone."""

    async def head(self, level: int, index: int) -> bytes | None:
        """The kept head of a complete subtree."""

    async def keep_head(self, level: int, index: int, head: bytes) -> None:
        """Keep it."""


class Trails:
    """Reads trails."""

    def __init__(self, *, store: TrailStore) -> None:
        self._store = store

    async def about(self, object_id: str, *, most: int) -> Trail:
        """The trail of a thing.

        Raises:
            NotProven: the log was altered.
        """
        events, earlier = await self._store.events_about(object_id, most=most)
        numbers = await self._store.leaf_numbers([event.event_id for event in events])
        roots = await self._roots(sorted(numbers.values()))
        recorded = []
        for event in events:
            leaf = numbers.get(event.event_id)
            signed = roots.get(leaf) if leaf is not None else None
            proof = None
            if leaf is not None and signed is not None:
                proof = await self._proof(event, leaf, signed)
            recorded.append(Recorded(event=event.content, proof=proof))
        return Trail(recorded=recorded, earlier=earlier)

    async def listed(self, object_id: str, *, most: int) -> Sequence[Listed]:
        """The events of a thing without their proofs, the first first."""
        events, _ = await self._store.events_about(object_id, most=most)
        numbers = await self._store.leaf_numbers([event.event_id for event in events])
        size = await self._store.rooted()
        return [
            Listed(event=one.content, sealed=numbers.get(one.event_id, size) < size)
            for one in events
        ]

    async def seals(self, event_ids: Sequence[str]) -> Mapping[str, Sealed]:
        """How events are sealed, by id; what has no leaf yet is left out."""
        numbers = await self._store.leaf_numbers(event_ids)
        roots = await self._roots(sorted(numbers.values()))
        return {
            event_id: Sealed(leaf=leaf, root=roots.get(leaf)) for event_id, leaf in numbers.items()
        }

    async def proof(self, event: Leaf) -> Proof | None:
        """The proof of one event; None until a root covers it.

        Raises:
            NotProven: the log was altered.
        """
        seal = (await self.seals([event.event_id])).get(event.event_id)
        if seal is None or seal.root is None:
            return None
        return await self._proof(event, seal.leaf, seal.root)

    async def _roots(self, leaves: Sequence[int]) -> Mapping[int, SignedRoot]:
        """The root for each, as few as serve."""
        roots: dict[int, SignedRoot] = {}
        signed: SignedRoot | None = None
        for leaf in leaves:
            if signed is None or signed.root.size <= leaf:
                signed = await self._store.root_over(leaf)
            if signed is None:
                break
            roots[leaf] = signed
        return roots

    async def _proof(self, event: Leaf, leaf: int, signed: SignedRoot) -> Proof:
        """By what is kept, and when that does not lead to the root, by the leaves alone."""
        for by_kept in (True, False):
            walk = _Walk(self._store, by_kept=by_kept)
            path = await walk.path(leaf, 0, signed.root.size)
            proof = Proof(leaf=leaf, event=event.content, path=tuple(path), signed=signed)
            if proof.holds():
                for (level, index), head in walk.fresh.items():
                    await self._store.keep_head(level, index, head)
                return proof
        raise NotProven(f"leaf {leaf} does not lead to root {signed.root.number}")


class _Walk:
    """One way up; what it computed is kept once it has led to the root."""

    def __init__(self, store: TrailStore, *, by_kept: bool) -> None:
        self._store = store
        self._by_kept = by_kept
        self.fresh: dict[tuple[int, int], bytes] = {}

    async def path(self, leaf: int, first: int, end: int) -> list[bytes]:
        """From the leaf up to the head of the leaves from ``first`` to ``end`` (RFC 9162)."""
        if end - first == 1:
            return []
        middle = first + _half(end - first)
        if leaf < middle:
            return [*await self.path(leaf, first, middle), await self._head(middle, end)]
        return [*await self.path(leaf, middle, end), await self._head(first, middle)]

    async def _head(self, first: int, end: int) -> bytes:
        """Of the leaves from ``first`` to ``end``; ``first`` is where a subtree begins."""
        size = end - first
        level = size.bit_length() - 1
        if size <= 1 << KEPT_FROM:
            hashes = await self._store.leaf_hashes(first, end)
            if len(hashes) != size:
                raise NotProven(f"leaves are missing between {first} and {end - 1}")
            return Frontier().grown(hashes).head
        if size == 1 << level:
            return await self._whole(level, first >> level)
        middle = first + _half(size)
        return node_hash(await self._head(first, middle), await self._head(middle, end))

    async def _whole(self, level: int, index: int) -> bytes:
        """Of a complete subtree."""
        kept = await self._store.head(level, index) if self._by_kept else None
        if kept is not None:
            return kept
        first, half = index << level, 1 << (level - 1)
        left = await self._head(first, first + half)
        head = node_hash(left, await self._head(first + half, first + 2 * half))
        self.fresh[level, index] = head
        return head


def _half(size: int) -> int:
    """The largest power of two less than the size."""
    return 1 << ((size - 1).bit_length() - 1)
