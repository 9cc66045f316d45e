"""Signed promises: taking back, who may see them, objecting, the letter, the evidence."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints

from domain.promises.evidence import Packed
from domain.promises.templates import Publicity
from handlers.base import BaseHandler
from handlers.credit_reports import PDF
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.exports import ZIP
from handlers.fields import CivilDate, Input, OneLine, TextHash
from handlers.promise_views import ConsentTextView, PromiseView, PublicityName, show_promise
from handlers.promises import MAY, PromiseAnswers

Reason = Annotated[OneLine, StringConstraints(min_length=2, max_length=200)]


class Withdrawal(Input):
    """Why."""

    reason: Reason = Field(title="理由")


class PublicityInput(Input):
    """Who may see it from now on, with the hash of what is agreed to for that."""

    publicity: PublicityName = Field(title="公开方式")
    text_hash: TextHash = Field(title="公示内容摘要")


class WithdrawalHandler(PromiseAnswers):
    """Taking a promise back."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Take a signed promise back; its matter goes on by the ordinary procedure",
        body=Withdrawal,
        conditional=True,
        tagged=True,
        answers={200: PromiseView},
        refusals=MAY,
    )
    async def put(self, promise_id: str) -> None:
        """Against the state that was read (If-Match)."""
        tag = self.if_match()
        reason = self.read(Withdrawal).reason
        shown = await self.house.after_signing.withdraw(
            self.act(), promise_id=promise_id, reason=reason, tag=tag
        )
        self.show_tagged(shown)


class PublicationQuery(Input):
    """Seen by whom."""

    publicity: PublicityName = Field(title="公开方式")


class PublicationHandler(PromiseAnswers):
    """Who may see a promise."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "What is to be agreed to for showing a promise so",
        query=PublicationQuery,
        answers={200: ConsentTextView},
        refusals=MAY,
    )
    async def get(self, promise_id: str) -> None:
        """The text, and its hash to be given back."""
        text, text_hash = await self.house.after_signing.preview(
            person_id=self.actor,
            promise_id=promise_id,
            publicity=Publicity(self.query(PublicationQuery).publicity),
            now=self.now,
        )
        self.show(HTTPStatus.OK, ConsentTextView(text=text, text_hash=text_hash))

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Change who may see a signed promise, as far as its text leaves a choice",
        body=PublicityInput,
        conditional=True,
        tagged=True,
        answers={200: PromiseView},
        refusals=MAY,
    )
    async def put(self, promise_id: str) -> None:
        """Against the state that was read (If-Match)."""
        tag = self.if_match()
        wanted = self.read(PublicityInput)
        shown = await self.house.after_signing.publish(
            self.act(),
            promise_id=promise_id,
            publicity=Publicity(wanted.publicity),
            text_hash=wanted.text_hash,
            tag=tag,
        )
        self.show_tagged(shown)


class BreachObjectionHandler(BaseHandler):
    """Objecting to a finding."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Object to the finding that a promise was broken",
        body=Withdrawal,
        idempotent=True,
        answers={201: PromiseView},
        refusals=MAY,
        rate="promise",
    )
    async def post(self, promise_id: str) -> None:
        """Once, while there is time; decided by somebody else than who proposed the finding."""
        reason = self.read(Withdrawal).reason
        await self.show_once(
            lambda act: self.house.supervising.object_to(act, promise_id=promise_id, reason=reason),
            lambda shown: (HTTPStatus.CREATED, show_promise(shown)),
        )


class HandingIn(Input):
    """When what was due was done, and with what."""

    on: CivilDate = Field(title="办理日期")
    note: Reason = Field(title="办理情况")


class HandingInHandler(BaseHandler):
    """Saying that what was due is done."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Say that what was due by a day is done, as materials that were to follow are handed in",
        body=HandingIn,
        idempotent=True,
        answers={201: PromiseView},
        refusals=MAY,
        rate="promise",
    )
    async def post(self, promise_id: str) -> None:
        """Before or after the day; the office takes it, or hands it back with a reason."""
        said = self.read(HandingIn)
        await self.show_once(
            lambda act: self.house.supervising.hand_in(
                act, promise_id=promise_id, on=said.on, note=said.note
            ),
            lambda shown: (HTTPStatus.CREATED, show_promise(shown)),
        )


class LetterHandler(BaseHandler):
    """The letter."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Fetch the signed letter of a promise",
        answers={200: PDF},
        refusals=MAY,
        rate="file",
    )
    async def get(self, promise_id: str) -> None:
        """The signed PDF."""
        code, pdf = await self.house.drafts.letter(
            person_id=self.actor, promise_id=promise_id, now=self.now
        )
        self.set_header("Content-Disposition", f'inline; filename="{code}.pdf"')
        self.answer(HTTPStatus.OK, PDF, pdf)


class EvidenceHandler(BaseHandler):
    """The evidence."""

    @endpoint(
        Audience.PERSON,
        Permission.MANAGE_OWN_PROMISES,
        "Fetch the evidence of a signed promise, which checks itself without this server",
        answers={200: ZIP},
        refusals=MAY | {503},
        rate="file",
    )
    async def get(self, promise_id: str) -> None:
        """A ZIP; each fetching is on record."""
        packed = await self.house.evidences.of_mine(self.act(), promise_id=promise_id)
        answer_evidence(self, packed)


def answer_evidence(handler: BaseHandler, packed: Packed) -> None:
    """As a file to be kept."""
    name = f"{packed.code}-evidence.zip"
    handler.set_header("Content-Disposition", f'attachment; filename="{name}"')
    handler.answer(HTTPStatus.OK, ZIP, packed.zip)


ROUTES = [
    Route("/v1/promises/{promise_id}/withdrawal", WithdrawalHandler),
    Route("/v1/promises/{promise_id}/publication", PublicationHandler),
    Route("/v1/promises/{promise_id}/objection", BreachObjectionHandler),
    Route("/v1/promises/{promise_id}/handing-in", HandingInHandler),
    Route("/v1/promises/{promise_id}/letter", LetterHandler),
    Route("/v1/promises/{promise_id}/evidence", EvidenceHandler),
]
