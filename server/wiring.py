"""Where the parts are joined: by constructor, once, in this file."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from pydantic import SecretStr

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.identity_check import FaceCheck
from adapters.agencies.signature import Signature
from adapters.documents.canonical import canonical_json
from adapters.documents.keys import DocumentKeys, KeyFiles, load_keys
from adapters.documents.maker import DocumentMaker, PaperSettings
from adapters.keys import Keys, SecretHashes
from adapters.mongo.consent import MongoConsents
from adapters.mongo.credit_reports import MongoCreditReports, MongoFileAddresses
from adapters.mongo.database import Database, connect
from adapters.mongo.delegations import MongoDelegations
from adapters.mongo.errors import translate
from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.looks import MongoLooks
from adapters.mongo.migrations import migrate
from adapters.mongo.notices import MongoNotices
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.people import MongoPeople
from adapters.mongo.rates import MongoRates
from adapters.mongo.rights import MongoRightsDesk
from adapters.mongo.services import MongoServices
from adapters.mongo.subjects import MongoSubjects
from adapters.mongo.transactions import MongoTransactions
from adapters.mongo.verification import MongoIssuedPapers
from adapters.outside import Outside, System
from adapters.tokens import Tokens
from content.catalogue import FOLDER, Content, load
from domain.consent import Consents
from domain.credit_reports.issuing import Again, Issuing
from domain.credit_reports.reading import AGREEMENT, Reading
from domain.credit_reports.service import FETCH, CreditReports
from domain.identity import Identity
from domain.looks import Looks
from domain.notices import Notices
from domain.people import People
from domain.services import Services
from domain.subjects.delegating import Delegations
from domain.subjects.service import Subjects
from domain.subjects.subjects import Duty, Subject
from domain.transactions import Act
from domain.verification import Verification
from domain.workdays import Calendar
from handlers.house import House
from miniprogram_api.client import Client
from miniprogram_api.login import Login
from miniprogram_api.phone import Phone
from miniprogram_api.stable_token import StableToken
from server.draw import SystemDraw, now
from server.jobs import Workers
from server.metrics import Metrics
from server.readiness import ReadinessChecks
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Everything that runs, and how to end it."""

    house: House
    workers: Workers
    database: Database
    maker: DocumentMaker
    outside: tuple[Outside, ...]
    calendar: Calendar

    async def close(self) -> None:
        """End the workers, then let every connection go."""
        await self.workers.stop()
        await self.maker.aclose()
        await asyncio.gather(*(system.aclose() for system in self.outside))
        await self.database.close()


@dataclass(frozen=True, kw_only=True)
class _Outside:
    wechat: Outside
    platform: Outside
    identity: Outside


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What the services stand on."""

    settings: Settings
    content: Content
    keys: Keys
    paper_keys: DocumentKeys
    database: Database
    transactions: MongoTransactions
    outside: _Outside
    metrics: Metrics
    maker: DocumentMaker
    hashes: SecretHashes
    clock: Callable[[], datetime]


def _outside(settings: Settings, metrics: Metrics) -> _Outside:
    platform = Signature(
        app_id=settings.platform_app_id, secret=settings.platform_secret.get_secret_value()
    )
    identity = Signature(
        app_id=settings.identity_app_id, secret=settings.identity_secret.get_secret_value()
    )
    return _Outside(
        wechat=Outside(
            System(name="wechat", label="微信", base_url=str(settings.wechat_url)),
            observe=metrics.called,
        ),
        platform=Outside(
            System(
                name="platform", label="市公共信用信息平台", base_url=str(settings.platform_url)
            ),
            observe=metrics.called,
            auth=platform,
        ),
        identity=Outside(
            System(name="identity", label="身份核验机构", base_url=str(settings.identity_url)),
            observe=metrics.called,
            auth=identity,
        ),
    )


async def build(
    settings: Settings, *, mongo_uri: str, clock: Callable[[], datetime] = now
) -> Installation:
    """Join everything over a database that answers; brings its schema up to date."""
    keys = Keys(settings.keys)
    content = load(settings.content_folder or FOLDER, district=settings.district)
    paper_keys = load_keys(KeyFiles.in_folder(settings.keys))
    database = connect(mongo_uri, name=settings.database, master_key=keys.master)
    await migrate(database, now=clock())
    await database.cipher.prepare()
    ground = _ground(settings, content, keys, paper_keys, database, clock)
    services = _Services(ground)
    return Installation(
        house=_house(ground, services),
        workers=_workers(ground, services),
        database=database,
        maker=ground.maker,
        outside=(ground.outside.wechat, ground.outside.platform, ground.outside.identity),
        calendar=content.calendar,
    )


def _ground(
    settings: Settings,
    content: Content,
    keys: Keys,
    paper_keys: DocumentKeys,
    database: Database,
    clock: Callable[[], datetime],
) -> _Ground:
    metrics = Metrics()
    papers = PaperSettings(
        template=content.report_template,
        keys=KeyFiles.in_folder(settings.keys),
        public_url=_base(settings),
    )
    return _Ground(
        settings=settings,
        content=content,
        keys=keys,
        paper_keys=paper_keys,
        database=database,
        transactions=MongoTransactions(database, hmac_key=keys.derived("idempotency")),
        outside=_outside(settings, metrics),
        metrics=metrics,
        maker=DocumentMaker(papers, workers=settings.paper_processes, clock=clock),
        hashes=SecretHashes(keys.derived("check-code")),
        clock=clock,
    )


class _Services:
    """The domain's services over their adapters."""

    def __init__(self, ground: _Ground) -> None:
        self._ground = ground
        self.platform = CreditPlatform(ground.outside.platform)
        self.reports = MongoCreditReports(ground.database)
        self._looks = MongoLooks(ground.database)
        self._people = MongoPeople(ground.database)
        self.notices = Notices(store=MongoNotices(ground.database))
        self.verification = Verification(
            papers=MongoIssuedPapers(ground.database, hashes=ground.hashes), looks=self._looks
        )
        self._join_people()
        self._join_reports()

    def _join_people(self) -> None:
        ground, settings = self._ground, self._ground.settings
        appid, secret = settings.wechat_appid, settings.wechat_secret.get_secret_value()
        client = Client(ground.outside.wechat)
        self.login = Login(client, appid=appid, secret=secret)
        self.identity = Identity(
            accounts=MongoAccounts(ground.database),
            sessions=MongoSessions(ground.database),
            persons=self._people,
            lasting=timedelta(days=settings.session_days),
        )
        subjects = MongoSubjects(ground.database)
        self.subjects = Subjects(
            store=subjects,
            actors=self._people,
            registry=self.platform,
            tell=self.notices.tell,
        )
        self.looks = Looks(book=self._looks, acting=self._required_for(Duty.READ))
        self.consents = Consents(
            store=MongoConsents(ground.database),
            agreements=ground.content.agreements,
            acting=self._required_for(Duty.SIGN),
        )
        self.delegations = Delegations(
            store=MongoDelegations(ground.database),
            subjects=subjects,
            acting=self.subjects,
            actors=self._people,
            require_consent=partial(self.consents.require, agreement=AGREEMENT),
            tell=self.notices.tell,
        )
        self.people = People(
            store=self._people,
            agency=FaceCheck(ground.outside.identity),
            phones=Phone(StableToken(client, appid=appid, secret=secret), appid=appid),
            openid_of=self.identity.openid_of,
            require_consent=self.consents.require,
        )

    def _required_for(self, duty: Duty) -> "_RequiredFor":
        return _RequiredFor(self.subjects, duty)

    def _join_reports(self) -> None:
        ground = self._ground
        self.credit_reports = CreditReports(
            store=self.reports,
            acting=self.subjects,
            require_consent=self.consents.require,
            wording=ground.content.wording,
            reuse=timedelta(seconds=ground.settings.report_reuse_seconds),
        )
        self.reading = Reading(
            desk=MongoRightsDesk(ground.database),
            store=self.reports,
            addresses=MongoFileAddresses(ground.database),
            looks=self._looks,
            authorisation=ground.content.agreements[AGREEMENT],
            session_holds=self.identity.session,
        )
        self.issuing = Issuing(
            store=self.reports,
            acting=self.subjects,
            require_consent=self.consents.require,
            source=self.platform,
            papers=ground.maker,
            hashes=ground.hashes,
            canonical=canonical_json,
            wording=ground.content.wording,
        )


