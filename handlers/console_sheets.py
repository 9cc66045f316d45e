"""Monthly sheets in the console: read, fetched as a table, and drawn up again with a reason."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.judging.sheets import MOST_VERSIONS, Sheet
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import Input, OneLine
from handlers.pages import HTML
from handlers.sheet_files import HEADS, as_csv, cells

CSV = "text/csv"
MAY = frozenset({403, 404, 409, 412})


class VersionQuery(Input):
    """Which version; without one the latest."""

    version: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]?$")] | None = Field(
        default=None, title="版本"
    )


class CorrectionForm(ConsoleForm):
    """Why a month is drawn up again."""

    move: Literal["correct"] = Field(title="办理")
    reason: Annotated[OneLine, StringConstraints(max_length=200)] = Field(default="", title="理由")


class ConsoleSheetsHandler(ConsoleHandler):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "Monthly sheets, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The latest first."""
        self.page(
            HTTPStatus.OK,
            "console_sheets.html",
            sheets=await self.house.judging.sheet_office.all(),
            in_words=in_words,
        )


class _SheetPage(ConsoleHandler):
    back = ("/console/sheets", "返回月报")

    async def show_one(self, sheet: Sheet, status: int, typed: Typed) -> None:
        """As it was drawn up."""
        judging = self.house.judging
        self.page(
            status,
            "console_sheet.html",
            sheet=sheet,
            typed=typed,
            heads=HEADS,
            cells=cells,
            places=await judging.places_of([one.key for one in sheet.places]),
            butlers=await judging.names_of([*(one.key for one in sheet.butlers), sheet.drawn_by]),
            most=MOST_VERSIONS,
            in_words=in_words,
        )

    async def asked(self, month: str) -> Sheet:
        """The version that was asked for."""
        version = self.query(VersionQuery).version
        office = self.house.judging.sheet_office
        return await office.get(month, int(version) if version else None)


class ConsoleSheetHandler(_SheetPage):
    """One month."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "A monthly sheet, as a page",
        query=VersionQuery,
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, month: str) -> None:
        """A corrected one says so."""
        await self.show_one(await self.asked(month), HTTPStatus.OK, Typed())


class SheetFileHandler(_SheetPage):
    """One month as a file."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "A monthly sheet as a table for office programs",
        query=VersionQuery,
        answers={200: CSV},
        refusals=frozenset({404}),
    )
    async def get(self, month: str) -> None:
        """No cell of it is taken for a formula."""
        sheet, judging = await self.asked(month), self.house.judging
        body = as_csv(
            sheet,
            places=await judging.places_of([one.key for one in sheet.places]),
            butlers=await judging.names_of([one.key for one in sheet.butlers]),
        )
        name = f"sheet-{sheet.month}-{sheet.version}.csv"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.answer(HTTPStatus.OK, f"{CSV}; charset=utf-8", body)


class SheetCorrectionHandler(_SheetPage):
    """A month drawn up again."""

    @endpoint(
        Audience.STAFF,
        Right.PROPOSE_JUDGEMENT,
        "Draw a month up again as a new version, with a reason",
        form=CorrectionForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, month: str) -> None:
        """The version before stays."""

        async def do() -> None:
            form = self.read_form_of_mine(CorrectionForm)
            reason = required("reason", form.reason, "理由")
            await self.house.judging.sheet_office.correct(self.act(), of=month, reason=reason)
            self.lead(f"/console/sheets/{month}")

        await self.attempt(do, lambda status, typed: self._again(month, status, typed))

    async def _again(self, month: str, status: int, typed: Typed) -> None:
        sheet = await self.house.judging.sheet_office.get(month)
        await self.show_one(sheet, status, typed)


ROUTES = [
    Route("/console/sheets", ConsoleSheetsHandler),
    Route("/console/sheets/{month}", ConsoleSheetHandler),
    Route("/console/sheets/{month}/file", SheetFileHandler),
    Route("/console/sheets/{month}/correction", SheetCorrectionHandler),
]
