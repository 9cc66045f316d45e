"""The processes that a process has begun, and whether they are gone."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

PATIENCE = 60  # seconds


def children(owner: int = 0) -> set[int]:
    """Of this process, or of another, whichever thread began them; none where that is gone."""
    found = set()
    for thread in Path(f"/proc/{owner or os.getpid()}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(pid) for pid in thread.read_text().split()}
    return found


def command(pid: int) -> str:
    """What it runs, with its words; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


async def running(name: str, *, owner: int = 0, beside: frozenset[int] = frozenset()) -> set[int]:
    """The children that run this, once there are any beside those."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = {pid for pid in children(owner) - beside if name in command(pid)}
            if found:
                return found
            await asyncio.sleep(0.01)


async def gone(*pids: int) -> None:
    """Wait until they run nothing any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if not any(command(pid) for pid in pids):
                return
            await asyncio.sleep(0.01)
