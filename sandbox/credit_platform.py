"""The municipal public-credit platform: who represents an enterprise, and what is on record.

==================================  ============================================================
``POST /v1/registry/match``         does this person legally represent this enterprise?
``POST /v1/organisations/sections`` one page of one section of an enterprise's public record
==================================  ============================================================

Both are signed (``signatures.py``). An enterprise it does not know is 404 ``not_found``.
"""

import asyncio
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sandbox.base import PartnerHandler, RefusalError
from sandbox.clock import Clock, instant
from sandbox.faults import Faults, System
from sandbox.personas import Cast, Section
from sandbox.signatures import Verifier

APP_ID = "credit-yuexiu"
SECRET = "sandbox-platform-secret"


class MatchRequest(BaseModel):
    """A person who claims to be the legal representative."""

    model_config = ConfigDict(extra="forbid")

    uscc: str
    name: str
    id_number: str


class PageRequest(BaseModel):
    """A page, counted from 1, of at most 200 records."""

    model_config = ConfigDict(extra="forbid")

    uscc: str
    section: Section
    page: Annotated[int, Field(ge=1)]
    page_size: Annotated[int, Field(ge=1, le=200)]


class Platform:
    """The records of all enterprises, answering after ``latency`` seconds."""

    def __init__(self, *, cast: Cast, clock: Clock, latency: float) -> None:
        self.latency = latency
        self._cast = cast
        self._clock = clock

    def match(self, asked: MatchRequest) -> dict[str, object]:
        """Whether name and ID number are the representative's; raises RefusalError (404)."""
        persona = self._cast.by_uscc(asked.uscc)
        if persona is None or persona.enterprise is None:
            raise _unknown(asked.uscc)
        enterprise = persona.enterprise
        return {
            "matched": (asked.name, asked.id_number) == (persona.name, persona.id_number),
            "enterprise": enterprise.model_dump(include={"uscc", "name", "kind", "status"}),
        }

    def page(self, asked: PageRequest) -> dict[str, object]:
        """One page, empty past the last one; raises RefusalError (404)."""
        records = self._cast.records(asked.uscc, asked.section)
        if records is None:
            raise _unknown(asked.uscc)
        start = (asked.page - 1) * asked.page_size
        return {
            "section": asked.section,
            "page": asked.page,
            "page_size": asked.page_size,
            "total": len(records),
            "as_of": instant(self._clock()),
            "records": records[start : start + asked.page_size],
        }


def _unknown(uscc: str) -> RefusalError:
    return RefusalError(404, "not_found", f"no enterprise is registered under {uscc}")


class _PlatformHandler(PartnerHandler):
    system = System.PLATFORM

    def initialize(self, *, faults: Faults, verifier: Verifier, platform: Platform) -> None:
        self.faults = faults
        self.verifier = verifier
        self.platform = platform


class MatchHandler(_PlatformHandler):
    """/v1/registry/match."""

    async def post(self) -> None:
        """Match a representative."""
        asked = self.read(MatchRequest)
        await asyncio.sleep(self.platform.latency)
        self.reply(self.platform.match(asked))


class SectionsHandler(_PlatformHandler):
    """/v1/organisations/sections."""

    async def post(self) -> None:
        """Read a page of a section."""
        asked = self.read(PageRequest)
        await asyncio.sleep(self.platform.latency)
        self.reply(self.platform.page(asked))
