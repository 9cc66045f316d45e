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
