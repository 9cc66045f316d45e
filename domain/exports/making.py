"""Making a requested archive, part by part, under a lease; nothing half made is ever handed out."""

import hashlib
from collections.abc import AsyncIterator

from domain.exports.exports import UNFINISHED, Export, ExportGone, Made
from domain.exports.ports import (
    Archive,
    Contents,
    ExportStore,
    IncludedReport,
    OwnImages,
    OwnReports,
    Sections,
)
from domain.transactions import Act, Again, Tell, Unit

MAKE = "data_export.make"
MOST_ATTEMPTS = 5
LINK = "/exports"


class Making:
    """What a worker does with one message."""

    def __init__(
        self,
        *,
        store: ExportStore,
        sections: Sections,
        reports: OwnReports,
        images: OwnImages,
        archive: Archive,
        tell: Tell,
    ) -> None:
        self._store = store
        self._sections = sections
        self._reports = reports
        self._images = images
        self._archive = archive
        self._tell = tell

    async def work(self, act: Act, *, export_id: str, attempt: int) -> Again | None:
        """Make one archive, or fail it after too many attempts.

        ``act.commit`` is fenced: it commits only while this worker holds the message. A person
        who goes away meanwhile takes the export along, and nothing of it stays behind.
        """
        export = await self._store.get(export_id)
        if export is None or export.state not in UNFINISHED:
            return None
        try:
            if attempt >= MOST_ATTEMPTS:
                await self._fail(act, export)
            else:
                begun = await self._begin(act, export)
                await self._finish(act, begun, await self._make(act, begun))
        except ExportGone:
            return None
        return None

    async def _begin(self, act: Act, export: Export) -> Export:
        begun = export.making()

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, begun, was=export)
            await self._store.drop_parts(unit, export.id)

        await act.commit(work)
        return begun

    async def _make(self, act: Act, export: Export) -> Made:
        included: list[str] = []
        contents = Contents(
            export_id=export.id,
            made_at=act.at,
            sections=self._sections(person_id=export.person_id, now=act.at),
            reports=self._noting(act, export, included),
            images=self._images.of(person_id=export.person_id),
        )
        digest, size, parts = hashlib.sha256(), 0, 0
        async for piece in self._archive.pieces(contents):
            await self._keep(act, export, parts, piece)
            digest.update(piece)
            size += len(piece)
            parts += 1
        return Made(parts=parts, size=size, sha256=digest.hexdigest(), reports=tuple(included))

    async def _keep(self, act: Act, export: Export, ordinal: int, piece: bytes) -> None:
        async def work(unit: Unit) -> None:
            await self._store.add_part(unit, export, ordinal=ordinal, content=piece)

        await act.commit(work)

    async def _noting(
        self, act: Act, export: Export, included: list[str]
    ) -> AsyncIterator[IncludedReport]:
        async for report in self._reports.of(person_id=export.person_id, now=act.at):
            if report.snapshot is not None or report.pdf is not None:
                included.append(report.id)
            yield report

    async def _finish(self, act: Act, export: Export, made: Made) -> None:
        ready = export.ready(made, now=act.at)

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, ready, was=export)
            await self._store.drop_others(unit, ready)
            await unit.audit(act.event("data_export.ready", export.id))
            await self._tell(
                unit,
                act,
                person_id=export.person_id,
                title="您的数据已可下载",
                text="您申请导出的数据已制作完成，7 天内可以下载，之后自动删除。",
                link=LINK,
            )

        await act.commit(work)

    async def _fail(self, act: Act, export: Export) -> None:
        failed = export.failed()

        async def work(unit: Unit) -> None:
            await self._store.replace(unit, failed, was=export)
            await self._store.drop_parts(unit, export.id)
            await unit.audit(act.event("data_export.failed", export.id))
            await self._tell(
                unit,
                act,
                person_id=export.person_id,
                title="您的数据未能导出",
                text=failed.reason,
                link=LINK,
            )

        await act.commit(work)
