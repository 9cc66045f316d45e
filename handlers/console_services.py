"""Closing a service with a sentence, and opening it again, from the console."""

from http import HTTPStatus

from pydantic import Field

from domain.errors import Invalid
from domain.services import SENTENCE_MOST
from domain.staff.roles import Right
from handlers.console import ConsoleForm, ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.pages import HTML


class ClosingForm(ConsoleForm):
    """What people are told while it is closed; empty opens it."""

    sentence: str = Field(default="", max_length=SENTENCE_MOST * 2, title="告知")


class _ServicesPage(ConsoleHandler):
    async def list_them(self, status: int, *, code: str = "", fault: str = "") -> None:
        """The page; ``fault`` is about the service ``code``."""
        self.page(
            status,
            "console_services.html",
            services=await self.house.services.all(self.now),
            most=SENTENCE_MOST,
            code=code,
            fault=fault,
        )


class ConsoleServicesHandler(_ServicesPage):
    """All services."""

    @endpoint(
        Audience.STAFF,
        Right.CLOSE_SERVICES,
        "Which services are open, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """With the sentence of each that is closed."""
        await self.list_them(HTTPStatus.OK)


class ConsoleServiceHandler(_ServicesPage):
    """One service."""

    @endpoint(
        Audience.STAFF,
        Right.CLOSE_SERVICES,
        "Close a service with a sentence, or open it",
        form=ClosingForm,
        answers={303: HTML},
        refusals=frozenset({403}),
    )
    async def post(self, service: str) -> None:
        """Seen by everybody within a minute."""
        form = self.read_form_of_mine(ClosingForm)
        sentence = form.sentence.strip()
        try:
            if sentence:
                await self.house.services.close(self.act(), code=service, sentence=sentence)
            else:
                await self.house.services.open(self.act(), code=service)
        except Invalid as invalid:
            if HTML not in self.request.headers.get("Accept", ""):
                raise
            await self.list_them(
                HTTPStatus.UNPROCESSABLE_ENTITY, code=service, fault=invalid.detail
            )
            return
        self.lead("/console/services")


ROUTES = [
    Route("/console/services", ConsoleServicesHandler),
    Route("/console/services/{service}", ConsoleServiceHandler),
]
