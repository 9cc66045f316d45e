"""The outbox as an operator sees it: each message in one state, and run again without harm."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from adapters.mongo.database import Database
from adapters.mongo.jobs import MongoJobs, State
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.transactions import MongoTransactions
from domain.transactions import Message, Unit


class Queue:
    """A topic of a test's own."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.topic = uuid.uuid4().hex
        self.outbox = Outbox(database)
        self.jobs = MongoJobs(database)
        self._transactions = transactions

    async def send(self) -> str:
        message = Message(id=uuid.uuid4().hex, topic=self.topic, object_id="x", trace_id="t")

        async def work(unit: Unit) -> None:
            await unit.send(message)

        await self._transactions.plain()(work)
        return message.id

    async def claim(self) -> Claimed:
        claimed = await self.outbox.claim((self.topic,))
        assert claimed
        return claimed

    async def again(self, *ids: str) -> None:
        async def work(unit: Unit) -> None:
            await self.jobs.again(unit, ids)

        await self._transactions.plain()(work)

    async def state(self, job_id: str) -> State:
        job = await self.jobs.one(job_id)
        assert job
        return job.state


@pytest.fixture
def queue(database: Database, transactions: MongoTransactions) -> Queue:
    return Queue(database, transactions)


async def test_each_message_is_in_one_state_and_counted_there(queue: Queue) -> None:
    waiting, stuck, held, due = [await queue.send() for _ in range(4)]
    await queue.outbox.again(await queue.claim(), after=timedelta(hours=1))
    await queue.outbox.put_aside(await queue.claim(), error="KeyError")
    await queue.claim()
    states = [await queue.state(one) for one in (waiting, stuck, held, due)]
    assert states == [State.WAITING, State.STUCK, State.HELD, State.DUE]
    [told] = [one for one in await queue.jobs.backlog() if one.topic == queue.topic]
    assert (told.messages, told.due, told.held, told.stuck) == (4, 1, 1, 1)
    assert told.most_attempts == 1
    assert timedelta() <= told.latest <= told.oldest < timedelta(minutes=5)
    [listed] = await queue.jobs.some(stuck=True, topic=queue.topic, most=10)
    assert (listed.id, listed.error, listed.failures) == (stuck, "KeyError", 1)
    assert listed.failed_at == listed.stuck_at is not None
    assert len(await queue.jobs.some(stuck=False, topic=queue.topic, most=3)) == 3


async def test_what_waits_or_is_stuck_is_due_when_it_is_run_again_and_what_is_held_stays_held(
    queue: Queue,
) -> None:
    waiting, stuck, held = [await queue.send() for _ in range(3)]
    await queue.outbox.again(await queue.claim(), after=timedelta(hours=1), error="Unavailable")
    await queue.outbox.put_aside(await queue.claim(), error="KeyError")
    holder = await queue.claim()
    await queue.again(waiting, stuck, held)
    states = [await queue.state(one) for one in (waiting, stuck, held)]
    assert states == [State.DUE, State.DUE, State.HELD]
    assert {(await queue.claim()).failures for _ in range(2)} == {0}
    assert await queue.outbox.renew(holder)


async def test_faults_are_counted_in_a_row_and_forgotten_after_a_success(queue: Queue) -> None:
    job_id = await queue.send()
    for failures in (0, 1, 2):
        claimed = await queue.claim()
        assert claimed.failures == failures
        await queue.outbox.failed(claimed, after=timedelta(), error="KeyError")
    await queue.outbox.again(await queue.claim(), after=timedelta())
    job = await queue.jobs.one(job_id)
    assert job
    assert (job.failures, job.attempts, job.error) == (0, 4, "KeyError")


async def test_who_is_late_puts_nothing_aside(queue: Queue, database: Database) -> None:
    job_id = await queue.send()
    late = await queue.claim()
    await database["outbox"].update_one({"_id": job_id}, [{"$set": {"next_at": "$$NOW"}}])
    await queue.claim()
    await queue.outbox.put_aside(late, error="KeyError")
    assert await queue.state(job_id) is State.HELD


async def test_a_message_of_the_program_before_is_worked_on_and_shown(
    queue: Queue, database: Database
) -> None:
    """It was due since 1970 and knows neither faults nor when it was sent."""
    job_id = await queue.send()
    unknown = dict.fromkeys(("sent_at", "held_at", "failures", "error", "failed_at"), "")
    since_ever = {"next_at": datetime(1970, 1, 1, tzinfo=UTC)}
    await database["outbox"].update_one({"_id": job_id}, {"$unset": unknown, "$set": since_ever})
    job = await queue.jobs.one(job_id)
    assert job
    assert (job.state, job.late, job.sent_at) == (State.DUE, timedelta(), None)
    assert (await queue.claim()).failures == 0
