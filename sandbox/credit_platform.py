"""The municipal public-credit platform: who represents an enterprise, and what is on record.

==================================  ============================================================
``POST /v1/registry/match``         does this person legally represent this enterprise?
``POST /v1/organisations/sections`` one page of one section of an enterprise's public record
``POST /v1/persons/sections``       the same of a natural person, by name and ID number
==================================  ============================================================

All are signed (``signatures.py``). An enterprise or person it does not know is 404 ``not_found``.
"""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sandbox.base import PartnerHandler, RefusalError
from sandbox.clock import Clock, instant
from sandbox.faults import Faults, System
from sandbox.personas import Cast
from sandbox.registry import Registry
from sandbox.sections import PersonSection, Record, Section
from sandbox.signatures import Verifier

APP_ID = "credit-yuexiu"
SECRET = "sandbox-platform-secret"


class MatchRequest(BaseModel):
    """A person who claims to be the legal representative."""

    model_config = ConfigDict(extra="forbid")

    uscc: str
    name: str
    id_number: str


class _Paged(BaseModel):
    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1)]
    page_size: Annotated[int, Field(ge=1, le=200)]


class PageRequest(_Paged):
    """A page, counted from 1, of at most 200 records."""

    uscc: str
    section: Section


class PersonPageRequest(_Paged):
    """The same of a natural person."""

    name: str
    id_number: str
    section: PersonSection


class Platform:
    """The records of all enterprises and people, answering after ``latency`` seconds."""

    def __init__(self, *, cast: Cast, registry: Registry, clock: Clock, latency: float) -> None:
        self.latency = latency
        self._cast = cast
        self._registry = registry
        self._clock = clock

    def match(self, asked: MatchRequest) -> dict[str, object]:
        """Whether name and ID number are the representative's; raises RefusalError (404)."""
        enterprise = self._registry.enterprise(asked.uscc)
        if enterprise is None:
            raise _unknown_enterprise(asked.uscc)
        return {
            "matched": self._registry.matches(
                enterprise, name=asked.name, id_number=asked.id_number
            ),
            "enterprise": enterprise.model_dump(include={"uscc", "name", "kind", "status"}),
        }

    def page(self, asked: PageRequest) -> dict[str, object]:
        """One page, empty past the last one; raises RefusalError (404)."""
        records = self._cast.records(asked.uscc, asked.section)
        enterprise = self._registry.enterprise(asked.uscc)
        if records is None or enterprise is None:
            raise _unknown_enterprise(asked.uscc)
        if asked.section == "registration":
            records = self._registry.registration(enterprise, records)
        return self._page(asked.section, asked, records)

    def person_page(self, asked: PersonPageRequest) -> dict[str, object]:
        """The same of a natural person; raises RefusalError (404)."""
        records = self._cast.person_records(
            name=asked.name, id_number=asked.id_number, section=asked.section
        )
        if records is None:
            raise RefusalError(404, "not_found", "no person has this name and number")
        return self._page(asked.section, asked, records)

    def _page(self, section: str, asked: _Paged, records: Sequence[Record]) -> dict[str, object]:
        start = (asked.page - 1) * asked.page_size
        return {
            "section": section,
            "page": asked.page,
            "page_size": asked.page_size,
            "total": len(records),
            "as_of": instant(self._clock()),
            "records": records[start : start + asked.page_size],
        }


def _unknown_enterprise(uscc: str) -> RefusalError:
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


class PersonSectionsHandler(_PlatformHandler):
    """/v1/persons/sections."""

    async def post(self) -> None:
        """Read a page of a section of a person."""
        asked = self.read(PersonPageRequest)
        await asyncio.sleep(self.platform.latency)
        self.reply(self.platform.person_page(asked))
