"""How much of a recording somebody truly watched: told by the player, believed by our own clock.

A player says which stretches it played. Each one's new part costs as long as it takes to play it;
what may be spent is the time that went by on the server since the sitting was last heard, and a
quarter more for clocks and networks that are not quite even. Time that one sitting spent is spent
for all of the person's sittings, of whatever lecture: two windows side by side count as one. So
what is believed of all lectures together is never more than 1.25 x the time spent with any sitting
open x the speed, which counts as two at the most. A player that was silent, offline, is believed
when it tells, by the same rule, but for no longer than the address of its replay held. Pages of
the slides are looked at one after the other, and paid for with the same time once more.

Times of a recording, and of the clock, are whole milliseconds.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from domain.errors import Fault, Invalid, NotFound
from domain.lectures.addresses import lasting
from domain.lectures.hours import Hours
from domain.lectures.spans import Span, Spans, firsts, length, merged

FASTEST = 2.0
MOST_SEGMENTS = 200
MOST_LOOKS = 200
MOST_SITTINGS = 20
FRESH = timedelta(seconds=12)
# A recording is seldom as long as its length says to the millisecond.
REST_MS, TENTH = 2_000, 10
# More apart than anybody watches: what would make more of them is not counted. Gaps as short as
# these nobody skips on purpose; when there are so many stretches, they may be closed.
MOST_STRETCHES, GAP_MS = 1_000, 250
WHOLE = 100
VIEWED_MS = 30_000
# A page that was only leafed past was not looked at.
LOOKED_MS = 1_000
MINUTE_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch as it was played, at a speed."""

    from_ms: int
    to_ms: int
    speed: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Look:
    """A page of the slides that was shown for so long; less than a second is none."""

    page: int
    ms: int


