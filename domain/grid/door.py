"""The partner's door: whose request is signed as agreed, just now, and for the first time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.errors import DomainError, Kind, NotFound
from domain.transactions import Act

SKEW = timedelta(seconds=300)
# As what the audit log knows the power company's system.
POWER_GRID = "power-grid"


class NotSigned(Exception):
    """The reason is for operators: one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CallbackRefused(DomainError):
    """Not a request of the partner's, made just now."""

    code = "bad_signature"
    kind = Kind.UNAUTHENTICATED
    title = "签名未通过"

    def __init__(self) -> None:
        super().__init__("该请求没有按约定签名、时间相差过大，或已经使用过。")


@dataclass(frozen=True)
class Signed:
    """A request that is the partner's."""

    nonce: str


class Checker(Protocol):
    """Judges signatures."""

    def check(
        self, *, method: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Signed:
        """The nonce of a request that is genuine and of now; raises NotSigned."""


class Nonces(Protocol):
    """What was used already."""

    async def use(self, nonce: str, *, until: datetime) -> bool:
        """False when it was used; remembered until then."""


class Door:
    """Lets the partner in. Without a ``checker`` there is no partner, and no such address."""

    def __init__(self, *, checker: Checker | None, nonces: Nonces) -> None:
        self._checker = checker
        self._nonces = nonces

    async def admit(
        self, act: Act, *, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Go on, once for each nonce.

        Raises:
            NotFound: there is no partner.
            CallbackRefused: not the partner's; it is recorded why.
        """
        if self._checker is None:
            raise NotFound("没有这个地址。")
        try:
            signed = self._checker.check(
                method=method, path=path, headers=headers, body=body, now=act.at
            )
        except NotSigned as refused:
            await note(act, POWER_GRID, refused.reason)
            raise CallbackRefused from refused
        # A time may lie ahead by the skew, and is then good for twice as long.
        if not await self._nonces.use(signed.nonce, until=act.at + 3 * SKEW):
            await note(act, POWER_GRID, "replayed")
            raise CallbackRefused


async def note(act: Act, object_id: str, because: str) -> None:
    """Keep that a request of the partner's, or of who says so, was refused."""
    event = act.event("grid.refused", object_id, because=because)
    await act.record(lambda unit: unit.audit(event))
