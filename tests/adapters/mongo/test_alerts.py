"""Telling the staff over the real database: each key once, whoever comes second."""

import asyncio
import uuid
from datetime import UTC, datetime

import pytest

from adapters.mongo.alerts import MongoAlerts
from adapters.mongo.database import Database
from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.staff import MongoStaff
from adapters.mongo.transactions import MongoTransactions
from domain.alerts.alerts import Urgency, id_of
from domain.alerts.telling import Telling
from domain.live.events import Publishing
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.transactions import Act, Unit
from server.draw import SystemDraw

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Disaster(Exception):
    """What was to be told of does not happen."""


class Teller:
    """Somebody whose acts tell one member of the staff."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.store = MongoAlerts(database)
        self.live = database["live_events"]
        self.staff_id = uuid.uuid4().hex
        self.tell = Telling(store=self.store, publish=Publishing(outbox=MongoLiveOutbox()))
        self.act = Act(
            at=AT,
            actor="somebody",
            trace_id="t",
            draw=SystemDraw(),
            commit=transactions.plain(),
        )

    async def telling(
        self, unit: Unit, key: str, text: str = "请查看。", *, title: str = "有一件工单即将到期"
    ) -> None:
        await self.tell(
            unit,
            self.act,
            staff_id=self.staff_id,
            title=title,
            text=text,
            link="/console/tickets/0194",
            urgency=Urgency.NOW,
            key=key,
        )

    async def once(self, key: str, text: str = "请查看。") -> None:
        await self.act.commit(lambda unit: self.telling(unit, key, text))

    async def published(self) -> list[str]:
        rows = self.live.find({"streams": f"staff:{self.staff_id}", "kind": "alert"})
        return [row["about"] async for row in rows]

    async def told(self) -> list[str]:
        found = await self.store.unread_of(staff_id=self.staff_id, until=AT)
        return [alert.key for alert in found]


@pytest.fixture
def teller(database: Database, transactions: MongoTransactions) -> Teller:
    return Teller(database, transactions)


async def test_what_is_told_stands_in_the_inbox_unread(teller: Teller) -> None:
    await teller.once("a")
    kept = await teller.store.get(id_of(staff_id=teller.staff_id, key="a"))
    assert kept is not None
    assert (kept.staff_id, kept.text, kept.at) == (teller.staff_id, "请查看。", AT)
    assert await teller.store.unread(staff_id=teller.staff_id) == 1
    assert await teller.published() == [kept.id]


async def test_a_title_that_is_too_long_is_cut_and_nothing_fails_for_it(teller: Teller) -> None:
    async def work(unit: Unit) -> None:
        await teller.telling(unit, "a", title="长" * 41)

    await teller.act.commit(work)
    [kept] = await teller.store.unread_of(staff_id=teller.staff_id, until=AT)
    assert kept.title == "长" * 39 + "…"


async def test_the_same_key_tells_once_whatever_is_said_the_second_time(teller: Teller) -> None:
    await teller.once("a", "先说的")
    await teller.once("a", "后说的")
    kept = await teller.store.get(id_of(staff_id=teller.staff_id, key="a"))
    assert kept is not None
    assert kept.text == "先说的"
    assert (await teller.told(), len(await teller.published())) == (["a"], 1)


async def test_twice_in_one_transaction_is_once(teller: Teller) -> None:
    async def work(unit: Unit) -> None:
        await teller.telling(unit, "a")
        await teller.telling(unit, "a")

    await teller.act.commit(work)
    assert (await teller.told(), len(await teller.published())) == (["a"], 1)


async def test_nothing_is_told_of_what_does_not_happen(teller: Teller) -> None:
    async def work(unit: Unit) -> None:
        await teller.telling(unit, "a")
        raise Disaster

    with pytest.raises(Disaster):
        await teller.act.commit(work)
    assert await teller.told() == []
    await teller.once("a")
    assert await teller.told() == ["a"]


async def test_who_tells_second_at_the_same_time_commits_all_the_same(teller: Teller) -> None:
    """Both read that it is not there; the later one starts over, and its own change commits."""
    met, told = asyncio.Event(), asyncio.Event()
    runs = 0

    async def second(unit: Unit) -> None:
        nonlocal runs
        runs += 1
        await teller.telling(unit, f"second-{runs}")
        met.set()
        await told.wait()
        await teller.telling(unit, "a")
        await unit.audit(teller.act.event("thing.made", teller.staff_id))

    later = asyncio.create_task(teller.act.commit(second))
    await met.wait()
    await teller.once("a")
    told.set()
    await later
    assert sorted(await teller.told()) == ["a", f"second-{runs}"]
    assert runs > 1


async def test_many_at_once_tell_once_and_all_commit(teller: Teller) -> None:
    await asyncio.gather(*(teller.once("a") for _ in range(8)))
    assert await teller.told() == ["a"]


async def test_a_role_is_its_active_accounts(
    database: Database, transactions: MongoTransactions
) -> None:
    staff = MongoStaff(database)
    states = {
        "b": (Role.BUTLER, StaffState.ACTIVE),
        "o": (Role.OFFICE, StaffState.ACTIVE),
        "s": (Role.BUTLER, StaffState.SUSPENDED),
        "p": (Role.BUTLER, StaffState.PROPOSED),
        "a": (Role.BUTLER, StaffState.ACTIVE),
    }

    async def hire(unit: Unit) -> None:
        for name, (role, state) in states.items():
            await staff.add(
                unit,
                StaffAccount(
                    id=f"id-{name}",
                    login=f"login-{name}",
                    name="周敏",
                    roles=(role,),
                    state=state,
                    proposed_by="x",
                    proposed_at=AT,
                ),
            )

    await transactions.plain()(hire)
    assert await staff.of_role(Role.BUTLER) == ["id-a", "id-b"]
