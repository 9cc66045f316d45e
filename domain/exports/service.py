"""One person's exports: asking for one, following it, fetching it by an address of its own.

The archive holds content of credit reports, so each fetch is a look at every one of them, and
is recorded before a byte is given. An export of somebody else's is not found.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from domain.errors import DomainError, NotFound
from domain.exports.exports import Export, NotReady, State, requested
from domain.exports.making import MAKE
from domain.exports.ports import (
    Address,
    AddressStore,
    ExportStore,
    Grant,
    OwnReports,
    RecordLooks,
    SessionHolds,
)
from domain.looks import Action, Look
from domain.pages import Ask, Page
from domain.time import civil_date
from domain.transactions import Act, Unit

ADDRESS_LASTS = timedelta(minutes=10)
ADDRESS_OVER = "这个文件地址已失效，请回到小程序重新打开。"
CHANGED = "导出之后您对其中部分报告的权限有了变化，这份文件不再提供，请重新导出。"


@dataclass(frozen=True, kw_only=True)
class ExportFile:
    """An archive handed out; its parts are read one after another."""

    name: str
    size: int
    parts: AsyncIterator[bytes]


class Exports:
    """What a person may do with exports of their data."""

    def __init__(
        self,
        *,
        store: ExportStore,
        addresses: AddressStore,
        reports: OwnReports,
        record: RecordLooks,
        session_holds: SessionHolds,
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._reports = reports
        self._record = record
        self._session_holds = session_holds

    async def request(self, act: Act) -> Export:
        """Have one made; one that is not made yet is given again."""

        async def work(unit: Unit) -> Export:
            unfinished = await self._store.unfinished(act.actor)
            if unfinished is not None:
                return unfinished
            export = requested(export_id=act.draw.id(), person_id=act.actor, now=act.at)
            await self._store.add(unit, export)
            await unit.audit(act.event("data_export.requested", export.id))
            await unit.send(act.message(MAKE, export.id))
            return export

        return await act.commit(work)

    async def of(self, act: Act, *, ask: Ask) -> Page[Export]:
        """The caller's that are still there, newest first."""
        page = await self._store.of(act.actor, ask=ask)
        return replace(page, items=tuple(one for one in page.items if one.holds(act.at)))

    async def get(self, act: Act, *, export_id: str) -> Export:
        """One of the caller's.

        Raises:
            NotFound: none, or gone after its seven days.
        """
        export = await self._store.get(export_id)
        if export is None or export.person_id != act.actor or not export.holds(act.at):
            raise NotFound
        return export

    async def address(self, act: Act, *, export_id: str) -> Address:
        """An address for the archive, good for ten minutes and while the session lasts.

        Raises:
            NotFound: none of the caller's.
            NotReady: it is not made, or holds a report the caller may not read any more.
        """
        export = await self.get(act, export_id=export_id)
        if export.state is not State.READY:
            raise NotReady("数据还没有制作完成，请稍后再看。")
        await self._granted(act, export)

        async def work(unit: Unit) -> Address:
            address = Address(
                secret=act.draw.secret(),
                export_id=export.id,
                person_id=act.actor,
                session_id=act.session_id,
                made_at=act.at,
                expires_at=act.at + ADDRESS_LASTS,
            )
            await self._addresses.add(unit, address)
            await unit.audit(act.event("data_export.address_made", export.id))
            return address

        return await act.commit(work)

    async def file(self, act: Act, *, secret: str) -> ExportFile:
        """The archive behind an address, after the looks in it are durably recorded.

        Raises:
            NotFound: unknown, over, signed out, or a right behind it has ended.
        """
        address = await self._addresses.find(secret)
        if address is None or address.expires_at <= act.at:
            raise NotFound(ADDRESS_OVER)
        holder = replace(act, actor=address.person_id, session_id=address.session_id)
        try:
            await self._session_holds(session_id=holder.session_id, now=act.at)
            export = await self.get(holder, export_id=address.export_id)
            grants = await self._granted(holder, export)
        except DomainError as ended:
            raise NotFound(ADDRESS_OVER) from ended
        await self._record([_look(holder, grant) for grant in grants])
        event = holder.event("data_export.fetched", export.id)
        await act.commit(lambda unit: unit.audit(event))
        return ExportFile(
            name=f"my-data-{civil_date(export.requested_at):%Y%m%d}.zip",
            size=export.made.size,
            parts=self._parts(export),
        )

    async def _granted(self, act: Act, export: Export) -> Sequence[Grant]:
        """By what right the caller has each report in it; raises NotReady when one is missing."""
        wanted = export.made.reports
        grants = await self._reports.grants(person_id=act.actor, report_ids=wanted, now=act.at)
        if len(grants) < len(wanted):
            raise NotReady(CHANGED)
        return grants

    async def _parts(self, export: Export) -> AsyncIterator[bytes]:
        for ordinal in range(export.made.parts):
            part = await self._store.part(export.id, ordinal)
            if part is None:
                raise NotFound
            yield part


def _look(act: Act, grant: Grant) -> Look:
    return Look(
        id=act.draw.id(),
        at=act.at,
        viewer=act.actor,
        role=grant.role,
        about=grant.about,
        person_id=grant.person_id,
        subject_id=grant.subject_id,
        report_id=grant.report_id,
        report_number=grant.number,
        action=Action.EXPORT,
        purpose=grant.purpose,
        authority=grant.authority,
        trace_id=act.trace_id,
    )
