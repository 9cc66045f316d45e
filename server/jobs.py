"""Background work: messages of the outbox, claimed one at a time by each worker."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from adapters.mongo.outbox import LEASE, Claimed, Outbox
from adapters.mongo.transactions import MongoTransactions
from domain.transactions import SYSTEM, Act, Again, Draw, LostLease

log = structlog.get_logger()

IDLE = timedelta(seconds=1)
AFTER_A_FAULT = timedelta(seconds=30)
RENEW = LEASE / 3
LONGEST = timedelta(minutes=10)

T = TypeVar("T")

Topic = Callable[[Act, Claimed], Coroutine[None, None, Again | None]]


class Workers:
    """Any number of processes may run them: each step happens once in the database."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        transactions: MongoTransactions,
        topics: Mapping[str, Topic],
        clock: Callable[[], datetime],
        draw: Draw,
        count: int,
    ) -> None:
        self._outbox = outbox
        self._transactions = transactions
        self._topics = topics
        self._clock = clock
        self._draw = draw
        self._count = count
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._tasks = [asyncio.create_task(self._run()) for _ in range(self._count)]

    async def stop(self) -> None:
        """End; what was in hand is taken over when its lease ends."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def work_once(self) -> bool:
        """Claim and work one message; False when none is due."""
        claimed = await self._outbox.claim(tuple(self._topics))
        if claimed is None:
            return False
        await self._work(claimed)
        return True

    async def _run(self) -> None:
        while True:
            try:
                worked = await self.work_once()
            except Exception as error:  # noqa: BLE001 - a worker outlives an outage of the database
                log.warning("worker_waits", error=type(error).__name__)
                worked = False
            if not worked:
                await self._wait()

    async def _wait(self) -> None:
        wake = self._transactions.wake
        try:
            await asyncio.wait_for(wake.wait(), IDLE.total_seconds())
        except TimeoutError:
            return
        wake.clear()

    async def _while_held(self, claimed: Claimed, work: Coroutine[None, None, T]) -> T:
        """Go on as long as the message is ours, renewing the lease on the way."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=RENEW.total_seconds())
                if not task.done() and not await self._outbox.renew(claimed):
                    raise LostLease
            return task.result()
        finally:
            task.cancel()

    async def _work(self, claimed: Claimed) -> None:
        act = Act(
            at=self._clock(),
            actor=SYSTEM,
            trace_id=claimed.trace_id,
            draw=self._draw,
            commit=self._transactions.fenced(claimed.id, claimed.fence),
        )
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                again = await self._while_held(claimed, self._topics[claimed.topic](act, claimed))
        except LostLease:
            log.warning("lease_lost", trace_id=claimed.trace_id, topic=claimed.topic)
            return
        except Exception as error:  # noqa: BLE001 - the message stays and is tried again
            log.error(  # noqa: TRY400 - a trace may quote personal data
                "message_failed",
                trace_id=claimed.trace_id,
                topic=claimed.topic,
                attempt=claimed.attempt,
                error=type(error).__name__,
            )
            again = Again(after=AFTER_A_FAULT)
        if again is None:
            await self._outbox.done(claimed)
        else:
            await self._outbox.again(claimed, after=again.after)
