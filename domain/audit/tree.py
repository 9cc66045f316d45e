"""The Merkle tree of RFC 9162 (and 6962): grown at its edge, never hashed anew."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

EMPTY = hashlib.sha256().digest()


def leaf_hash(content: bytes) -> bytes:
    """A leaf is hashed apart from a node, so that neither passes for the other."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def canonical(value: Mapping[str, object]) -> bytes:
    """The one byte form of what is hashed, signed or exported: that of RFC 8785, without floats.

    Raises:
        ValueError: a lone surrogate, which has no UTF-8.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def instant(at: datetime) -> str:
    """UTC to the millisecond, as the log writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree: the heads of its complete subtrees, the largest first.

    It is all that is needed to go on, and holds at most one hash for each doubling of the size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Frontier":
        """The edge after more leaf hashes."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peak, below = leaf, size
            while below & 1:
                peak = node_hash(peaks.pop(), peak)
                below >>= 1
            peaks.append(peak)
            size += 1
        return Frontier(size, tuple(peaks))

    @property
    def head(self) -> bytes:
        """The hash of the whole tree."""
        if not self.peaks:
            return EMPTY
        head = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            head = node_hash(peak, head)
        return head


class PathTo:
    """Gathers the inclusion path of one leaf while the leaves pass by, from the first."""

    def __init__(self) -> None:
        self._size = 0
        self._peaks: list[tuple[bytes, bool]] = []  # each with whether the leaf is under it
        self._path: list[bytes] = []

    def push(self, leaf: bytes, *, mine: bool = False) -> None:
        """The next leaf hash; ``mine`` is the one whose path is wanted."""
        peak, below = (leaf, mine), self._size
        while below & 1:
            peak = _join(self._peaks.pop(), peak, self._path)
            below >>= 1
        self._peaks.append(peak)
        self._size += 1

    def path(self) -> tuple[bytes, ...]:
        """From the leaf up to the head of the tree as it is now."""
        path = list(self._path)
        head = self._peaks[-1]
        for peak in self._peaks[-2::-1]:
            head = _join(peak, head, path)
        return tuple(path)


def _join(
    left: tuple[bytes, bool], right: tuple[bytes, bool], path: list[bytes]
) -> tuple[bytes, bool]:
    if left[1]:
        path.append(right[0])
    elif right[1]:
        path.append(left[0])
    return node_hash(left[0], right[0]), left[1] or right[1]


def includes(*, head: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether a tree of this size and head has the leaf at this place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(other, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, other)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == head
