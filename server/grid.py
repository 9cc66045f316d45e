"""The parts of the partner interface, joined; without its address nobody comes and nothing goes."""

from collections.abc import Mapping
from functools import partial

from adapters.agencies.callbacks import CallbackSignature
from adapters.agencies.power_grid import NoGrid, PowerGridSystem
from adapters.mongo.credit_reports import MongoCreditReports
from adapters.mongo.grid import MongoGridCases, MongoGridComparisons, MongoNonces
from adapters.mongo.grid_deliveries import MongoGridDeliveries
from adapters.mongo.grid_events import MongoGridEvents
from adapters.mongo.looks import MongoLooks
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.promises import MongoPromises
from domain.consent import Consents
from domain.credit_reports.supplied import Supplied
from domain.electricity.applying import AGREEMENT
from domain.grid.delivering import Delivering, DeliveryDesk
from domain.grid.door import Door
from domain.grid.files import Files
from domain.grid.handing_over import DELIVER, POLL, TakingBack
from domain.grid.inbox import FILL, Inbox
from domain.grid.polling import Polling
from domain.grid.ports import PowerGrid
from domain.grid.reconciling import COMPARE, Reconciling
from domain.transactions import Act, Again
from handlers.house import GridHouse
from server.electricity import ElectricityParts
from server.ground import Ground
from server.jobs import Topic


class GridParts:
    """Everything between the power company's system and us."""

    def __init__(
        self,
        ground: Ground,
        *,
        electricity: ElectricityParts,
        consents: Consents,
        reports: MongoCreditReports,
        promises: MongoPromises,
    ) -> None:
        database = ground.database
        self._on = ground.outside.grid is not None
        self._outbox = Outbox(database)
        self._grid = _system(ground)
        self._electricity = electricity
        self._require_consent = partial(consents.require, agreement=AGREEMENT)
        self._cases, self._events = MongoGridCases(database), MongoGridEvents(database)
        self._deliveries = MongoGridDeliveries(database)
        self._inbox = self._receiving()
        self._join_workers(ground)
        self.house = self._house(ground, reports, promises)

    def _receiving(self) -> Inbox:
        return Inbox(
            cases=self._cases,
            events=self._events,
            applications=self._electricity.store,
            supplying=self._electricity.supplying,
            desk=self._electricity.desk,
        )

    def _join_workers(self, ground: Ground) -> None:
        applications = self._electricity.store
        self._delivering = Delivering(
            deliveries=self._deliveries,
            applications=applications,
            grid=self._grid,
            require_consent=self._require_consent,
        )
        self._polling = Polling(
            cases=self._cases,
            deliveries=self._deliveries,
            events=self._events,
            applications=applications,
            inbox=self._inbox,
            grid=self._grid,
        )
        self._reconciling = Reconciling(
            cases=self._cases,
            applications=applications,
            comparisons=MongoGridComparisons(ground.database),
            grid=self._grid,
        )

    def _house(
        self, ground: Ground, reports: MongoCreditReports, promises: MongoPromises
    ) -> GridHouse:
        database, electricity = ground.database, self._electricity
        return GridHouse(
            door=Door(checker=_checker(ground), nonces=MongoNonces(database)),
            inbox=self._inbox,
            files=Files(
                deliveries=self._deliveries,
                applications=electricity.store,
                report_file=Supplied(store=reports, looks=MongoLooks(database)),
                promise_file=promises.pdf,
                require_consent=self._require_consent,
            ),
            deliveries=DeliveryDesk(self._deliveries),
            taking_back=TakingBack(
                cases=self._cases,
                events=self._events,
                applications=electricity.store,
                supplying=electricity.supplying,
                handing_over=electricity.handing_over,
            ),
            reconciling=self._reconciling,
            handing_over=electricity.handing_over,
        )

    async def stand(self) -> None:
        """The daily comparison's message is there, once for all processes."""
        if self._on:
            await self._outbox.stand(COMPARE)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {
            DELIVER: self._deliver,
            POLL: self._poll,
            FILL: self._fill,
            COMPARE: self._compare,
        }

    async def _deliver(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._delivering.work(act, application_id=claimed.object_id)

    async def _poll(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._polling.work(act, application_id=claimed.object_id)

    async def _fill(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._polling.fill(
            act, application_id=claimed.object_id, attempt=claimed.attempt
        )

    async def _compare(self, act: Act, claimed: Claimed) -> Again | None:
        if not self._on:
            return None
        return await self._reconciling.work(act, attempt=claimed.attempt)


def _system(ground: Ground) -> PowerGrid:
    outside = ground.outside.grid
    return NoGrid() if outside is None else PowerGridSystem(outside)


def _checker(ground: Ground) -> CallbackSignature | None:
    settings = ground.settings
    secret = settings.grid_callback_secret
    if settings.grid_url is None or secret is None:
        return None
    return CallbackSignature(app_id=settings.grid_app_id or "", secret=secret.get_secret_value())
