"""The power company's system: takes applications, acts on them step by step, tells of each step.

==========================================  ====================================================
``POST /v1/deliveries``                     take one of our deliveries, each id once
``GET /v1/applications/{number}/events``    its events after a sequence: ``?after=``
``GET /v1/applications``                    number, state and last sequence of all: ``?cursor=``
==========================================  ====================================================

All are signed; docs/partner-interface.md is the agreement. It does nothing by itself unless told
to run lives ``auto``: ``grid_control.py`` has the steps, ``grid_callbacks.py`` sends the events.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from sandbox.base import PartnerHandler, RefusalError
from sandbox.clock import Clock, instant
from sandbox.faults import Faults, System
from sandbox.signatures import Verifier

APP_ID = "credit-yuexiu"
SECRET = "sandbox-grid-secret"
CALLBACK_SECRET = "sandbox-grid-callback-secret"
PAGE = 100

State = Literal[
    "received",
    "accepted",
    "returned",
    "survey",
    "plan_replied",
    "external_works",
    "energised",
    "closed",
    "rejected",
    "withdrawn",
]
# Where each step leads, so far as it leads anywhere.
LEADS: dict[str, State] = {
    "accept": "accepted",
    "return": "returned",
    "survey": "survey",
    "reply_plan": "plan_replied",
    "works": "external_works",
    "energise": "energised",
    "close": "closed",
    "reject": "rejected",
}

Text = Annotated[str, Field(min_length=1, max_length=64)]


class Delivery(BaseModel):
    """What we hand over; ``place`` counts an application's deliveries from 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delivery_id: Text
    number: Text
    place: Annotated[int, Field(ge=1)]
    kind: Literal[
        "application",
        "materials",
        "survey_answer",
        "withdrawn",
        "proof_lost",
        "proof_stands",
        "visit_asked",
        "taken_back",
    ]
    made_at: Text
    content: dict[str, JsonValue]

    @property
    def files(self) -> list[str]:
        """The names of what it lets fetch."""
        files = self.content.get("files")
        named = files if isinstance(files, list) else []
        return [str(file["name"]) for file in named if isinstance(file, dict)]


@dataclass(kw_only=True)
class Event:
    """One step of the company's, as it is told."""

    event_id: str
    application: str
    sequence: int
    kind: str
    at: str
    detail: dict[str, JsonValue]

    def told(self) -> dict[str, JsonValue]:
        """The body of a callback, and an item of a poll."""
        return {
            "event_id": self.event_id,
            "application": self.application,
            "sequence": self.sequence,
            "kind": self.kind,
            "at": self.at,
            "detail": self.detail,
        }


@dataclass(kw_only=True)
class Case:
    """One application as the company has it."""

    number: str
    state: State = "received"
    came_from: State = "received"
    deliveries: list[Delivery] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    # Of a case that was planted, with no events of its own.
    planted: int = 0

    @property
    def sequence(self) -> int:
        """Of the last event."""
        return self.events[-1].sequence if self.events else self.planted

    def summary(self) -> dict[str, JsonValue]:
        """How it stands."""
        return {"number": self.number, "state": self.state, "sequence": self.sequence}


Told = Callable[[Case, Delivery], None]


class PowerGrid:
    """All applications, and every delivery by its id."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._cases: dict[str, Case] = {}
        self._received: dict[str, tuple[Delivery, str]] = {}
        # Told of each new delivery: who runs lives by itself.
        self.listener: Told | None = None

    def take(self, delivery: Delivery) -> dict[str, object]:
        """Raises RefusalError: 409 for an id with another body, 422 for what is out of place."""
        known = self._received.get(delivery.delivery_id)
        if known is not None and known[0] != delivery:
            raise RefusalError(409, "mismatch", "this delivery_id was another delivery's")
        if known is None:
            case = self._cases.get(delivery.number) or Case(number=delivery.number)
            # A withdrawal overtakes what was not sent, of a case that may be unknown.
            overtakes = delivery.kind == "withdrawn" and delivery.place > len(case.deliveries)
            if delivery.place != len(case.deliveries) + 1 and not overtakes:
                raise RefusalError(422, "out_of_place", f"{delivery.place} is not the next place")
            self._cases[case.number] = case
            case.deliveries.append(delivery)
            known = self._received[delivery.delivery_id] = (delivery, instant(self._clock()))
            _moved(case, delivery)
            if self.listener is not None:
                self.listener(case, delivery)
        return {"delivery_id": delivery.delivery_id, "received_at": known[1]}

    def case(self, number: str) -> Case:
        """By its number; raises RefusalError (404)."""
        case = self._cases.get(number)
        if case is None:
            raise RefusalError(404, "not_found", f"no application has the number {number}")
        return case

    def all(self) -> Sequence[Case]:
        """By number."""
        return [self._cases[number] for number in sorted(self._cases)]

    def step(
        self, number: str, kind: str, detail: dict[str, JsonValue], *, seconds_off: float = 0
    ) -> Event:
        """The company makes a step, whatever we think of it."""
        case = self.case(number)
        event = Event(
            event_id=str(uuid.uuid4()),
            application=number,
            sequence=case.sequence + 1,
            kind=kind,
            at=instant(self._clock() + seconds_off),
            detail=detail,
        )
        case.events.append(event)
        case.planted = 0
        if kind in LEADS:
            case.came_from = case.state if kind == "return" else case.came_from
            case.state = LEADS[kind]
        return event

    def plant(self, number: str, state: State, sequence: int) -> Case:
        """A case as a comparison should find it, whether or not we handed one over."""
        case = self._cases.setdefault(number, Case(number=number))
        case.state, case.planted, case.events = state, sequence, []
        return case

    def forget(self, number: str) -> None:
        """As if it had never been handed over."""
        self._cases.pop(number, None)


def _moved(case: Case, delivery: Delivery) -> None:
    """What a delivery changes with the company."""
    if delivery.kind == "withdrawn":
        case.state = "withdrawn"
    elif delivery.kind == "proof_lost":
        case.came_from = case.came_from if case.state == "returned" else case.state
        case.state = "returned"
    elif delivery.kind in {"materials", "proof_stands"} and case.state == "returned":
        case.state = case.came_from


class _GridHandler(PartnerHandler):
    system = System.GRID

    def initialize(self, *, faults: Faults, verifier: Verifier, grid: PowerGrid) -> None:
        self.faults = faults
        self.verifier = verifier
        self.grid = grid


class DeliveriesHandler(_GridHandler):
    """/v1/deliveries."""

    def post(self) -> None:
        """Take one."""
        self.reply(self.grid.take(self.read(Delivery)))


class EventsHandler(_GridHandler):
    """/v1/applications/{number}/events."""

    def get(self, number: str) -> None:
        """Those after a sequence, in order, at most 100."""
        case, after = self.grid.case(number), int(self.get_query_argument("after", "0"))
        found = [event.told() for event in case.events if event.sequence > after][:PAGE]
        self.reply({"items": found, "last": case.sequence})


class ApplicationsHandler(_GridHandler):
    """/v1/applications."""

    def get(self) -> None:
        """By number, at most 100, and where to go on."""
        cursor = self.get_query_argument("cursor", "")
        cases = [case for case in self.grid.all() if case.number > cursor]
        page = cases[:PAGE]
        more = page[-1].number if len(cases) > PAGE else None
        self.reply({"items": [case.summary() for case in page], "next": more})
