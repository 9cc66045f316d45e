"""Sharing commands: no answer older than its question, no error but one's own."""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from operator import itemgetter

import pytest

from adapters.mongo.coalescing import MOST, Coalescer, lists
from adapters.mongo.database import Database

AT = datetime(1999, 11, 29, tzinfo=UTC)
whose = ContextVar("whose", default="nobody's")


class Store:
    """Numbers under names; a read waits until the test lets it go on."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.batches: list[list[str]] = []
        self.contexts: list[str] = []
        self.under_way = asyncio.Semaphore(0)
        self.go_on = asyncio.Semaphore(0)
        self.coalescer: Coalescer[str, int] = Coalescer(self.find)

    async def find(self, names: Sequence[str]) -> Mapping[int, int | Exception]:
        self.batches.append(list(names))
        self.contexts.append(whose.get())
        values = dict(self.values)
        self.under_way.release()
        await self.go_on.acquire()
        if "broken" in names:
            raise OSError("the database is gone")
        return {
            n: KeyError(name) if name == "bad" else values[name]
            for n, name in enumerate(names)
            if name == "bad" or name in values
        }

    def ask(self, name: str) -> "asyncio.Task[int | None]":
        return asyncio.ensure_future(self.coalescer.ask(name))


@pytest.fixture
def store() -> Store:
    return Store()


async def test_who_asks_while_a_command_is_under_way_shares_the_next(store: Store) -> None:
    store.values = {"a": 1, "b": 2, "c": 3}
    first = store.ask("a")
    await store.under_way.acquire()
    others = [store.ask(name) for name in ("b", "c", "b")]
    await asyncio.sleep(0)
    store.go_on.release()
    assert await first == 1
    store.go_on.release()
    assert await asyncio.gather(*others) == [2, 3, 2]
    assert store.batches == [["a"], ["b", "c", "b"]]


async def test_an_answer_is_never_older_than_its_question(store: Store) -> None:
    """What commits while a command is under way is seen by who asks after it."""
    store.values = {"session": 1}
    before = store.ask("session")
    await store.under_way.acquire()
    store.values = {}
    after = store.ask("session")
    await asyncio.sleep(0)
    store.go_on.release()
    store.go_on.release()
    assert await before == 1
    assert await after is None


async def test_an_error_reaches_its_asker_alone(store: Store) -> None:
    store.values = {"a": 1}
    asked = [store.ask(name) for name in ("a", "bad", "missing")]
    store.go_on.release()
    good, bad, missing = await asyncio.gather(*asked, return_exceptions=True)
    assert good == 1
    assert isinstance(bad, KeyError)
    assert missing is None


async def test_a_command_that_fails_is_told_to_all_who_shared_it_and_to_nobody_else(
    store: Store,
) -> None:
    store.values = {"a": 1}
    doomed = [store.ask("broken"), store.ask("a")]
    await store.under_way.acquire()
    saved = store.ask("a")
    await asyncio.sleep(0)
    store.go_on.release()
    store.go_on.release()
    told = await asyncio.gather(*doomed, return_exceptions=True)
    assert [type(error) for error in told] == [OSError, OSError]
    assert await saved == 1


async def test_who_no_longer_waits_stops_nobody(store: Store) -> None:
    store.values = {"a": 1}
    gone, waiting = store.ask("a"), store.ask("a")
    await store.under_way.acquire()
    gone.cancel()
    await asyncio.sleep(0)
    store.go_on.release()
    assert await waiting == 1
    assert gone.cancelled()


async def test_a_command_carries_a_bounded_number(store: Store) -> None:
    store.values = {str(n): n for n in range(MOST + 1)}
    asked = [store.ask(name) for name in store.values]
    store.go_on.release()
    store.go_on.release()
    assert await asyncio.gather(*asked) == [*range(MOST + 1)]
    assert [len(batch) for batch in store.batches] == [MOST, 1]


async def test_a_shared_command_runs_under_nobodys_deadline(store: Store) -> None:
    """A time limit is part of a context: the first asker's would end the others' reads."""
    whose.set("the first asker's")
    store.go_on.release()
    await store.coalescer.ask("a")
    assert store.contexts == ["nobody's"]


async def test_each_gets_its_own_however_many_another_has(database: Database) -> None:
    closed = database["services"]
    for name, many in (("crowd", 7), ("few", 2)):
        rows = [
            {"_id": f"{name}-{n}", "v": 1, "sentence": name, "closed_at": AT} for n in range(many)
        ]
        await closed.insert_many(rows)
    of = lists(closed, itemgetter("_id"), by="sentence", chosen={"closed_at": AT}, most=3)
    crowd, few, nobody, again = await asyncio.gather(
        *(of.answer(name) for name in ("crowd", "few", "nobody", "crowd"))
    )
    assert crowd == again == ["crowd-0", "crowd-1", "crowd-2"]
    assert (few, nobody) == (["few-0", "few-1"], [])