@dataclass(frozen=True)
class _RequiredFor:
    """Subjects, narrowed to one duty."""

    subjects: Subjects
    duty: Duty

    async def __call__(self, *, person_id: str, subject_id: str, now: datetime) -> Subject:
        return await self.subjects.require(
            person_id=person_id, subject_id=subject_id, duty=self.duty, now=now
        )


def _house(ground: _Ground, services: _Services) -> House:
    settings, content, keys = ground.settings, ground.content, ground.keys
    outbox = Outbox(ground.database)

    async def metrics() -> bytes:
        return ground.metrics.text(backlog=await outbox.backlog())

    return House(
        appid=settings.wechat_appid,
        public_url=_base(settings),
        pages=content.pages,
        sample=content.wording.sample,
        office=content.office,
        min_client_version=content.min_client_version,
        banner=content.banner,
        purposes=content.wording.purposes,
        rates_table=settings.rates_table,
        trusted_proxies=frozenset(settings.trusted_proxies),
        operator_token=_secret(settings.metrics_token),
        public_keys=ground.paper_keys.published(),
        clock=ground.clock,
        draw=SystemDraw(),
        transactions=ground.transactions,
        tokens=_tokens(settings, keys),
        rates=MongoRates(ground.database, hmac_key=keys.derived("rates")),
        login=services.login,
        identity=services.identity,
        people=services.people,
        subjects=services.subjects,
        delegations=services.delegations,
        consents=services.consents,
        credit_reports=services.credit_reports,
        reading=services.reading,
        looks=services.looks,
        notices=services.notices,
        verification=services.verification,
        services=Services(MongoServices(ground.database)),
        readiness=ReadinessChecks(
            ground.database,
            folder=settings.data_folder,
            keys=ground.paper_keys,
            calendar=content.calendar,
        ),
        metrics=metrics,
        observe=ground.metrics.observe,
        translate=translate,
    )


def _tokens(settings: Settings, keys: Keys) -> Tokens:
    return Tokens(
        access_key=keys.derived("access-token"),
        refresh_key=keys.derived("refresh-token"),
        cursor_key=keys.derived("cursor"),
        lasting=timedelta(minutes=settings.access_minutes),
    )


def _workers(ground: _Ground, services: _Services) -> Workers:
    async def fetch(act: Act, claimed: Claimed) -> Again | None:
        return await services.issuing.work(
            act, report_id=claimed.object_id, attempt=claimed.attempt
        )

    return Workers(
        outbox=Outbox(ground.database),
        transactions=ground.transactions,
        topics={FETCH: fetch},
        clock=ground.clock,
        draw=SystemDraw(),
        count=ground.settings.workers,
    )


def _base(settings: Settings) -> str:
    return str(settings.public_url).rstrip("/")


def _secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
