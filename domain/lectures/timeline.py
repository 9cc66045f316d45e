"""Chapters and pages as an editor types them: a line each, a moment and what begins there."""

import re
from collections.abc import Iterator, Sequence

from domain.errors import Fault, Invalid
from domain.lectures.programme import MOST_CUES, Chapter, Cue

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
LINE = re.compile(
    r"(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)"
    r"(?:\.(?P<parts>\d{1,3}))?[ \t\u3000]+(?P<what>\S.*)"
)
PAGE = re.compile(r"第?\s*(\d{1,4})\s*页?")


def clock(at_ms: int) -> str:
    """A moment of a recording, as 1:02:03, 2:03 or 2:03.250."""
    seconds, parts = divmod(at_ms, SECOND)
    hours, minutes = divmod(seconds // 60, 60)
    text = f"{minutes}:{seconds % 60:02d}" if not hours else ""
    text = text or f"{hours}:{minutes:02d}:{seconds % 60:02d}"
    return f"{text}.{parts:03d}" if parts else text


def chapter_lines(chapters: Sequence[Chapter]) -> str:
    """As they are typed."""
    return "\n".join(f"{clock(one.at_ms)} {one.title}" for one in chapters)


def cue_lines(cues: Sequence[Cue]) -> str:
    """As they are typed."""
    return "\n".join(f"{clock(one.at_ms)} {one.page}" for one in cues)


def read_timeline(chapters: str, cues: str) -> tuple[tuple[Chapter, ...], tuple[Cue, ...]]:
    """Both as they were typed; raises Invalid naming every line that cannot be read."""
    faults: list[Fault] = []
    titled = tuple(_lines("chapters", "章节", chapters, faults))
    paged = []
    for number, at_ms, what in _lines("cues", "课件翻页", cues, faults):
        if page := PAGE.fullmatch(what):
            paged.append(Cue(at_ms=at_ms, page=int(page[1])))
        else:
            faults.append(_fault("cues", "课件翻页", number))
    if faults:
        raise Invalid(faults)
    return tuple(Chapter(at_ms=at, title=what) for _, at, what in titled), tuple(paged)


def proposed(changes: Sequence[int], pages: int) -> tuple[Cue, ...]:
    """A page for each change of the picture, in order, to be accepted or mended by a person."""
    moments = [0, *(one for one in changes if one > 0)]
    count = min(len(moments), pages, MOST_CUES)
    return tuple(Cue(at_ms=moments[n], page=n + 1) for n in range(count))


def _lines(name: str, label: str, text: str, faults: list[Fault]) -> Iterator[tuple[int, int, str]]:
    """Number, moment and words of each line that can be read; the others are faults."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.fullmatch(line.strip())
        if found is None:
            faults.append(_fault(name, label, number))
            continue
        parts = (found["parts"] or "0").ljust(3, "0")
        at_ms = int(found["hours"] or 0) * HOUR + int(found["minutes"]) * MINUTE
        yield number, at_ms + int(found["seconds"]) * SECOND + int(parts), found["what"].strip()


def _fault(name: str, label: str, number: int) -> Fault:
    example = "12:30 3" if name == "cues" else "12:30 常见问题"
    detail = f"“{label}”第 {number} 行无法识别，应为时间、空格、内容，如“{example}”。"
    return Fault(pointer=f"/{name}", code="line", detail=detail)
