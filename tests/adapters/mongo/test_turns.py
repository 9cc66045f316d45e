"""Turns over one database, as two processes take them."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, cast

import pytest

from adapters.mongo.database import Database
from adapters.mongo.turns import PLACES, TOGETHER, Turns, Work
from domain.errors import Unavailable
from domain.transactions import TOGETHER as SHARED
from domain.transactions import Conflict, Unit


class Alone:
    """Runs works as a transaction would, and knows which ran together; a bad one undoes all."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.groups: list[list[str]] = []
        self.outage = False

    def work(self, name: str, *, bad: bool = False) -> Work:
        async def work(_: Unit) -> str:
            self.groups[-1].append(name)
            await asyncio.sleep(0)
            if bad:
                raise Conflict(name)
            return name

        return work

    async def __call__(self, work: Work) -> Any:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.groups.append([])
        await asyncio.sleep(0)
        self.inside -= 1
        if self.outage:
            raise Unavailable("gone", system="database")
        return await work(cast("Unit", None))


async def test_who_shares_a_key_goes_one_after_the_other_over_two_processes(
    database: Database,
) -> None:
    run, processes = Alone(), [Turns(database), Turns(database)]
    names = [f"{number}" for number in range(60)]
    did = await asyncio.gather(
        *(processes[place % 2].go("today", run.work(name), run) for place, name in enumerate(names))
    )
    assert did == names
    assert run.most == 1
    assert sorted(name for group in run.groups for name in group) == sorted(names)
    assert max(map(len, run.groups)) == TOGETHER
    assert await database["turns"].count_documents({"_id": "today"}) == 0


async def test_who_shares_nothing_but_the_cost_waits_for_no_other_process_and_crowds_nobody(
    database: Database,
) -> None:
    run, turns, ended = Alone(), Turns(database), asyncio.Event()

    async def long(_: Unit) -> None:
        await ended.wait()

    elsewhere = asyncio.create_task(Turns(database).go(SHARED, long, run))
    names = [f"{number}" for number in range(30)]
    async with asyncio.timeout(10):
        did = await asyncio.gather(*(turns.go(SHARED, run.work(one), run) for one in names))
    assert did == names
    assert max(map(len, run.groups)) > TOGETHER
    assert not turns.crowded()
    assert await database["turns"].count_documents({"_id": SHARED}) == 0
    ended.set()
    await elsewhere


async def test_what_one_cannot_do_is_told_to_it_alone(database: Database) -> None:
    run, turns = Alone(), Turns(database)
    did = await asyncio.gather(
        *(turns.go("today", run.work(name, bad=name == "b"), run) for name in "abc"),
        return_exceptions=True,
    )
    assert run.groups == [["a", "b"], ["a"], ["b"], ["c"]]
    assert (did[0], did[2]) == ("a", "c")
    assert isinstance(did[1], Conflict)


async def test_an_outage_is_told_to_all_and_nobody_is_tried_alone(database: Database) -> None:
    run, turns = Alone(), Turns(database)
    run.outage = True
    did = await asyncio.gather(
        *(turns.go("today", run.work(name), run) for name in "abc"), return_exceptions=True
    )
    assert [type(one) for one in did] == [Unavailable] * 3
    assert len(run.groups) == 1
    run.outage = False
    assert await turns.go("today", run.work("d"), run) == "d"


async def test_other_keys_do_not_wait(database: Database) -> None:
    turns, run = Turns(database), Alone()

    async def within(_: Unit) -> Any:
        return await turns.go("tomorrow", run.work("other"), run)

    async with asyncio.timeout(10):
        assert await turns.go("today", within, run) == "other"


async def test_a_killed_process_keeps_nobody_waiting_for_long(database: Database) -> None:
    run, killed = Alone(), asyncio.Event()

    async def ends(_: Unit) -> None:
        await killed.wait()

    left = asyncio.create_task(Turns(database).go("today", ends, run))
    async with asyncio.timeout(10):
        while not run.groups:
            await database["turns"].find_one({})
        assert await Turns(database).go("today", run.work("next"), run) == "next"
    killed.set()
    await left


async def test_only_so_many_prepare_at_a_time_and_who_came_first_is_first(
    database: Database,
) -> None:
    turns, inside, most, order = Turns(database), 0, 0, []

    async def prepare(number: int) -> None:
        nonlocal inside, most
        async with turns.place():
            inside += 1
            most = max(most, inside)
            order.append(number)
            await database["turns"].find_one({})
            inside -= 1

    await asyncio.gather(*(prepare(number) for number in range(5 * PLACES)))
    assert most == PLACES
    assert order == list(range(5 * PLACES))


async def test_a_queue_elsewhere_is_a_crowd_as_well(database: Database) -> None:
    here, there, run, over = Turns(database), Turns(database), Alone(), asyncio.Event()

    async def long(_: Unit) -> None:
        await over.wait()

    first = asyncio.create_task(there.go("today", long, run))
    while not run.groups:
        await database["turns"].find_one({})
    assert not here.crowded()
    second = asyncio.create_task(here.go("today", run.work("second"), run))
    async with asyncio.timeout(10):
        while not here.crowded():
            # Asks as often as whoever waits does.
            await database["turns"].find_one({})
    over.set()
    assert await asyncio.gather(first, second) == [None, "second"]


async def test_who_waits_too_long_is_told_to_come_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, run, over = Turns(database), Alone(), asyncio.Event()

    async def long(_: Unit) -> None:
        await over.wait()

    async with AsyncExitStack() as taken:
        for _ in range(PLACES):
            await taken.enter_async_context(turns.place())
        first = asyncio.create_task(turns.go("today", long, run))
        while not run.groups:
            await database["turns"].find_one({})
        monkeypatch.setattr("adapters.mongo.turns.LONGEST_SECONDS", 0.01)
        with pytest.raises(Unavailable, match="稍后再试"):
            await turns.place().__aenter__()
        with pytest.raises(Unavailable, match="稍后再试"):
            await turns.go("today", run.work("late"), run)
    monkeypatch.undo()
    over.set()
    await first
    async with asyncio.timeout(10), turns.place():
        assert await turns.go("today", run.work("again"), run) == "again"
    assert "late" not in [name for group in run.groups for name in group]
