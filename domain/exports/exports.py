"""An export and what becomes of it: requested, in the making, ready for seven days, or failed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from domain.time import in_words
from domain.transactions import Conflict

KEPT = timedelta(days=7)
FAILED = "多次尝试后仍未能制作完成，请重新申请；如再次失败，请联系信用服务窗口。"


class State(Enum):
    """Where an export stands."""

    REQUESTED = "requested"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


UNFINISHED = frozenset({State.REQUESTED, State.MAKING})


class ExportGone(Exception):
    """It was removed while being made, as with the account it is of."""


class NotReady(Conflict):
    """There is no archive yet, or none any more."""

    code = "export_not_ready"
    title = "数据文件目前不能下载"


@dataclass(frozen=True, kw_only=True)
class Made:
    """An archive as it is kept: how many parts, how many bytes, their SHA-256, whose reports."""

    parts: int
    size: int
    sha256: str
    reports: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Export:
    """One export. ``reports`` are the credit reports whose content is in it."""

    id: str
    person_id: str
    requested_at: datetime
    expires_at: datetime
    state: State = State.REQUESTED
    reason: str = ""
    ready_at: datetime | None = None
    made: Made = Made(parts=0, size=0, sha256="", reports=())
    revision: int = 0

    def holds(self, now: datetime) -> bool:
        """Whether it is still there."""
        return now < self.expires_at

    def making(self) -> "Export":
        """A worker has begun."""
        return replace(self, state=State.MAKING, revision=self.revision + 1)

    def ready(self, made: Made, *, now: datetime) -> "Export":
        """The archive is there, for seven days."""
        return replace(
            self,
            state=State.READY,
            made=made,
            ready_at=now,
            expires_at=now + KEPT,
            revision=self.revision + 1,
        )

    def failed(self) -> "Export":
        """It could not be made; the reason is a sentence for the person."""
        return replace(self, state=State.FAILED, reason=FAILED, revision=self.revision + 1)


def requested(*, export_id: str, person_id: str, now: datetime) -> Export:
    """A new one."""
    return Export(id=export_id, person_id=person_id, requested_at=now, expires_at=now + KEPT)


def state_text(export: Export) -> str:
    """What the state is and what comes next, for the person."""
    match export.state:
        case State.REQUESTED:
            return "已受理，正在排队制作，完成后会发消息告诉您。"
        case State.MAKING:
            return "正在制作，完成后会发消息告诉您。"
        case State.READY:
            return f"已制作完成，可下载至{in_words(export.expires_at)}，之后自动删除。"
        case State.FAILED:
            return export.reason
