"""How much of a recording somebody truly watched: told by the player, believed by our own clock.

A player says which stretches it played. Each one's new part costs as long as it takes to play it;
what may be spent is the time that went by on the server since the sitting was last heard, and a
quarter more for clocks and networks that are not quite even. Time that one sitting spent is spent
for all of the person's sittings: two windows side by side count as one. So what is believed is
never more than 1.25 x the time spent with any sitting open x the speed, which counts as two at
the most. A player that was silent, offline, is believed when it tells, by the same rule.

Times of a recording, and of the clock, are whole milliseconds.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from domain.errors import Fault, Invalid, NotFound
from domain.lectures.spans import Span, Spans, firsts, length, merged, within, without

FASTEST = 2.0
# For each millisecond that went by, in quarters.
BELIEVED, QUARTERS = 5, 4
MOST_SEGMENTS = 200
MOST_LOOKS = 200
MOST_SITTINGS = 20
# Unspent time that one beat leaves to the next: as many as three may be late, and come after it.
LEFT_MS = 30_000
# After so long a silence there may be more to tell than one beat holds: it may follow at once.
SILENT_MS, TOLD_WITHIN = 30_000, timedelta(minutes=1)
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

    ``seen`` is what of it was truly played, ``spent`` the time of the clock that was counted
    already, as far back as a sitting may still tell of it; ``left_ms`` is what may still be spent.
    ``moved_at`` is when it stood at ``position_ms``; ``changed_at`` never goes back, whatever the
    clock does.
    """

    lecture_id: str
    person_id: str
    recording: str
    duration_ms: int
    slide_pages: int
    changed_at: datetime
    sittings: tuple[Sitting, ...] = ()
    seen: Spans = ()
    spent: Spans = ()
    left_ms: int = 0
    left_until: datetime | None = None
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

    def heard(self, sitting_id: str, beat: Beat, *, now: datetime) -> "Progress":
        """What a beat makes of it; told again it makes nothing.

        Raises:
            NotFound: there is no such sitting, or it is over.
            Invalid: the beat says what no player can.
        """
        sitting = next((one for one in self.sittings if one.id == sitting_id), None)
        if sitting is None:
            raise NotFound("这次观看已结束，请重新打开回放。")
        _check(beat)
        went = without((_clock(sitting.heard_at), _clock(now)), self.spent)
        seen, left = self._credited(beat.segments, self._left(now) + _believed(went))
        until = now + TOLD_WITHIN if length(went) > SILENT_MS else self.left_until
        sittings = self._sittings(sitting, beat, now)
        looked = {
            one.page for one in beat.looks if one.page <= self.slide_pages and one.ms >= LOOKED_MS
        }
        return replace(
            self if beat.number <= sitting.number else self._stands(beat, now),
            sittings=sittings,
            seen=seen,
            spent=_still_told(merged((*self.spent, *went)), sittings),
            left_ms=left if until and now <= until else min(left, LEFT_MS),
            left_until=until,
            pages=tuple(sorted(looked.union(self.pages))),
            changed_at=max(self.changed_at, now),
            revision=self.revision + 1,
        )

    def _left(self, now: datetime) -> int:
        """What an earlier beat left; of much only as long as there may be more to tell."""
        telling = self.left_until is not None and now <= self.left_until
        return self.left_ms if telling else min(self.left_ms, LEFT_MS)

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


def _believed(went: Spans) -> int:
    return length(went) * BELIEVED // QUARTERS


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


def _still_told(spent: Spans, sittings: Sequence[Sitting]) -> Spans:
    """Of the clock only what some sitting may still tell of is kept."""
    first = min(_clock(one.heard_at) for one in sittings)
    return within((first, max(first, spent[-1][1] if spent else first)), spent)


def _ms(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)


def _clock(at: datetime) -> int:
    return round(at.timestamp() * 1000)


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
