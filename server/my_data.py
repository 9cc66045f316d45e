"""The parts of "my data", joined: exports, and what the workers do for them."""

from collections.abc import Mapping
from functools import partial

from adapters.documents.archive import ZipArchive
from adapters.mongo.credit_reports import MongoCreditReports
from adapters.mongo.exporting import MongoSections
from adapters.mongo.exporting.attachments import MongoOwnImages
from adapters.mongo.exports import MongoExportAddresses, MongoExports
from adapters.mongo.legal_hold import holder_of
from adapters.mongo.looks import MongoLooks
from adapters.mongo.outbox import Claimed
from adapters.mongo.rights import MongoRightsDesk
from domain.credit_reports.own_papers import OwnPapers
from domain.credit_reports.reading import AGREEMENT
from domain.exports.making import MAKE, Making
from domain.exports.ports import SessionHolds
from domain.exports.service import Exports
from domain.notices import Notices
from domain.transactions import Act, Again
from server.ground import Ground
from server.jobs import Topic


class MyDataParts:
    """Asking for an export, making it, fetching it."""

    def __init__(
        self,
        ground: Ground,
        *,
        reports: MongoCreditReports,
        desk: MongoRightsDesk,
        looks: MongoLooks,
        notices: Notices,
        session_holds: SessionHolds,
    ) -> None:
        content = ground.content
        store = MongoExports(ground.database)
        own = OwnPapers(store=reports, desk=desk, authorisation=content.agreements[AGREEMENT])
        self.exports = Exports(
            store=store,
            addresses=MongoExportAddresses(ground.database),
            reports=own,
            record=looks.record_all,
            session_holds=session_holds,
        )
        self._making = Making(
            store=store,
            sections=MongoSections(
                ground.database,
                purposes=content.wording.purposes,
                holder_of=partial(holder_of, ground.keys.derived("legal-hold")),
            ),
            reports=own,
            images=MongoOwnImages(ground.database),
            archive=ZipArchive(content.pages, sample=content.wording.sample),
            tell=notices.tell,
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {MAKE: self._make}

    async def _make(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._making.work(act, export_id=claimed.object_id, attempt=claimed.attempt)
