"""Who is at work when: by the roster, and otherwise with the office."""

from datetime import datetime

import pytest

from domain.alerts.terms import WorkingHours
from tests.domain.alerts.world import HOURS, TERMS, at, told


async def rostered(staff_id: str, _: datetime, /) -> bool | None:
    return {"on duty": True, "at home": False}.get(staff_id)


@pytest.mark.parametrize(("hour", "open_then"), [(10, True), (13, False), (20, False)])
async def test_who_is_on_no_roster_works_with_the_office(hour: int, open_then: bool) -> None:
    for working in (WorkingHours(HOURS), WorkingHours(HOURS, roster=rostered)):
        assert await working("office", at(hour)) is open_then


@pytest.mark.parametrize("hour", [10, 20])
async def test_who_is_on_a_roster_works_by_it_alone(hour: int) -> None:
    working = WorkingHours(HOURS, roster=rostered)
    assert await working("on duty", at(hour)) is True
    assert await working("at home", at(hour)) is False


def test_what_goes_out_at_any_hour_is_named() -> None:
    assert TERMS.at_any_hour(told("fire:third-floor", at(0)))
    assert not TERMS.at_any_hour(told("smoke:fire", at(0)))