@dataclass(frozen=True, kw_only=True)
class Beat:
    """What a player says every few seconds; ``number`` counts those of its sitting."""

    number: int
    position_ms: int
    playing: bool
    speed: float = 1.0
    segments: Sequence[Segment] = ()
    looks: Sequence[Look] = ()


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """A player that was opened: until when it has told, and the number of its last beat."""

    id: str
    heard_at: datetime
    number: int = -1


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One person's of one recording.

    ``seen`` is what of it was truly played. ``moved_at`` is when it stood at ``position_ms``;
    ``changed_at`` never goes back, whatever the clock does.
    """

    lecture_id: str
    person_id: str
    recording: str
    duration_ms: int
    slide_pages: int
    changed_at: datetime
    sittings: tuple[Sitting, ...] = ()
    seen: Spans = ()
    position_ms: int = 0
    moved_at: datetime | None = None
    playing: bool = False
    speed: float = 1.0
    pages: tuple[int, ...] = ()
    revision: int = 0

    @property
    def seen_ms(self) -> int:
        """How much was truly played."""
        return length(self.seen)

    @property
    def percent(self) -> int:
        """The same of the whole; all of it but the last two seconds is all."""
        if not self.duration_ms:
            return 0
        if self.seen_ms >= self.duration_ms - min(REST_MS, self.duration_ms // TENTH):
            return WHOLE
        return WHOLE * self.seen_ms // self.duration_ms

    @property
    def viewed(self) -> bool:
        """Whether it counts as a view: half a minute, or all of what is shorter."""
        return self.percent == WHOLE or self.seen_ms >= VIEWED_MS

    @property
    def minutes(self) -> frozenset[int]:
        """The minutes of the recording of which more than half was played."""
        played = Counter[int]()
        for start, end in self.seen:
            for minute in range(start // MINUTE_MS, (end - 1) // MINUTE_MS + 1):
                begins = minute * MINUTE_MS
                played[minute] += min(end, begins + MINUTE_MS) - max(start, begins)
        whole = self.duration_ms
        return frozenset(
            minute
            for minute, ms in played.items()
            if 2 * ms > min(MINUTE_MS, whole - minute * MINUTE_MS)
        )

    def resume_at(self, now: datetime) -> int:
        """Where to go on: where the player stands by now, if it was playing a moment ago."""
        since = now - (self.moved_at or now)
        if not self.playing or not timedelta() <= since <= FRESH:
            return self.position_ms
        played = _ms(since) * min(self.speed, FASTEST)
        return min(self.position_ms + int(played), self.duration_ms)

    def opened(self, sitting_id: str, *, now: datetime) -> "Progress":
        """With one more sitting; of many the one that was silent longest is over."""
        others = sorted(self.sittings, key=lambda one: one.heard_at)[1 - MOST_SITTINGS :]
        at = max(self.changed_at, now)
        return replace(
            self,
            sittings=(*others, Sitting(id=sitting_id, heard_at=at)),
            changed_at=at,
            revision=self.revision + 1,
        )

    def heard(
        self, sitting_id: str, beat: Beat, *, hours: Hours, now: datetime
    ) -> tuple["Progress", Hours]:
        """What a beat makes of it, and of the person's hours; told again it makes nothing.

        Raises:
            NotFound: there is no such sitting, or it is over.
            Invalid: the beat says what no player can.
        """
        sitting = next((one for one in self.sittings if one.id == sitting_id), None)
        if sitting is None:
            raise NotFound("这次观看已结束，请重新打开回放。")
        _check(beat)
        # Nobody plays on once the address is over, however long it is silent then.
        until = min(now, sitting.heard_at + lasting(self.duration_ms))
        hours = hours.went(sitting.heard_at, until, now=now)
        seen, left = self._credited(beat.segments, hours.left_ms)
        pages, looks_left = self._looked(beat.looks, hours.looks_left_ms)
        after = replace(
            self if beat.number <= sitting.number else self._stands(beat, now),
            sittings=self._sittings(sitting, beat, now),
            seen=seen,
            pages=pages,
            changed_at=max(self.changed_at, now),
            revision=self.revision + 1,
        )
        return after, hours.paid(left_ms=left, looks_left_ms=looks_left, now=now)

    def _looked(self, looks: Sequence[Look], left: int) -> tuple[tuple[int, ...], int]:
        """In the order told, until the time is spent; the pages, and what is left."""
        pages = set(self.pages)
        for one in looks:
            ms = min(one.ms, left)
            if one.page <= self.slide_pages and one.page not in pages and ms >= LOOKED_MS:
                pages.add(one.page)
                left -= ms
        return tuple(sorted(pages)), left

    def _credited(self, segments: Sequence[Segment], left: int) -> tuple[Spans, int]:
        """In the order told, until the time is spent; what is played, and what is left."""
        seen, left = _with_room(self.seen, len(segments), left)
        played = [(one.from_ms, min(one.to_ms, self.duration_ms)) for one in segments]
        # Where a stretch begins or ends; what joins another has its edges twice, that is not.
        edges = {edge for stretch in seen for edge in stretch}
        for n, (start, end) in firsts(played, seen):
            if not left:
                break
            speed = min(segments[n].speed, FASTEST)
            taken = min(end - start, int(left * speed))
            if not taken:
                continue
            edges ^= {start, start + taken}
            if len(edges) > 2 * MOST_STRETCHES:
                edges ^= {start, start + taken}
                continue
            left = max(left - math.ceil(taken / speed), 0)
        along = iter(sorted(edges))
        return tuple(zip(along, along, strict=True)), left

    def _stands(self, beat: Beat, now: datetime) -> "Progress":
        """Where whoever told last stands; a beat that was overtaken does not say."""
        return replace(
            self,
            position_ms=min(beat.position_ms, self.duration_ms),
            moved_at=now,
            playing=beat.playing,
            speed=beat.speed,
        )

    def _sittings(self, sitting: Sitting, beat: Beat, now: datetime) -> tuple[Sitting, ...]:
        after = replace(
            sitting,
            heard_at=max(sitting.heard_at, now),
            number=max(sitting.number, beat.number),
        )
        return tuple(after if one is sitting else one for one in self.sittings)


def _with_room(seen: Spans, more: int, left: int) -> tuple[Spans, int]:
    """With room for so many more: where there is none, the shortest gaps count as played.

    A player that begins each stretch a little late leaves gaps that nobody skipped, one in every
    beat. They cost what they are long at the fastest: so nobody gains by leaving some.
    """
    wanted = len(seen) + more - MOST_STRETCHES
    if wanted <= 0:
        return seen, left
    gaps = [(after[0] - before[1], before[1], after[0]) for before, after in pairwise(seen)]
    closed: list[Span] = []
    for ms, start, end in sorted(gaps)[:wanted]:
        cost = math.ceil(ms / FASTEST)
        if ms > GAP_MS or cost > left:
            break
        closed.append((start, end))
        left -= cost
    return merged((*seen, *closed)), left


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def _check(beat: Beat) -> None:
    faults = [*_segment_faults(beat.segments), *_look_faults(beat.looks)]
    if beat.number < 0 or beat.position_ms < 0:
        faults.append(_fault("/position_ms", "negative", "播放位置和编号不能小于 0。"))
    if not 0 < beat.speed < math.inf:
        faults.append(_fault("/speed", "speed", "播放速度应大于 0。"))
    if faults:
        raise Invalid(faults)


def _segment_faults(segments: Sequence[Segment]) -> Iterator[Fault]:
    if len(segments) > MOST_SEGMENTS:
        yield _fault("/segments", "too_many", f"一次最多上报 {MOST_SEGMENTS} 段。")
    for n, one in enumerate(segments[:MOST_SEGMENTS]):
        if not 0 <= one.from_ms <= one.to_ms:
            yield _fault(f"/segments/{n}", "order", f"第 {n + 1} 段的起止时间不正确。")
        if not 0 < one.speed < math.inf:
            yield _fault(f"/segments/{n}/speed", "speed", f"第 {n + 1} 段的速度应大于 0。")


def _look_faults(looks: Sequence[Look]) -> Iterator[Fault]:
    if len(looks) > MOST_LOOKS:
        yield _fault("/looks", "too_many", f"一次最多上报 {MOST_LOOKS} 页。")
    for n, one in enumerate(looks[:MOST_LOOKS]):
        if one.page < 1 or one.ms < 0:
            yield _fault(f"/looks/{n}", "page", f"第 {n + 1} 项的页码或时长不正确。")


def _fault(pointer: str, code: str, detail: str) -> Fault:
    return Fault(pointer=pointer, code=code, detail=detail)
