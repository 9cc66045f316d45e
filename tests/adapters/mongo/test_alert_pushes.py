"""Messages to the staff over the real database: one on its way to each, and never two at a time."""

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.mongo.alert_pushes import MongoAlertPushes
from adapters.mongo.database import Database
from adapters.mongo.transactions import MongoTransactions
from domain.alerts.alerts import Because, Channel
from domain.alerts.ports import Moved
from domain.alerts.pushes import Pace, Push
from domain.transactions import Unit

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Phones:
    """The store, and what one member of the staff is sent."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.store = MongoAlertPushes(database)
        self.staff_id = uuid.uuid4().hex
        self._transactions = transactions

    def push(self, channel: Channel = Channel.WECHAT) -> Push:
        return Push(
            id=uuid.uuid4().hex,
            staff_id=self.staff_id,
            channel=channel,
            alerts=("a", "b"),
            title="您有 2 条待办提醒",
            at=AT,
            changed_at=AT,
            digest=True,
            spent=3,
        )

    async def add(self, push: Push) -> None:
        await self._transactions.plain()(lambda unit: self.store.add(unit, push))

    async def save(self, after: Push, was: Push) -> None:
        await self._transactions.plain()(lambda unit: self.store.replace(unit, after, was=was))

    async def pace(self, pace: Pace) -> None:
        await self._transactions.plain()(lambda unit: self.store.keep_pace(unit, pace))


@pytest.fixture
def phones(database: Database, transactions: MongoTransactions) -> Phones:
    return Phones(database, transactions)


async def test_a_message_is_kept_as_it_is(phones: Phones) -> None:
    push = phones.push()
    await phones.add(push)
    assert await phones.store.get(push.id) == push
    after = push.failed(AT, Because.REFUSED, errcode=43101)
    await phones.save(after, push)
    assert await phones.store.get(push.id) == after
    assert await phones.store.get("nothing") is None


async def test_one_message_to_a_person_is_on_its_way_at_a_time(phones: Phones) -> None:
    first, second = phones.push(), phones.push()
    await phones.add(first)
    with pytest.raises(Moved):
        await phones.add(second)
    await phones.save(first.unknown(AT), first)
    await phones.add(second)


async def test_of_two_workers_at_once_one_sends(phones: Phones) -> None:
    """Both have read the same pace; whoever commits second is told that it moved."""

    async def send(push: Push) -> bool:
        pace = (await phones.store.pace(phones.staff_id)).after(push)

        async def work(unit: Unit) -> None:
            await phones.store.add(unit, push)
            await phones.store.keep_pace(unit, pace)

        try:
            await phones._transactions.plain()(work)
        except Moved:
            return False
        return True

    sent = await asyncio.gather(*(send(phones.push()) for _ in range(6)))
    assert sent.count(True) == 1
    assert len((await phones.store.pace(phones.staff_id)).sent) == 1


async def test_what_moved_on_is_not_saved_over(phones: Phones) -> None:
    push = phones.push()
    await phones.add(push)
    await phones.save(push.sent(AT, their_id="42"), push)
    with pytest.raises(Moved):
        await phones.save(push.unknown(AT), push)
    found = await phones.store.by_their_id("42")
    assert found is not None
    assert found.id == push.id


async def test_wechats_of_unknown_outcome_are_found_oldest_first(phones: Phones) -> None:
    early, late = phones.push(), replace(phones.push(), at=AT + timedelta(minutes=1))
    sms = phones.push(Channel.SMS)
    for push in (late, early, sms):
        await phones.add(push)
        await phones.save(push.unknown(AT), push)
    found = await phones.store.doubtful(staff_id=phones.staff_id)
    assert [one.id for one in found] == [early.id, late.id]
    await phones.save(found[0].sent(AT, their_id=uuid.uuid4().hex), found[0])
    assert [one.id for one in await phones.store.doubtful(staff_id=phones.staff_id)] == [late.id]


async def test_the_pace_is_kept_over_the_revision_before(phones: Phones) -> None:
    assert await phones.store.pace(phones.staff_id) == Pace(staff_id=phones.staff_id)
    first = Pace(staff_id=phones.staff_id).after(phones.push())
    await phones.pace(first)
    assert await phones.store.pace(phones.staff_id) == first
    with pytest.raises(Moved):
        await phones.pace(first)
    await phones.pace(first.after(phones.push()))
    with pytest.raises(Moved):
        await phones.pace(first.after(phones.push()))
