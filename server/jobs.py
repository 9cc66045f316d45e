"""Background work: messages of the outbox, claimed one at a time, so many of each topic at once.

A topic that is slow fills its own places only; others go on. A fault is tried again ever more
rarely, and after ``MOST_FAILURES`` in a row the message is put aside for an operator.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from adapters.mongo.outbox import LEASE, Claimed, Outbox
from adapters.mongo.transactions import MongoTransactions
from domain.errors import Unavailable
from domain.transactions import SYSTEM, Act, Again, Draw, LostLease, ever_more_rarely

log = structlog.get_logger()

IDLE = timedelta(seconds=1)
GIVEN_WAY = timedelta(milliseconds=200)
AFTER_A_FAULT = timedelta(seconds=30)
LONGEST_AFTER_A_FAULT = timedelta(minutes=10)
# At 30 seconds to ten minutes between them, more than two hours: time to mend a deployment.
MOST_FAILURES = 20
WORKER_LOST = "WorkerLost"
RENEW = LEASE / 3
LONGEST = timedelta(minutes=10)

T = TypeVar("T")

Topic = Callable[[Act, Claimed], Coroutine[None, None, Again | None]]


class Workers:
    """Any number of processes may run them: each step happens once in the database.

    ``count`` messages of each topic are worked on at a time; with 0, none. A topic in
    ``give_way`` waits as long as that says so. A message is given up after ten minutes, or after
    what ``longest`` says of its topic.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        transactions: MongoTransactions,
        topics: Mapping[str, Topic],
        clock: Callable[[], datetime],
        draw: Draw,
        count: int,
        give_way: Mapping[str, Callable[[], bool]] | None = None,
        longest: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._outbox = outbox
        self._transactions = transactions
        self._topics = topics
        self._clock = clock
        self._draw = draw
        self._count = count
        self._give_way = give_way or {}
        self._longest = longest or {}
        self._at_work: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin; returns at once."""
        if self._count:
            self._begin(self._run())

    async def stop(self) -> None:
        """End; what was in hand is taken over when its lease ends."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def work_once(self) -> bool:
        """Claim and work one message; False when none is due."""
        claimed = await self._outbox.claim(tuple(self._topics))
        if claimed is None:
            return False
        await self._work(claimed)
        return True

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        while True:
            free = tuple(topic for topic in self._topics if self._is_free(topic))
            try:
                claimed = await self._outbox.claim(free) if free else None
            except Exception as error:  # noqa: BLE001 - workers outlive an outage of the database
                log.warning("worker_waits", error=type(error).__name__)
                claimed = None
            if claimed is None:
                await self._wait()
            else:
                self._at_work[claimed.topic] += 1
                self._begin(self._work_beside(claimed))

    def _is_free(self, topic: str) -> bool:
        gives_way = self._give_way.get(topic)
        return self._at_work[topic] < self._count and not (gives_way and gives_way())

    async def _work_beside(self, claimed: Claimed) -> None:
        try:
            await self._work(claimed)
        except Exception as error:  # noqa: BLE001 - what could not be settled is due again by itself
            log.warning("job_not_settled", trace_id=claimed.trace_id, error=type(error).__name__)
        finally:
            self._at_work[claimed.topic] -= 1
            self._transactions.wake.set()

    async def _wait(self) -> None:
        if any(gives_way() for gives_way in self._give_way.values()):
            # What was left just now is mostly what gives way: looking each time is in the way.
            await asyncio.sleep(GIVEN_WAY.total_seconds())
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
        if claimed.failures >= MOST_FAILURES:
            await self._put_aside(claimed, WORKER_LOST)
            return
        try:
            again = await self._worked(claimed)
        except LostLease:
            log.warning("lease_lost", trace_id=claimed.trace_id, topic=claimed.topic)
        except Exception as error:  # noqa: BLE001 - the message stays and is tried again
            await self._failed(claimed, error)
        else:
            if again is None:
                await self._outbox.done(claimed)
            else:
                await self._outbox.again(claimed, after=again.after)

    async def _worked(self, claimed: Claimed) -> Again | None:
        act = Act(
            at=self._clock(),
            actor=SYSTEM,
            trace_id=claimed.trace_id,
            draw=self._draw,
            commit=self._transactions.fenced(claimed.id, claimed.fence),
        )
        longest = self._longest.get(claimed.topic, LONGEST)
        async with asyncio.timeout(longest.total_seconds()):
            return await self._while_held(claimed, self._topics[claimed.topic](act, claimed))

    async def _failed(self, claimed: Claimed, error: Exception) -> None:
        name = type(error).__name__
        if isinstance(error, Unavailable) and not error.permanent:
            # Somebody else's outage, however long, is no fault of the message.
            again = ever_more_rarely(claimed.attempt)
            log.warning("message_waits", trace_id=claimed.trace_id, topic=claimed.topic)
            await self._outbox.again(claimed, after=again.after, error=name)
            return
        log.error(  # a trace may quote personal data
            "message_failed",
            trace_id=claimed.trace_id,
            topic=claimed.topic,
            attempt=claimed.attempt,
            error=name,
        )
        if claimed.failures + 1 >= MOST_FAILURES:
            await self._put_aside(claimed, name)
        else:
            after = min(AFTER_A_FAULT * 2**claimed.failures, LONGEST_AFTER_A_FAULT)
            await self._outbox.failed(claimed, after=after, error=name)

    async def _put_aside(self, claimed: Claimed, error: str) -> None:
        log.error("message_stuck", trace_id=claimed.trace_id, topic=claimed.topic, error=error)
        await self._outbox.put_aside(claimed, error=error)
