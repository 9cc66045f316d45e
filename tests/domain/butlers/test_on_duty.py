"""Whether a butler is at work: on duty at one of their places."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from domain.butlers.butlers import Butler, ButlerState
from domain.butlers.on_duty import OnDuty
from tests.domain.butlers.team import at, butler

NOON = at("2026-11-23", "12:30")


class Roster:
    """Who is where."""

    def __init__(self, known: Butler, *there: str) -> None:
        self._known, self._there = known, there

    async def find(self, staff_id: str, /) -> Butler | None:
        return self._known if staff_id == self._known.staff_id else None

    async def there(self, place_id: str, _: datetime, /) -> Sequence[Butler]:
        return [self._known] if place_id in self._there else []


async def working(known: Butler, *there: str, who: str = "a") -> bool | None:
    roster = Roster(known, *there)
    return await OnDuty(find=roster.find, there=roster.there)(who, NOON)


async def test_who_is_on_duty_at_any_of_their_places_is_at_work() -> None:
    both = replace(butler("a"), places=("one", "two"))
    assert await working(both, "two") is True
    assert await working(both, "elsewhere") is False


@pytest.mark.parametrize(
    "known",
    [
        replace(butler("a"), state=ButlerState.SUSPENDED),
        replace(butler("a"), in_use=False),
        replace(butler("a"), places=()),
    ],
    ids=["suspended", "account not in use", "nowhere"],
)
async def test_of_who_serves_nowhere_the_roster_knows_nothing(known: Butler) -> None:
    assert await working(known, *known.places) is None


async def test_nor_of_who_is_no_butler() -> None:
    assert await working(butler("a"), who="office") is None
