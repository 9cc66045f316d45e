"""Memory that forgets: codes, nonces and receipts, kept for a while and never without bound."""

from collections import OrderedDict
from typing import Generic, TypeVar

from sandbox.clock import Clock

V = TypeVar("V")


class Expiring(Generic[V]):
    """Values by key, each for ``seconds``; at ``capacity`` the oldest makes room."""

    def __init__(self, *, seconds: float, clock: Clock, capacity: int = 100_000) -> None:
        self._seconds = seconds
        self._clock = clock
        self._capacity = capacity
        # One lifetime for all, hence the order of insertion is the order of expiry.
        self._entries: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def __len__(self) -> int:
        self._forget()
        return len(self._entries)

    def put(self, key: str, value: V) -> None:
        """Keep the value from now on, in place of an earlier one."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock() + self._seconds, value)
        self._forget()

    def get(self, key: str) -> V | None:
        """The value, or None when it is unknown or its time is over."""
        self._forget()
        entry = self._entries.get(key)
        return entry[1] if entry else None

    def drop(self, key: str) -> None:
        """Forget it now."""
        self._entries.pop(key, None)

    def _forget(self) -> None:
        now = self._clock()
        while self._entries:
            expires_at, _ = next(iter(self._entries.values()))
            if expires_at > now and len(self._entries) <= self._capacity:
                return
            self._entries.popitem(last=False)
