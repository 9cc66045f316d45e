"""Creating tickets over HTTP, beside a bare Motor loop that commits the same rows without.

The loop's is the same transaction: ticket, message, check, draft, audit event, outbox, live event
and kept reply, awaited write by write, of rows that are there already, encrypted; no HTTP, session,
rate, held key, or question to anybody. ``python -m benchmarks.ticket_creation URI CONNECTIONS`` is
that loop. Nothing else is done meanwhile: tickets are not given out.
"""

import asyncio
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession
from pymongo import MongoClient
from pymongo.read_concern import ReadConcern

from adapters.keys import Keys
from adapters.mongo.database import DURABLE, connect
from adapters.mongo.migrations import migrate
from benchmarks.table import print_table
from server.draw import now
from server.settings import RATES
from tests.cast import Cast, Person
from tests.served import ROOT, Served, free_port, served
from tests.ticketing import question

CONNECTIONS = (1, 8, 32, 64, 128)
SECONDS, TURNS = 5, 3
OURS, BARE = "credit_yuexiu", "bare"
TEXT = "怎样修复行政处罚的公示信息？需要准备哪些材料，到哪里办理？"
Row = dict[str, Any]
# What the transaction writes, and which of a collection's rows are of a new ticket.
ROWS: dict[str, Row] = {
    "tickets": {},
    "ticket_messages": {},
    "content_checks": {},
    "audit_events": {"action": "ticket.opened"},
    "outbox": {"topic": "ticket.assign"},
    "idempotent_replies": {},
}
# It is gone from there once it has its number.
LIVE: Row = {
    "v": 1,
    "streams": ["ticket:0192", "desk", "place:0192", "person:0192"],
    "kind": "ticket",
    "about": "GJ2611307K2M9Q",
    "revision": 1,
}
LUA = """
wrk.method = "POST"
wrk.body = %s
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
local run, count = "%s", 0
request = function()
  count = count + 1
  wrk.headers["Idempotency-Key"] = run .. "-" .. count
  return wrk.format(nil, "/v1/tickets")
end
"""


@contextmanager
def wechat(folder: Path) -> Iterator[tuple[str, Path]]:
    """The stand-in's address, and the file that tells it where the sandbox is."""
    port, sandbox = free_port(), folder / "sandbox"
    command = [sys.executable, "-m", "benchmarks.wechat_stand_in", str(port), str(sandbox)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}/wechat", sandbox
        finally:
            process.kill()


async def ready(place: Served) -> tuple[str, Row]:
    """A token, and what is asked; once already, so that every row is there."""
    cast = Cast(api=place.api, sandbox=place.sandbox, workers=None)
    try:
        person: Person = await cast.newcomer()
        at = rows_of(place)["places"].find_one({"open": True})
        assert at
        body = await question(person, place_id=at["_id"], text=TEXT)
        (await person.post("/v1/tickets", body)).raise_for_status()
        return str(person.tokens["access_token"]), body
    finally:
        await cast.close()


def rows_of(place: Served) -> Any:
    """The database of the server."""
    return MongoClient[Row](place.mongo_uri, tz_aware=True)[OURS]


def ours(place: Served, folder: Path, connections: int, token: str, body: Row) -> float:
    """Tickets a second, over HTTP; every one is in the database."""
    script = folder / "create.lua"
    script.write_text(LUA % (json.dumps(json.dumps(body)), token, uuid.uuid4().hex))
    command = ["wrk", f"-c{connections}", "-t1", f"-d{SECONDS}s", f"-s{script}", place.api]
    tickets = rows_of(place)["tickets"]
    before = tickets.count_documents({})
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in answer, answer
    found = re.search(r"(\d+) requests in ([\d.]+)s", answer)
    assert found, answer
    assert tickets.count_documents({}) - before >= int(found[1])
    return int(found[1]) / float(found[2])


def bare(place: Served, connections: int) -> float:
    """Tickets a second, by the loop."""
    command = [sys.executable, "-m", "benchmarks.ticket_creation"]
    given = [place.mongo_uri, str(connections)]
    done = subprocess.run(
        [*command, *given], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return float(done.stdout)


async def loop(uri: str, connections: int) -> float:
    """So many at a time, one transaction each, until the time is over."""
    client: AsyncIOMotorClient[Row] = AsyncIOMotorClient(uri, tz_aware=True)
    models = {name: await client[OURS][name].find_one(some) for name, some in ROWS.items()}
    models["live_events"] = {**LIVE, "at": now()}
    database = client.get_database(BARE, write_concern=DURABLE)
    begun, done = time.perf_counter(), 0

    async def create(session: AsyncIOMotorClientSession) -> None:
        for name, model in models.items():
            assert model, name
            row = {**model, "_id": uuid.uuid4().hex}
            if name == "tickets":
                row["number"] = row["_id"][:14]
            if name == "ticket_messages":
                row["ticket_id"] = row["_id"]
            await database[name].insert_one(row, session=session)
        draft = {"_id": f"new:{uuid.uuid4()}"}
        await database["ticket_drafts"].delete_one(draft, session=session)

    async def one_by_one() -> None:
        nonlocal done
        async with await client.start_session() as session:
            while time.perf_counter() - begun < SECONDS:
                await session.with_transaction(
                    create, read_concern=ReadConcern("snapshot"), write_concern=DURABLE
                )
                done += 1

    await asyncio.gather(*(one_by_one() for _ in range(connections)))
    return done / (time.perf_counter() - begun)


async def like_ours(place: Served) -> None:
    """A database with the same collections and indexes for the loop."""
    keys = Keys(place.folder / "keys")
    database = connect(place.mongo_uri, name=BARE, master_key=keys.master)
    await migrate(database, now=now())
    await database.close()


def measured(place: Served, folder: Path) -> Iterator[Sequence[str]]:
    """A row for each number of connections; medians of turns."""
    token, body = asyncio.run(ready(place))
    asyncio.run(like_ours(place))
    for connections in CONNECTIONS:
        turns = [
            (ours(place, folder, connections, token, body), bare(place, connections))
            for _ in range(TURNS)
        ]
        mine, theirs = (statistics.median(rates) for rates in zip(*turns, strict=True))
        yield str(connections), f"{mine:,.0f}", f"{theirs:,.0f}", f"{mine / theirs:.2f}"


def run() -> None:
    """Print the table."""
    assert shutil.which("wrk"), "install Debian's wrk"
    unlimited = {"rates": dict.fromkeys(RATES, "1000000/60"), "workers": 0}
    with tempfile.TemporaryDirectory() as name, wechat(Path(name)) as (address, sandbox):
        folder = Path(name)
        with served(folder / "data", wechat_url=address, **unlimited) as place:
            sandbox.write_text(place.sandbox)
            rows = list(measured(place, folder))
    print_table(
        "Creating a ticket: checked by WeChat, idempotent, audited, told live, one transaction",
        ("connections", "a second", "bare Motor loop", "of bare"),
        rows,
    )


if __name__ == "__main__":
    print(asyncio.run(loop(sys.argv[1], int(sys.argv[2]))))
