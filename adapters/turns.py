"""One after the other, for each key, in this process; what nobody waits for is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

MANY = 2


class Turns:
    """Who shares a counter waits here rather than in the database, where waiting is colliding."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting = 0

    def crowded(self) -> bool:
        """Whether many wait: what is not urgent gives way to them."""
        return self._waiting > MANY

    @asynccontextmanager
    async def __call__(self, key: str) -> AsyncIterator[None]:
        """Enter when it is one's turn."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        self._waiting += 1
        try:
            await lock.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            lock.release()
