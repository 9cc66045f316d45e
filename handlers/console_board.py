"""The supervisor's board in the console: figures, small charts, and what needs a look now."""

from collections.abc import Sequence
from http import HTTPStatus

from domain.staff.roles import Right
from domain.tickets.board import OfDay
from domain.tickets.clock_words import CLOCKS
from domain.tickets.clocks import ClockKind
from domain.tickets.queue import COUNTED
from domain.tickets.stepping import Escalation
from domain.time import in_words
from handlers.console import ConsoleHandler
from handlers.console_tickets import count_in_words
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML

# A bar is drawn in a box of these units.
BAR, GAP, HIGH = 18, 6, 60


class ConsoleBoardHandler(ConsoleHandler):
    """How it stands."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_TICKETS,
        "The supervisor's board, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Now, by butler, and over the last two weeks; every chart is a table too."""
        board = await self.house.tickets.boards.now(self.now)
        self.page(
            HTTPStatus.OK,
            "console_board.html",
            board=board,
            undelivered=await self.house.alerts.count_undelivered(),
            count=count_in_words,
            counted=COUNTED,
            bars=bars(board.days),
            width=len(board.days) * (BAR + GAP),
            high=HIGH,
            step=step_in_words,
            in_words=in_words,
        )


def bars(days: Sequence[OfDay]) -> list[dict[str, int]]:
    """Of each day: where its bar stands, how high it is, and how much of it is known to be late."""
    most = max((day.opened for day in days), default=0) or 1
    return [
        {
            "x": place * (BAR + GAP),
            "width": BAR,
            "height": day.opened * HIGH // most,
            "late": day.late * HIGH // most,
        }
        for place, day in enumerate(days)
    ]


def step_in_words(escalation: Escalation) -> str:
    """“24 小时响应”已超时, or how far it is."""
    kind = escalation.name.partition(":")[0]
    clock = CLOCKS[ClockKind(kind)]
    over = f"“{clock}”已超时"
    return over if escalation.level >= 100 else f"“{clock}”时限已用去 {escalation.level}%"  # noqa: PLR2004 - percent


ROUTES = [Route("/console/ticket-board", ConsoleBoardHandler)]
