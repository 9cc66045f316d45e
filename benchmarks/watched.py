"""The list of the lectures that one watched, with 1,000 and with 1,000,000 records of progress.

The records are written straight into the collection, all of one lecture: a tenth of them the
reader's own, as if of as many recordings. The list is read over HTTP by one client, first pages
and the pages after them.

    .venv/bin/python -m benchmarks watched
"""

import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from benchmarks.replay import LECTURE, show
from benchmarks.table import print_table
from tests.cast import Cast
from tests.served import Served, served

SIZES = tuple(int(one) for one in os.environ.get("CREDIT_WATCHED", "1000,1000000").split(","))
OWN_SHARE = 10
BATCH = 10_000
READS = 400
WARM_UP = 50


def record(number: int, owner: str, at: datetime) -> dict[str, Any]:
    """Half of a recording of an hour."""
    return {
        "_id": f"{LECTURE}/{owner}/{number}",
        "v": 1,
        "lecture_id": LECTURE,
        "person_id": owner,
        "recording": str(number),
        "duration_ms": 3_600_000,
        "slide_pages": 12,
        "changed_at": at,
        "sittings": [{"id": str(number), "heard_at": at, "number": 9}],
        "seen": [[0, 900_000], [900_001, 1_800_000]],
        "position_ms": 1_800_000,
        "moved_at": at,
        "playing": False,
        "speed": 1.0,
        "pages": [1, 2, 3],
        "revision": 9,
    }


def records(person_id: str, count: int) -> Iterator[list[dict[str, Any]]]:
    """In batches, each a second older; nine in ten are others'."""
    chance, now = random.Random(1), datetime.now(UTC)  # noqa: S311 - the same rows each time
    batch: list[dict[str, Any]] = []
    for number in range(count):
        owner = f"person-{chance.randrange(max(count // 50, 1))}"
        owner = owner if number % OWN_SHARE else person_id
        batch.append(record(number, owner, now - timedelta(seconds=number)))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def fill(place: Served, person_id: str, count: int) -> None:
    """So many records in all."""
    with MongoClient[dict[str, Any]](place.mongo_uri, tz_aware=True) as client:
        progress = client["credit_yuexiu"]["lecture_progress"]
        progress.delete_many({})
        for batch in records(person_id, count):
            progress.insert_many(batch, ordered=False)


async def reader(place: Served) -> tuple[str, str]:
    """Somebody's token and id; there is a lecture."""
    await show(place, "0" * 64)
    cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
    person = await cast.newcomer()
    person_id = (await person.get("/v1/me")).json()["id"]
    await cast.close()
    return str(person.tokens["access_token"]), str(person_id)


async def milliseconds(place: Served, token: str) -> list[float]:
    """Of each read, in turns of a first page and the page after it."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=place.api, headers=headers, trust_env=False) as client:
        spent, following = [], ""
        for _ in range(WARM_UP + READS):
            begun = time.perf_counter()
            answer = await client.get("/v1/me/watched?limit=20" + following)
            spent.append(1000 * (time.perf_counter() - begun))
            page = answer.raise_for_status().json()
            assert len(page["items"]) == 20  # noqa: PLR2004 - as asked
            following = f"&cursor={page['next']}" if page["next"] and not following else ""
    return spent[WARM_UP:]


def run() -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    medians: list[float] = []
    with tempfile.TemporaryDirectory() as name, served(Path(name), workers=0) as place:
        token, person_id = asyncio.run(reader(place))
        for size in SIZES:
            fill(place, person_id, size)
            spent = asyncio.run(milliseconds(place, token))
            medians.append(statistics.median(spent))
            last = statistics.quantiles(spent, n=100)[98]
            ratio = f"{medians[-1] / medians[0]:.2f}"
            rows.append((f"{size:,}", f"{medians[-1]:.2f} ms", f"{last:.2f} ms", ratio))
    print_table(
        "A page of 20 lectures that one watched",
        ("records in all", "p50", "p99", "p50 of the first"),
        rows,
    )
