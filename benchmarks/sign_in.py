"""Signing in by a code of wx.login, beside the same exchange with the stand-in alone.

Each client asks the stand-in for a code and signs in with it, again and again; what the
stand-in itself takes for code and exchange is measured by the same clients without our server.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from benchmarks.table import print_table
from server.development import WECHAT
from tests.served import Served, served

CLIENTS = (1, 8, 32)
SECONDS = 5

Work = Callable[[httpx.AsyncClient, str], Awaitable[None]]


async def code(client: httpx.AsyncClient, place: Served, openid: str) -> str:
    """What wx.login gives."""
    answer = await client.post(f"{place.sandbox}/sandbox/wx/login", json={"openid": openid})
    return str(answer.raise_for_status().json()["code"])


async def rate(place: Served, clients: int, work: Work) -> tuple[float, list[float]]:
    """How often a second, and how long each took in milliseconds."""
    spent: list[float] = []
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        personas = (await client.get(f"{place.sandbox}/sandbox/personas")).json()["items"]
        end = time.perf_counter() + SECONDS

        async def one(openid: str) -> None:
            while time.perf_counter() < end:
                begun = time.perf_counter()
                await work(client, openid)
                spent.append(1000 * (time.perf_counter() - begun))

        openids = [personas[number % len(personas)]["openid"] for number in range(clients)]
        await asyncio.gather(*(one(openid) for openid in openids))
    return len(spent) / SECONDS, spent


def ours(place: Served) -> Work:
    """A code, and a session for it."""

    async def work(client: httpx.AsyncClient, openid: str) -> None:
        body = {"code": await code(client, place, openid)}
        (await client.post(f"{place.api}/v1/sessions", json=body)).raise_for_status()

    return work


def bare(place: Served) -> Work:
    """A code, and its exchange at the stand-in."""
    url = f"{place.sandbox}/wechat/sns/jscode2session"

    async def work(client: httpx.AsyncClient, openid: str) -> None:
        js_code = await code(client, place, openid)
        given = {**WECHAT, "js_code": js_code, "grant_type": "authorization_code"}
        (await client.get(url, params=given)).raise_for_status()

    return work


def run() -> None:
    """Print the table."""
    rows = []
    rates = {"sign-in": "1000000/60"}
    with tempfile.TemporaryDirectory() as name, served(Path(name), rates=rates) as place:
        for clients in CLIENTS:
            mine, spent = asyncio.run(rate(place, clients, ours(place)))
            theirs, _ = asyncio.run(rate(place, clients, bare(place)))
            rows.append(
                (
                    str(clients),
                    f"{mine:,.0f}",
                    f"{statistics.median(spent):.1f} ms",
                    f"{theirs:,.0f}",
                    f"{mine / theirs:.2f}",
                )
            )
    print_table(
        "Signing in, stand-in and load on the same two cores",
        ("clients", "sign-ins a second", "p50", "stand-in alone", "of it"),
        rows,
    )
