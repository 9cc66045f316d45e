"""Bad luck outside, on demand."""

from server.wiring import Installation
from tests.cast import Cast

SYSTEMS = ("wechat", "platform", "identity", "timestamps", "grid", "sms")


class Outage:
    """Makes an outside system misbehave; afterwards nobody remembers it, no circuit breaker."""

    def __init__(self, cast: Cast, installation: Installation) -> None:
        self._sandbox = cast.sandbox
        self._outside = installation.outside

    async def begin(self, system: str, **fault: object) -> None:
        answer = await self._sandbox.put(f"/sandbox/faults/{system}", json=fault)
        answer.raise_for_status()

    async def end(self) -> None:
        for system in SYSTEMS:
            await self._sandbox.delete(f"/sandbox/faults/{system}")
        for outside in self._outside:
            outside._breaker.succeeded()
