"""Stretches of a line of whole numbers, merged: what was played of a recording, what time went by.

A span reaches from its beginning up to, not including, its end; spans are kept in order and apart.
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import pairwise

Span = tuple[int, int]
Spans = tuple[Span, ...]


def merged(spans: Iterable[Span]) -> Spans:
    """Their union."""
    apart: list[Span] = []
    for start, end in sorted(one for one in spans if one[0] < one[1]):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return tuple(apart)


def length(spans: Sequence[Span]) -> int:
    """How much they cover."""
    return sum(end - start for start, end in spans)


def without(span: Span, spans: Sequence[Span]) -> Spans:
    """What of a span none of these covers."""
    left: list[Span] = []
    at, last = span
    for start, end in spans:
        if start >= last:
            break
        if at < start:
            left.append((at, start))
        at = max(at, end)
    if at < last:
        left.append((at, last))
    return tuple(left)


def within(span: Span, spans: Sequence[Span]) -> Spans:
    """What of a span these cover."""
    first, last = span
    return tuple(
        (max(start, first), min(end, last)) for start, end in spans if start < last and end > first
    )


def firsts(spans: Sequence[Span], covered: Spans) -> list[tuple[int, Span]]:
    """What each is the first to cover, by its place among them; in their order, then along it.

    One sweep: as long as it takes to sort them all, however they lie over each other.
    """
    claims = sorted(
        [(start, end, -1) for start, end in covered]
        + [(start, end, n) for n, (start, end) in enumerate(spans) if start < end],
        reverse=True,
    )
    cuts = sorted({at for start, end, _ in claims for at in (start, end)})
    open_: list[tuple[int, int]] = []
    found: list[tuple[int, Span]] = []
    for at, until in pairwise(cuts):
        while claims and claims[-1][0] <= at:
            _, end, n = claims.pop()
            heappush(open_, (n, end))
        while open_ and open_[0][1] <= at:
            heappop(open_)
        if not open_ or open_[0][0] < 0:
            continue
        first, begun = open_[0][0], at
        if found and (found[-1][0], found[-1][1][1]) == (first, at):
            begun = found.pop()[1][0]
        found.append((first, (begun, until)))
    return sorted(found)
