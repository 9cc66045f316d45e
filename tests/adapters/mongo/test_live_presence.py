"""Who is there, in the database: told to other processes, and soon forgotten."""

import asyncio
from datetime import timedelta

from adapters.mongo.database import Database
from adapters.mongo.live_presence import LOOKS, MongoPresence
from domain.live.following import Side
from domain.live.presence import Doing, Present
from server.draw import now

WANG = Present(seat="s1", about="t1", side=Side.STAFF, who="wang", doing=Doing.LOOKING)


async def known(store: MongoPresence, wanted: list[Present]) -> None:
    """Wait until a majority holds it, which its writer does not do."""
    async with asyncio.timeout(20):
        while True:
            if sorted(await store.all(), key=lambda one: one.about) == wanted:
                return
            await asyncio.sleep(0.01)


async def test_what_one_does_is_kept_until_one_leaves(database: Database) -> None:
    store = MongoPresence(database, clock=now)
    typing = Present(seat="s1", about="t1", side=Side.STAFF, who="wang", doing=Doing.TYPING)
    elsewhere = Present(seat="s1", about="t2", side=Side.STAFF, who="wang", doing=Doing.LOOKING)
    for present in (WANG, typing, elsewhere):
        await store.note(present)
    await known(store, [typing, elsewhere])
    await store.left("s1", ["t1", "t2"])
    await known(store, [])


async def test_who_has_not_said_so_again_is_not_there_for_who_starts_now(
    database: Database,
) -> None:
    await MongoPresence(database, clock=lambda: now() - LOOKS - timedelta(seconds=1)).note(WANG)
    assert await MongoPresence(database, clock=now).all() == []
