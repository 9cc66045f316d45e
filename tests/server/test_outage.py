"""The platform is away for an hour: everyone has a number at once, nothing is lost, all is done."""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.credit_reports.service import FETCH
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.outage import Outage
from tests.proof import Proof

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
PURPOSES = ("electricity", "bank-loan", "bidding", "government-service", "cooperation")
PEOPLE = 40 if FULL else 5
HOUR, STEP = timedelta(hours=1), timedelta(seconds=5)
Asked = tuple[Person, dict[str, Any]]


class Hour:
    """Time that passes for the server, its circuit breakers and the database at once."""

    def __init__(self, installation: Installation, clock: Clock) -> None:
        self._installation = installation
        self._outbox = installation.database["outbox"]
        self._clock = clock

    async def pass_by(self, span: timedelta) -> None:
        """So much, in steps up to what is due next; then four workers see to it."""
        end = self._clock.ahead + span
        while self._clock.ahead < end:
            step = min(max(STEP, await self._until_due()), end - self._clock.ahead)
            self._clock.ahead += step
            earlier = {"$subtract": ["$next_at", int(step.total_seconds() * 1000)]}
            await self._outbox.update_many({}, [{"$set": {"next_at": earlier}}])
            if await self._work_once():
                await asyncio.gather(*(self._work() for _ in range(4)))

    async def _until_due(self) -> timedelta:
        """Until anything is, by the database's clock; an hour when nothing waits."""
        first = [{"$sort": {"next_at": 1}}, {"$limit": 1}]
        left = {"$project": {"ms": {"$subtract": ["$next_at", "$$NOW"]}}}
        found = await self._outbox.aggregate([*first, left]).to_list(None)
        return min(HOUR, timedelta(milliseconds=found[0]["ms"])) if found else HOUR

    async def _work(self) -> None:
        while await self._work_once():
            pass

    async def _work_once(self) -> bool:
        return await self._installation.workers.work_once()


@pytest.fixture
def hour(
    installation: Installation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Hour]:
    for outside in installation.outside:
        monkeypatch.setattr(
            outside, "_clock", lambda: time.monotonic() + clock.ahead.total_seconds()
        )
    return Hour(installation, clock)


async def calls(installation: Installation) -> dict[str, float]:
    """How often the platform was called, by outcome."""
    found = {}
    for line in (await installation.house.metrics()).decode().splitlines():
        if line.startswith("credit_outside_calls_total{") and 'system="platform"' in line:
            found[line.split('outcome="')[1].split('"')[0]] = float(line.split()[-1])
    return found


async def ask(person: Person, purpose: str) -> tuple[Asked, float]:
    started = time.monotonic()
    report = await person.request(purpose)
    return (person, report), time.monotonic() - started


async def state(asked: Asked) -> dict[str, Any]:
    person, report = asked
    answer = await person.get(f"/v1/credit-reports/{report['id']}")
    told: dict[str, Any] = answer.raise_for_status().json()
    assert told["number"] == report["number"]
    return told


async def test_an_hour_without_the_platform_loses_no_request_and_does_each_once(
    cast: Cast,
    installation: Installation,
    outage: Outage,
    hour: Hour,
    proof: Proof,
) -> None:
    people = [await cast.owner() for _ in range(PEOPLE)]
    await outage.begin("platform", kind="error")
    before = await calls(installation)
    everyone, took = [], []
    for purpose in PURPOSES:
        for asked, seconds in await asyncio.gather(*(ask(person, purpose) for person in people)):
            everyone.append(asked)
            took.append(seconds)
    assert len({report["number"] for _, report in everyone}) == len(everyone)

    await hour.pass_by(HOUR)
    during = {
        name: count - before.get(name, 0) for name, count in (await calls(installation)).items()
    }
    for person in people:
        await person.sign_in()
    for asked in everyone:
        told = await state(asked)
        assert told["state"] == "delayed"
        assert "自动重试" in told["state_text"]
    assert during.get("ok", 0) == 0
    # One after each rest, and those that were out together when it began.
    most = HOUR.total_seconds() / installation.outside[1].system.rest_seconds + 20
    assert during["error"] <= most

    await outage.end()
    await hour.pass_by(timedelta(minutes=11))
    for person in people:
        await person.sign_in()
    ids = [report["id"] for _, report in everyone]
    for asked in everyone:
        assert (await state(asked))["state"] == "ready"
    database = installation.database
    for collection in ("credit_report_papers", "credit_report_snapshots"):
        assert await database[collection].count_documents({"_id": {"$in": ids}}) == len(ids)
    mine = {"object_id": {"$in": ids}}
    issued = {**mine, "action": "credit_report.issued"}
    assert await database["audit_events"].count_documents(issued) == len(ids)
    assert len(await database["audit_events"].distinct("object_id", issued)) == len(ids)
    assert await database["outbox"].count_documents({**mine, "topic": FETCH}) == 0
    seconds = f"{statistics.median(took):.3f} s at the median, {max(took):.3f} s at the most"
    proof(
        "requests in an hour in which the platform answers 500",
        len(everyone),
        f"each numbered ({seconds}), done once; the platform asked {during['error']:.0f} times",
    )
