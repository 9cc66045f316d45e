"""The platform's desk: what is handed in there, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from domain.values import VerifiedIdentity

Progress = Literal["received", "checking", "extended", "upheld", "rejected"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An objection as it is handed in: of an organisation by uscc, of a person by identity."""

    request_id: str
    uscc: str | None
    identity: VerifiedIdentity | None
    section: str
    record_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The platform has it, under a number of its own, since then (UTC)."""

    number: str
    received_at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an objection stands there; opinion and time (UTC) belong to a decision."""

    progress: Progress
    opinion: str
    decided_at: datetime | None


class Desk(Protocol):
    """Where the platform takes objections to its records."""

    async def hand_in(self, asked: Asked) -> Taken:
        """The same ``request_id`` may be sent again; ``Unavailable``, permanent if refused."""

    async def ask(self, number: str) -> Standing:
        """How it stands, or raise ``Unavailable``."""
