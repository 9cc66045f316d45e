"""A server killed in the middle of a sweep: another takes over, and every row is kept once."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server import development
from server.wiring import Installation
from tests.cast import Person
from tests.erasing import due, erase
from tests.forked import Program
from tests.proof import Proof
from tests.served import environment, free_port

LOOKS = 3000


@contextmanager
def worker(sandbox: str, mongo_uri: str, folder: Path) -> Iterator[Program]:
    """A server process of its own over the same database; killed at the latest with the test."""
    port = free_port()
    settings = development.settings(
        sandbox=sandbox,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        data_folder=folder,
        mongo_uri=mongo_uri,
        log_level="error",
    )
    process = Program("serve", env={**os.environ, **environment(settings)})
    try:
        yield process
    finally:
        process.close()


async def test_a_server_killed_in_the_middle_of_a_sweep_is_succeeded(
    alice: Person,
    installation: Installation,
    sandbox: str,
    mongo_uri: str,
    data_folder: Path,
    proof: Proof,
) -> None:
    await alice.cast.work()
    report = await alice.report()
    await alice.content(report["id"])
    database, person_id = installation.database, await alice.own_subject()
    look = await database["looks"].find_one({"report_id": report["id"]})
    assert look
    seeded = {f"{person_id}-{number}" for number in range(LOOKS)}
    await database["looks"].insert_many([{**look, "_id": i, "about": person_id} for i in seeded])
    await erase(alice)
    held = {"_id": {"$in": list(seeded)}}
    count = database["legal_hold"].count_documents
    with worker(sandbox, mongo_uri, data_folder) as process:
        async with asyncio.timeout(60):
            while True:
                if await count(held):
                    break
                await asyncio.sleep(0.01)
        process.kill()
        process.wait(20)
    kept = await count(held)
    assert 0 < kept < LOOKS
    assert kept + await database["looks"].count_documents(held) == LOOKS
    for _ in range(2):
        await due(installation)
        await alice.cast.work()
    assert await count(held) == LOOKS
    assert await database["looks"].count_documents(held) == 0
    assert await database["people"].find_one({"_id": person_id}) is None
    proof("rows of an erasure whose server was killed with -9 on the way", LOOKS, "each kept once")
