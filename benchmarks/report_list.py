"""The list of a subject's reports, with 1,000 and with 1,000,000 reports in the database.

The reports are written straight into the collection, a tenth of them the reader's own; the list
is read over HTTP by one client, first pages and pages from the middle.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient

from benchmarks.table import print_table
from tests.served import Served, ready_report, served

SIZES = (1_000, 1_000_000)
OWN_SHARE = 10
BATCH = 10_000
READS = 400
WARM_UP = 50


def copies(report: dict[str, Any], count: int) -> Iterator[list[dict[str, Any]]]:
    """The report again and again in batches, each a minute older; nine in ten are others'."""
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    batch = []
    for number in range(count):
        copy = {
            **report,
            "_id": f"{number:08x}-0000-7000-8000-{chance.getrandbits(48):012x}",
            "number": f"{number:022d}",
            "requested_at": report["requested_at"] - timedelta(minutes=number),
            "state": "superseded",
            "issue": {
                **report["issue"],
                **{name: f"{name}-{number}" for name in ("code_hash", "check_hash", "file_sha256")},
            },
        }
        if number % OWN_SHARE:
            owner = f"person-{chance.randrange(max(count // 50, 1))}"
            copy |= {"person_id": owner, "principal_id": owner, "subject_id": owner}
        batch.append(copy)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def fill(place: Served, count: int) -> None:
    """So many reports in all."""
    with MongoClient(place.mongo_uri, tz_aware=True) as client:
        reports = client["credit_yuexiu"]["credit_reports"]
        first = reports.find_one({"state": "ready"})
        assert first
        reports.delete_many({"_id": {"$ne": first["_id"]}})
        for batch in copies(first, count - 1):
            reports.insert_many(batch, ordered=False)


async def milliseconds(place: Served, token: str, subject_id: str) -> list[float]:
    """Of each read, in turns of a first page and the page after it."""
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=place.api, headers=headers, trust_env=False) as client:
        path, spent = f"/v1/credit-reports?subject_id={subject_id}", []
        following = ""
        for _ in range(WARM_UP + READS):
            begun = time.perf_counter()
            answer = await client.get(path + following)
            spent.append(1000 * (time.perf_counter() - begun))
            page = answer.raise_for_status().json()
            following = f"&cursor={page['next']}" if page["next"] and not following else ""
    return spent[WARM_UP:]


def run() -> None:
    """Print the table."""
    rows, medians = [], []
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as place:
        path, token, _ = ready_report(place)
        status = httpx.get(
            place.api + path.removesuffix("/content"),
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
        ).json()
        for size in SIZES:
            fill(place, size)
            spent = asyncio.run(milliseconds(place, token, status["subject_id"]))
            medians.append(statistics.median(spent))
            rows.append(
                (
                    f"{size:,}",
                    f"{medians[-1]:.2f} ms",
                    f"{statistics.quantiles(spent, n=100)[98]:.2f} ms",
                    f"{medians[-1] / medians[0]:.2f}",
                )
            )
    print_table(
        "A page of 20 of one's reports", ("reports in all", "p50", "p99", "p50 of the first"), rows
    )
