"""Stretches of a line of whole numbers, merged: what was played of a recording, what time went by.

A span reaches from its beginning up to, not including, its end; spans are kept in order and apart.
"""

from collections.abc import Iterable, Sequence

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
