"""The sequence of live events: each gets the next whole number once it has committed.

A number given earlier would be read before a smaller one that commits later, and whoever reads
forward would miss that one. One sequencer at a time holds the lease; it numbers what has
committed, batch by batch, each batch in one transaction that checks its fence: no number is
given twice, and none is left out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.live.events import LiveEvent
from domain.transactions import Commit, LostLease, Unit

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class Place:
    """How far the sequence is. In another era numbers mean nothing of what they meant before."""

    era: str
    last: int


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """An event in its place."""

    number: int
    era: str
    streams: tuple[str, ...]
    kind: str
    about: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The sequencer's right to go on from ``last``."""

    fence: int
    era: str
    last: int


class SequenceStore(Protocol):
    """What the sequencer asks of the database."""

    async def prepare(self, holder: str) -> None:
        """Let there be a sequence; the first holder's random id is its first era."""

    async def claim(self, holder: str, era: str) -> Lease | None:
        """Hold the lease for some seconds more; None while another holds it.

        Who claims one that nobody has held for long begins the ``era``.
        """

    async def release(self, holder: str) -> None:
        """Let the lease go, if it is held."""

    async def waiting(self, most: int) -> Sequence[LiveEvent]:
        """Committed events without a number, the oldest first."""

    async def number(self, unit: Unit, lease: Lease, events: Sequence[LiveEvent]) -> None:
        """Give them the next numbers; raises LostLease when another has since."""


class History(Protocol):
    """The numbered events that are still kept."""

    async def place(self) -> Place:
        """How far the sequence is."""

    async def first(self) -> int | None:
        """The least number that is still kept; None when nothing is."""

    async def after(self, number: int, most: int) -> Sequence[Numbered]:
        """What comes after a number, in order."""

    async def of(
        self, names: Collection[str], *, after: int, upto: int, most: int
    ) -> Sequence[Numbered]:
        """What came in these streams after one number and up to another, in order."""


class Sequencer:
    """Numbers events; any number of processes may run one."""

    def __init__(
        self, *, store: SequenceStore, commit: Commit, holder: str, batch: int = BATCH
    ) -> None:
        self._store = store
        self._commit = commit
        self._holder = holder
        self._batch = batch
        self._lease: Lease | None = None

    @property
    def holds(self) -> bool:
        """Whether it had the lease when it looked last."""
        return self._lease is not None

    async def begin(self) -> None:
        """Before the first step."""
        await self._store.prepare(self._holder)

    async def hold(self, era: str) -> bool:
        """Get or keep the lease, which is to be asked for each second; whether it is held."""
        self._lease = await self._store.claim(self._holder, era)
        return self.holds

    async def step(self) -> bool:
        """Number one batch, if it is this one's to do; whether there may be more."""
        lease = self._lease
        if lease is None:
            return False
        events = await self._store.waiting(self._batch)
        if not events:
            return False

        async def work(unit: Unit) -> None:
            await self._store.number(unit, lease, events)

        # Whatever goes wrong, how far it is says only the database, at the next claim.
        self._lease = None
        try:
            await self._commit(work)
        except LostLease:
            return False
        last = lease.last + len(events)
        self._lease = Lease(fence=lease.fence, era=lease.era, last=last)
        return True

    async def end(self) -> None:
        """After the last step: another need not wait for the lease to run out."""
        self._lease = None
        await self._store.release(self._holder)
