"""Killed servers and a killed database: nothing acknowledged is missing, nothing is done twice."""

import asyncio
import os
import random
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient

from domain.time import SHANGHAI
from tests.cast import Cast, Person
from tests.killed import Ground, Mortal, Succession, asked, ground
from tests.proof import Proof
from tests.waiting import until

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
KILLS = 100 if FULL else 2
# How often, and how many requests are under way then.
DATABASE_KILLS, AROUND = (20, 8) if FULL else (2, 4)
REPORTS, CHECKS = "/v1/credit-reports", "/v1/me/identity-checks"

chance = random.Random()  # noqa: S311 - which moment, guards nothing
Body = dict[str, Any]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("ground")) as shared:
        yield shared


@pytest.fixture
def house(shared: Ground) -> Iterator[Ground]:
    shared.anew()
    yield shared
    shared.end()


@pytest.fixture
def rows(house: Ground) -> Iterator[Any]:
    """The database as it is, whoever is dead; without keys, so without people."""
    with MongoClient[Body](house.mongo_uri, tz_aware=True) as client:
        yield client[house.database]


@asynccontextmanager
async def cast_at(server: Mortal, house: Ground) -> AsyncIterator[Cast]:
    await server.listening()
    cast = Cast(api=server.api, sandbox=house.sandbox, workers=None)
    try:
        yield cast
    finally:
        await cast.close()


def another(person: Person, number: int) -> Body:
    """A request like no other of the person's."""
    today = datetime.now(SHANGHAI).date()
    days = {"from": f"{today - timedelta(days=40 + number)}", "until": f"{today}"}
    asked = {"edition": "no-violation", "period": days, "fields": ["market"]}
    return {"subject_id": person.subject_id, "purpose": "bidding", **asked}


def leave_no_lease(rows: Any) -> None:
    """What the dead held is taken over now rather than when its lease is over."""
    rows["outbox"].update_many({}, [{"$set": {"next_at": "$$NOW"}}])


def nothing_left(rows: Any) -> bool:
    """Whether all that was asked for is done; what is worked for ever is named by its topic."""
    asked_for = {"$expr": {"$ne": ["$_id", "$topic"]}}
    return rows["outbox"].find_one(asked_for) is None


def times(rows: Any, action: str, report_id: str) -> int:
    return int(rows["audit_events"].count_documents({"action": action, "object_id": report_id}))


def check_each_done_once(rows: Any, ids: set[str]) -> None:
    """One row, one event of asking, one of issuing and one paper each, and nothing else."""
    assert {row["_id"] for row in rows["credit_reports"].find()} == ids
    assert {row["_id"] for row in rows["credit_report_papers"].find()} == ids
    for report_id in ids:
        assert times(rows, "credit_report.requested", report_id) == 1
        assert times(rows, "credit_report.issued", report_id) == 1


async def test_a_server_killed_after_the_commit_and_before_the_reply_has_done_it_once(
    house: Ground, rows: Any, proof: Proof
) -> None:
    line = Succession(house, kills=KILLS, workers=0)
    ids: set[str] = set()
    async with cast_at(line.now, house) as cast:
        alice = await cast.owner()
        for number in range(KILLS):
            body, key = another(alice, number), str(uuid.uuid4())
            line.now.flag.touch()
            with pytest.raises(httpx.TransportError):
                await alice.post(REPORTS, body, key=key)
            await line.now.dead()
            [committed] = [row for row in rows["credit_reports"].find() if row["_id"] not in ids]
            await line.succeed(cast)
            first = await asked(alice, REPORTS, body, key=key, status=202)
            assert first.json()["id"] == committed["_id"]
            assert (await alice.post(REPORTS, body, key=key)).content == first.content
            ids.add(committed["_id"])
    worker = house.server(workers=2)
    await worker.listening()
    await until(lambda: nothing_left(rows))
    check_each_done_once(rows, ids)
    assert len(ids) == KILLS
    proof("kill -9 after the commit, before the reply", KILLS, "same body, one row, one paper")


async def test_a_server_killed_at_any_moment_leaves_each_request_done_once(
    house: Ground, rows: Any, proof: Proof
) -> None:
    """It works on reports of before meanwhile, and is killed in the middle of that too."""
    line = Succession(house, kills=KILLS)
    ids, answered = set(), 0
    async with cast_at(line.now, house) as cast:
        alice = await cast.owner()
        for number in range(KILLS):
            body, key = another(alice, number), str(uuid.uuid4())
            request = asyncio.ensure_future(alice.post(REPORTS, body, key=key))
            await asyncio.sleep(chance.uniform(0, 0.12))
            line.now.kill()
            [before] = await asyncio.gather(request, return_exceptions=True)
            await line.succeed(cast)
            first = await asked(alice, REPORTS, body, key=key, status=202)
            if isinstance(before, httpx.Response) and before.status_code == 202:
                answered += 1
                assert before.content == first.content
            assert (await alice.post(REPORTS, body, key=key)).content == first.content
            ids.add(first.json()["id"])
        leave_no_lease(rows)
        await until(lambda: nothing_left(rows))
    check_each_done_once(rows, ids)
    assert len(ids) == KILLS
    result = f"same body, one row, one paper; {answered} were answered before the kill"
    proof("kill -9 at a random moment of a request", KILLS, result)


