"""Every look at tickets with 1,000 and with 1,000,000 open ones, and the look at the clocks.

Both districts are in one database server and are read in turns, a look at one and the same look at
the other, without HTTP, which would hide what the database takes. Of the large one no look may read
a whole collection, or sort what it read.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from pymongo import MongoClient

from adapters.mongo.embedded import EmbeddedMongo
from adapters.mongo.outbox import Outbox
from adapters.mongo.tickets import MongoTickets, selection
from benchmarks.table import print_table
from benchmarks.ticket_fill import PHONE, World, fill, uri_of, world
from domain.pages import Ask, Page, Place
from domain.staff.accounts import StaffAccount
from domain.tickets.queue import PARTS, Part
from domain.tickets.scheduling import AT_ONCE, STEP
from domain.tickets.tickets import Ticket
from server import development, wiring

SIZES = (1_000, 1_000_000)
TURNS, WARM_UP = 200, 20
STEPS = 2

Look = Callable[[], Awaitable[object]]


async def district(uri: str, folder: Path, size: int) -> World:
    """One district over a database of its own, with so many open tickets."""
    settings = development.settings(
        sandbox="http://127.0.0.1:1",
        public_url="http://127.0.0.1:1",
        data_folder=folder,
        mongo_uri=uri,
        database=f"open_{size}",
        workers=0,
    )
    place = await world(await wiring.build(settings, mongo_uri=uri))
    begun = time.perf_counter()
    await fill(place, size, due=(STEPS + 1) * AT_ONCE)
    print(f"{size:,} open tickets written in {time.perf_counter() - begun:.0f} s", flush=True)
    return place


async def looks(place: World) -> Mapping[str, Look]:
    """Every look there is, by its name."""
    found: dict[str, Look] = {}
    for whose, me, everybody in (("mine", place.me, False), ("all", place.supervisor, True)):
        for part in Part:
            first = _page(place, part, me, everybody)
            found[f"{PARTS[part]}, {whose}, first page"] = first
            deep = await _middle(place, part, me, everybody)
            found[f"{PARTS[part]}, {whose}, a page from the middle"] = _page(
                place, part, me, everybody, deep
            )
        found[f"counts, {whose}"] = _counts(place, me, everybody)
    desk = place.parts.house.tickets
    store, now = MongoTickets(place.parts.database), place.parts.house.clock
    return found | {
        "a citizen's list": lambda: store.of_about(
            place.person_id, principal_id=place.person_id, ask=Ask()
        ),
        "found by telephone": lambda: desk.queue.find(PHONE, me=place.me),
        "found by uscc": lambda: desk.queue.find(place.uscc, me=place.me),
        "the board": lambda: desk.boards.now(now()),
        "what clocks ask for now": lambda: store.to_step(now(), most=AT_ONCE),
    }


def _page(
    place: World, part: Part, me: StaffAccount, everybody: bool, after: Place | None = None
) -> Callable[[], Awaitable[Page[Ticket]]]:
    house = place.parts.house

    async def look() -> Page[Ticket]:
        ask = Ask(after=after)
        return await house.tickets.queue.page(
            part, me=me, everybody=everybody, ask=ask, now=house.clock()
        )

    return look


def _counts(place: World, me: StaffAccount, everybody: bool) -> Look:
    house = place.parts.house
    return lambda: house.tickets.queue.counts(me=me, everybody=everybody, now=house.clock())


async def _middle(place: World, part: Part, me: StaffAccount, everybody: bool) -> Place:
    """Where half of them are behind."""
    house, rows = place.parts.house, place.parts.database["tickets"]
    wanted = await house.tickets.queue.wanted(part, me=me, everybody=everybody, now=house.clock())
    by, way = ("changed_at", -1) if part in {Part.ENDED, Part.WAITING} else ("due_at", 1)
    count = await rows.count_documents(selection(wanted))
    [row] = (
        await rows.find(selection(wanted), {by: 1})
        .sort([(by, way), ("_id", way)])
        .skip(count // 2)
        .limit(1)
        .to_list(1)
    )
    return Place(at=row[by], id=row["_id"])


async def in_turns(small: Look, large: Look) -> tuple[list[float], list[float]]:
    """Milliseconds of each look, after some that nobody counts."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(WARM_UP + TURNS):
        for look, times in zip((small, large), spent, strict=True):
            begun = time.perf_counter()
            await look()
            times.append(1000 * (time.perf_counter() - begun))
    return spent[0][WARM_UP:], spent[1][WARM_UP:]


async def all_by_index(place: World, every: Iterable[Look]) -> None:
    """The database's own record of each look says that an index answered, in its order."""
    with MongoClient[dict[str, object]](uri_of(place)) as client:
        database = client[place.parts.database.database.name]
        database.command("profile", 2)
        for look in every:
            await look()
        database.command("profile", 0)
        told = {"ns": f"{database.name}.tickets", "planSummary": {"$exists": True}}
        poor = {"$or": [{"planSummary": "COLLSCAN"}, {"hasSortStage": True}]}
        assert database["system.profile"].count_documents(told) > 0
        found = [one["command"] for one in database["system.profile"].find({**told, **poor})]
        assert not found, found


async def step(place: World) -> float:
    """Milliseconds of one look at the clocks that takes the steps of a hundred tickets."""
    await place.parts.database["outbox"].delete_many({})
    await Outbox(place.parts.database).stand(STEP)
    begun = time.perf_counter()
    await place.parts.workers.work_once()
    return 1000 * (time.perf_counter() - begun)


async def measured(uri: str, folder: Path) -> list[tuple[str, ...]]:
    """A row for each look."""
    small, large = [await district(uri, folder, size) for size in SIZES]
    try:
        others, rows = await looks(large), []
        for name, look in (await looks(small)).items():
            rows.append(_row(name, *await in_turns(look, others[name])))
        await all_by_index(large, others.values())
        steps = [(await step(small), await step(large)) for _ in range(STEPS)]
        rows.append(_row(f"steps of {AT_ONCE} tickets", *map(list, zip(*steps, strict=True))))
        return rows
    finally:
        for place in (small, large):
            await place.parts.close()


def _row(name: str, small: list[float], large: list[float]) -> tuple[str, ...]:
    few, many = statistics.median(small), statistics.median(large)
    slowest = statistics.quantiles(large, n=100)[98]
    return (name, f"{few:.2f} ms", f"{many:.2f} ms", f"{slowest:.2f} ms", f"{many / few:.2f}")


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        development.prepare_keys(folder / "keys")
        with EmbeddedMongo(folder / "mongo", cache_gib=1) as uri:
            rows = asyncio.run(measured(uri, folder))
            taken = sum(file.stat().st_size for file in (folder / "mongo").rglob("*.wt"))
    print_table(
        f"Looks at tickets, {SIZES[0]:,} and {SIZES[1]:,} of them open",
        ("look", "few, p50", "many, p50", "many, p99", "of few"),
        rows,
    )
    print(f"\nOn disk: {taken / 2**30:.1f} GiB")
