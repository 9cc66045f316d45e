"""Steering the power company: its steps, what it sends of them and how badly, and its own pace.

================================================  =============================================
``GET /sandbox/grid``                             every application as the company has it
``PUT /sandbox/grid`` ``{"auto", "seconds"}``     whether it runs lives by itself, and how fast
``POST /sandbox/grid`` ``{"number", "state",      plant a case for a comparison to find
"sequence"}``
``GET /sandbox/grid/{number}``                    one, with its deliveries and events
``PUT /sandbox/grid/{number}`` ``{"kind",         make a step, and tell of it unless ``hold``
"detail", "hold", "seconds_off"}``
``DELETE /sandbox/grid/{number}``                 forget it
``POST /sandbox/grid/{number}/callbacks``         send these ``sequences`` in this order, with
                                                  what is wrong: see ``Sending``
``GET /sandbox/grid/{number}/files``              fetch every file that was named to it
================================================  =============================================
"""

import asyncio
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sandbox.base import JsonHandler
from sandbox.clock import Clock, instant, morning
from sandbox.grid_callbacks import Callbacks, Defects
from sandbox.power_grid import CALLBACK_SECRET, Case, Delivery, PowerGrid, State

# What the company does by itself after a delivery, in this order.
TAKES: tuple[str, ...] = ("accept", "survey")
GOES_ON: tuple[str, ...] = ("reply_plan", "works", "energise", "close")
ANOTHER_TIME: tuple[str, ...] = ("survey",)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pace(_Strict):
    """Whether lives run by themselves."""

    auto: bool
    seconds: Annotated[float, Field(ge=0, le=3600)] = 3.0


class Planted(_Strict):
    """A case of the company's."""

    number: Annotated[str, Field(min_length=1, max_length=64)]
    state: State
    sequence: Annotated[int, Field(ge=0)] = 0


class Step(_Strict):
    """A step, whether it is possible or not."""

    kind: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    detail: dict[str, JsonValue] = {}
    hold: bool = False
    seconds_off: float = 0


class Sending(_Strict):
    """Which events to send, and what is wrong with the sending.

    ``secret`` and ``nonce`` replace the right ones, ``seconds_off`` shifts the time that is
    signed, ``tampered`` changes the body after signing, ``fields`` replace the event's own.
    """

    sequences: list[int]
    secret: str = CALLBACK_SECRET
    nonce: str = ""
    seconds_off: int = 0
    tampered: bool = False
    fields: dict[str, JsonValue] = {}


class Lives:
    """Runs whole lives: accepted and a survey proposed; once that is agreed, on to the end."""

    def __init__(self, *, grid: PowerGrid, callbacks: Callbacks, clock: Clock) -> None:
        self.pace = Pace(auto=False)
        self.grid = grid
        self.callbacks = callbacks
        self._clock = clock
        self._running: set[asyncio.Task[None]] = set()
        grid.listener = self._heard

    def _heard(self, case: Case, delivery: Delivery) -> None:
        steps = self._after(case, delivery) if self.pace.auto else ()
        if steps:
            task = asyncio.create_task(self._run(case, steps))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _after(self, case: Case, delivery: Delivery) -> tuple[str, ...]:
        if delivery.kind == "application":
            return TAKES
        if delivery.kind == "survey_answer":
            return GOES_ON if delivery.content.get("agreed") else ANOTHER_TIME
        if delivery.kind == "materials" and case.state in {"received", "accepted", "survey"}:
            return TAKES if case.state == "received" else ANOTHER_TIME
        return ()

    async def _run(self, case: Case, steps: tuple[str, ...]) -> None:
        for kind in steps:
            await asyncio.sleep(self.pace.seconds)
            if case.state in {"withdrawn", "returned", "rejected", "closed"}:
                return
            event = self.grid.step(case.number, kind, self._detail(kind))
            await self.callbacks.send(event)

    def _detail(self, kind: str) -> dict[str, JsonValue]:
        begins = morning(self._clock(), days=2)
        details: dict[str, dict[str, JsonValue]] = {
            "survey": {"begins_at": instant(begins), "ends_at": instant(begins + 7200)},
            "reply_plan": {"plan": "低压 220 伏供电，电源由附近公用变压器接入"},
            "works": {"reason": "由供电企业投资建设外线工程"},
            "energise": {"account": f"08{int(self._clock()) % 10**10:010d}"},
        }
        return details.get(kind, {})


class _ControlHandler(JsonHandler):
    def initialize(self, *, company: Lives) -> None:
        """Take the company."""
        self.lives = company
        self.grid = company.grid
        self.callbacks = company.callbacks


class GridHandler(_ControlHandler):
    """/sandbox/grid."""

    def get(self) -> None:
        """Every application."""
        items = [case.summary() for case in self.grid.all()]
        self.reply({**self.lives.pace.model_dump(), "items": items})

    def put(self) -> None:
        """Run lives, or let them be."""
        self.lives.pace = self.read(Pace)
        self.reply(self.lives.pace.model_dump())

    def post(self) -> None:
        """Plant a case."""
        wanted = self.read(Planted)
        case = self.grid.plant(wanted.number, wanted.state, wanted.sequence)
        self.reply(case.summary(), status=201)


class CaseHandler(_ControlHandler):
    """/sandbox/grid/{number}."""

    def get(self, number: str) -> None:
        """With all that was delivered and done."""
        case = self.grid.case(number)
        self.reply(
            {
                **case.summary(),
                "deliveries": [delivery.model_dump() for delivery in case.deliveries],
                "events": [event.told() for event in case.events],
            }
        )

    async def put(self, number: str) -> None:
        """Make a step."""
        step = self.read(Step)
        event = self.grid.step(number, step.kind, step.detail, seconds_off=step.seconds_off)
        sent = [] if step.hold else await self.callbacks.send(event)
        self.reply({"event": event.told(), "sent": [one.told() for one in sent]})

    def delete(self, number: str) -> None:
        """Forget it."""
        self.grid.forget(number)
        self.set_status(204)


class SendingHandler(_ControlHandler):
    """/sandbox/grid/{number}/callbacks."""

    async def post(self, number: str) -> None:
        """Send, and tell how each was answered."""
        wanted, case = self.read(Sending), self.grid.case(number)
        by_sequence = {event.sequence: event for event in case.events}
        sent = await self.callbacks.send_all(
            [by_sequence[sequence] for sequence in wanted.sequences],
            Defects(
                secret=wanted.secret,
                nonce=wanted.nonce,
                seconds_off=wanted.seconds_off,
                tampered=wanted.tampered,
                fields=tuple(wanted.fields.items()),
            ),
        )
        self.reply({"sent": [one.told() for one in sent]})


class FilesHandler(_ControlHandler):
    """/sandbox/grid/{number}/files."""

    async def get(self, number: str) -> None:
        """What was answered for each."""
        self.reply({"items": await self.callbacks.files(self.grid.case(number))})
