"""Lists newest first: whatever arrives meanwhile, no row is lost and none is shown twice."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest

from adapters.mongo.database import Database
from adapters.mongo.looks import MongoLooks
from domain.looks import Action, Look
from domain.pages import MOST, Ask, Page, Place

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SUBJECT = "enterprise"

Arrive = Callable[[], Awaitable[None]]


def look(person: str, *, at: datetime, number: int | None = None) -> Look:
    return Look(
        id=str(uuid.uuid4()) if number is None else f"{number:04d}",
        at=at,
        viewer=person,
        role="legal_representative",
        about="91350100M000100Y43",
        person_id=person,
        subject_id=SUBJECT,
        report_id="report",
        report_number="20261123153000A1B2C3D4",
        action=Action.READ,
        purpose="electricity",
        authority="consent",
        trace_id="trace",
    )


@pytest.fixture
def person() -> str:
    """Each test's own, so that their lists do not meet."""
    return uuid.uuid4().hex


@pytest.fixture
def looks(database: Database) -> MongoLooks:
    return MongoLooks(database)


async def fill(looks: MongoLooks, person: str, *, rows: int) -> set[str]:
    """So many rows, seven of one instant each."""
    made = [look(person, at=AT - timedelta(seconds=n // 7)) for n in range(rows)]
    await record(looks, made)
    return {row.id for row in made}


async def record(looks: MongoLooks, rows: Iterable[Look]) -> None:
    await asyncio.gather(*(looks.record(row) for row in rows))


async def pages(
    looks: MongoLooks, person: str, *, limit: int, between: Arrive | None = None
) -> AsyncIterator[Page[Look]]:
    """Page after page; ``between`` two of them something may arrive."""
    after: Place | None = None
    while True:
        ask = Ask(limit=limit, after=after)
        page = await looks.of_requested(person_id=person, subject_id=SUBJECT, ask=ask)
        yield page
        after = page.next
        if after is None:
            return
        if between:
            await between()


async def test_a_thousand_rows_are_read_whole_while_a_thousand_arrive(
    looks: MongoLooks, person: str
) -> None:
    """Newer ones, and ones of an instant that is being read."""
    before = await fill(looks, person, rows=1000)
    shown: list[str] = []
    arrived = 0

    async def arrive() -> None:
        nonlocal arrived
        instants = [AT + timedelta(seconds=arrived), AT - timedelta(seconds=arrived % 143)]
        rows = [look(person, at=at) for at in instants for _ in range(12)]
        arrived += len(rows)
        await record(looks, rows)

    async for page in pages(looks, person, limit=23, between=arrive):
        shown += [row.id for row in page.items]
    assert arrived >= 1000
    assert len(shown) == len(set(shown))
    assert before <= set(shown)


async def test_rows_of_one_instant_are_ordered_by_their_ids(looks: MongoLooks, person: str) -> None:
    rows = [look(person, at=AT, number=number) for number in (3, 1, 4, 2, 5)]
    await record(looks, rows)
    read = [page async for page in pages(looks, person, limit=2)]
    assert [[row.id for row in page.items] for page in read] == [
        ["0005", "0004"],
        ["0003", "0002"],
        ["0001"],
    ]


@pytest.mark.parametrize(("rows", "sizes"), [(0, [0]), (1, [1]), (4, [2, 2]), (5, [2, 2, 1])])
async def test_the_last_page_says_that_it_is_the_last(
    looks: MongoLooks, person: str, rows: int, sizes: list[int]
) -> None:
    await fill(looks, person, rows=rows)
    assert [len(page.items) async for page in pages(looks, person, limit=2)] == sizes


async def test_no_page_is_longer_than_the_most(looks: MongoLooks, person: str) -> None:
    await fill(looks, person, rows=MOST + 1)
    page = await looks.of_requested(person_id=person, subject_id=SUBJECT, ask=Ask(limit=10_000))
    assert len(page.items) == MOST
    assert page.next


async def test_a_page_reads_no_more_rows_than_it_shows(
    database: Database, looks: MongoLooks, person: str
) -> None:
    """By an index in the order of the list: a long list costs what a short one does."""
    await fill(looks, person, rows=300)
    chosen = {"person_id": person, "subject_id": SUBJECT}
    place = {"$or": [{"at": {"$lt": AT}}, {"at": AT, "_id": {"$lt": "m"}}]}
    for wanted in (chosen, {**chosen, **place}):
        cursor = database["looks"].find(wanted).sort([("at", -1), ("_id", -1)]).limit(21)
        plan = await cursor.explain()
        assert "SORT'" not in str(plan["queryPlanner"]["winningPlan"])
        assert plan["executionStats"]["totalKeysExamined"] <= 50
