"""Promises: their texts, drafting, signing, taking back, the letter."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.promises.ports import SigningCheck
from domain.promises.shown import Filled, Shown
from domain.promises.signing import Signed
from domain.promises.templates import Publicity
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, OneLine, Opaque, PageQuery, TextHash
from handlers.promise_views import (
    CheckView,
    PromiseView,
    PromiseViews,
    PublicityName,
    TemplateView,
    TemplateViews,
    show_promise,
    show_template,
)

AnswerText = Annotated[OneLine, StringConstraints(max_length=1000)]
MAY = frozenset({403, 404, 409})


class PromisesQuery(PageQuery):
    """Which page, of which subject."""

    subject_id: Id = Field(title="办理主体")


class Filling(Input):
    """The text that was read, the report it rests on, what is filled in, who may see it."""

    text_hash: TextHash = Field(title="文本摘要")
    report_id: Id = Field(title="信用报告")
    answers: dict[str, AnswerText] = Field(default={}, max_length=20, title="填写内容")
    publicity: PublicityName = Field(title="公开方式")

    def filled(self) -> Filled:
        """As the domain takes it."""
        return Filled(
            text_hash=self.text_hash,
            report_id=self.report_id,
            answers=self.answers,
            publicity=Publicity(self.publicity),
        )


class NewPromise(Filling):
    """Which promise, for whom."""

    template: str = Field(min_length=1, max_length=40, title="承诺书")
    subject_id: Id = Field(title="办理主体")


class SigningInput(Input):
    """Both texts by their hashes as read, the check, and the receipt brought back from it."""

    text_hash: TextHash = Field(title="文本摘要")
    publication_hash: TextHash = Field(title="公示内容摘要")
    check_id: Id = Field(title="核验编号")
    receipt: Opaque = Field(title="核验回执")


class TemplatesHandler(BaseHandler):
    """The texts."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "All promises that can be signed, with their texts",
        answers={200: TemplateViews},
    )
    async def get(self) -> None:
        """In force now."""
        texts = await self.house.texts_in_force.all(now=self.now)
        items = [show_template(one) for one in texts]
        self.show(HTTPStatus.OK, TemplateViews(items=items))


class TemplateHandler(BaseHandler):
    """One text."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "One promise that can be signed, with its text",
        answers={200: TemplateView},
        refusals=frozenset({404}),
    )
    async def get(self, template: str) -> None:
        """In force now."""
        text = await self.house.texts_in_force.get(template, now=self.now)
        self.show(HTTPStatus.OK, show_template(text))


class PromiseAnswers(BaseHandler):
    """Answers with a promise and its tag."""

    def show_tagged(self, shown: Shown) -> None:
        """As it stands now."""
        self.set_header("ETag", shown.promise.tag)
        self.show(HTTPStatus.OK, show_promise(shown))


class PromisesHandler(BaseHandler):
    """Promises of a subject."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Promises of a subject",
        query=PromisesQuery,
        answers={200: PromiseViews},
        refusals=frozenset({403, 404}),
    )
    async def get(self) -> None:
        """Drafts of one's own, and all that was signed; an agent's own."""
        query = self.query(PromisesQuery)
        of = f"promises:{query.subject_id}"
        page = await self.house.drafts.of(
            person_id=self.actor,
            subject_id=query.subject_id,
            ask=self.ask(query, of=of),
            now=self.now,
        )
        items = [show_promise(shown) for shown in page.items]
        self.show(HTTPStatus.OK, PromiseViews(items=items, next=self.next_cursor(page, of=of)))

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Draft a promise; the report is judged at once",
        body=NewPromise,
        idempotent=True,
        asks_outside=True,
        answers={201: PromiseView},
        refusals=MAY,
        rate="promise",
        service="promises",
    )
    async def post(self) -> None:
        """Every reason against signing it is told; the draft is kept either way."""
        wanted = self.read(NewPromise)
        await self.show_once(
            lambda act: self.house.drafts.begin(
                act,
                template=wanted.template,
                subject_id=wanted.subject_id,
                filled=wanted.filled(),
            ),
            lambda shown: (HTTPStatus.CREATED, show_promise(shown)),
        )


class PromiseHandler(PromiseAnswers):
    """One promise."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "How a promise stands",
        answers={200: PromiseView},
        tagged=True,
        refusals=frozenset({403, 404}),
    )
    async def get(self, promise_id: str) -> None:
        """With what is to be agreed to before signing."""
        shown = await self.house.drafts.get(
            person_id=self.actor, promise_id=promise_id, now=self.now
        )
        self.show_tagged(shown)

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Fill a draft in anew; it is judged anew",
        body=Filling,
        conditional=True,
        tagged=True,
        answers={200: PromiseView},
        refusals=MAY,
        rate="promise",
        service="promises",
    )
    async def put(self, promise_id: str) -> None:
        """Against the state that was read (If-Match)."""
        tag = self.if_match()
        filled = self.read(Filling).filled()
        shown = await self.house.drafts.change(
            self.act(), promise_id=promise_id, filled=filled, tag=tag
        )
        self.show_tagged(shown)

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Discard a draft",
        answers={204: None},
        refusals=MAY,
    )
    async def delete(self, promise_id: str) -> None:
        """What is signed is taken back instead."""
        await self.house.drafts.discard(self.act(), promise_id=promise_id)
        self.no_content()


class PromiseChecksHandler(BaseHandler):
    """Identity checks for a signing."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Begin the identity check for signing a draft",
        idempotent=True,
        asks_outside=True,
        answers={201: CheckView},
        refusals=MAY,
        rate="identity-check",
        service="promises",
    )
    async def post(self, promise_id: str) -> None:
        """For this signing and no other."""

        def show(check: SigningCheck) -> tuple[int, CheckView]:
            view = CheckView(id=check.id, ticket=check.ticket, expires_at=check.expires_at)
            return HTTPStatus.CREATED, view

        await self.show_once(
            lambda act: self.house.signing.begin_check(act, promise_id=promise_id), show
        )


class SignatureHandler(BaseHandler):
    """The signature."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Sign a promise; it gets its promise code",
        body=SigningInput,
        idempotent=True,
        asks_outside=True,
        answers={201: PromiseView},
        refusals=MAY,
        rate="promise",
        service="promises",
    )
    async def post(self, promise_id: str) -> None:
        """Binding when this is answered; the letter follows."""
        given = self.read(SigningInput)
        signed = Signed(
            text_hash=given.text_hash,
            publication_hash=given.publication_hash,
            check_id=given.check_id,
            receipt=given.receipt,
        )
        await self.show_once(
            lambda act: self.house.signing.sign(act, promise_id=promise_id, signed=signed),
            lambda shown: (HTTPStatus.CREATED, show_promise(shown)),
        )


ROUTES = [
    Route("/v1/promise-templates", TemplatesHandler),
    Route("/v1/promise-templates/{template}", TemplateHandler),
    Route("/v1/promises", PromisesHandler),
    Route("/v1/promises/{promise_id}", PromiseHandler),
    Route("/v1/promises/{promise_id}/identity-checks", PromiseChecksHandler),
    Route("/v1/promises/{promise_id}/signature", SignatureHandler),
]
