"""A lecture as it is shown: what of it, since when, and what it is at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from domain.errors import DomainError, Kind, NotFound
from domain.lectures.programme import LiveKind, Programme
from domain.time import in_words
from domain.transactions import Conflict

KIND = "lecture"


def named(lecture_id: str) -> str:
    """What its files belong to."""
    return f"{KIND}:{lecture_id}"


def lecture_named(of: str) -> str:
    """The id of the lecture that files belong to; empty where that is none."""
    kind, _, lecture_id = of.partition(":")
    return lecture_id if kind == KIND else ""


class Withdrawn(DomainError):
    """It was shown and is not any more; whoever asks for it reads why."""

    code = "lecture_withdrawn"
    kind = Kind.GONE
    title = "讲座已下线"

    def __init__(self, reason: str) -> None:
        super().__init__(f"这个讲座已下线，不再提供观看。下线理由：{reason}")


class NotBegun(DomainError):
    """Its recording is there already, and is shown from when it begins."""

    code = "lecture_not_begun"
    kind = Kind.FORBIDDEN
    title = "讲座还没有开始"

    def __init__(self, begins_at: datetime) -> None:
        super().__init__(f"这个讲座 {in_words(begins_at)} 开始，请到时再来观看。")


class Standing(Enum):
    """Whether it is shown."""

    NEW = "new"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


STANDINGS: Mapping[Standing, str] = {
    Standing.NEW: "未发布",
    Standing.SHOWN: "已发布",
    Standing.WITHDRAWN: "已下线",
}


class Phase(Enum):
    """What it is at a moment."""

    UPCOMING = "upcoming"
    LIVE = "live"
    ENDED = "ended"
    REPLAY = "replay"


PHASES: Mapping[Phase, str] = {
    Phase.UPCOMING: "即将开始",
    Phase.LIVE: "直播中",
    Phase.ENDED: "已结束，暂无回放",
    Phase.REPLAY: "可回看",
}


def phase_of(programme: Programme, now: datetime) -> Phase:
    """By its times and whether there is a recording; without a live part it begins as a replay."""
    begins, ends = programme.begins_at, programme.ends_at
    held = programme.live_kind is not LiveKind.NONE
    if begins and now < begins:
        return Phase.UPCOMING
    if held and ends and now < ends:
        return Phase.LIVE
    return Phase.REPLAY if programme.recording else Phase.ENDED


def kept_back(programme: Programme, now: datetime) -> bool:
    """Whether it has a recording that waits for it to begin; slides alone may be read before."""
    begins = programme.begins_at
    return bool(programme.recording and begins and now < begins)


def require_begun(programme: Programme, now: datetime) -> None:
    """Raises NotBegun while it is kept back."""
    if programme.begins_at and kept_back(programme, now):
        raise NotBegun(programme.begins_at)


@dataclass(frozen=True, kw_only=True)
class Lecture:
    """One lecture. ``programme`` is that of the version ``version_id``, which was shown last.

    ``reason`` is why it was withdrawn; residents read it.
    """

    id: str
    created_at: datetime
    changed_at: datetime
    standing: Standing = Standing.NEW
    version_id: str = ""
    programme: Programme = field(default_factory=Programme)
    shown_at: datetime | None = None
    reason: str = ""
    revision: int = 0

    @property
    def tag(self) -> str:
        """Which state this is."""
        return f'"{self.revision}"'

    @property
    def shown(self) -> bool:
        """Whether anybody may see it."""
        return self.standing is Standing.SHOWN

    def showing(self, version_id: str, programme: Programme, *, now: datetime) -> "Lecture":
        """With another version; one that was withdrawn is shown again."""
        return replace(
            self,
            standing=Standing.SHOWN,
            version_id=version_id,
            programme=programme,
            shown_at=self.shown_at or now,
            changed_at=now,
            reason="",
            revision=self.revision + 1,
        )

    def withdrawn(self, *, reason: str, now: datetime) -> "Lecture":
        """Shown no more; raises Conflict."""
        if not self.shown:
            raise Conflict("这个讲座没有在展示，不能下线。")
        return replace(
            self,
            standing=Standing.WITHDRAWN,
            changed_at=now,
            reason=reason,
            revision=self.revision + 1,
        )


def ever_shown(lecture: Lecture | None, detail: str = "") -> Lecture:
    """One that is shown, or was; raises NotFound, which says ``detail`` where there is one."""
    if lecture is None or lecture.standing is Standing.NEW:
        raise NotFound(detail) if detail else NotFound
    return lecture


def require_shown(lecture: Lecture | None, detail: str = "") -> Lecture:
    """One that is shown; raises NotFound as ``ever_shown`` does, and Withdrawn."""
    found = ever_shown(lecture, detail)
    if not found.shown:
        raise Withdrawn(found.reason)
    return found
