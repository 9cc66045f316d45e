"""The roster in the console: two weeks of every place, the gaps, and what butlers do."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.butlers.items import PRIORITIES
from domain.butlers.roster import short
from domain.butlers.weeks import WEEKDAYS, Week, day_text, week_in_words
from domain.staff.roles import Right
from domain.time import SHANGHAI, civil_date
from handlers.console import ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import CivilDate, OneLine, PageQuery
from handlers.pages import HTML
from handlers.roster_forms import or_nothing
from handlers.service_items import LONGEST

DAYS = 14
WEEK = 7
# A place takes some reads.
PLACES_ON_A_PAGE = 20
FARTHEST = timedelta(days=366)
MOST_GAPS = 30


class RosterQuery(PageQuery):
    """Which page, of which places, from which day on."""

    limit: int = Field(default=PLACES_ON_A_PAGE, ge=1, le=PLACES_ON_A_PAGE, title="每页条数")
    q: OneLine = Field(default="", max_length=LONGEST, title="服务点")
    begins: Annotated[CivilDate | None, BeforeValidator(or_nothing)] = Field(
        default=None, title="开始日期"
    )


class RosterHandler(ConsoleHandler):
    """All places."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "Who is on duty where in the next two weeks, and where nobody is, as a page",
        query=RosterQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Gaps first, in words."""
        query, butlers = self.query(RosterQuery), self.house.butlers
        today = civil_date(self.now)
        first = self._first(query.begins, today)
        of = f"console-roster:{query.q}:{first}"
        page = await butlers.places.search(text=query.q, kind=None, ask=self.ask(query, of=of))
        sheets = [
            await butlers.roster.sheet(place.id, first=first, count=DAYS) for place in page.items
        ]
        told = await butlers.watching.standing(self.now)
        self.page(
            HTTPStatus.OK,
            "console_roster.html",
            sheets=sheets,
            weeks=[slice(0, WEEK), slice(WEEK, DAYS)],
            first=first,
            today=today,
            told=told[:MOST_GAPS],
            more_told=len(told) - MOST_GAPS,
            warn_days=butlers.roster.coverage.warn.days,
            hours=int(butlers.roster.coverage.longest.total_seconds() // 3600),
            names=await butlers.places.names([gap.place_id for gap in told]),
            mine=await butlers.butlers.find(self.actor),
            q=query.q,
            next=self.next_cursor(page, of=of),
            **WORDS,
        )

    def _first(self, wanted: date | None, today: date) -> date:
        """The day that was asked for, within a year; else today."""
        return wanted if wanted and abs(wanted - today) <= FARTHEST else today


class CatalogueHandler(ConsoleHandler):
    """The catalogue."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_ROSTER,
        "What credit butlers do, with the clocks of each service, and the usual replies, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """As the content says it."""
        butlers = self.house.butlers
        self.page(
            HTTPStatus.OK,
            "console_service_items.html",
            items=butlers.items.values(),
            replies=butlers.replies,
            priorities=PRIORITIES,
            span=span_in_words,
        )


def day_of_month(day: date) -> str:
    """2月9日 周一."""
    return f"{day.month}月{day.day}日 {weekday(day)}"


def weekday(day: date) -> str:
    """周一."""
    return WEEKDAYS[day.weekday()]


def hours_typed(week: Week | None, day: int) -> str:
    """The hours of a weekday as they are typed into a form."""
    return day_text(week.get(day, ())) if week else ""


def clock(at: datetime) -> str:
    """9:00, Shanghai; at the end of a day 24:00."""
    local = at.astimezone(SHANGHAI)
    return f"{local.hour}:{local:%M}"


def span_in_words(span: timedelta) -> str:
    """30 分钟, or 2 小时."""
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} 分钟" if minutes % 60 else f"{minutes // 60} 小时"


# What the templates of the roster say things with.
WORDS = {
    "day_text": day_of_month,
    "weekday": weekday,
    "clock": clock,
    "short": short,
    "week_text": week_in_words,
    "hours_typed": hours_typed,
}

ROUTES = [
    Route("/console/roster", RosterHandler),
    Route("/console/service-items", CatalogueHandler),
]
