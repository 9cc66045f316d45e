"""The audit log's sealer, joined and run: beside the workers, in every process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from adapters.documents.audit_roots import RootSigner
from adapters.mongo.audit import MongoAudit
from adapters.mongo.audit_search import MongoAuditSearch
from adapters.mongo.audit_trail import MongoTrail
from domain.audit.sealing import Health, Sealing
from domain.audit.searching import AuditSearch
from domain.audit.trail import Trails
from domain.errors import Unavailable
from domain.timestamps import Stamps
from server.draw import SystemDraw
from server.ground import Ground

log = structlog.get_logger()

IDLE = timedelta(seconds=1)
LAST_WORD = timedelta(seconds=2)
SEALED_WITHIN = timedelta(minutes=1)
ROOTED_WITHIN = timedelta(hours=2)

Step = Callable[[], Awaitable[bool]]


class AuditSealer:
    """Seals and stamps until it is stopped; any number of processes may run one."""

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._tasks = [
            asyncio.create_task(self._run("seal", self._sealing.step)),
            asyncio.create_task(self._run("stamp", self._sealing.stamp)),
        ]

    async def stop(self) -> None:
        """End, and let the lease go; of who is killed it runs out."""
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if ended:
            with suppress(Exception):
                async with asyncio.timeout(LAST_WORD.total_seconds()):
                    await self._sealing.end()

    async def _run(self, what: str, step: Step) -> None:
        begun = False
        while True:
            more = False
            try:
                if not begun:
                    await self._sealing.begin()
                    begun = True
                more = await step()
            except Unavailable as outage:
                log.warning("audit_stamp_pending", system=outage.system)
            except Exception as error:  # noqa: BLE001 - it outlives an outage of the database
                log.warning("audit_waits", what=what, error=type(error).__name__)
            if not more:
                await asyncio.sleep(IDLE.total_seconds())


class AuditParts:
    """The store, the sealer over it, and what operators are told."""

    def __init__(self, ground: Ground, *, stamps: Stamps | None = None) -> None:
        self.search = AuditSearch(
            store=MongoAuditSearch(ground.database),
            trails=Trails(store=MongoTrail(ground.database, passing=())),
        )
        self.store = MongoAudit(ground.database)
        self.sealing = Sealing(
            store=self.store,
            commit=ground.transactions.plain(),
            signer=lambda: RootSigner(ground.paper_keys.current),
            holder=SystemDraw().id(),
            stamps=stamps,
        )
        self.sealer = AuditSealer(self.sealing)

    async def warnings(self, now: datetime) -> Sequence[str]:
        """What readiness says of the log."""
        return warnings(await self.store.health(), now)


def warnings(health: Health, now: datetime) -> Sequence[str]:
    """Whatever keeps the log from being sealed, signed and stamped in time."""
    told = []
    if health.oldest_unsealed is not None and now - health.oldest_unsealed > SEALED_WITHIN:
        told.append(
            f"{health.unsealed} audit events wait to be sealed, "
            f"the oldest since {health.oldest_unsealed:%Y-%m-%d %H:%M} UTC"
        )
    if health.last_root is not None and now - health.last_root > ROOTED_WITHIN:
        told.append(f"the last audit root was signed at {health.last_root:%Y-%m-%d %H:%M} UTC")
    if health.pending_stamps:
        told.append(f"{health.pending_stamps} audit roots wait for their time stamp")
    return told
