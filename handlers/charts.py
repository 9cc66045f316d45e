"""Small charts as inline SVG, made here and without a script; the numbers stand beside in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 360, 120
TOP, BOTTOM = 16, 18
GAP = 6
WIDEST = 40


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what stands below it and above it; None draws nothing, for there is nothing."""

    label: str
    value: int | None
    words: str


def columns(title: str, given: Sequence[Column], *, most: int) -> str:
    """Columns side by side, all of one scale from 0 to ``most``; none where there is no value.

    Who cannot see reads the words.
    """
    if all(one.value is None for one in given):
        return ""
    told = "；".join(f"{one.label} {one.words}" for one in given)
    width = min((WIDTH - GAP) // max(len(given), 1) - GAP, WIDEST)
    drawn = "".join(
        _column(one, GAP + number * (width + GAP), width, most) for number, one in enumerate(given)
    )
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-label="{escape(title)}：{escape(told)}">{_floor()}{drawn}</svg>'
    )


def curve(title: str, counts: Sequence[int], *, unit: str) -> str:
    """How many there were at each step, as one surface from left to right; none without steps.

    Who cannot see reads the first, the most, the least and the last.
    """
    if not counts:
        return ""
    most = max(*counts, 1)
    floor, tall, wide = HEIGHT - BOTTOM, HEIGHT - TOP - BOTTOM, WIDTH / len(counts)
    corners = [f"0,{floor}"]
    for number, count in enumerate(counts):
        top = floor - _scaled(count, most, tall)
        corners += [f"{number * wide:.1f},{top}", f"{(number + 1) * wide:.1f},{top}"]
    corners.append(f"{WIDTH},{floor}")
    told = f"开始 {counts[0]}，最多 {most}，最少 {min(counts)}，结尾 {counts[-1]}"
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'aria-label="{escape(title)}：{escape(told)}">{_floor()}'
        f'<polygon points="{" ".join(corners)}"/>'
        f'<text x="16" y="{HEIGHT - 4}">0 {escape(unit)}</text>'
        f'<text x="{WIDTH - 30}" y="{HEIGHT - 4}">{len(counts)} {escape(unit)}</text>'
        f'<text x="30" y="12">{most} 人</text></svg>'
    )


def share(value: int, *, most: int) -> str:
    """One bar beside a number that says the same."""
    return (
        '<svg class="share" aria-hidden="true" viewBox="0 0 100 8" preserveAspectRatio="none">'
        '<rect class="whole" width="100" height="8"/>'
        f'<rect width="{_scaled(value, most, 100)}" height="8"/></svg>'
    )


def _column(one: Column, left: int, width: int, most: int) -> str:
    middle = left + width // 2
    label = f'<text x="{middle}" y="{HEIGHT - 4}">{escape(one.label)}</text>'
    if one.value is None:
        return label
    tall = _scaled(one.value, most, HEIGHT - TOP - BOTTOM)
    top = HEIGHT - BOTTOM - tall
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{tall}"/>'
        f'<text x="{middle}" y="{top - 4}">{escape(one.words)}</text>{label}'
    )


def _floor() -> str:
    line = HEIGHT - BOTTOM
    return f'<line x1="0" y1="{line}" x2="{WIDTH}" y2="{line}"/>'


def _scaled(value: int, most: int, length: int) -> int:
    return round(length * min(max(value, 0), most) / most)
