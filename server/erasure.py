"""The parts of erasure, joined: what each room ends, what becomes of each collection."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from adapters.mongo.credit_reports import MongoCreditReports
from adapters.mongo.delegations import MongoDelegations
from adapters.mongo.erasure.alerts import AlertSweeps
from adapters.mongo.erasure.attachments import AttachmentSweeps
from adapters.mongo.erasure.electricity import ElectricitySweeps
from adapters.mongo.erasure.erasures import MongoErasures
from adapters.mongo.erasure.grid import GridSweeps
from adapters.mongo.erasure.judging import JudgingSweeps
from adapters.mongo.erasure.leaving import MongoLeavers
from adapters.mongo.erasure.lectures import LectureSweeps
from adapters.mongo.erasure.messages import MessageSweeps
from adapters.mongo.erasure.people import PeopleSweeps
from adapters.mongo.erasure.promises import PromiseSweeps
from adapters.mongo.erasure.reports import ReportSweeps
from adapters.mongo.erasure.tickets import TicketSweeps
from adapters.mongo.erasure.usage_records import UsageSweeps
from adapters.mongo.erasure.watching import WatchingSweeps
from adapters.mongo.erasure.ways import Ways
from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.legal_hold import MongoLegalHold
from adapters.mongo.outbox import Claimed
from adapters.mongo.people import MongoPeople
from adapters.mongo.subjects import MongoSubjects
from domain.consent import Consents
from domain.credit_reports.leaving import Cancelling
from domain.erasure.erasures import Leave, Leaver
from domain.erasure.hearing import Hearing
from domain.erasure.service import SWEEP, Erasing
from domain.erasure.sweeping import Sweeping
from domain.identity import Identity, erased
from domain.notices import Notices
from domain.pushes import AccountCancelled, AuthorisationRevoked, Hear
from domain.subjects.leaving import Leaving
from domain.subjects.service import Subjects
from domain.transactions import Act, Again, Unit
from server.butler_desk import ButlerDesk
from server.electricity import ElectricityParts
from server.ground import Ground
from server.jobs import Topic
from server.lectures import LectureParts


class Services(Protocol):
    """The other parts that an erasure ends something of."""

    identity: Identity
    subjects: Subjects
    consents: Consents
    reports: MongoCreditReports
    notices: Notices
    electricity: ElectricityParts
    desk: ButlerDesk
    lecturing: LectureParts


# Rights to act go last, with the people: others are found by them.
ROOMS = (
    ReportSweeps,
    PromiseSweeps,
    ElectricitySweeps,
    GridSweeps,
    UsageSweeps,
    TicketSweeps,
    AttachmentSweeps,
    MessageSweeps,
    AlertSweeps,
    WatchingSweeps,
    LectureSweeps,
)


class ErasureParts:
    """Beginning an erasure, taking all away, hearing what WeChat says."""

    def __init__(self, ground: Ground, services: Services) -> None:
        database = ground.database
        self.rules = rules = ground.content.legal_hold
        self._accounts, self._sessions = MongoAccounts(database), MongoSessions(database)
        self._consents = services.consents
        self._cancelling = Cancelling(store=services.reports)
        self._leaving = Leaving(
            subjects=services.subjects,
            store=MongoSubjects(database),
            delegations=MongoDelegations(database),
            tell=services.notices.tell,
        )
        self._applying = services.electricity.leaving
        self._asking = services.desk.ticketing.leaving
        self._attending = services.lecturing.around.registering.leave
        store = MongoErasures(database)
        self.erasing = Erasing(
            store=store,
            persons=self._leavers(ground),
            leaves=self._leaves,
            rules=rules,
            session_of=services.identity.session,
        )
        ways = Ways(database, hold=MongoLegalHold(database), rules=rules)
        people = PeopleSweeps(ways)
        judging = JudgingSweeps(ways, kept_years=ground.content.judging.kept_years)
        rooms = (*(room(ways) for room in ROOMS), judging, people)
        self.sweeps = {name: sweep for room in rooms for name, sweep in room.all().items()}
        self._sweeping = Sweeping(store=store, sweeps=self.sweeps, last=people.last)
        self._hearing = self._heard(ground)

    def _heard(self, ground: Ground) -> Hearing:
        return Hearing(
            appid=ground.settings.wechat_appid,
            account_of=self._accounts.of,
            erasing=self.erasing,
            forget_phone=MongoPeople(ground.database).forget_phone,
        )

    @property
    def _leaves(self) -> Sequence[Leave]:
        """What each room ends at once."""
        return (
            *(self._devices, self._agreed, self._rights, self._reports),
            *(self._applications, self._tickets, self._lectures),
        )

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {SWEEP: self._sweep}

    @property
    def hears(self) -> Mapping[type, Hear]:
        """Who follows up on what WeChat pushes."""
        return {
            AccountCancelled: self._hearing.cancelled,
            AuthorisationRevoked: self._hearing.revoked,
        }

    async def _sweep(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._sweeping.work(act, erasure_id=claimed.object_id)

    @staticmethod
    def _leavers(ground: Ground) -> MongoLeavers:
        return MongoLeavers(
            ground.database,
            hmac_key=ground.keys.derived("legal-hold"),
            caller_name=ground.transactions.name_of,
        )

    async def _devices(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._sessions.end_all(
            unit, person_id=leaver.person_id, now=act.at, because=erased(leaver.number)
        )
        await self._accounts.forget(unit, person_id=leaver.person_id)

    async def _agreed(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._consents.withdraw_all(unit, act, person_id=leaver.person_id)

    async def _rights(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._leaving(unit, act, person_id=leaver.person_id, abouts=leaver.abouts)

    async def _reports(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._cancelling(
            unit, act, person_id=leaver.person_id, principal_ids=leaver.principals
        )

    async def _applications(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._applying(unit, act, person_id=leaver.person_id)

    async def _tickets(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._asking(unit, act, person_id=leaver.person_id)

    async def _lectures(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        await self._attending(unit, act, person_id=leaver.person_id)
