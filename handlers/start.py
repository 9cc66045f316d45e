"""What the mini program asks before anybody has signed in: one call, small, and cheap to repeat."""

from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Output
from handlers.tagged import show_tagged


class OfficeView(Output):
    """The credit service counter."""

    telephone: str
    address: str
    hours: str


class ServiceView(Output):
    """A service; while it is closed, its POST and PUT answer 503 with the sentence."""

    code: str
    title: str
    open: bool
    sentence: str


class AgreementVersion(Output):
    """Which text is in force; /v1/agreements has the text itself."""

    name: str
    title: str
    version: str
    text_hash: str


class Start(Output):
    """Everything to know before sign-in; ``sample``: papers made here are no real ones."""

    office: OfficeView
    min_client_version: str
    banner: str
    sample: bool
    services: list[ServiceView]
    agreements: list[AgreementVersion]


class StartHandler(BaseHandler):
    """The start."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What is to be known before sign-in",
        answers={200: Start, 304: None},
    )
    async def get(self) -> None:
        """Answers 304 to who has it already."""
        show_tagged(self, await self._start())

    async def _start(self) -> Start:
        house = self.house
        return Start(
            office=OfficeView(
                telephone=house.office.telephone,
                address=house.office.address,
                hours=house.office.hours,
            ),
            min_client_version=house.min_client_version,
            banner=house.banner,
            sample=house.sample,
            services=[
                ServiceView(
                    code=service.code,
                    title=service.title,
                    open=service.open,
                    sentence=service.sentence,
                )
                for service in await house.services.all(self.now)
            ],
            agreements=[
                AgreementVersion(
                    name=text.name, title=text.title, version=text.version, text_hash=text.text_hash
                )
                for text in house.consents.agreements()
            ],
        )


ROUTES = [Route("/v1/start", StartHandler)]
