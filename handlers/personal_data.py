"""What is collected of people, and who else receives it: as JSON, and as pages to print."""

from http import HTTPStatus

from domain.personal_data import Declaration, Item
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Output
from handlers.pages import HTML, PageHandler


class CollectedView(Output):
    """One row of the list of what is collected."""

    code: str
    title: str
    sensitive: bool
    purpose: str
    ground: str
    retention: str
    retention_days: int | None
    recipients: list[str]


class SharedView(Output):
    """One row of the list of recipients."""

    name: str
    contact: str
    purpose: str
    method: str
    kinds: list[str]


class PersonalData(Output):
    """个人信息收集清单 and 第三方共享清单, from one declaration, and where both can be printed."""

    sample: bool
    updated_on: str
    handler: str
    contact: str
    exercise: str
    collected_page: str
    shared_page: str
    collected: list[CollectedView]
    shared: list[SharedView]


def show_declaration(declared: Declaration, *, url: str) -> PersonalData:
    """The lists as people read them."""
    return PersonalData(
        sample=declared.sample,
        updated_on=declared.updated_on,
        handler=declared.handler.name,
        contact=declared.handler.contact,
        exercise=declared.handler.exercise,
        collected_page=f"{url}/privacy/collected",
        shared_page=f"{url}/privacy/shared",
        collected=[_collected(declared, item) for item in declared.items],
        shared=[
            SharedView(
                name=one.name,
                contact=one.contact,
                purpose=one.purpose,
                method=one.method,
                kinds=[item.title for item in declared.given_to(one.code)],
            )
            for one in declared.recipients
        ],
    )


def _collected(declared: Declaration, item: Item) -> CollectedView:
    return CollectedView(
        code=item.code,
        title=item.title,
        sensitive=item.sensitive,
        purpose=item.purpose,
        ground=declared.grounds[item.ground],
        retention=item.retention,
        retention_days=item.days,
        recipients=[declared.recipient(code).name for code in item.recipients],
    )


class PersonalDataHandler(BaseHandler):
    """Both lists."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "What is collected of people, what for, how long, and who receives it",
        answers={200: PersonalData},
    )
    async def get(self) -> None:
        """Readable before sign-in."""
        self.show(
            HTTPStatus.OK, show_declaration(self.house.personal_data, url=self.house.public_url)
        )


class CollectedPageHandler(PageHandler):
    """个人信息收集清单."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The list of what is collected, to read and print",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The whole list."""
        lists = show_declaration(self.house.personal_data, url=self.house.public_url)
        self.page(HTTPStatus.OK, "privacy_collected.html", lists=lists)


class SharedPageHandler(PageHandler):
    """第三方共享清单."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The list of recipients, to read and print",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The whole list."""
        lists = show_declaration(self.house.personal_data, url=self.house.public_url)
        self.page(HTTPStatus.OK, "privacy_shared.html", lists=lists)


ROUTES = [
    Route("/v1/personal-data", PersonalDataHandler),
    Route("/privacy/collected", CollectedPageHandler),
    Route("/privacy/shared", SharedPageHandler),
]
