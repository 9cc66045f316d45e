"""A building, its street, and the butlers that tests begin with."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from content.calendar import load_calendar
from content.catalogue import FOLDER
from domain.butlers.butlers import Butler, Leave, LeaveState
from domain.butlers.items import ItemKind, ItemTerms, Priority, ServiceItem
from domain.butlers.places import Place, PlaceKind
from domain.butlers.roster import Shift, Team
from domain.hours import Interval, standard_week
from domain.time import SHANGHAI

CALENDAR = load_calendar(FOLDER)
MORNING = Interval(begins=time(9), ends=time(12))
AFTERNOON = Interval(begins=time(14), ends=time(18))
WEEK = standard_week(MORNING, AFTERNOON)
DAY = timedelta(days=1)
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
STREET = Place(
    id="street", code="NL", name="农林街", kind=PlaceKind.STREET, address="", added_at=BEGAN
)
BUILDING = Place(
    id="building",
    code="HL",
    name="汇隆大厦",
    kind=PlaceKind.BUILDING,
    address="",
    parent=STREET.id,
    added_at=BEGAN,
)
CLOCKS = ItemTerms(
    promise=DAY,
    first_response=timedelta(hours=2),
    next_response=timedelta(hours=4),
    resolution=timedelta(hours=16),
)
ITEM = ServiceItem(
    code="repair",
    kind=ItemKind.PUBLIC,
    name="信用修复指导",
    gives="处罚决定书",
    expects="修复材料清单",
    price="",
    skill="repair",
    skill_name="信用修复指导",
    clocks=dict.fromkeys(Priority, CLOCKS),
)


def at(day: str, clock: str = "10:00") -> datetime:
    """An instant of a day in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def butler(staff_id: str, **given: Any) -> Butler:
    """Who serves the building in its hours."""
    usual = Butler(
        staff_id=staff_id,
        name=f"管家{staff_id}",
        agency="样例信用服务机构",
        places=(BUILDING.id,),
        skills=("repair",),
        since=BEGAN,
    )
    return replace(usual, **given)


def leave(begins: datetime, ends: datetime, stand_in: str = "", **given: Any) -> Leave:
    """A leave that was granted."""
    usual = Leave(
        id=f"{begins:%Y%m%d%H}-{stand_in}",
        begins=begins,
        ends=ends,
        reason="家中有事",
        asked_at=BEGAN,
        stand_in=stand_in,
        state=LeaveState.GRANTED,
    )
    return replace(usual, **given)


def shift(staff_id: str, begins: datetime, ends: datetime) -> Shift:
    """A holiday duty in the building."""
    return Shift(
        id=f"{staff_id}-{begins:%Y%m%d%H}",
        staff_id=staff_id,
        place_id=BUILDING.id,
        begins=begins,
        ends=ends,
        put_by="office",
        put_at=BEGAN,
    )


def team(*butlers: Butler, others: Mapping[str, Butler] | None = None, **given: Any) -> Team:
    """These serve the building."""
    usual = Team(
        place=BUILDING,
        butlers=butlers,
        week=WEEK,
        calendar=CALENDAR,
        others=others or {},
    )
    return replace(usual, **given)
