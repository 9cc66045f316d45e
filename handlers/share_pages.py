"""``/s/…`` and ``/o/…``: what the recipient of a shared report opens, without signing in."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError, from_json

from domain.names import CLAIMED_LEAST, CLAIMED_MOST, claimed_fault, normal_name
from domain.time import date_in_words, in_words
from handlers.credit_reports import PDF
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, OneLine
from handlers.pages import HTML, PageHandler

OVER = frozenset({404, 410})
TITLE = "公共信用信息报告"
TITLES = {"no-violation": "信用报告（无违法违规证明版）"}


def _opener(value: str) -> str:
    name = normal_name(value)
    detail = claimed_fault(name)
    if detail:
        raise PydanticCustomError("name", "{detail}", {"detail": detail})
    return name


class OpeningForm(Input):
    """Who opens."""

    name: Annotated[OneLine, AfterValidator(_opener)] = Field(title="您是谁")


class SharePageHandler(PageHandler):
    """The link that was shared."""

    @endpoint(
        Audience.PUBLIC,
        Permission.OPEN_SHARES,
        "Who shares a report, with whom and what for, before it is opened",
        answers={200: HTML},
        refusals=OVER,
        rate="share",
    )
    async def get(self, share_secret: str) -> None:
        """No credit information; nothing is used up, for messengers look at links by themselves."""
        invited = await self.house.openings.invitation(self.act(), secret=share_secret)
        self.page(
            HTTPStatus.OK,
            "share.html",
            invited=invited,
            share=invited.share,
            until=date_in_words(invited.share.until),
            least=CLAIMED_LEAST,
            most=CLAIMED_MOST,
        )

    @endpoint(
        Audience.PUBLIC,
        Permission.OPEN_SHARES,
        "Open a shared report, saying who one is",
        form=OpeningForm,
        answers={303: HTML},
        refusals=OVER,
        rate="share",
    )
    async def post(self, share_secret: str) -> None:
        """The opening is recorded; the report is then at an address of its own."""
        self.back = (f"/s/{share_secret}", "返回重新填写")
        name = self.read_form(OpeningForm).name
        opening = await self.house.openings.open(self.act(), secret=share_secret, name=name)
        address = f"/o/{opening.secret}"
        self.set_header("Location", address)
        self.page(HTTPStatus.SEE_OTHER, "opened.html", address=address)


class OpeningHandler(PageHandler):
    """The report, for half an hour."""

    @endpoint(
        Audience.PUBLIC,
        Permission.OPEN_SHARES,
        "Read a shared report; the look is recorded first",
        answers={200: HTML},
        refusals=OVER,
        rate="share",
    )
    async def get(self, opening_secret: str) -> None:
        """The whole content, and what may be done with it."""
        shown = await self.house.openings.read(self.act(), secret=opening_secret)
        report = from_json(shown.snapshot)
        await self.long_page(
            HTTPStatus.OK,
            "shared_report.html",
            report=report,
            title=TITLES.get(report["edition"], TITLE),
            shown=shown,
            in_words=written_in_words,
            until=in_words(shown.opening.expires_at),
            file=f"/o/{opening_secret}/file",
        )


class OpeningFileHandler(PageHandler):
    """The paper, as long as the report is open."""

    @endpoint(
        Audience.PUBLIC,
        Permission.OPEN_SHARES,
        "Fetch the paper of a shared report; the look is recorded first",
        answers={200: PDF},
        refusals=OVER,
        rate="share",
    )
    async def get(self, opening_secret: str) -> None:
        """The signed PDF."""
        file = await self.house.openings.file(self.act(), secret=opening_secret)
        self.set_header("Content-Disposition", f'attachment; filename="{file.name}"')
        self.answer(HTTPStatus.OK, PDF, file.pdf)


def written_in_words(text: str) -> str:
    """An instant of a snapshot."""
    return in_words(datetime.fromisoformat(text))


ROUTES = [
    Route("/s/{share_secret}", SharePageHandler),
    Route("/o/{opening_secret}", OpeningHandler),
    Route("/o/{opening_secret}/file", OpeningFileHandler),
]
