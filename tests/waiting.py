"""Waiting for a condition, never for a time."""

import asyncio
from collections.abc import Callable

PATIENCE = 120


async def until(told: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Until it is so; after so many seconds it is not."""
    async with asyncio.timeout(within):
        while True:
            if told():
                return
            await asyncio.sleep(0.02)
