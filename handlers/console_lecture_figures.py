"""Figures of lectures in the console: of all by series and by month, of one by minute and page."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from pydantic import Field

from domain.lectures.figures import LectureFigures, Overview, Total
from domain.staff.roles import Right
from domain.time import in_words
from handlers.charts import curve, share
from handlers.console import ConsoleHandler
from handlers.console_lectures import LECTURES
from handlers.console_sheets import CSV
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import Input
from handlers.pages import HTML
from handlers.sheet_files import as_table

HEADS = ("讲座", "系列", "月份", "主讲人", "观看人数", "平均看完", "报名", "候补", "领证")


class FiguresQuery(Input):
    """Of one series, or of all."""

    series: str = Field(default="", max_length=64, title="系列")


def cells(one: LectureFigures) -> Sequence[str]:
    """As they stand under ``HEADS``."""
    programme, counted = one.shown.lecture.programme, one.counted
    return (
        *(programme.title, one.shown.series, one.month, programme.speaker),
        str(counted.viewers),
        "" if one.mean_percent is None else f"{one.mean_percent}%",
        *(str(counted.registered), str(counted.waiting), str(counted.certified)),
    )


class LectureFiguresHandler(ConsoleHandler):
    """All that are shown."""

    back = (LECTURES, "返回云讲堂")

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of cloud lectures by lecture, series and month, as a page",
        query=FiguresQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Of the latest lectures."""
        wanted = self.query(FiguresQuery).series
        house = self.house.lectures
        self.page(
            HTTPStatus.OK,
            "console_lecture_figures.html",
            overview=await house.figures.overview(series=wanted),
            series=await house.desk.series(),
            chosen=wanted,
            heads=HEADS,
            cells=cells,
        )


class LectureFiguresFileHandler(ConsoleHandler):
    """The same as a file."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of cloud lectures as a table for office programs",
        query=FiguresQuery,
        answers={200: CSV},
    )
    async def get(self) -> None:
        """No cell of it is taken for a formula."""
        wanted = self.query(FiguresQuery).series
        overview = await self.house.lectures.figures.overview(series=wanted)
        self.set_header("Content-Disposition", 'attachment; filename="lectures.csv"')
        self.answer(HTTPStatus.OK, f"{CSV}; charset=utf-8", as_table(_lines(overview)))


class OneLectureFiguresHandler(ConsoleHandler):
    """One lecture."""

    back = (LECTURES, "返回云讲堂")

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of one lecture by minute and by page, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """Who watched how far, where most stopped, which pages were looked at."""
        figures = await self.house.lectures.figures.of(lecture_id)
        most = max(*figures.pages, 1, 1)
        self.page(
            HTTPStatus.OK,
            "console_lecture_figures_one.html",
            figures=figures,
            programme=figures.shown.lecture.programme,
            chart=curve("每分钟观看人数", figures.curve, unit="分"),
            bars=[share(count, most=most) for count in figures.pages],
            in_words=in_words,
        )


class OneLectureFiguresFileHandler(ConsoleHandler):
    """The same as a file."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of one lecture by minute and by page as a table for office programs",
        answers={200: CSV},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """Every minute and every page."""
        figures = await self.house.lectures.figures.of(lecture_id)
        lines = [
            HEADS,
            cells(figures),
            ("分钟", "观看人数"),
            *((str(minute), str(count)) for minute, count in enumerate(figures.curve)),
            ("课件页", "看过人数"),
            *((str(page), str(count)) for page, count in enumerate(figures.pages, start=1)),
        ]
        self.set_header("Content-Disposition", f'attachment; filename="lecture-{lecture_id}.csv"')
        self.answer(HTTPStatus.OK, f"{CSV}; charset=utf-8", as_table(lines))


def _lines(overview: Overview) -> Iterator[Sequence[str]]:
    yield HEADS
    yield from (cells(one) for one in overview.rows)
    for title, totals in (("系列", overview.series), ("月份", overview.months)):
        yield (title, "讲座", "观看人次", "报名", "领证")
        yield from (_total(one) for one in totals)


def _total(one: Total) -> Sequence[str]:
    counts = (one.lectures, one.viewers, one.registered, one.certified)
    return (one.name or "未定", *(str(count) for count in counts))


ROUTES = [
    Route("/console/lecture-figures", LectureFiguresHandler),
    Route("/console/lecture-figures.csv", LectureFiguresFileHandler),
    Route(f"{LECTURES}/{{lecture_id}}/figures", OneLectureFiguresHandler),
    Route(f"{LECTURES}/{{lecture_id}}/figures.csv", OneLectureFiguresFileHandler),
]
