"""Figures of lectures in the console: of all by series and by month, of one by minute and page."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.lectures.figures import LectureFigures, Overview, Total
from domain.lectures.lectures import STANDINGS
from domain.staff.roles import Right
from domain.time import in_words
from handlers.charts import curve, share
from handlers.console import ConsoleHandler
from handlers.console_lectures import LECTURES
from handlers.console_sheets import CSV
from handlers.downloads import attachment, file_name
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import Input
from handlers.pages import HTML
from handlers.sheet_files import as_table

HEADS = ("讲座", "状态", "系列", "月份", "主讲人", "观看人数", "平均看完", "报名", "候补", "领证")
# The tables of all lectures and of one, each a file of its own: a sheet holds one table.
TABLES = {"lectures": "各讲座", "series": "按系列", "months": "按月份"}
OF_ONE = {"lecture": "汇总", "curve": "每分钟观看人数", "slides": "课件各页"}


class FiguresQuery(Input):
    """Of one series, or of all."""

    series: str = Field(default="", max_length=64, title="系列")


class TableQuery(FiguresQuery):
    """One table of them."""

    table: Literal["lectures", "series", "months"] = Field(default="lectures", title="表")


class OneTableQuery(Input):
    """One table of one lecture."""

    table: Literal["lecture", "curve", "slides"] = Field(default="lecture", title="表")


def cells(one: LectureFigures) -> Sequence[str]:
    """As they stand under ``HEADS``."""
    lecture, counted = one.shown.lecture, one.counted
    programme = lecture.programme
    return (
        *(programme.title, STANDINGS[lecture.standing]),
        *(one.shown.series, one.month, programme.speaker),
        str(counted.viewers),
        "" if one.mean_percent is None else f"{one.mean_percent}%",
        *(str(counted.registered), str(counted.waiting), str(counted.certified)),
    )


class LectureFiguresHandler(ConsoleHandler):
    """All that are shown, or were."""

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
            tables=TABLES,
            heads=HEADS,
            cells=cells,
        )


class LectureFiguresFileHandler(ConsoleHandler):
    """The same as a file."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of cloud lectures by lecture, series or month as a table for office programs",
        query=TableQuery,
        answers={200: CSV},
    )
    async def get(self) -> None:
        """No cell of it is taken for a formula."""
        query = self.query(TableQuery)
        overview = await self.house.lectures.figures.overview(series=query.series)
        name = file_name("云讲堂数据", TABLES[query.table], ending="csv")
        plain = f"lectures-{query.table}.csv"
        self.set_header("Content-Disposition", attachment(name, plain=plain))
        body = as_table(_lines(overview, query.table))
        self.answer(HTTPStatus.OK, f"{CSV}; charset=utf-8", body)


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
            lecture=figures.shown.lecture,
            programme=figures.shown.lecture.programme,
            tables=OF_ONE,
            chart=curve("每分钟观看人数", figures.curve, unit="分"),
            bars=[share(count, most=most) for count in figures.pages],
            in_words=in_words,
        )


class OneLectureFiguresFileHandler(ConsoleHandler):
    """The same as a file."""

    @endpoint(
        Audience.STAFF,
        Right.READ_LECTURES,
        "Figures of one lecture, as a whole, by minute or by page, as a table for office programs",
        query=OneTableQuery,
        answers={200: CSV},
        refusals=frozenset({404}),
    )
    async def get(self, lecture_id: str) -> None:
        """Every minute, or every page; by default its line in the table of all."""
        table = self.query(OneTableQuery).table
        figures = await self.house.lectures.figures.of(lecture_id)
        title = figures.shown.lecture.programme.title
        name = file_name("讲座数据", title, OF_ONE[table], ending="csv")
        plain = f"lecture-{table}.csv"
        self.set_header("Content-Disposition", attachment(name, plain=plain))
        body = as_table(_lines_of(figures, table))
        self.answer(HTTPStatus.OK, f"{CSV}; charset=utf-8", body)


def _lines_of(figures: LectureFigures, table: str) -> Iterator[Sequence[str]]:
    if table == "lecture":
        yield from (HEADS, cells(figures))
        return
    heads, counts, first = ("分钟", "观看人数"), figures.curve, 0
    if table == "slides":
        heads, counts, first = ("课件页", "看过人数"), figures.pages, 1
    yield heads
    yield from ((str(n), str(count)) for n, count in enumerate(counts, start=first))


def _lines(overview: Overview, table: str) -> Iterator[Sequence[str]]:
    if table == "lectures":
        yield HEADS
        yield from (cells(one) for one in overview.rows)
        return
    head, totals = ("系列", overview.series) if table == "series" else ("月份", overview.months)
    yield (head, "讲座", "观看人次", "报名", "领证")
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
