"""What can go wrong in the domain: kinds, faults and the errors every layer may raise.

An error knows nothing of HTTP; one table in handlers maps its kind to a status.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar


class Kind(Enum):
    """The kinds of refusal a caller can act on differently."""

    MALFORMED = "malformed"
    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    CONFLICT = "conflict"
    IN_FLIGHT = "in_flight"
    STALE = "stale"
    UNCONDITIONAL = "unconditional"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One faulty field: a JSON Pointer into what was sent, a stable code, a Chinese sentence."""

    pointer: str
    code: str
    detail: str


class DomainError(Exception):
    """A refusal with a stable ``code``, a ``kind`` and a Chinese sentence for the person."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def __init__(self, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after = retry_after


class Invalid(DomainError):
    """What was sent breaks a rule; ``faults`` names every faulty field at once."""

    code = "invalid"
    kind = Kind.INVALID
    title = "提交的内容有误"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("".join(fault.detail for fault in faults))
        self.faults = tuple(faults)


class NotFound(DomainError):
    """It does not exist, or not for this caller: the two are never told apart."""

    code = "not_found"
    kind = Kind.NOT_FOUND
    title = "没有找到"

    def __init__(self, detail: str = "没有找到您要的内容，或您无权查看。") -> None:
        super().__init__(detail)


class Stale(DomainError):
    """Someone changed it since it was read; the detail says who."""

    code = "stale"
    kind = Kind.STALE
    title = "内容已被更新"


class TooMany(DomainError):
    """A rate limit; ``retry_after`` is in seconds."""

    code = "too_many"
    kind = Kind.TOO_MANY
    title = "操作过于频繁"


class Unavailable(DomainError):
    """An outside system did not serve us.

    ``permanent`` says whether trying again can help: a rejected signature or an unknown
    subject will be rejected again, a time-out may pass. ``unsent`` says that the call surely
    never reached the other side, so that trying again cannot do it twice.
    """

    code = "unavailable"
    kind = Kind.UNAVAILABLE
    title = "服务暂时不可用"

    def __init__(
        self,
        detail: str = "对方系统暂时无法响应，请稍后再试。",
        *,
        system: str,
        permanent: bool = False,
        retry_after: int = 30,
        unsent: bool = False,
    ) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.system = system
        self.permanent = permanent
        self.unsent = unsent
