"""The sealer of a running server, and what operators are told of the log."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from tornado.ioloop import IOLoop

from adapters.documents.audit_roots import stamp_check
from domain.audit.sealing import Health
from domain.errors import Unavailable
from domain.timestamps import TimeStamp
from server.audit import AuditSealer, warnings
from server.settings import variable
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.forked import Program
from tests.outage import Outage
from tests.proof import Proof
from tests.served import ready_report, served
from tests.server.audit_log import new_place, write

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
# How long a change is waited for, and how many leaves later each kill comes.
MOST_MS, APART = 60_000, 50
KILLS = 20 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 2


def until(rows: Collection[dict[str, Any]], what: Callable[[], bool]) -> None:
    """Wait until it is so, looking at each change of the rows."""
    with rows.watch(max_await_time_ms=MOST_MS) as changes:
        while not what():
            assert changes.try_next(), "nothing changes any more"


def test_a_running_server_seals_what_people_do_and_signs_a_root(tmp_path: Path) -> None:
    with served(tmp_path, metrics_token="operator") as place:
        ready_report(place)
        with MongoClient[dict[str, Any]](place.mongo_uri) as client:
            database = client["credit_yuexiu"]
            events_of = database["audit_events"]
            until(events_of, lambda: events_of.find_one({"sealed": None}) is None)
            events = {row["_id"] for row in database["audit_events"].find()}
            leaves = list(database["audit_leaves"].find().sort("_id"))
            assert {row["event_id"] for row in leaves} >= events
            assert [row["_id"] for row in leaves] == list(range(len(leaves)))
            roots = database["audit_roots"]
            until(roots, lambda: roots.count_documents({"stamping": "stamped"}) == 1)
        headers = {"Authorization": "Bearer operator"}
        told = httpx.get(f"{place.api}/metrics", headers=headers, trust_env=False).text
        gauges = dict(line.split() for line in told.splitlines() if "credit_audit_" in line[:13])
        assert gauges["credit_audit_events_unsealed"] == "0.0"
        assert 0 <= float(gauges["credit_audit_last_root_seconds"]) < 120
        assert gauges["credit_audit_stamps_pending"] == "0.0"


def test_a_sealer_killed_anywhere_is_followed_by_another(
    io_loop: IOLoop, mongo_uri: str, tmp_path: Path, proof: Proof
) -> None:
    """Kill -9 while it seals; what the next one exports holds, with each event once."""
    place = new_place(mongo_uri, tmp_path / "keys")
    io_loop.run_sync(lambda: write(place, 4_000))
    env = {
        variable("mongo_uri"): mongo_uri,
        variable("database"): place.database,
        variable("keys_folder"): str(place.keys),
    }
    file = tmp_path / "audit.jsonl"
    words = ("audit", "export", str(file))
    with MongoClient[dict[str, Any]](mongo_uri) as client:
        database = client[place.database]
        leaves, sealer = database["audit_leaves"], database["audit_sealer"]
        for kill in range(KILLS):
            unsealed = database["audit_events"].count_documents({"sealed": None})
            with leaves.watch(max_await_time_ms=MOST_MS) as changes:
                process = Program(*words, env={**os.environ, **env})
                for _ in range(min(1 + APART * kill, unsealed)):  # anywhere in the batch
                    assert changes.try_next(), "it seals nothing"
                process.close()
            sealer.update_one({}, {"$set": {"until": datetime(1970, 1, 1, tzinfo=UTC)}})
            if database["audit_events"].find_one({"sealed": None}) is None:
                io_loop.run_sync(lambda: write(place, 4_000))
        assert place.audit("export", file).exit_code == 0
        done = place.audit("verify", file, "--root", place.root)
        assert done.exit_code == 0, done.output
        total = database["audit_events"].count_documents({})
        assert f"{total:,} leaves" in done.output
    proof("sealers killed by kill -9", KILLS, "taken over; each event has exactly one leaf")


async def test_a_sealer_outlives_an_outage_and_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = asyncio.Semaphore(0)

    class Broken:
        async def begin(self) -> None:
            return

        async def step(self) -> bool:
            calls.release()
            raise ConnectionError

        stamp = step

        async def end(self) -> None:
            raise ConnectionError

    monkeypatch.setattr("server.audit.IDLE", timedelta())
    monkeypatch.setattr("server.audit.log.warning", lambda *_, **__: None)
    sealer = AuditSealer(Broken())  # type: ignore[arg-type]
    sealer.start()
    for _ in range(6):
        await calls.acquire()
    await sealer.stop()


async def test_readiness_and_metrics_tell_what_waits_and_stay_ready(
    cast: Cast, newcomer: Person, installation: Installation
) -> None:
    """In the tests no sealer runs: what the newcomer did waits."""
    assert newcomer
    soon = datetime.now(UTC) + timedelta(minutes=5)
    readiness = await installation.house.readiness(soon)
    assert readiness.ready
    assert any("audit events wait to be sealed" in line for line in readiness.warnings)
    headers = {"Authorization": "Bearer operator"}
    text = (await cast.client.get("/metrics", headers=headers)).raise_for_status().text
    gauges = dict(line.split() for line in text.splitlines() if line.startswith("credit_audit_"))
    assert float(gauges["credit_audit_events_unsealed"]) > 0
    assert float(gauges["credit_audit_oldest_unsealed_seconds"]) >= 0


async def test_roots_are_pending_while_the_authority_is_down_and_stamped_later(
    newcomer: Person, installation: Installation, outage: Outage, data_folder: Path
) -> None:
    assert newcomer
    audit, state = installation.audit, installation.database["audit_sealer"]
    await audit.sealing.begin()
    await outage.begin("timestamps", kind="error")
    while await audit.sealing.step():
        pass
    await audit.store.want_root()
    assert await audit.sealing.step()
    with pytest.raises(Unavailable):
        await audit.sealing.stamp()
    pending = await audit.store.last_root()
    assert pending
    assert (pending.stamping, pending.token) == (TimeStamp.PENDING, b"")
    readiness = await installation.house.readiness(datetime.now(UTC))
    assert readiness.ready
    assert any("wait for their time stamp" in line for line in readiness.warnings)
    await outage.end()
    await state.update_one({}, {"$set": {"stamp_after": datetime(1970, 1, 1, tzinfo=UTC)}})
    while await audit.sealing.stamp():
        pass
    stamped = await audit.store.last_root()
    assert stamped
    assert (stamped.stamping, stamped.root) == (TimeStamp.STAMPED, pending.root)
    roots = (data_folder / "keys" / "timestamp-roots.pem").read_bytes()
    assert await asyncio.to_thread(stamp_check(roots), stamped) == ""


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (Health(), []),
        (Health(unsealed=3, oldest_unsealed=AT - timedelta(seconds=59)), []),
        (Health(unsealed=3, oldest_unsealed=AT - timedelta(seconds=61)), ["3 audit events wait"]),
        (Health(last_root=AT - timedelta(minutes=119)), []),
        (Health(last_root=AT - timedelta(minutes=121)), ["the last audit root was signed at"]),
        (Health(pending_stamps=2), ["2 audit roots wait for their time stamp"]),
    ],
)
def test_what_is_late_is_told(health: Health, told: list[str]) -> None:
    found = warnings(health, AT)
    assert len(found) == len(told)
    assert all(line.startswith(start) for line, start in zip(found, told, strict=True))
