"""The circuit breaker: a system in trouble is left alone, and tried by one call at a time."""


class Breaker:
    """Rests after so many failures in a row, then lets one call through each rest.

    The first success ends it. A call let through that is given up makes way for another; one
    that never reports costs one more rest. The clock is whatever the caller counts ``now`` by.
    """

    def __init__(self, *, failures_to_rest: int, rest_seconds: float) -> None:
        self._failures_to_rest = failures_to_rest
        self._rest_seconds = rest_seconds
        self._failures = 0
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether calls are let through one at a time only."""
        return self._failures >= self._failures_to_rest

    def admits(self, now: float) -> bool:
        """Whether a call may go out; a true answer while resting is used up by it."""
        if not self.rests:
            return True
        if now < self._rests_until:
            return False
        self._rests_until = now + self._rest_seconds
        return True

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures = 0

    def failed(self, now: float) -> None:
        """Count one more failure in a row."""
        self._failures += 1
        self._rests_until = now + self._rest_seconds

    def gave_up(self, now: float) -> None:
        """Let another call through in place of one that will not report."""
        self._rests_until = now
