"""The address of a replay: itself the permission, for one person and lecture, for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import DomainError, Kind
from domain.lectures.lectures import kept_back
from domain.lectures.programme import Access, Programme
from domain.media.processing import POSTER

# Beyond twice the length of the recording, so that whoever pauses for long still sees its end.
BEYOND = timedelta(hours=1)


class NeedsSignIn(DomainError):
    """The replay is for who is signed in."""

    code = "replay_needs_sign_in"
    kind = Kind.FORBIDDEN
    title = "请先登录"

    def __init__(self) -> None:
        super().__init__("这个讲座的回放不对所有人公开，请登录后再打开。")


class NeedsRealName(DomainError):
    """The replay is for people whose name is proven."""

    code = "replay_needs_real_name"
    kind = Kind.FORBIDDEN
    title = "请先实名认证"

    def __init__(self) -> None:
        super().__init__("这个讲座的回放只供已实名的用户观看，请先完成实名认证，再回到这里。")


class NeedsRegistration(DomainError):
    """The replay is for people who registered."""

    code = "replay_needs_registration"
    kind = Kind.FORBIDDEN
    title = "请先报名"

    def __init__(self) -> None:
        super().__init__("这个讲座的回放只供已报名的用户观看；报名成功后，请回到这里打开。")


@dataclass(frozen=True, kw_only=True)
class Address:
    """What the secret of an address opens; the secret itself is known to whoever was given it."""

    secret: str
    lecture_id: str
    person_id: str
    session_id: str
    made_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is not over."""
        return now < self.expires_at


def lasting(duration_ms: int) -> timedelta:
    """How long the address of a recording of this length holds."""
    return 2 * timedelta(milliseconds=duration_ms) + BEYOND


def open_to_all(programme: Programme, *, asset_id: str, rendition: str, now: datetime) -> bool:
    """Whether a file of a lecture that is shown may be seen by everybody.

    The pictures that stand for it may, even where the replay is restricted or has not begun.
    """
    watched = programme.access is Access.PUBLIC and not kept_back(programme, now)
    if watched or asset_id == programme.cover:
        return asset_id in programme.files
    return asset_id == programme.recording and rendition == POSTER
