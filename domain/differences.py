"""What differs between two texts: line by line, and inside a line by what is read as one.

A time, a number, a Latin word, an address or the Latin part of a file's name is one; every other
sign stands for itself, as Chinese is read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import Enum
from itertools import accumulate, zip_longest

# For each line or sign: to match one that is everywhere would take the square of them all, or more.
MOST_STEPS = 100
# Lines that have less in common are easier to read one after the other than interleaved.
ALIKE = 0.4
# 12:30, 2026-11-30, 1,000, slides_v2.pdf: nobody reads "12:3" with a "5" in the place of the "0".
ONE = re.compile(r"[0-9A-Za-zÀ-ɏ]+(?:[-.,:/_?&=#%~+@]+[0-9A-Za-zÀ-ɏ]+)*|.", re.DOTALL)


Code = tuple[str, int, int, int, int]


class Mark(Enum):
    """What became of a piece."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Some signs of a line."""

    mark: Mark
    text: str


Line = tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One field of the text, all of its lines."""

    label: str
    lines: tuple[Line, ...]

    @property
    def differs(self) -> bool:
        """Whether anything in it does."""
        return any(piece.mark is not Mark.SAME for line in self.lines for piece in line)


def compared(was: Mapping[str, str], now: Mapping[str, str]) -> tuple[Section, ...]:
    """Every field by its label, with what went and what came."""
    return tuple(
        Section(label=label, lines=tuple(_lines(was.get(label, ""), now[label]))) for label in now
    )


def _lines(was: str, now: str) -> Iterator[Line]:
    before, after = was.split("\n"), now.split("\n")
    for tag, i, j, k, m in _codes(before, after):
        if tag == "equal":
            yield from ((Piece(Mark.SAME, line),) for line in before[i:j])
        else:
            yield from _replaced(before[i:j], after[k:m])


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Lines in the place of others, each beside the one it replaces."""
    for was, now in zip_longest(before, after):
        if was is None:
            yield (Piece(Mark.NEW, now),)
        elif now is None:
            yield (Piece(Mark.GONE, was),)
        else:
            yield tuple(_pieces(was, now))


def _pieces(was: str, now: str) -> Iterator[Piece]:
    before, after = ONE.findall(was), ONE.findall(now)
    codes = _codes(before, after)
    same = sum(j - i for tag, i, j, _, _ in codes if tag == "equal")
    if 2 * same < ALIKE * (len(before) + len(after)):
        codes = [("replace", 0, len(before), 0, len(after))]
    for tag, i, j, k, m in codes:
        if i < j:
            yield Piece(Mark.SAME if tag == "equal" else Mark.GONE, "".join(before[i:j]))
        if k < m and tag != "equal":
            yield Piece(Mark.NEW, "".join(after[k:m]))


def _codes(before: Sequence[str], after: Sequence[str]) -> Sequence[Code]:
    """What became of each, as difflib's opcodes say it.

    What both begin and end with takes no matching.
    """
    begin = _common(before, after)
    end = _common(before[begin:][::-1], after[begin:][::-1])
    was, now = before[begin : len(before) - end], after[begin : len(after) - end]
    between = _Matcher(was, now).get_opcodes()
    return [
        ("equal", 0, begin, 0, begin),
        *((tag, i + begin, j + begin, k + begin, m + begin) for tag, i, j, k, m in between),
        ("equal", len(before) - end, len(before), len(after) - end, len(after)),
    ]


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many both begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((n for n, (was, now) in pairs if was != now), min(len(before), len(after)))


class _Matcher(SequenceMatcher[str]):
    """Finds what both have while its steps last; what they do not reach counts as replaced."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, before, after, autojunk=False)
        counts = Counter(after)
        self._until = [0, *accumulate(1 + counts[one] for one in before)]
        self._left = MOST_STEPS * (len(before) + len(after))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """The longest block; an empty one when to find it takes more steps than are left."""
        steps = self._until[-1 if ahi is None else ahi] - self._until[alo]
        if steps > self._left:
            return Match(alo, blo, 0)
        self._left -= steps
        return super().find_longest_match(alo, ahi, blo, bhi)
