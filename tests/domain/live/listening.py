"""Listeners that keep what they hear, and a history in memory."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from domain.live.following import Follower, Side
from domain.live.hub import Ending, Hub, Seat
from domain.live.sequence import Numbered, Place


class Ear:
    """A listener."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.ending: Ending | None = None

    def send(self, frame: bytes) -> None:
        self.frames.append(json.loads(frame))

    async def flushed(self) -> None:
        return

    def end(self, ending: Ending) -> None:
        self.ending = ending

    @property
    def numbers(self) -> list[int]:
        """Of the events it heard."""
        return [frame["n"] for frame in self.frames if "kind" in frame]

    def last(self, key: str) -> dict[str, Any]:
        """The last frame that has it."""
        return next(frame for frame in reversed(self.frames) if key in frame)


class Memory:
    """What the database would know."""

    def __init__(self) -> None:
        self.era = "one"
        self.rows: list[Numbered] = []
        self.last = 0

    def add(self, *streams: str, kind: str = "changed") -> Numbered:
        self.last += 1
        row = Numbered(
            number=self.last, era=self.era, streams=streams, kind=kind, about="a", revision=0
        )
        self.rows.append(row)
        return row

    async def place(self) -> Place:
        return Place(era=self.era, last=self.last)

    async def first(self) -> int | None:
        return self.rows[0].number if self.rows else None

    async def after(self, number: int, most: int) -> Sequence[Numbered]:
        return [row for row in self.rows if row.number > number][:most]

    async def of(
        self, names: Collection[str], *, after: int, upto: int, most: int
    ) -> Sequence[Numbered]:
        found = [row for row in self.rows if after < row.number <= upto]
        return [row for row in found if set(names) & set(row.streams)][:most]


async def at_once() -> None:
    """Nobody else wants to run."""


def hub_over(memory: Memory, *, most: int = 1000, most_of_session: int = 8) -> Hub:
    return Hub(history=memory, breathe=at_once, most=most, most_of_session=most_of_session)


def person(name: str = "alice", session: str = "") -> Follower:
    return Follower(side=Side.PERSON, id=name, session_id=session or f"session-of-{name}")


def staff(name: str = "wang", *rights: str) -> Follower:
    return Follower(
        side=Side.STAFF, id=name, session_id=f"session-of-{name}", rights=frozenset(rights)
    )


def seated(hub: Hub, follower: Follower, *, seat_id: str = "") -> tuple[Seat, Ear]:
    ear = Ear()
    seat = Seat(seat_id or f"seat-of-{follower.id}", follower, ear)
    hub.sit(seat)
    return seat, ear
