"""The moments at which the picture of a recording changes as a whole, as when a slide is turned.

The picture is looked at four times a second, as small as a stamp, each point of which stands for a
square of the screen. A turned slide changes squares all over it; a speaker in a corner or a pointer
changes few, and what moves on and on has to come to rest before it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageChops

from adapters.media.encoding import CANNOT, Source
from adapters.media.ffmpeg import THREADS, Broken, frames
from domain.files import UnfitFile
from domain.media.ports import Tell

A_SECOND = 4
WIDTH, HEIGHT = 64, 36
POINTS = WIDTH * HEIGHT
# By how much, of 255, a point differs that has changed.
POINT = 14
# The picture in fields; how many points of a hundred of a field change with it, and how many fields
# with a slide: a small picture of a speaker, wherever it stands, covers no more than four.
FIELDS, PART, MANY = (4, 4), 4, 5
CHANGED = [255 if difference >= POINT else 0 for difference in range(256)]
# What is still there after so many looks is no flash; what follows within so many belongs to it.
LASTS, CALM = 2, 8
TOLD_EACH = 60 * A_SECOND
MOST = 2000


@dataclass
class Watcher:
    """Looks at one picture after another, and keeps when they changed.

    ``standing`` is what was there when it was calm last, ``left`` when it began to be another.
    """

    found: list[int] = field(default_factory=list)
    seen: int = 0
    _before: Image.Image | None = None
    _standing: Image.Image | None = None
    _still: int = 0
    _left: int | None = None
    _last: int = -CALM

    def look(self, picture: bytes) -> None:
        """The next one."""
        now = Image.frombytes("L", (WIDTH, HEIGHT), picture)
        if self._before is None or self._standing is None:
            self._standing = now
        else:
            self._still = 0 if _differ(self._before, now) else self._still + 1
            self._compare(self._standing, now)
        self._before = now
        self.seen += 1

    def _compare(self, standing: Image.Image, now: Image.Image) -> None:
        if not _differ(standing, now):
            self._left = None
            return
        if self._left is None:
            self._left = self.seen
        if self._still < LASTS:
            return
        # What fades is another picture several times over.
        if self._left - self._last >= CALM:
            self.found.append(self._left * 1000 // A_SECOND)
            self._last = self._left
        self._standing, self._left = now, None


def _differ(one: Image.Image, other: Image.Image) -> bool:
    changed = ImageChops.difference(one, other).point(CHANGED)
    fields = changed.resize(FIELDS, Image.Resampling.BOX).tobytes()
    return sum(field * 100 >= PART * 255 for field in fields) >= MANY


async def find_changes(source: Source, *, tell: Tell) -> Sequence[int]:
    """In ms from the beginning, in order; at most 2,000. Raises UnfitFile."""
    watcher = Watcher()
    looks = max(source.probed.duration_ms * A_SECOND // 1000, 1)

    async def take(picture: bytes) -> None:
        watcher.look(picture)
        if watcher.seen % TOLD_EACH == 0:
            await tell(min(watcher.seen * 100 // looks, 100))

    # The last one stands on for a while, that it may be seen to be calm.
    small = f"fps={A_SECOND}:eof_action=pass,scale={WIDTH}:{HEIGHT}:flags=area,format=gray"
    small += f",tpad=stop={LASTS + 1}:stop_mode=clone"
    words = ["-loglevel", "error", "-threads", THREADS, *source.input.words, "-map", "0:V:0"]
    words += ["-vf", small, "-f", "rawvideo"]
    try:
        await frames(words, POINTS, seconds=source.seconds, take=take)
    except Broken:
        raise UnfitFile(CANNOT, because="cannot") from None
    return watcher.found[:MOST]
