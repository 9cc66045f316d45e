"""What districts contribute to the municipal platform: it stands in the next report.

===========================  ===================================================================
``POST /v1/contributions``   ``{request_id, record_id, version, uscc | name + id_number, section,
                             values, details, withdrawn}``; ``values`` are those a report shows,
                             ``details`` what the national data template has beside them; the
                             same ``request_id`` gets the same answer, and an older ``version``
                             than the one taken changes nothing
===========================  ===================================================================

Signed. ``GET /sandbox/contributions`` lists what was taken.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.base import JsonHandler, PartnerHandler, RefusalError
from sandbox.faults import Faults, System
from sandbox.personas import Cast
from sandbox.sections import FIELDS
from sandbox.signatures import Verifier

Text = Annotated[str, Field(min_length=1, max_length=200)]


class NewContribution(BaseModel):
    """Whose record it is, in which list, and what it says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request_id: Text
    record_id: Text
    version: Annotated[int, Field(ge=0)]
    uscc: str | None = None
    name: str | None = None
    id_number: str | None = None
    section: Literal["promises", "others"]
    values: dict[str, str]
    details: dict[str, str] = {}
    withdrawn: bool

    @model_validator(mode="after")
    def _whole(self) -> "NewContribution":
        person = self.name is not None and self.id_number is not None
        if person == (self.uscc is not None):
            raise ValueError("either uscc, or name and id_number")
        if set(self.values) != set(FIELDS[self.section]):
            raise ValueError(f"values of {self.section} are {', '.join(FIELDS[self.section])}")
        return self


class Register:
    """All that was taken, the latest version of each record."""

    def __init__(self, *, cast: Cast) -> None:
        self._cast = cast
        self._by_request: dict[str, NewContribution] = {}
        self._latest: dict[str, NewContribution] = {}

    def take(self, asked: NewContribution) -> str:
        """What became of it; raises RefusalError: 409 for a request_id of another one."""
        known = self._by_request.setdefault(asked.request_id, asked)
        if known != asked:
            raise RefusalError(409, "mismatch", "this request_id was another contribution's")
        latest = self._latest.get(asked.record_id)
        if latest is not None and latest.version > asked.version:
            return "superseded"
        self._latest[asked.record_id] = asked
        self._list(asked)
        return "withdrawn" if asked.withdrawn else "listed"

    def all(self) -> list[dict[str, object]]:
        """The latest version of each."""
        return [one.model_dump() for one in self._latest.values()]

    def _list(self, asked: NewContribution) -> None:
        if asked.id_number is not None:
            person = self._cast.by_id_number(asked.id_number)
            if person is None or person.name != asked.name:
                return
        lists = self._cast.lists_of(asked.uscc or asked.id_number or "")
        records = lists.get(asked.section)
        if records is None:
            return
        records[:] = [one for one in records if one["id"] != asked.record_id]
        if not asked.withdrawn:
            records.append({"id": asked.record_id, **asked.values})


class ContributionsHandler(PartnerHandler):
    """/v1/contributions."""

    system = System.PLATFORM

    def initialize(self, *, faults: Faults, verifier: Verifier, register: Register) -> None:
        """Take the register."""
        self.faults = faults
        self.verifier = verifier
        self.register = register

    def post(self) -> None:
        """Take one."""
        self.reply({"state": self.register.take(self.read(NewContribution))})


class ContributionListHandler(JsonHandler):
    """/sandbox/contributions."""

    def initialize(self, *, register: Register) -> None:
        """Take the register."""
        self.register = register

    def get(self) -> None:
        """What was taken."""
        self.reply({"items": self.register.all()})
