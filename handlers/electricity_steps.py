"""What an applicant does once it is handed in: missing papers, times, visits, taking it back."""

from typing import Annotated

from pydantic import Field, StringConstraints

from handlers.electricity import MAY, ONE, ApplicationAnswers
from handlers.electricity_views import ApplicationView
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import Input, OneLine

Wish = Annotated[OneLine, StringConstraints(max_length=200)]


class WithdrawalInput(Input):
    """Why; may be left open."""

    reason: Wish = Field(default="", title="理由")


class SurveyAnswer(Input):
    """Whether the time suits, and which other would."""

    agreed: bool = Field(title="是否同意")
    wish: Wish = Field(default="", title="希望的时间")


class VisitInput(Input):
    """When and where a visit would suit."""

    wish: Wish = Field(default="", title="上门服务的希望")


class HandInHandler(ApplicationAnswers):
    """Papers it was returned for."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Say that the missing papers are uploaded; it goes on where it was returned from",
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
    )
    async def post(self, application_id: str) -> None:
        """Every paper that is still missing is named."""
        await self.show_once(
            lambda act: self.house.continuing.hand_in(act, application_id=application_id),
            self.created,
        )


class ApplicationWithdrawalHandler(ApplicationAnswers):
    """Taking an application back."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Take an application back, before the power is on",
        body=WithdrawalInput,
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
    )
    async def post(self, application_id: str) -> None:
        """The supplier hears of it."""
        reason = self.read(WithdrawalInput).reason
        await self.show_once(
            lambda act: self.house.continuing.withdraw(
                act, application_id=application_id, reason=reason
            ),
            self.created,
        )


class SurveyAnswerHandler(ApplicationAnswers):
    """Answers to a time of survey."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Agree to the proposed time of the survey, or wish for another",
        body=SurveyAnswer,
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
    )
    async def post(self, application_id: str) -> None:
        """Once for each proposal."""
        given = self.read(SurveyAnswer)
        await self.show_once(
            lambda act: self.house.continuing.answer(
                act, application_id=application_id, yes=given.agreed, wish=given.wish
            ),
            self.created,
        )


class HomeVisitHandler(ApplicationAnswers):
    """Visits at home."""

    @endpoint(
        Audience.PERSON,
        Permission.APPLY_FOR_ELECTRICITY,
        "Ask for a visit at home, as a good user",
        body=VisitInput,
        idempotent=True,
        answers={201: ApplicationView},
        refusals=MAY,
        rate="electricity",
    )
    async def post(self, application_id: str) -> None:
        """The manager arranges it."""
        wish = self.read(VisitInput).wish
        await self.show_once(
            lambda act: self.house.continuing.ask_visit(
                act, application_id=application_id, wish=wish
            ),
            self.created,
        )


ROUTES = [
    Route(f"{ONE}/hand-in", HandInHandler),
    Route(f"{ONE}/withdrawal", ApplicationWithdrawalHandler),
    Route(f"{ONE}/survey-answer", SurveyAnswerHandler),
    Route(f"{ONE}/home-visit", HomeVisitHandler),
]
