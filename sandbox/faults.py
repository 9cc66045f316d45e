"""Faults on demand: how the outside world misbehaves, for as long as a test wants it to."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class System(Enum):
    """The outside systems that can be made to fail."""

    WECHAT = "wechat"
    PLATFORM = "platform"
    IDENTITY = "identity"
    TIMESTAMPS = "timestamps"
    GRID = "grid"
    SMS = "sms"


class Misbehaviour(Enum):
    """What can go wrong with an answer."""

    SLOW = "slow"
    """Right, but ``seconds`` late."""
    ERROR = "error"
    """Status 500; nothing was done."""
    TIMEOUT = "timeout"
    """No answer until the caller leaves; nothing was done."""
    MALFORMED = "malformed"
    """The request was carried out, yet its JSON answer is cut in half."""
    ERRCODE = "errcode"
    """WeChat's way: status 200 with this ``errcode``; nothing was done."""


class Fault(BaseModel):
    """One fault: ``times`` requests (None: all) whose path contains ``path`` are hit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Misbehaviour
    seconds: Annotated[float, Field(ge=0, le=600)] = 2.0
    times: Annotated[int, Field(ge=1)] | None = None
    path: str | None = None
    errcode: int = -1


class Faults:
    """The fault in force at each system, at most one."""

    def __init__(self) -> None:
        self._active: dict[System, Fault] = {}

    def put(self, system: System, fault: Fault) -> None:
        """From now on, in place of an earlier fault."""
        self._active[system] = fault

    def clear(self, system: System) -> None:
        """Back to normal; without effect when it already is."""
        self._active.pop(system, None)

    def active(self) -> Mapping[System, Fault]:
        """What is in force, ``times`` being those that remain."""
        return dict(self._active)

    def strike(self, system: System, path: str) -> Fault | None:
        """The fault that hits a request to this path, counted as one of its times."""
        fault = self._active.get(system)
        if fault is None or (fault.path or "") not in path:
            return None
        if fault.times == 1:
            del self._active[system]
        elif fault.times is not None:
            self._active[system] = fault.model_copy(update={"times": fault.times - 1})
        return fault