async def test_a_key_held_while_an_agency_was_asked_is_free_in_ten_seconds(
    house: Ground, rows: Any
) -> None:
    line = Succession(house, kills=1, workers=0)
    async with cast_at(line.now, house) as cast:
        newcomer = await cast.newcomer()
        await newcomer.consent("identity")
        body = {name: newcomer.persona[name] for name in ("name", "id_number")}
        fault = "/sandbox/faults/identity"
        (await cast.sandbox.put(fault, json={"kind": "timeout"})).raise_for_status()
        request = asyncio.ensure_future(newcomer.post(CHECKS, body, key="held-by-the-dead"))
        await until(lambda: rows["held_keys"].count_documents({}) == 1)
        line.now.kill()
        there = rows.command("hello")["localTime"].replace(tzinfo=UTC)
        assert rows["held_keys"].find_one()["until"] < there + timedelta(seconds=10)
        await asyncio.gather(request, return_exceptions=True)
        await cast.sandbox.delete(fault)
        await line.succeed(cast)
        await asked(newcomer, CHECKS, body, key="held-by-the-dead", status=201)
    assert rows["identity_checks"].count_documents({}) == 1


async def test_a_killed_server_leaves_no_process_behind(house: Ground) -> None:
    server = house.server()
    await server.listening()
    group = server.process.pid
    assert len(living(group)) > 1
    server.kill()
    await until(lambda: not living(group), within=10)


def living(group: int) -> list[int]:
    """Processes of a group that are more than a line in init's table."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(entry.name))
    return found


async def test_a_killed_database_misses_nothing_that_was_acknowledged(
    house: Ground, rows: Any, proof: Proof
) -> None:
    server = house.server()
    acknowledged: dict[str, bytes] = {}
    ids = set()
    async with cast_at(server, house) as cast:
        alice = await cast.owner()
        # A killed mongod goes on from its last checkpoint, of which there is one in a minute: all
        # the collections of the tests before would be made again, at each kill.
        rows.client.admin.command("fsync")
        for kill in range(DATABASE_KILLS):
            keys = {f"request-{kill}-{n}": another(alice, kill * AROUND + n) for n in range(AROUND)}
            requests = {
                key: asyncio.ensure_future(alice.post(REPORTS, body, key=key))
                for key, body in keys.items()
            }
            await asyncio.sleep(chance.uniform(0, 0.25))
            assert house.mongo.pid
            os.kill(house.mongo.pid, signal.SIGKILL)
            house.mongo.stop()
            house.mongo.start()
            for key, request in requests.items():
                [answer] = await asyncio.gather(request, return_exceptions=True)
                if isinstance(answer, httpx.Response) and answer.status_code == 202:
                    acknowledged[key] = answer.content
            for key, body in keys.items():
                answer = await asked(alice, REPORTS, body, key=key, status=202)
                assert acknowledged.get(key, answer.content) == answer.content
                ids.add(answer.json()["id"])
        leave_no_lease(rows)
        await until(lambda: nothing_left(rows))
    check_each_done_once(rows, ids)
    assert len(ids) == DATABASE_KILLS * AROUND
    result = f"{len(acknowledged)} acknowledged before, none missing; one row, one paper each"
    proof("requests around a kill -9 of mongod", len(ids), result)


@pytest.mark.parametrize("ahead", [7, -7])
async def test_the_work_of_a_killed_server_is_taken_over_once_whatever_the_clocks(
    house: Ground, rows: Any, ahead: int, proof: Proof
) -> None:
    """The one killed is minutes before or after the other; leases are by the database's clock."""
    first = house.server(clock_minutes=ahead)
    second = house.server(clock_minutes=-ahead / 2, workers=0)
    async with cast_at(first, house) as cast:
        alice = await cast.owner()
        slow = {"kind": "slow", "seconds": 600}
        (await cast.sandbox.put("/sandbox/faults/platform", json=slow)).raise_for_status()
        report = await alice.request()
        held = {"object_id": report["id"], "held_at": {"$exists": True}}
        await until(lambda: rows["credit_reports"].find_one({"state": "fetching"}))
        [message] = rows["outbox"].find(held)
        first.kill()
        await cast.sandbox.delete("/sandbox/faults/platform")
        third = house.server(clock_minutes=-ahead / 2)
        await asyncio.gather(second.listening(), third.listening())
        cast.client.base_url = httpx.URL(second.api)
        assert (await alice.get(f"{REPORTS}/{report['id']}")).json()["state"] == "fetching"
        [still] = rows["outbox"].find(held)
        assert still["fence"] == message["fence"]
        if not FULL:
            leave_no_lease(rows)
        await until(lambda: nothing_left(rows))
        done = (await alice.get(f"{REPORTS}/{report['id']}")).json()
        assert (done["state"], done["number"]) == ("ready", report["number"])
    check_each_done_once(rows, {report["id"]})
    proof("work of a killed server, clocks ten minutes apart", 1, "taken over, done once")
