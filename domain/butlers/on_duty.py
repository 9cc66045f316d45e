"""Whether one butler is at work: what the roster says of them at any of their places."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.butlers.butlers import Butler


class FindButler(Protocol):
    """Butlers, narrowly."""

    async def __call__(self, staff_id: str, /) -> Butler | None:
        """By id; None for who is none."""


class WhoIsThere(Protocol):
    """The roster, narrowly."""

    async def __call__(self, place_id: str, at: datetime, /) -> Sequence[Butler]:
        """Who works at a place at this instant."""


class OnDuty:
    """Who serves somewhere works by the roster; of anybody else it knows nothing."""

    def __init__(self, *, find: FindButler, there: WhoIsThere) -> None:
        self._find = find
        self._there = there

    async def __call__(self, staff_id: str, at: datetime, /) -> bool | None:
        """Whether they are on duty at this instant; None for who is on no roster."""
        butler = await self._find(staff_id)
        if butler is None or not butler.serves or not butler.places:
            return None
        for place_id in butler.places:
            if any(one.staff_id == staff_id for one in await self._there(place_id, at)):
                return True
        return False
