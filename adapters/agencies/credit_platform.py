"""The municipal public-credit platform: who runs an enterprise, and all that is known of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from adapters.agencies.answers import Wire, code, malformed, read
from adapters.agencies.platform_records import (
    PAGES,
    Identity,
    Page,
    PersonSection,
    Record,
    Registration,
    Section,
)
from adapters.outside import Answer, Outside
from domain.errors import Unavailable
from domain.sources import (
    CreditSource,
    EnterpriseKind,
    Match,
    PlatformReport,
    RegisteredEnterprise,
    Registry,
    SourceRecord,
)

PAGE_SIZE = 200
_MOST_RECORDS = 20_000
_AT_ONCE = 4


class _Enterprise(Wire):
    uscc: str
    name: str
    kind: EnterpriseKind
    status: str


class _Match(Wire):
    matched: bool
    enterprise: _Enterprise | None = None


class CreditPlatform(Registry, CreditSource):
    """Both ports, answered by one platform. Everything it is asked may be asked again."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def match_representative(self, *, uscc: str, name: str, id_number: str) -> Match:
        """Ask whether this person is the enterprise's legal representative.

        An enterprise the platform does not know matches nobody.

        Raises:
            Unavailable: no answer, or one that breaks the agreement.
        """
        answer = await self._outside.call(
            "POST",
            "/v1/registry/match",
            payload={"uscc": uscc, "name": name, "id_number": id_number},
            safe=True,
        )
        if _is_unknown(answer):
            return Match(matched=False, enterprise=None)
        found = read(_Match, answer, system=self._outside.system)
        enterprise = found.enterprise
        if (found.matched and not enterprise) or (enterprise and enterprise.uscc != uscc):
            raise malformed(self._outside.system)
        return Match(
            matched=found.matched,
            enterprise=RegisteredEnterprise(**enterprise.model_dump()) if enterprise else None,
        )

    async def fetch_sections(self, uscc: str, *, request_id: str) -> PlatformReport:
        """Read the registration, then every page of the other sections, a few at a time.

        Raises:
            Unavailable: permanent if the platform does not know ``uscc`` or holds more than
                20,000 records in a section; passing if it fails, or its pages contradict each
                other (records may have arrived while they were read).
        """
        asked = _Asked(
            path="/v1/organisations/sections",
            known={"uscc": uscc},
            sections=tuple(Section),
            request_id=request_id,
        )
        match await self._sections(asked):
            case [[Registration(uscc=found) as head, *more], as_of, records] if (
                found == uscc and not more
            ):
                return PlatformReport(
                    kind=head.subject_kind,
                    as_of=as_of,
                    labels=tuple(head.labels),
                    records=records,
                )
            case _:
                raise malformed(self._outside.system)

    async def fetch_person(self, *, name: str, id_number: str, request_id: str) -> PlatformReport:
        """The same of a natural person, by name and ID number; neither is in any error.

        Raises:
            Unavailable: as for an organisation.
        """
        asked = _Asked(
            path="/v1/persons/sections",
            known={"name": name, "id_number": id_number},
            sections=tuple(PersonSection),
            request_id=request_id,
        )
        match await self._sections(asked):
            case [[Identity(name=of, id_number=found) as head, *more], as_of, records] if (
                of,
                found,
            ) == (name, id_number) and not more:
                return PlatformReport(
                    kind="person", as_of=as_of, labels=tuple(head.labels), records=records
                )
            case _:
                raise malformed(self._outside.system)

    async def _sections(
        self, asked: "_Asked"
    ) -> tuple[list[Record], datetime, tuple[SourceRecord, ...]]:
        """The records of the first section as they came; the oldest instant; all records."""
        slots = asyncio.Semaphore(_AT_ONCE)
        first, *others = asked.sections
        # A platform that rested is let one call: were others turned away beside it, their
        # failure would cancel it, and the platform would rest for ever.
        pages = {first: await self._section(first, asked, slots=slots)}
        try:
            async with asyncio.TaskGroup() as group:
                reading = {
                    section: group.create_task(self._section(section, asked, slots=slots))
                    for section in others
                }
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        pages |= {section: task.result() for section, task in reading.items()}
        return (
            [record for page in pages[first] for record in page.records],
            min(page.as_of for read_pages in pages.values() for page in read_pages),
            tuple(
                record.neutral(section)
                for section, read_pages in pages.items()
                for page in read_pages
                for record in page.records
            ),
        )

    async def _section(
        self, section: str, asked: "_Asked", *, slots: asyncio.Semaphore
    ) -> list[Page[Record]]:
        pages: list[Page[Record]] = []
        seen: set[str] = set()
        while not pages or len(seen) < pages[0].total:
            number = len(pages) + 1
            async with slots:
                page = await self._page(section, number, asked)
            pages.append(page)
            new = {record.id for record in page.records} - seen
            if page.total != pages[0].total or len(new) != len(page.records):
                raise malformed(self._outside.system)
            # A page may be short only if it is the last.
            seen |= new
            if len(seen) != min(page.total, number * PAGE_SIZE):
                raise malformed(self._outside.system)
        return pages

    async def _page(self, section: str, number: int, asked: "_Asked") -> Page[Record]:
        answer = await self._outside.call(
            "POST",
            asked.path,
            payload={
                **asked.known,
                "section": section,
                "page": number,
                "page_size": PAGE_SIZE,
            },
            headers={"X-Request-Id": f"{asked.request_id}-{section}-{number}"},
            safe=True,
        )
        system = self._outside.system
        if _is_unknown(answer):
            raise Unavailable(
                f"{system.label}没有该主体的信息。", system=system.name, permanent=True
            )
        page = read(PAGES[section], answer, system=system)
        if (page.section, page.page, page.page_size) != (section, number, PAGE_SIZE):
            raise malformed(system)
        if page.total > _MOST_RECORDS:
            raise Unavailable(
                f"{system.label}中该主体的记录过多，无法生成报告，请联系区信用办。",
                system=system.name,
                permanent=True,
            )
        return page


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Whom the platform is asked about; the first of ``sections`` says who that is."""

    path: str
    known: Mapping[str, str] = field(repr=False)
    sections: tuple[str, ...]
    request_id: str


def _is_unknown(answer: Answer) -> bool:
    """Whether the platform itself says so; a proxy's 404 says nothing of the subject."""
    return answer.status == HTTPStatus.NOT_FOUND and code(answer) == "not_found"
