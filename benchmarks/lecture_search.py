"""Finding lectures among 1,000 and among 100,000, over HTTP by one client.

The words of generated lectures are written straight into the collection: sentences drawn from the
vocabulary of the field, so that some pairs stand in nearly all of them; one phrase in a thousand
stands in a single lecture, and one has common pairs and stands in few.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pymongo import MongoClient

from adapters.mongo.lecture_search import document_of
from benchmarks.table import print_table
from domain.lectures.searching import Entry
from tests.served import Served, served

SIZES = (1_000, 100_000)
BATCH = 2_000
READS, WARM_UP = 200, 20
SENTENCES = 6
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
VOCABULARY = (
    *("信用修复", "失信惩戒", "行政处罚", "公示期限", "纳税信用", "守信激励", "合同履约"),
    *("企业年报", "经营异常", "信用承诺", "告知承诺", "联合奖惩", "信用报告", "异议申请"),
    *("的条件", "的步骤", "和材料", "怎样办理", "由谁受理", "多久办结", "有哪些影响", "常见问题"),
)
RARE = "珠江新城专场"
# Its pairs are everywhere, the phrase itself in one lecture of a thousand.
SCATTERED = "信用报告异议申请的步骤和材料"
QUERIES = {
    "in nearly all (信用修复)": "信用修复",
    "in a few (its pairs in nearly all)": SCATTERED,
    "in one of a thousand": RARE,
    "in none": "量子计算入门",
    "two words, both common": "失信惩戒 常见问题",
    "a single sign": "信",
}


def entries(count: int) -> Iterator[Entry]:
    """So many lectures, the same each time, each an hour after the one before."""
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    for number in range(count):
        spoken = ["".join(chance.choices(VOCABULARY, k=6)) for _ in range(SENTENCES)]
        if number % 1_000 == 0:
            spoken += [RARE, SCATTERED]
        yield Entry(
            lecture_id=f"{number:08x}-0000-7000-8000-000000000000",
            title=f"第 {number} 讲 {chance.choice(VOCABULARY)}",
            speaker="王敏",
            begins_at=BEGINS + timedelta(hours=number),
            texts={"title": [f"第 {number} 讲"], "speaker": ["王敏"], "outline": spoken},
            moments={},
        )


def fill(place: Served, count: int) -> None:
    """So many in all."""
    with MongoClient(place.mongo_uri, tz_aware=True) as client:
        kept = client["credit_yuexiu"]["lecture_search"]
        kept.delete_many({})
        batch = []
        for entry in entries(count):
            batch.append(document_of(entry))
            if len(batch) == BATCH:
                kept.insert_many(batch, ordered=False)
                batch = []
        if batch:
            kept.insert_many(batch, ordered=False)


async def milliseconds(place: Served, query: str) -> list[float]:
    """Of each search, first pages."""
    async with httpx.AsyncClient(base_url=place.api, trust_env=False, timeout=60) as client:
        spent = []
        for _ in range(WARM_UP + READS):
            begun = time.perf_counter()
            answer = await client.get("/v1/lectures/search", params={"q": query})
            spent.append(1000 * (time.perf_counter() - begun))
            answer.raise_for_status()
    return spent[WARM_UP:]


def run(sizes: Sequence[int] = SIZES) -> None:
    """Print the table."""
    rows, first = [], {}
    # One address asks without pause.
    rates = {"lectures": "1000000/60"}
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name), rates=rates) as place,
    ):
        for size in sizes:
            fill(place, size)
            for what, query in QUERIES.items():
                spent = asyncio.run(milliseconds(place, query))
                p50 = statistics.median(spent)
                first.setdefault(what, p50)
                p99 = statistics.quantiles(spent, n=100)[98]
                rows.append(
                    (
                        f"{size:,}",
                        what,
                        f"{p50:.1f} ms",
                        f"{p99:.1f} ms",
                        f"{p50 / first[what]:.2f}",
                    )
                )
    heads = ("lectures", "what is looked for", "p50", "p99", "p50 of the first")
    print_table("A page of 20 of what was found in lectures", heads, rows)
