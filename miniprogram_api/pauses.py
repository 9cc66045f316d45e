"""Which calls WeChat wants left alone, and until when: its minute, or its day."""

import math
import time
from collections.abc import Callable

from domain.errors import DomainError
from miniprogram_api.errors import Policy, waiting

_MINUTE = 60
_DAY = 86_400
# WeChat's day is Beijing's.
_EAST = 8 * 3600


class Pauses:
    """What is not called for now, by path: each path is a family with a quota of its own.

    Each process learns by itself; what it costs is one refused call each.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._until: dict[str, tuple[float, Policy]] = {}

    def learn(self, path: str, found: Policy) -> None:
        """Take a refusal: the family rests until the next minute or the next day begins."""
        now = self._clock()
        if found is Policy.WAIT_A_MINUTE:
            self._until[path] = (now + _MINUTE - now % _MINUTE, found)
        elif found is Policy.WAIT_A_DAY:
            self._until[path] = (now + _DAY - (now + _EAST) % _DAY, found)

    def refusal(self, path: str) -> DomainError | None:
        """Why this is not called now; None when it may be."""
        until, found = self._until.get(path, (0.0, Policy.RETRY))
        left = until - self._clock()
        if left <= 0:
            self._until.pop(path, None)
            return None
        return waiting(found, seconds=math.ceil(left))
