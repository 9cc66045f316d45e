"""How the butlers work, in the console: to each their own, to who supervises all."""

from collections.abc import Sequence
from http import HTTPStatus

from domain.judging.complaints import STATES as COMPLAINTS
from domain.judging.performance import MonthOf
from domain.judging.rules import figures_in_words, hundredths, tenths
from domain.live.streams import of_staff
from domain.pages import Ask
from domain.staff.roles import Right
from domain.time import day_in_words, in_words
from handlers.charts import Column, columns, share
from handlers.console import ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML

FEW = Ask(limit=20)
FULL_SHARE, FULL_STARS = 1000, 500


class _Performance(ConsoleHandler):
    back = ("/console", "返回工作台")

    @property
    def sees_all(self) -> bool:
        """A butler sees their own figures alone."""
        return self.work.account.may(Right.SUPERVISE_TICKETS)

    async def show_one(self, staff_id: str) -> None:
        """Figures, what each rests on, the months before, complaints and ratings."""
        judging = self.house.judging
        shown = await judging.performance.of(staff_id, self.now)
        ratings = await judging.giving.of_resolver(staff_id, ask=FEW)
        complaints = await judging.complaint_desk.about(staff_id, ask=FEW)
        self.page(
            HTTPStatus.OK,
            "console_performance_one.html",
            live=staff_id == self.actor,
            streams=of_staff(self.actor),
            shown=shown,
            terms=judging.terms,
            words=figures_in_words(shown.figures),
            ratings=ratings,
            complaints=complaints.items,
            complaint_states=COMPLAINTS,
            share_chart=_shares(shown.months),
            mean_chart=_means(shown.months),
            sees_all=self.sees_all,
            is_mine=staff_id == self.actor,
            begins=day_in_words(shown.period.begins),
            until=in_words(shown.period.ends),
            in_words=in_words,
        )


class ConsolePerformanceHandler(_Performance):
    """All of them, or one's own."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PERFORMANCE,
        "How the butlers work, as a page; to a butler their own figures",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Whoever has too little to be compared has no rank; who is not enrolled has no figures."""
        performance = self.house.judging.performance
        if not self.sees_all and await performance.knows(self.actor):
            await self.show_one(self.actor)
            return
        self.page(
            HTTPStatus.OK,
            "console_performance.html",
            lines=await performance.all(self.now) if self.sees_all else (),
            terms=self.house.judging.terms,
            tenths=tenths,
            hundredths=hundredths,
            share=lambda value: share(value, most=FULL_SHARE),
        )


class ConsoleButlerPerformanceHandler(_Performance):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PERFORMANCE,
        "How one butler works, with the evidence of each figure, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, staff_id: str) -> None:
        """That of another is not found by a butler."""
        if not self.sees_all and staff_id != self.actor:
            # Their own page is all there is for a butler: no account is told from none.
            staff_id = ""
        await self.show_one(staff_id)


def _shares(months: Sequence[MonthOf]) -> str:
    given = [
        Column(
            label=f"{int(one.month[5:])}月",
            value=one.row.answered * FULL_SHARE // one.row.opened if one.row.opened else None,
            words=f"{one.row.answered * 100 // one.row.opened}%" if one.row.opened else "无",
        )
        for one in months
    ]
    return columns("24 小时内首次答复的比例", given, most=FULL_SHARE)


def _means(months: Sequence[MonthOf]) -> str:
    given = [
        Column(
            label=f"{int(one.month[5:])}月",
            value=one.row.mean if one.row.rated else None,
            words=hundredths(one.row.mean) if one.row.rated else "无",
        )
        for one in months
    ]
    return columns("平均评价（星）", given, most=FULL_STARS)


ROUTES = [
    Route("/console/performance", ConsolePerformanceHandler),
    Route("/console/performance/{staff_id}", ConsoleButlerPerformanceHandler),
]
