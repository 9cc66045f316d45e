"""What forms of the roster share: hours of a week, times of a day, who and when."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from domain.butlers.weeks import WEEKDAYS, UnclearHours, Week, read_day
from domain.errors import Fault, Invalid
from handlers.console import ConsoleForm
from handlers.fields import OneLine


def _hours(value: str, info: ValidationInfo) -> str:
    try:
        read_day(value)
    except UnclearHours as unclear:
        day = WEEKDAYS[int(str(info.field_name)[-1])]
        raise PydanticCustomError("hours", "{detail}", {"detail": f"“{day}”：{unclear}"}) from None
    return value


DayHours = Annotated[OneLine, Field(max_length=100), AfterValidator(_hours)]


def or_nothing(value: object) -> object:
    """A field that was left open."""
    return None if value == "" else value


class HoursForm(ConsoleForm):
    """The hours of each weekday as they were typed; all left open means none of one's own."""

    hours_0: DayHours = Field(default="", title="周一")
    hours_1: DayHours = Field(default="", title="周二")
    hours_2: DayHours = Field(default="", title="周三")
    hours_3: DayHours = Field(default="", title="周四")
    hours_4: DayHours = Field(default="", title="周五")
    hours_5: DayHours = Field(default="", title="周六")
    hours_6: DayHours = Field(default="", title="周日")

    def week(self) -> Week | None:
        """As the domain takes them; None where nothing was typed."""
        days = {day: read_day(getattr(self, f"hours_{day}")) for day in range(len(WEEKDAYS))}
        return {day: some for day, some in days.items() if some} or None


def between(begins: datetime | None, ends: datetime | None) -> tuple[datetime, datetime]:
    """Both times of a form; raises Invalid for each that is missing."""
    if begins is not None and ends is not None:
        return begins, ends
    missing = {"begins": ("开始时间", begins), "ends": ("结束时间", ends)}
    raise Invalid(
        [
            Fault(pointer=f"/{field}", code="missing", detail=f"请填写“{label}”。")
            for field, (label, value) in missing.items()
            if value is None
        ]
    )
