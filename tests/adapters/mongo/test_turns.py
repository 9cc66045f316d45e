"""Turns over one database, as two processes take them."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from adapters.mongo.database import Database
from adapters.mongo.turns import PLACES, Turns
from domain.errors import Unavailable


async def test_who_shares_a_key_goes_one_after_the_other_over_two_processes(
    database: Database,
) -> None:
    inside, most, done = 0, 0, 0

    async def work(turns: Turns) -> None:
        nonlocal inside, most, done
        async with turns("today"):
            inside += 1
            most = max(most, inside)
            await database["turns"].find_one({})
            inside -= 1
            done += 1

    processes = [Turns(database), Turns(database)]
    await asyncio.gather(*(work(processes[number % 2]) for number in range(40)))
    assert (done, most) == (40, 1)


async def test_other_keys_do_not_wait(database: Database) -> None:
    turns, entered = Turns(database), []
    async with asyncio.timeout(10), turns("today"), turns("tomorrow"):
        entered.append("both")
    assert entered


async def test_a_killed_process_keeps_nobody_waiting_for_long(database: Database) -> None:
    await Turns(database)("today").__aenter__()
    entered = []
    async with asyncio.timeout(10), Turns(database)("today"):
        entered.append("next")
    assert entered


async def test_a_turn_that_fails_is_over(database: Database) -> None:
    turns = Turns(database)
    with pytest.raises(KeyError):
        async with turns("today"):
            {}["missing"]
    async with asyncio.timeout(10), Turns(database)("today"):
        assert not turns.crowded()


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
    here, there = Turns(database), Turns(database)
    async with there("today"):
        assert not here.crowded()
        waiting = asyncio.create_task(here("today").__aenter__())
        async with asyncio.timeout(10):
            while not here.crowded():
                # Asks as often as whoever waits does.
                await database["turns"].find_one({})
    await waiting


async def test_who_waits_too_long_is_told_to_come_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = Turns(database)
    async with AsyncExitStack() as taken:
        for _ in range(PLACES):
            await taken.enter_async_context(turns.place())
        await taken.enter_async_context(turns("today"))
        monkeypatch.setattr("adapters.mongo.turns.LONGEST_SECONDS", 0.01)
        for entering in (turns.place, lambda: turns("today")):
            with pytest.raises(Unavailable, match="稍后再试"):
                await entering().__aenter__()
    async with asyncio.timeout(10), turns.place(), turns("today"):
        assert not turns.crowded()
