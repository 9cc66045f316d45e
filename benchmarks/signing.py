"""Signing at one moment: one text, one day, one sequence of numbers, two server processes.

Nothing is left out: each signing asks the registry and the identity agency, commits with its
number, register entry, notice, messages and audit event, and is answered.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.table import print_table
from tests.cast import Cast
from tests.killed import Ground, ground
from tests.promising import Ready, ready_to_sign, sign

OWNERS = 15
EACH = (1, 4, 20)


async def rush(place: Ground, each: int) -> tuple[int, float, list[float]]:
    """How many signed, seconds until the last had, and how long each waited in seconds."""
    servers = [place.server(), place.server()]
    for server in servers:
        await server.listening()
    casts = [Cast(api=server.api, sandbox=place.sandbox, workers=None) for server in servers]
    try:
        ready = await ready_to_sign(casts, owners=OWNERS, each=each)
        begun = time.perf_counter()
        waits = await asyncio.gather(*(one(given) for given in ready))
        return len(ready), time.perf_counter() - begun, waits
    finally:
        for cast in casts:
            await cast.close()
        place.end()


async def one(ready: Ready) -> float:
    """Sign; seconds until it is answered."""
    person, promise, body = ready
    begun = time.perf_counter()
    (await sign(person, promise, **body)).raise_for_status()
    return time.perf_counter() - begun


def run() -> None:
    """Print the table."""
    rows = []
    for each in EACH:
        with tempfile.TemporaryDirectory() as name, ground(Path(name)) as place:
            count, seconds, waits = asyncio.run(rush(place, each))
        rows.append(
            (
                f"{count}",
                f"{seconds:.1f} s",
                f"{count / seconds:.0f}",
                f"{statistics.median(waits):.1f} s",
                f"{max(waits):.1f} s",
            )
        )
    print_table(
        "Promises signed at one moment over two processes, stand-ins on the same two cores",
        ("at once", "all done", "a second", "p50", "longest"),
        rows,
    )
