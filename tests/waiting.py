"""Waiting for a condition, never for a time."""

import asyncio
from collections.abc import Callable

PATIENCE = 120


async def until(told: Callable[[], object]) -> None:
    """Until it is so; after two minutes it is not."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if told():
                return
            await asyncio.sleep(0.02)
