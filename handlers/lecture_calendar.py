"""When and where a lecture is: as a calendar file, and as it is live at this moment."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.lectures.lectures import require_shown
from domain.lectures.live import live_of
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Instant, Output
from handlers.tagged import SHARED, answer_tagged

CALENDAR = "text/calendar"
PhaseName = Literal["upcoming", "live", "ended", "replay"]
KindName = Literal["none", "channels", "other"]


class LiveView(Output):
    """What a lecture is at this moment, and how one gets in."""

    phase: PhaseName
    phase_label: str
    kind: KindName
    finder_user_name: str | None = Field(
        description="For wx.openChannelsLive and wx.reserveChannelsLive"
    )
    address: str | None = Field(description="From half an hour before until the end")
    opens_at: Instant | None
    near: bool = Field(description="Whether one may go in now")
    begins_at: Instant | None
    ends_at: Instant | None
    places_left: int | None = Field(
        description="0: whoever registers before the end waits; null where nobody need register"
    )


class CalendarHandler(BaseHandler):
    """For the calendar of a phone."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "A lecture as a calendar file",
        answers={200: CALENDAR, 304: None},
        refusals=frozenset({404}),
        rate="lectures",
    )
    async def get(self, lecture_id: str) -> None:
        """A later one replaces it; that of a withdrawn lecture is cancelled and has no words."""
        body = await self.house.around.calendars.get(lecture_id)
        self.set_header("Content-Disposition", 'attachment; filename="lecture.ics"')
        answer_tagged(self, f"{CALENDAR}; charset=utf-8", body, cache=SHARED)


class LiveHandler(BaseHandler):
    """For the button that leads in."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What a lecture is at this moment and how one gets in",
        answers={200: LiveView},
        refusals=frozenset({404, 410}),
        rate="lectures",
    )
    async def get(self, lecture_id: str) -> None:
        """By its times and by where it is held."""
        lecture = require_shown(await self.house.around.lecture_of(lecture_id))
        programme = lecture.programme
        live = live_of(programme, self.now)
        self.show(
            HTTPStatus.OK,
            LiveView(
                phase=live.phase.value,
                phase_label=live.words,
                kind=programme.live_kind.value,
                finder_user_name=live.finder or None,
                address=live.address or None,
                opens_at=live.opens_at,
                near=live.near,
                begins_at=programme.begins_at,
                ends_at=programme.ends_at,
                places_left=await self.house.around.registering.places_left(lecture),
            ),
        )


ROUTES = [
    Route("/v1/lectures/{lecture_id}/calendar.ics", CalendarHandler),
    Route("/v1/lectures/{lecture_id}/live", LiveHandler),
]
