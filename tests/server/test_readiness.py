"""Readiness: what will stop working soon is said while there is time."""

from datetime import UTC, datetime, time, timedelta

from server.wiring import Installation

CALENDAR = "the calendar of working days ends on"


async def warnings(installation: Installation, *, days_before_horizon: int) -> list[str]:
    horizon = datetime.combine(installation.calendar.horizon, time(4), UTC)
    readiness = await installation.house.readiness(horizon - timedelta(days=days_before_horizon))
    assert readiness.ready
    return [line for line in readiness.warnings if line.startswith(CALENDAR)]


async def test_the_end_of_the_calendar_is_told_45_days_before_and_stops_nothing(
    installation: Installation,
) -> None:
    assert await warnings(installation, days_before_horizon=46) == []
    [warning] = await warnings(installation, days_before_horizon=45)
    assert str(installation.calendar.horizon) in warning
    assert "calendar.toml" in warning
    assert await warnings(installation, days_before_horizon=-400) == [warning]


async def test_events_that_nobody_numbers_are_told_after_a_minute(
    installation: Installation,
) -> None:
    """As where no process could get the lease."""
    events = installation.database["live_events"]
    row = {"_id": "0", "v": 1, "streams": ["desk"], "kind": "k", "about": "a", "revision": 0}

    async def told(ago: timedelta) -> list[str]:
        await events.delete_many({})
        now = installation.house.clock()
        await events.insert_one({**row, "at": now - ago})
        found = await installation.house.readiness(now)
        return [line for line in found.warnings if line.startswith("live events wait")]

    assert await told(timedelta(seconds=50)) == []
    [warning] = await told(timedelta(minutes=3, seconds=5))
    assert "the oldest for 3 minutes" in warning
    await events.delete_many({})
