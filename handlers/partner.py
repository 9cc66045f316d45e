"""Where the power company's system comes: its events, and the files that deliveries name.

docs/partner-interface.md is the agreement; every request is signed.
"""

from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from domain.grid.door import POWER_GRID
from domain.grid.events import Detail, Event, Source
from handlers.base import BaseHandler
from handlers.endpoint import Audience, Permission, Route, endpoint
from handlers.fields import CivilDate, Input, Output

BYTES = "application/octet-stream"
Text = Annotated[str, Field(min_length=1, max_length=64)]


def _moment(value: object) -> datetime:
    """An instant with a zone, cut to the millisecond."""
    if isinstance(value, str):
        with suppress(ValueError, OverflowError):
            at = datetime.fromisoformat(value)
            if at.tzinfo is not None:
                at = at.astimezone(UTC)
                return at.replace(microsecond=at.microsecond // 1000 * 1000)
    raise PydanticCustomError("instant", "{detail}", {"detail": "应为带时区的时间（ISO 8601）。"})


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]


class EventDetail(Input):
    """What a step needs, and nothing else."""

    reason: str = Field(default="", max_length=500, title="理由")
    papers: list[Text] = Field(default=[], max_length=20, title="材料")
    days: int = Field(default=0, ge=0, le=60, title="工作日数")
    begins_at: Moment | None = Field(default=None, title="勘查开始时间")
    ends_at: Moment | None = Field(default=None, title="勘查结束时间")
    plan: str = Field(default="", max_length=1000, title="供电方案")
    account: str = Field(default="", max_length=32, title="户号")
    on: CivilDate | None = Field(default=None, title="接电日期")


class EventBody(Input):
    """One step; ``sequence`` counts those of an application from 1."""

    event_id: Text = Field(title="事件编号")
    application: Text = Field(title="申请编号")
    sequence: int = Field(ge=1, le=1_000_000, title="序号")
    kind: str = Field(pattern="^[a-z_]{1,40}$", title="事件种类")
    at: Moment = Field(title="事件时间")
    detail: EventDetail = Field(title="事件内容")

    def event(self) -> Event:
        """In the domain's words."""
        said = self.detail.model_dump()
        return Event(
            event_id=self.event_id,
            number=self.application,
            sequence=self.sequence,
            kind=self.kind,
            at=self.at,
            detail=Detail(**{**said, "papers": tuple(said["papers"])}),
        )


class EventReceipt(Output):
    """It is kept for good; what became of it so far."""

    event_id: str
    state: Literal["waiting", "applied", "kept", "dismissed"]


class PartnerHandler(BaseHandler):
    """Known by the signature of what it sends; a route of the partner's is this or is nobody's."""

    async def admitted(self) -> bool:
        """Once the body is there: it is signed too."""
        if not await super().admitted():
            return False
        await self.house.grid.door.admit(
            self.act(),
            method=str(self.request.method),
            path=str(self.request.uri),
            headers=self.request.headers,
            body=bytes(self._received),
        )
        self.actor = POWER_GRID
        return True


class EventsHandler(PartnerHandler):
    """Events of the power company."""

    @endpoint(
        Audience.PARTNER,
        Permission.EXCHANGE,
        "The power company tells of one step",
        body=EventBody,
        answers={200: EventReceipt},
        refusals=frozenset({404, 409, 429}),
        rate="partner",
    )
    async def post(self) -> None:
        """Whatever was told before is answered as it stands now."""
        event = self.read(EventBody).event()
        receipt = await self.house.grid.inbox.receive(self.act(), event, source=Source.CALLBACK)
        received = receipt.received
        self.show(
            HTTPStatus.OK,
            EventReceipt.model_validate(
                {"event_id": received.event.event_id, "state": received.state.value}
            ),
        )


class FilesHandler(PartnerHandler):
    """Files for the power company."""

    @endpoint(
        Audience.PARTNER,
        Permission.EXCHANGE,
        "The power company fetches a file that a delivery names",
        answers={200: BYTES},
        refusals=frozenset({403, 404, 409, 410}),
        rate="partner",
    )
    async def get(self, delivery_id: str, file_name: str) -> None:
        """While the applicant's consent stands; of the report each fetch is recorded."""
        fetched = await self.house.grid.files.fetch(
            self.act(), delivery_id=delivery_id, name=file_name
        )
        self.answer(HTTPStatus.OK, BYTES, fetched.content)


ROUTES = [
    Route("/partner/grid/events", EventsHandler),
    Route("/partner/grid/files/{delivery_id}/{file_name}", FilesHandler),
]
