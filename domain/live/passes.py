"""The live pass: what a socket shows first, got by who is signed in, good for a minute."""

from dataclasses import dataclass
from datetime import timedelta

from domain.errors import DomainError, Kind
from domain.live.following import Side

LASTS = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class LivePass:
    """Whose socket this will be, in which session."""

    side: Side
    who: str
    session_id: str


class PassRefused(DomainError):
    """The pass is none, or is over, or its session has ended."""

    code = "live_pass"
    kind = Kind.UNAUTHENTICATED
    title = "请重新连接"

    def __init__(self, detail: str = "实时连接凭据无效或已过期，请重新获取。") -> None:
        super().__init__(detail)
