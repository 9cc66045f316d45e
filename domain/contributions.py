"""What is found here is contributed to the municipal platform, so that later reports say it.

What waits is known by the id of the thing; the worker hands over the thing as it stands then, under
its version. So an outage loses nothing, and what comes late or twice changes nothing there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Protocol

from domain.errors import NotFound, Stale, Unavailable
from domain.transactions import Act, Again, Conflict, Unit, ever_more_rarely
from domain.values import VerifiedIdentity

HAND_OVER = "contribution.hand_over"
# What becomes of a contribution does nothing to the thing it is of.
ACTS = tuple(f"contribution.{act}" for act in ("again", "taken", "refused", "dropped"))


class State(Enum):
    """How far it is."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    DROPPED = "dropped"


STATES: Mapping[State, str] = {
    State.WAITING: "待报送",
    State.TAKEN: "已接收",
    State.REFUSED: "未接收",
    State.DROPPED: "不再报送",
}


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """That something of this ``kind`` and id goes to the platform; ``version`` is its latest."""

    id: str
    kind: str
    version: int
    state: State
    changed_at: datetime
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the platform is told: of an organisation by uscc, of a person by identity.

    ``values`` are those of its list, by the platform's names, ``details`` what it has beside
    them; a withdrawn one leaves the list.
    """

    record_id: str
    version: int
    list: str
    uscc: str
    identity: VerifiedIdentity | None
    values: Mapping[str, str]
    withdrawn: bool
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def request_id(self) -> str:
        """The same for the same content."""
        return f"{self.record_id}-{self.version}"


class Store(Protocol):
    """Contributions."""

    async def get(self, contribution_id: str) -> Contribution | None:
        """By the id of the thing."""

    async def put(self, unit: Unit, contribution: Contribution) -> None:
        """In place of any before."""

    async def move(self, unit: Unit, contribution: Contribution, *, was: State) -> bool:
        """Save its new state; False when a later version waits meanwhile, or it moved on."""


class EntryOf(Protocol):
    """The things of one kind, narrowly."""

    async def __call__(self, thing_id: str, /) -> Entry | None:
        """As it is to be told now; None when it is gone."""


class Platform(Protocol):
    """The municipal platform, narrowly."""

    async def contribute(self, entry: Entry) -> None:
        """Have it taken; raises Unavailable, permanent if refused."""


class Contributions:
    """Leaving what is to be contributed, and handing it over."""

    def __init__(self, *, store: Store, platform: Platform, sources: Mapping[str, EntryOf]) -> None:
        self._store = store
        self._platform = platform
        self._sources = sources

    async def leave(self, unit: Unit, act: Act, *, kind: str, thing_id: str, version: int) -> None:
        """It is to be told from this version on; commits with what changed it."""
        waiting = Contribution(
            id=thing_id, kind=kind, version=version, state=State.WAITING, changed_at=act.at
        )
        await self._store.put(unit, waiting)
        await unit.send(act.message(HAND_OVER, thing_id))

    async def of(self, thing_id: str) -> Contribution | None:
        """How far it is; None for what was never to be told."""
        return await self._store.get(thing_id)

    async def again(self, act: Act, *, thing_id: str) -> None:
        """What the platform refused for good is handed over again, as it stands.

        Raises:
            NotFound: it was never to be told.
            Conflict: it was not refused.
        """
        one = await self._store.get(thing_id)
        if one is None:
            raise NotFound("没有要报送市平台的内容。")
        if one.state is not State.REFUSED:
            raise Conflict(f"报送状态是“{STATES[one.state]}”，不需要重新报送。")
        waiting = replace(one, state=State.WAITING, problem="", changed_at=act.at)

        async def work(unit: Unit) -> None:
            if not await self._store.move(unit, waiting, was=State.REFUSED):
                raise Stale("报送状态刚刚有了变动，请刷新后再操作。")
            await unit.audit(act.event("contribution.again", thing_id, version=str(one.version)))
            await unit.send(act.message(HAND_OVER, thing_id))

        await act.commit(work)

    async def work(self, act: Act, *, thing_id: str, attempt: int) -> Again | None:
        """Hand it over as it stands; ``Again`` while the platform does not serve."""
        one = await self._store.get(thing_id)
        if one is None or one.state is not State.WAITING:
            return None
        entry = await self._sources[one.kind](thing_id)
        if entry is None:
            await self._settle(act, replace(one, state=State.DROPPED, changed_at=act.at))
            return None
        try:
            await self._platform.contribute(entry)
        except Unavailable as outage:
            if not outage.permanent:
                return ever_more_rarely(attempt)
            refused = replace(one, state=State.REFUSED, problem=outage.detail, changed_at=act.at)
            await self._settle(act, refused)
            return None
        await self._settle(act, replace(one, state=State.TAKEN, changed_at=act.at))
        return None

    async def _settle(self, act: Act, one: Contribution) -> None:
        version = str(one.version)
        ended = {
            State.TAKEN: act.event("contribution.taken", one.id, version=version),
            State.REFUSED: act.event("contribution.refused", one.id, version=version),
            State.DROPPED: act.event("contribution.dropped", one.id, version=version),
        }

        async def work(unit: Unit) -> None:
            if await self._store.move(unit, one, was=State.WAITING):
                await unit.audit(ended[one.state])

        await act.commit(work)
