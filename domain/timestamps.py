"""Proof of time: what a trusted time-stamp authority (RFC 3161) says of a digest."""

from enum import Enum
from typing import Protocol


class TimeStamp(Enum):
    """What stands about the time of a signed paper."""

    NONE = "none"
    """No authority was configured when it was made: the time is the signer's own statement."""
    PENDING = "pending"
    """The authority did not serve; the stamp is asked for again by itself."""
    STAMPED = "stamped"
    """An authority has confirmed when it existed."""


SENTENCES = {
    TimeStamp.NONE: "签章时间由本平台记录，未附可信时间戳。",
    TimeStamp.PENDING: "时间戳服务暂时没有响应，可信时间戳待补；签章本身有效，补上后可重新下载。",
    TimeStamp.STAMPED: "签章时间已由可信时间戳机构证明。",
}
WITHOUT = "这份文件未附可信时间戳；时间戳已在之后补上，可重新下载带时间戳的文件。"


class Stamps(Protocol):
    """The authority, as far as we need it."""

    async def stamp(self, digest: bytes) -> bytes:
        """The DER TimeStampToken over a SHA-256 digest, checked; raises Unavailable."""
