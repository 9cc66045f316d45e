"""Counting: each caller of one moment has a count of its own, in however many processes."""

import asyncio
from datetime import UTC, datetime, timedelta

from adapters.mongo.database import Database
from adapters.mongo.rates import MongoRates

AT = datetime(2026, 11, 29, 16, 0, 20, tzinfo=UTC)


async def test_each_of_many_at_once_is_counted_once(database: Database) -> None:
    processes = [MongoRates(database, hmac_key=b"k" * 32) for _ in range(2)]
    asked = [
        processes[number % 2].count(what="promise", caller="address:1", window=60, now=AT)
        for number in range(60)
    ]
    answers = await asyncio.gather(*asked)
    assert sorted(count for count, _ in answers) == list(range(1, 61))
    assert {left for _, left in answers} == {40}


async def test_callers_and_things_are_counted_apart_and_a_new_window_begins_at_one(
    database: Database,
) -> None:
    rates = MongoRates(database, hmac_key=b"k" * 32)

    async def count(what: str, caller: str, later: timedelta = timedelta()) -> int:
        return (await rates.count(what=what, caller=caller, window=60, now=AT + later))[0]

    one, again = [await count("sign-in", "address:2") for _ in range(2)]
    others = await asyncio.gather(
        count("sign-in", "address:3"),
        count("report", "address:2"),
        count("sign-in", "address:2", timedelta(seconds=40)),
    )
    assert (one, again, others) == (1, 2, [1, 1, 1])
