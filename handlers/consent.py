"""Agreements and consents."""

from http import HTTPStatus
from typing import Literal

from pydantic import Field

from domain.consent import Agreement, Consent
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Id, Input, Instant, Output, PageQuery, TextHash


class AgreementView(Output):
    """A text in force and the SHA-256 of exactly that text."""

    name: str
    title: str
    version: str
    text: str
    text_hash: str
    scope: Literal["person", "subject"]


class Agreements(Output):
    """All texts in force."""

    items: list[AgreementView]


class KeptTextView(Output):
    """The very text with this hash, whether or not it is still in force."""

    text_hash: str
    name: str
    title: str
    version: str
    text: str


class NewConsent(Input):
    """Consent to the text with this hash."""

    agreement: str = Field(min_length=1, max_length=40, title="协议")
    text_hash: TextHash = Field(title="协议文本摘要")
    subject_id: Id | None = Field(default=None, title="授权主体")


class ConsentView(Output):
    """A consent, standing while ``withdrawn_at`` is null; ``text_path`` has the text shown."""

    id: str
    agreement: str
    title: str
    version: str
    text_hash: str
    text_path: str
    subject_id: str | None
    given_at: Instant
    withdrawn_at: Instant | None


class Consents(Output):
    """The caller's, newest first."""

    items: list[ConsentView]
    next: str | None


def _show_agreement(text: Agreement) -> AgreementView:
    return AgreementView(
        name=text.name,
        title=text.title,
        version=text.version,
        text=text.text,
        text_hash=text.text_hash,
        scope=text.scope,
    )


def show_consent(consent: Consent) -> ConsentView:
    """A consent as its giver sees it."""
    return ConsentView(
        id=consent.id,
        agreement=consent.agreement,
        title=consent.title,
        version=consent.version,
        text_hash=consent.text_hash,
        text_path=f"/v1/agreements/{consent.text_hash}",
        subject_id=consent.subject_id,
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )


class AgreementsHandler(BaseHandler):
    """The texts in force."""

    @endpoint(
        Audience.PUBLIC, Permission.READ_PUBLIC, "The texts in force", answers={200: Agreements}
    )
    async def get(self) -> None:
        """Readable before sign-in."""
        texts = self.house.consents.agreements()
        self.show(HTTPStatus.OK, Agreements(items=[_show_agreement(text) for text in texts]))


class KeptTextHandler(BaseHandler):
    """One text by its hash."""

    @endpoint(
        Audience.PUBLIC,
        Permission.READ_PUBLIC,
        "The text with this hash, of old consents too",
        answers={200: KeptTextView},
        refusals=frozenset({404}),
    )
    async def get(self, text_hash: str) -> None:
        """As it was shown."""
        kept = await self.house.consents.text(text_hash=text_hash)
        view = KeptTextView(
            text_hash=kept.text_hash,
            name=kept.name,
            title=kept.title,
            version=kept.version,
            text=kept.text,
        )
        self.show(HTTPStatus.OK, view)


class ConsentsHandler(BaseHandler):
    """The caller's consents."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_CONSENTS,
        "My consents",
        query=PageQuery,
        answers={200: Consents},
    )
    async def get(self) -> None:
        """Newest first, withdrawn ones too."""
        ask = self.ask(self.query(PageQuery), of="consents")
        page = await self.house.consents.of(person_id=self.actor, ask=ask)
        items = [show_consent(consent) for consent in page.items]
        self.show(HTTPStatus.OK, Consents(items=items, next=self.next_cursor(page, of="consents")))

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_CONSENTS,
        "Consent to a text",
        body=NewConsent,
        idempotent=True,
        answers={201: ConsentView},
        refusals=frozenset({403, 404, 409}),
        rate="consent",
    )
    async def post(self) -> None:
        """For a subject of the caller's when the text is about one."""
        wanted = self.read(NewConsent)
        await self.show_once(
            lambda act: self.house.consents.give(
                act,
                agreement=wanted.agreement,
                text_hash=wanted.text_hash,
                subject_id=wanted.subject_id,
            ),
            lambda consent: (HTTPStatus.CREATED, show_consent(consent)),
        )


class ConsentHandler(BaseHandler):
    """One consent."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_CONSENTS,
        "Withdraw a consent",
        answers={204: None},
        refusals=frozenset({404}),
        rate="consent",
    )
    async def delete(self, consent_id: str) -> None:
        """What rests on it stops at the next request."""
        await self.house.consents.withdraw(self.act(), consent_id=consent_id)
        self.no_content()


ROUTES = [
    Route("/v1/agreements", AgreementsHandler),
    Route("/v1/agreements/{text_hash}", KeptTextHandler),
    Route("/v1/consents", ConsentsHandler),
    Route("/v1/consents/{consent_id}", ConsentHandler),
]
