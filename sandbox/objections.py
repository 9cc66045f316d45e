"""Objections to records, as the municipal platform takes and decides them.

=============================  =================================================================
``POST /v1/objections``        take one: ``{request_id, uscc | name + id_number, section,
                               record_id, reason}``; the same ``request_id`` gets the same answer
``POST /v1/objections/query``  how it stands: ``{number}``
=============================  =================================================================

Both are signed. It decides nothing by itself: ``PUT /sandbox/objections/{number}`` does. When one
is upheld, the record leaves the platform's data.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.base import JsonHandler, PartnerHandler, RefusalError
from sandbox.clock import Clock, instant, shanghai_day
from sandbox.faults import Faults, System
from sandbox.personas import Cast
from sandbox.sections import PersonSection, Record, Section
from sandbox.signatures import Verifier

State = Literal["received", "checking", "extended", "upheld", "rejected"]
DECIDED = frozenset({"upheld", "rejected"})

Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NewObjection(_Strict):
    """Whose record it is, which, and what is wrong with it."""

    request_id: Annotated[str, Field(min_length=1, max_length=64)]
    uscc: str | None = None
    name: str | None = None
    id_number: str | None = None
    section: Section | PersonSection
    record_id: Text
    reason: Text

    @model_validator(mode="after")
    def _of_one_subject(self) -> "NewObjection":
        person = self.name is not None and self.id_number is not None
        if person == (self.uscc is not None):
            raise ValueError("either uscc, or name and id_number")
        return self


class Query(_Strict):
    """The number an objection was taken under."""

    number: Text


class Ruling(_Strict):
    """What a test or developer decides."""

    state: Literal["checking", "extended", "upheld", "rejected"]
    opinion: Annotated[str, Field(max_length=500)] = ""


@dataclass(kw_only=True)
class Case:
    """One objection taken."""

    number: str
    asked: NewObjection
    received_at: str
    state: State = "received"
    opinion: str = ""
    decided_at: str | None = None

    def taken(self) -> dict[str, object]:
        """The answer to who handed it in."""
        return {"number": self.number, "state": self.state, "received_at": self.received_at}

    def progress(self) -> dict[str, object]:
        """How it stands."""
        return {"state": self.state, "opinion": self.opinion, "decided_at": self.decided_at}


class Desk:
    """All objections, in the order they were taken."""

    def __init__(self, *, cast: Cast, clock: Clock) -> None:
        self._cast = cast
        self._clock = clock
        self._by_number: dict[str, Case] = {}
        self._by_request: dict[str, Case] = {}

    def take(self, asked: NewObjection) -> Case:
        """Raises RefusalError: 409 for a request_id of another objection, 404 for no record."""
        known = self._by_request.get(asked.request_id)
        if known is not None:
            if known.asked != asked:
                raise RefusalError(409, "mismatch", "this request_id was another objection's")
            return known
        if asked.record_id not in {record["id"] for record in self._records(asked)}:
            raise RefusalError(404, "not_found", "there is no such record of this subject")
        day = shanghai_day(self._clock())
        case = Case(
            number=f"YY{day:%Y%m%d}{len(self._by_number) + 1:06d}",
            asked=asked,
            received_at=instant(self._clock()),
        )
        self._by_number[case.number] = self._by_request[asked.request_id] = case
        return case

    def case(self, number: str) -> Case:
        """By its number; raises RefusalError (404)."""
        case = self._by_number.get(number)
        if case is None:
            raise RefusalError(404, "not_found", f"no objection has the number {number}")
        return case

    def rule(self, number: str, ruling: Ruling) -> Case:
        """Move it on; raises RefusalError (409) once it is decided."""
        case = self.case(number)
        if case.state in DECIDED:
            raise RefusalError(409, "decided", f"{number} is {case.state} already")
        case.state, case.opinion = ruling.state, ruling.opinion
        if ruling.state in DECIDED:
            case.decided_at = instant(self._clock())
        if ruling.state == "upheld":
            records = self._records(case.asked)
            records[:] = [one for one in records if one["id"] != case.asked.record_id]
        return case

    def all(self) -> list[dict[str, object]]:
        """Every objection, as the control lists it."""
        return [
            {**case.asked.model_dump(), **case.taken(), **case.progress()}
            for case in self._by_number.values()
        ]

    def _records(self, asked: NewObjection) -> list[Record]:
        if asked.id_number is not None:
            person = self._cast.by_id_number(asked.id_number)
            if person is None or person.name != asked.name:
                return []
        return self._cast.lists_of(asked.uscc or asked.id_number or "").get(asked.section, [])


class _DeskHandler(PartnerHandler):
    system = System.PLATFORM

    def initialize(self, *, faults: Faults, verifier: Verifier, desk: Desk) -> None:
        self.faults = faults
        self.verifier = verifier
        self.desk = desk


class ObjectionsHandler(_DeskHandler):
    """/v1/objections."""

    def post(self) -> None:
        """Take one."""
        self.reply(self.desk.take(self.read(NewObjection)).taken())


class ObjectionQueryHandler(_DeskHandler):
    """/v1/objections/query."""

    def post(self) -> None:
        """How it stands."""
        self.reply(self.desk.case(self.read(Query).number).progress())


class _ControlHandler(JsonHandler):
    def initialize(self, *, desk: Desk) -> None:
        """Take the desk."""
        self.desk = desk


class ObjectionListHandler(_ControlHandler):
    """/sandbox/objections."""

    def get(self) -> None:
        """List all."""
        self.reply({"items": self.desk.all()})


class RulingHandler(_ControlHandler):
    """/sandbox/objections/{number}."""

    def put(self, number: str) -> None:
        """Decide, or move on."""
        case = self.desk.rule(number, self.read(Ruling))
        self.reply({**case.taken(), **case.progress()})
