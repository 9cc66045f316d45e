"""WeChat's pushes: opened, kept and answered at once, acted on after, each of them once.

WeChat sends a push again until it is answered, each time under a new signature; what is inside
stays the same and tells a repeat. A push that is older than the window is refused, and so is one
whose content is older than what is remembered: the signature alone does not say which of its
numbers is the time, so a caught push might come back under another.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from domain.errors import DomainError, Kind, NotFound
from domain.pushes import Hear, Told
from domain.transactions import Act, Again, Commit, LostLease, Unit

T = TypeVar("T")

HEAR = "wechat_push.hear"

WINDOW = timedelta(minutes=5)
# What is older inside is refused; what is younger is remembered, longer than it is let in.
OLDEST = timedelta(days=6)
KEPT = timedelta(days=7)

# How a push ends that is not refused; a refused one ends by its reason.
KEPT_NOW = "kept"
REPEAT = "repeat"
UNHEARD = "unheard"


class PushRefused(DomainError):
    """Not a push of WeChat to this mini program, made just now; the reason is for operators."""

    code = "push_refused"
    kind = Kind.FORBIDDEN
    title = "推送未被接受"

    def __init__(self, reason: str) -> None:
        super().__init__("该推送不是微信刚刚发给本小程序的，或内容不完整。")
        self.reason = reason


class AlreadyKept(Exception):
    """A push of this identity was kept before."""


@dataclass(frozen=True, kw_only=True)
class Push:
    """One push, opened. ``identity`` is the same each time that WeChat sends it.

    ``kind`` is one of a few names; whatever else WeChat tells is ``other`` and tells nothing.
    """

    identity: str = field(repr=False)
    kind: str
    told: tuple[Told, ...]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One thing told by a push, until it is heard."""

    id: str
    told: Told


class OpenPushes(Protocol):
    """Checks and reads what comes to the push address."""

    def echo(self, query: Mapping[str, str], *, now: datetime) -> str:
        """What WeChat wants to hear to know the address for ours; raises PushRefused."""

    def open(self, query: Mapping[str, str], body: bytes, *, now: datetime) -> Push:
        """The push inside; raises PushRefused, and nothing else."""


class PushStore(Protocol):
    """What was pushed, by identity, and what of it is still to be heard."""

    async def keep(
        self, unit: Unit, push: Push, *, tellings: Sequence[Telling], at: datetime, until: datetime
    ) -> None:
        """Remember the push, and keep what it tells; raises AlreadyKept."""

    async def telling(self, telling_id: str) -> Told | None:
        """What is still to be heard; None once it was."""

    async def forget(self, unit: Unit, telling_id: str) -> bool:
        """It is heard; False when it was already."""


class ObservePush(Protocol):
    """Counts pushes."""

    def __call__(self, *, kind: str, outcome: str) -> None:
        """One push or one thing told came to this end."""


class PushInbox:
    """Receiving. Without ``opener`` no push is expected, and the address is not there."""

    def __init__(
        self, *, opener: OpenPushes | None, store: PushStore, observe: ObservePush
    ) -> None:
        self._opener = opener
        self._store = store
        self._observe = observe

    def echo(self, query: Mapping[str, str], *, now: datetime) -> str:
        """Answer WeChat's check of the address.

        Raises:
            NotFound, PushRefused.
        """
        opener = self._expected()
        return self._judged(lambda: opener.echo(query, now=now))

    async def receive(self, act: Act, *, query: Mapping[str, str], body: bytes) -> None:
        """Keep what is pushed, to be acted on after; a repeat changes nothing.

        Raises:
            NotFound, PushRefused.
        """
        opener = self._expected()
        push = self._judged(lambda: opener.open(query, body, now=act.at))
        tellings = [Telling(id=act.draw.id(), told=told) for told in push.told]

        async def work(unit: Unit) -> None:
            until = act.at + KEPT
            await self._store.keep(unit, push, tellings=tellings, at=act.at, until=until)
            for telling in tellings:
                await unit.send(act.message(HEAR, telling.id))

        try:
            await act.commit(work)
        except AlreadyKept:
            self._observe(kind=push.kind, outcome=REPEAT)
        else:
            self._observe(kind=push.kind, outcome=KEPT_NOW)

    def _expected(self) -> OpenPushes:
        if self._opener is None:
            raise NotFound("没有这个地址。")
        return self._opener

    def _judged(self, judge: Callable[[], T]) -> T:
        try:
            return judge()
        except PushRefused as refused:
            self._observe(kind="", outcome=refused.reason)
            raise


class Hearing:
    """Acting on what was kept, by a worker: each type of news has one listener."""

    def __init__(
        self, *, store: PushStore, listeners: Mapping[type[Told], Hear], observe: ObservePush
    ) -> None:
        self._store = store
        self._listeners = listeners
        self._observe = observe

    async def hear(self, act: Act, *, telling_id: str) -> Again | None:
        """Let it be heard; what was heard before a worker was killed is not heard again."""
        told = await self._store.telling(telling_id)
        if told is None:
            return None
        heard = _Heard(self._store, telling_id, act.commit)
        listener = self._listeners.get(type(told))
        if listener is None:
            self._observe(kind=type(told).__name__, outcome=UNHEARD)
        else:
            again = await listener(replace(act, commit=heard, apart=act.commit), told)
            if again is not None:
                heard.not_yet()
                return again
        if not heard.done:
            await heard(_nothing)
        return None


class _Heard:
    """The commit of a listener: its first one also says that the thing was heard."""

    def __init__(self, store: PushStore, telling_id: str, commit: Commit) -> None:
        self._store = store
        self._telling_id = telling_id
        self._commit = commit
        self.done = False

    async def __call__(self, work: Callable[[Unit], Awaitable[T]], /, *, turn: str = "") -> T:
        if self.done:
            return await self._commit(work, turn=turn)

        async def whole(unit: Unit) -> T:
            if not await self._store.forget(unit, self._telling_id):
                raise LostLease
            return await work(unit)

        result = await self._commit(whole, turn=turn)
        self.done = True
        return result

    def not_yet(self) -> None:
        """Raises TypeError for a listener that has committed: it would not be asked again."""
        if self.done:
            raise TypeError("a listener commits, or comes again: not both")


async def _nothing(_: Unit) -> None:
    """Nothing but that it was heard."""
