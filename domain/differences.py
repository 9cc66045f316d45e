"""What differs between two texts: line by line, and inside a line by what is read as one.

A time, a number, a Latin word, an address or the Latin part of a file's name is one; every other
sign stands for itself, as Chinese is read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import zip_longest

# Longer lines are compared as a whole: to compare their signs may take seconds.
LONGEST_LINE = 600
# Lines that have less in common are easier to read one after the other than interleaved.
ALIKE = 0.4
# 12:30, 2026-11-30, 1,000, slides_v2.pdf: nobody reads "12:3" with a "5" in the place of the "0".
ONE = re.compile(r"[0-9A-Za-zÀ-ɏ]+(?:[-.,:/_?&=#%~+@]+[0-9A-Za-zÀ-ɏ]+)*|.", re.DOTALL)


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
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
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
    codes = [("replace", 0, len(before), 0, len(after))]
    if max(len(was), len(now)) <= LONGEST_LINE:
        both = SequenceMatcher(None, before, after, autojunk=False)
        if both.ratio() >= ALIKE:
            codes = list(both.get_opcodes())
    for tag, i, j, k, m in codes:
        if tag == "equal":
            yield Piece(Mark.SAME, "".join(before[i:j]))
            continue
        if i < j:
            yield Piece(Mark.GONE, "".join(before[i:j]))
        if k < m:
            yield Piece(Mark.NEW, "".join(after[k:m]))
