"""Promise codes over two server processes: unique, and without a gap, however many sign at once."""

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

import pytest

from tests.cast import Cast
from tests.killed import Ground, ground
from tests.promising import ready_to_sign, sign
from tests.proof import Proof

SIGNINGS = 300 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 30
OWNERS = 15


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("codes")) as shared:
        yield shared


async def test_signings_over_two_processes_leave_no_gap(place: Ground, proof: Proof) -> None:
    servers = [place.server(), place.server()]
    for server in servers:
        await server.listening()
    casts = [Cast(api=server.api, sandbox=place.sandbox, workers=None) for server in servers]
    try:
        ready = await ready_to_sign(casts, owners=OWNERS, each=SIGNINGS // OWNERS)
        began = perf_counter()
        answers = await asyncio.gather(*(sign(person, one, **body) for person, one, body in ready))
        took = timedelta(seconds=perf_counter() - began)
    finally:
        for cast in casts:
            await cast.close()
    assert [answer.text for answer in answers if answer.status_code != 201] == []
    codes = sorted(int(answer.json()["signature"]["code"]) for answer in answers)
    assert codes == list(range(codes[0], codes[0] + SIGNINGS))
    assert f"{codes[0]}".endswith("000001")
    seconds = f"{took.total_seconds():.1f} s"
    proof("promises signed at once over two processes", SIGNINGS, f"no gap, no repeat; {seconds}")
