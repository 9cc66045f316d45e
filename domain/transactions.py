"""One act and what commits with it: the change, its audit event, its messages.

A store's write takes a ``Unit``; there is no other way to write. So a change cannot
commit without the transaction in which its audit event and its messages commit too.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol, TypeVar

from domain.errors import DomainError, Kind

T = TypeVar("T")

# No 0 O 1 I L: what is drawn to be read off a sheet or a screen, and typed by hand.
LEGIBLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SYSTEM = "system"
ANYONE = "anyone"
# The turn of what nobody has to wait for: whoever comes at one moment shares a transaction.
TOGETHER = "together"
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
DOUBLINGS = 10  # More of them would only make a number too large to be a time.


class Conflict(DomainError):
    """What was asked does not fit the state it is in now."""

    code = "conflict"
    kind = Kind.CONFLICT
    title = "当前状态不能这样操作"


class LostLease(Exception):
    """Another worker took this message over; nothing of ours may commit."""


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """What happened, in random ids and codes only: no personal data ever enters the audit log."""

    id: str
    at: datetime
    actor: str
    action: str
    object_id: str
    trace_id: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Message:
    """Work to be done after commit: a topic and the id of the object it concerns."""

    id: str
    topic: str
    object_id: str
    trace_id: str


class Unit(Protocol):
    """One open transaction."""

    async def audit(self, event: AuditEvent) -> None:
        """Append to the audit log."""

    async def send(self, message: Message) -> None:
        """Leave a message in the outbox; it is worked on once this commits."""


class Commit(Protocol):
    """Run ``work`` in one transaction; it may run again when transactions collide."""

    async def __call__(self, work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
        """Give back what ``work`` gave, once it is durable.

        Who names a ``turn`` goes after those who named it before, or with them: so none waits in
        vain. Raises Unavailable where it does not come in time. With ``TOGETHER`` those of this
        process share what a transaction costs, and no other process is waited for.
        """


class Draw(Protocol):
    """The chance an act may use."""

    def id(self) -> str:
        """A new UUIDv7."""

    def secret(self) -> str:
        """128 random bits, base64url, 22 characters."""

    def pick(self, alphabet: str, length: int) -> str:
        """``length`` characters drawn evenly from ``alphabet``."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act of one caller: who, when, with what chance, and how it commits.

    ``apart`` commits where ``commit`` also keeps the answer of a request.
    """

    at: datetime
    actor: str
    trace_id: str
    draw: Draw
    commit: Commit
    session_id: str = ""
    apart: Commit | None = None

    async def record(self, work: Callable[[Unit], Awaitable[T]]) -> T:
        """Keep what is to be known of an act that is refused."""
        return await (self.apart or self.commit)(work)

    def event(self, action: str, object_id: str, **facts: str) -> AuditEvent:
        """The audit event of this act."""
        return AuditEvent(
            id=self.draw.id(),
            at=self.at,
            actor=self.actor,
            action=action,
            object_id=object_id,
            trace_id=self.trace_id,
            facts=facts,
        )

    def message(self, topic: str, object_id: str) -> Message:
        """Work this act leaves for after its commit."""
        return Message(id=self.draw.id(), topic=topic, object_id=object_id, trace_id=self.trace_id)


@dataclass(frozen=True, kw_only=True)
class Again:
    """Work this message again after a while."""

    after: timedelta


def ever_more_rarely(attempt: int) -> Again:
    """From five seconds to ten minutes, twice as long after each attempt."""
    return Again(after=min(FIRST_WAIT * 2 ** min(attempt, DOUBLINGS), LONGEST_WAIT))


class NoticeKind(Enum):
    """What a notice is about; each is delivered as its person chose."""

    REPORT_READY = "report_ready"
    REPORT_FAILED = "report_failed"
    SHARE = "share"
    DELEGATION = "delegation"
    OBJECTION = "objection"
    PROMISE = "promise"
    ELECTRICITY = "electricity"
    USAGE = "usage"
    TICKET = "ticket"
    LECTURE = "lecture"
    ACCOUNT = "account"
    ERASURE = "erasure"
    OTHER = "other"


class Tell(Protocol):
    """How a room that changes something tells a person of it."""

    async def __call__(
        self,
        unit: Unit,
        act: Act,
        *,
        person_id: str,
        title: str,
        text: str,
        link: str = "",
        kind: NoticeKind = NoticeKind.OTHER,
        until: datetime | None = None,
    ) -> None:
        """Leave a notice that commits with the transaction; ``link`` is where to go on.

        The title may leave the house in a message, so it names nobody. From ``until`` on no
        message carries it: the inbox alone has it.
        """


class KeyReused(DomainError):
    """The same Idempotency-Key came with another request."""

    code = "idempotency_key_reused"
    kind = Kind.INVALID
    title = "重复的请求编号"

    def __init__(self) -> None:
        super().__init__("同一请求编号（Idempotency-Key）已用于另一项内容不同的操作。")


class InFlight(DomainError):
    """The same request is being worked on right now."""

    code = "in_flight"
    kind = Kind.IN_FLIGHT
    title = "请求正在处理"

    def __init__(self) -> None:
        super().__init__("同一请求正在处理，请稍后再查看结果。", retry_after=1)


@dataclass(frozen=True, kw_only=True)
class RequestKey:
    """Which request of which caller this is; ``content`` is what the key stands for."""

    caller: str
    key: str
    content: bytes
    at: datetime


class Transactions(Protocol):
    """Ways to commit."""

    def plain(self) -> Commit:
        """Just one transaction."""

    def once(self, key: RequestKey, render: Callable[[object], bytes]) -> Commit:
        """One transaction that also keeps what ``render`` makes of its result under the key.

        The commit raises InFlight while another holds the key.
        """

    def held(self, key: RequestKey) -> AbstractAsyncContextManager[None]:
        """Keep the key from others while something outside is asked before the commit.

        Entering raises InFlight while another holds it; a killed holder's is free in seconds.
        """

    async def replied(self, key: RequestKey) -> bytes | None:
        """The reply kept under the key; raises KeyReused for other content."""
