"""The power company's system: deliveries to it, and asking it for events and applications."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from adapters.agencies.answers import Instant, Wire, malformed, read
from adapters.outside import Outside
from domain.errors import Unavailable
from domain.grid.cases import Delivery
from domain.grid.comparing import Theirs
from domain.grid.events import Detail, Event
from domain.grid.ports import TheirEvents, TheirPage


def _to_the_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


At = Annotated[Instant, AfterValidator(_to_the_millisecond)]
Day = Annotated[date, Field(strict=False)]


class _Taken(Wire):
    delivery_id: str
    received_at: Instant


class _Detail(BaseModel):
    """What a step needs, as the agreement has it: nothing else is taken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    reason: str = Field(default="", max_length=500)
    papers: tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] = Field(
        default=(), max_length=20, strict=False
    )
    days: int = Field(default=0, ge=0, le=60)
    begins_at: At | None = None
    ends_at: At | None = None
    plan: str = Field(default="", max_length=1000)
    account: str = Field(default="", max_length=32)
    on: Day | None = None


class _Event(Wire):
    """An event as it travels."""

    event_id: str = Field(min_length=1, max_length=64)
    application: str = Field(min_length=1, max_length=64)
    sequence: int = Field(ge=1, le=1_000_000)
    kind: str = Field(pattern="^[a-z_]{1,40}$")
    at: At
    detail: _Detail

    def event(self) -> Event:
        """In the domain's words."""
        return Event(
            event_id=self.event_id,
            number=self.application,
            sequence=self.sequence,
            kind=self.kind,
            at=self.at,
            detail=Detail(**self.detail.model_dump()),
        )


class _Told(Wire):
    items: list[_Event] = Field(max_length=1000)
    last: int = Field(ge=0)


class _Standing(Wire):
    number: str = Field(min_length=1, max_length=64)
    state: str = Field(min_length=1, max_length=40)
    sequence: int = Field(ge=0)


class _Listed(Wire):
    items: list[_Standing] = Field(max_length=1000)
    next: str | None


class PowerGridSystem:
    """All calls may be repeated: the partner knows a delivery by its id."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def deliver(self, delivery: Delivery) -> datetime:
        """Hand over; since when they have it.

        Raises:
            Unavailable: permanent when they refuse it for good.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/deliveries",
            payload={
                "delivery_id": delivery.id,
                "number": delivery.number,
                "place": delivery.place,
                "kind": delivery.kind.value,
                "made_at": delivery.made_at.isoformat().replace("+00:00", "Z"),
                "content": delivery.content,
            },
            headers={"X-Request-Id": delivery.id},
            safe=True,
        )
        taken = read(_Taken, answer, system=self._outside.system)
        if taken.delivery_id != delivery.id:
            raise malformed(self._outside.system)
        return taken.received_at

    async def events(self, number: str, *, after: int) -> TheirEvents:
        """Those after this sequence, in order.

        Raises:
            Unavailable: no answer, or one that breaks the agreement.
        """
        path = f"/v1/applications/{number}/events"
        answer = await self._outside.call("GET", path, params={"after": str(after)}, safe=True)
        told = read(_Told, answer, system=self._outside.system)
        items = tuple(one.event() for one in told.items)
        sequences = [one.sequence for one in items]
        if sequences != sorted(set(sequences)) or any(one.number != number for one in items):
            raise malformed(self._outside.system)
        if items and not after < sequences[0] <= sequences[-1] <= told.last:
            raise malformed(self._outside.system)
        return TheirEvents(items=items, last=told.last)

    async def applications(self, *, cursor: str) -> TheirPage:
        """A page of all they have.

        Raises:
            Unavailable: no answer, or one that breaks the agreement.
        """
        params = {"cursor": cursor} if cursor else None
        answer = await self._outside.call("GET", "/v1/applications", params=params, safe=True)
        listed = read(_Listed, answer, system=self._outside.system)
        if listed.next is not None and (not listed.items or listed.next == cursor):
            raise malformed(self._outside.system)
        return TheirPage(
            items=tuple(Theirs(**one.model_dump()) for one in listed.items),
            next=listed.next or "",
        )


class NoGrid:
    """No partner: what was meant for one waits."""

    async def deliver(self, delivery: Delivery) -> datetime:  # noqa: ARG002 - of the port
        """Never."""
        raise _off()

    async def events(self, number: str, *, after: int) -> TheirEvents:  # noqa: ARG002 - of the port
        """Never."""
        raise _off()

    async def applications(self, *, cursor: str) -> TheirPage:  # noqa: ARG002 - of the port
        """Never."""
        raise _off()


def _off() -> Unavailable:
    return Unavailable("未接入供电企业系统。", system="grid")
