"""Applications for electricity: drafts, handing in, the promise they wait for."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.electricity.applications import Application, Premises, Wanted
from domain.promises.templates import Publicity
from handlers.base import BaseHandler
from handlers.electricity_views import (
    ApplicationView,
    ApplicationViews,
    PremisesName,
    show_application,
)
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, OneLine, PageQuery, TextHash
from handlers.promise_views import PromiseView, PublicityName, show_promise

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{0,39}$")]
MAY = frozenset({403, 404, 409})


class Filling(Input):
    """What is applied for; a draft may leave anything open."""

    business: Literal[""] | Code = Field(default="", title="业务类型")
    premises: PremisesName | None = Field(default=None, title="产权情况")
    address: Annotated[OneLine, StringConstraints(max_length=100)] = Field(
        default="", title="用电地址"
    )
    account: Annotated[OneLine, StringConstraints(max_length=20)] = Field(default="", title="户号")
    capacity: int = Field(default=0, ge=0, le=1_000_000_000, title="容量（瓦）")
    use: Annotated[OneLine, StringConstraints(max_length=60)] = Field(default="", title="用电用途")
    contact: Annotated[OneLine, StringConstraints(max_length=40)] = Field(
        default="", title="联系人"
    )
    phone: Annotated[OneLine, StringConstraints(max_length=20)] = Field(
        default="", title="联系电话"
    )
    home_visit: bool = Field(default=False, title="上门服务")

    def wanted(self) -> Wanted:
        """As the domain takes it."""
        premises = Premises(self.premises) if self.premises else None
        given = self.model_dump(exclude={"subject_id", "premises"})
        return Wanted(**given, premises=premises)


class NewApplication(Filling):
    """For whom."""

    subject_id: Id = Field(title="办理主体")


class ApplicationsQuery(PageQuery):
    """Which page, of which subject."""

    subject_id: Id = Field(title="办理主体")


class Submission(Input):
    """The report it rests on, where credit takes the place of the title proof."""

    report_id: Id | None = Field(default=None, title="信用报告")


class PromiseInput(Input):
    """The text that was read, and who may see the promise."""

    text_hash: TextHash = Field(title="文本摘要")
    publicity: PublicityName = Field(title="公开方式")


class ApplicationAnswers(BaseHandler):
    """Answers with applications."""

    def view(self, application: Application) -> ApplicationView:
        """As of now."""
        return show_application(self.house.electricity_outlook.show(application, now=self.now))

    def show_tagged(self, application: Application) -> None:
        """As it stands, and its tag."""
        self.set_header("ETag", application.tag)
        self.show(HTTPStatus.OK, self.view(application))

    def created(self, application: Application) -> tuple[int, ApplicationView]:
        """As the answer of a step."""
        return HTTPStatus.CREATED, self.view(application)


class ApplicationsHandler(ApplicationAnswers):
    """Applications of a subject."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Applications for electricity of a subject",
        query=ApplicationsQuery,
        answers={200: ApplicationViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Drafts of one's own, and all that was handed in; an agent's own."""
        query = self.query(ApplicationsQuery)
        of = f"electricity:{query.subject_id}"
        page = await self.house.applying.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            ask=self.ask(query, of=of),
            now=self.now,
        )
        items = [self.view(one) for one in page.items]
        self.show(HTTPStatus.OK, ApplicationViews(items=items, next=self.next_cursor(page, of=of)))

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Begin an application; it is a draft that may leave anything open",
        body=NewApplication,
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
        service="electricity",
    )
    async def post(self) -> None:
        """Kept for thirty days after its last change, to be resumed on any device."""
        given = self.read(NewApplication)
        await self.show_once(
            lambda act: self.house.applying.begin(
                act, subject_id=given.subject_id, wanted=given.wanted()
            ),
            self.created,
        )


class ApplicationHandler(ApplicationAnswers):
    """One application."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "How an application stands, and what happens next by when",
        answers={200: ApplicationView},
        tagged=True,
        refusals=frozenset({403, 404}),
    )
    async def get(self, application_id: str) -> None:
        """With its timeline."""
        application = await self.house.applying.get(
            person_id=self.actor, application_id=application_id, now=self.now
        )
        self.show_tagged(application)

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Fill a draft in anew",
        body=Filling,
        conditional=True,
        tagged=True,
        answers={200: ApplicationView},
        refusals=MAY,
        rate="electricity",
        service="electricity",
    )
    async def put(self, application_id: str) -> None:
        """Against the state that was read (If-Match)."""
        tag = self.if_match()
        wanted = self.read(Filling).wanted()
        application = await self.house.applying.fill(
            self.act(), application_id=application_id, wanted=wanted, tag=tag
        )
        self.show_tagged(application)

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Discard a draft with its files",
        answers={204: None},
        refusals=MAY,
    )
    async def delete(self, application_id: str) -> None:
        """What was handed in is withdrawn instead."""
        await self.house.applying.discard(self.act(), application_id=application_id)
        self.no_content()


class SubmissionHandler(ApplicationAnswers):
    """Handing in."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Hand an application in; the report is judged at once",
        body=Submission,
        idempotent=True,
        asks_outside=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
        service="electricity",
    )
    async def post(self, application_id: str) -> None:
        """Every faulty field and missing paper is named; reasons against it are no error."""
        given = self.read(Submission)
        await self.show_once(
            lambda act: self.house.applying.submit(
                act, application_id=application_id, report_id=given.report_id
            ),
            self.created,
        )


class OrdinaryHandler(ApplicationAnswers):
    """The ordinary way."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Go on by title proof, nothing typed twice",
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
        service="electricity",
    )
    async def post(self, application_id: str) -> None:
        """A draft again, with everything that was filled in and uploaded."""
        await self.show_once(
            lambda act: self.house.applying.ordinary(act, application_id=application_id),
            self.created,
        )


class ApplicationPromiseHandler(BaseHandler):
    """The promise in the place of the title proof."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Draft the promise that an application waits for",
        body=PromiseInput,
        idempotent=True,
        asks_outside=True,
        answers={201: PromiseView},
        refusals=MAY,
        rate="promise",
        service="electricity",
    )
    async def post(self, application_id: str) -> None:
        """With the application's own address, use and account; signed as every promise is."""
        given = self.read(PromiseInput)
        await self.show_once(
            lambda act: self.house.electricity_promise(
                act,
                application_id=application_id,
                text_hash=given.text_hash,
                publicity=Publicity(given.publicity),
            ),
            lambda shown: (HTTPStatus.CREATED, show_promise(shown)),
        )


ONE = "/v1/electricity/applications/{application_id}"
ROUTES = [
    Route("/v1/electricity/applications", ApplicationsHandler),
    Route(ONE, ApplicationHandler),
    Route(f"{ONE}/submission", SubmissionHandler),
    Route(f"{ONE}/ordinary", OrdinaryHandler),
    Route(f"{ONE}/promise", ApplicationPromiseHandler),
]
