"""The municipal public-credit platform: who runs an enterprise, and all that is known of it."""

import asyncio
from http import HTTPStatus

from adapters.agencies.answers import Wire, code, malformed, read
from adapters.agencies.platform_records import PAGES, Page, Record, Registration, Section
from adapters.outside import Answer, Outside
from domain.errors import Unavailable
from domain.sources import (
    CreditSource,
    EnterpriseKind,
    Match,
    PlatformReport,
    RegisteredEnterprise,
    Registry,
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
        slots = asyncio.Semaphore(_AT_ONCE)
        # A platform that rested is let one call: were others turned away beside it, their
        # failure would cancel it, and the platform would rest for ever.
        registration = await self._section(
            Section.REGISTRATION, uscc=uscc, request_id=request_id, slots=slots
        )
        labels = self._labels(registration, uscc=uscc)
        try:
            async with asyncio.TaskGroup() as group:
                reading = {
                    section: group.create_task(
                        self._section(section, uscc=uscc, request_id=request_id, slots=slots)
                    )
                    for section in Section
                    if section is not Section.REGISTRATION
                }
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        pages = {Section.REGISTRATION: registration}
        pages |= {section: task.result() for section, task in reading.items()}
        return PlatformReport(
            as_of=min(page.as_of for section in pages.values() for page in section),
            labels=labels,
            records=tuple(
                record.neutral(section)
                for section, read_pages in pages.items()
                for page in read_pages
                for record in page.records
            ),
        )

    async def _section(
        self, section: Section, *, uscc: str, request_id: str, slots: asyncio.Semaphore
    ) -> list[Page[Record]]:
        pages: list[Page[Record]] = []
        seen: set[str] = set()
        while not pages or len(seen) < pages[0].total:
            number = len(pages) + 1
            async with slots:
                page = await self._page(section, number, uscc=uscc, request_id=request_id)
            pages.append(page)
            new = {record.id for record in page.records} - seen
            if page.total != pages[0].total or len(new) != len(page.records):
                raise malformed(self._outside.system)
            # A page may be short only if it is the last.
            seen |= new
            if len(seen) != min(page.total, number * PAGE_SIZE):
                raise malformed(self._outside.system)
        return pages

    async def _page(
        self, section: Section, number: int, *, uscc: str, request_id: str
    ) -> Page[Record]:
        answer = await self._outside.call(
            "POST",
            "/v1/organisations/sections",
            payload={"uscc": uscc, "section": section, "page": number, "page_size": PAGE_SIZE},
            headers={"X-Request-Id": f"{request_id}-{section}-{number}"},
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

    def _labels(self, pages: list[Page[Record]], *, uscc: str) -> tuple[str, ...]:
        match [record for page in pages for record in page.records]:
            case [Registration(uscc=found, labels=labels)] if found == uscc:
                return tuple(labels)
            case _:
                raise malformed(self._outside.system)


def _is_unknown(answer: Answer) -> bool:
    """Whether the platform itself says so; a proxy's 404 says nothing of the subject."""
    return answer.status == HTTPStatus.NOT_FOUND and code(answer) == "not_found"
