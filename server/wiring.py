"""Where the parts are joined: by constructor, once, in this file."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.documents.canonical import canonical_bytes
from adapters.documents.maker import DocumentMaker
from adapters.documents.signing import load_keys

from adapters.agencies.credit_platform import CreditPlatform
from adapters.agencies.identity_check import FaceCheck
from adapters.agencies.signature import Signature
from adapters.keys import Keys, SecretHashes
from adapters.mongo.consent import MongoConsents
from adapters.mongo.credit_reports import MongoCreditReports, MongoFileAddresses
from adapters.mongo.database import Database, connect
from adapters.mongo.errors import translate
from adapters.mongo.identity import MongoAccounts, MongoSessions
from adapters.mongo.looks import MongoLooks
from adapters.mongo.migrations import migrate
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.people import MongoPeople
from adapters.mongo.rates import MongoRates
from adapters.mongo.subjects import MongoSubjects
from adapters.mongo.transactions import MongoTransactions
from adapters.mongo.verification import MongoIssuedPapers
from adapters.outside import Outside, System
from adapters.tokens import Tokens
from content.catalogue import FOLDER, Content, load
from domain.consent import Consents
from domain.credit_reports.issuing import Again, Issuing
from domain.credit_reports.service import FETCH, CreditReports
from domain.identity import Identity
from domain.looks import Looks
from domain.people import People
from domain.subjects import Subjects
from domain.transactions import Act
from domain.verification import Verification
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
    database = connect(mongo_uri, name=settings.database, master_key=keys.master)
    await migrate(database, now=clock())
    await database.cipher.prepare()
    metrics = Metrics()
    outside = _outside(settings, metrics)
    paper_keys = load_keys(settings.keys)
    maker = DocumentMaker(
        template=content.report_template,
        keys=paper_keys,
        public_url=_base(settings),
        processes=settings.paper_processes,
    )
    transactions = MongoTransactions(database, hmac_key=keys.derived("idempotency"))
    hashes = SecretHashes(keys.derived("check-code"))
    services = _Services(settings, database, content, outside, hashes)
    draw = SystemDraw()
    house = House(
        appid=settings.wechat_appid,
        public_url=_base(settings),
        pages=content.pages,
        sample=content.wording.sample,
        office_telephone=content.office_telephone,
        purposes=content.wording.purposes,
        rates_table=settings.rates_table,
        trusted_proxies=frozenset(settings.trusted_proxies),
        operator_token=(
            settings.metrics_token.get_secret_value() if settings.metrics_token else ""
        ),
        public_keys=paper_keys.public(),
        clock=clock,
        draw=draw,
        transactions=transactions,
        tokens=Tokens(
            access_key=keys.derived("access-token"),
            refresh_key=keys.derived("refresh-token"),
            cursor_key=keys.derived("cursor"),
            lasting=timedelta(minutes=settings.access_minutes),
        ),
        rates=MongoRates(database, hmac_key=keys.derived("rates")),
        login=services.login,
        identity=services.identity,
        people=services.people,
        subjects=services.subjects,
        consents=services.consents,
        credit_reports=services.credit_reports,
        looks=services.looks,
        verification=services.verification,
        readiness=ReadinessChecks(database, folder=settings.data_folder, keys=paper_keys),
        metrics=metrics.text,
        observe=metrics.observe,
        translate=translate,
    )
    issuing = Issuing(
        store=services.reports,
        source=services.platform,
        papers=maker,
        hashes=hashes,
        canonical=canonical_bytes,
        wording=content.wording,
    )

    async def fetch(act: Act, claimed: Claimed) -> Again | None:
        return await issuing.work(act, report_id=claimed.object_id, attempt=claimed.attempt)

    workers = Workers(
        outbox=Outbox(database),
        transactions=transactions,
        topics={FETCH: fetch},
        clock=clock,
        draw=draw,
        count=settings.workers,
    )
    return Installation(
        house=house,
        workers=workers,
        database=database,
        maker=maker,
        outside=(outside.wechat, outside.platform, outside.identity),
    )


class _Services:
    """The domain's services over their adapters."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        content: Content,
        outside: _Outside,
        hashes: SecretHashes,
    ) -> None:
        appid, secret = settings.wechat_appid, settings.wechat_secret.get_secret_value()
        client = Client(outside.wechat)
        self.login = Login(client, appid=appid, secret=secret)
        self.platform = CreditPlatform(outside.platform)
        self.reports = MongoCreditReports(database)
        looks = MongoLooks(database)
        store = MongoPeople(database)
        self.identity = Identity(
            accounts=MongoAccounts(database),
            sessions=MongoSessions(database),
            persons=store,
            lasting=timedelta(days=settings.session_days),
        )
        self.subjects = Subjects(
            store=MongoSubjects(database), actors=store, registry=self.platform
        )
        self.consents = Consents(
            store=MongoConsents(database),
            agreements=content.agreements,
            acting=self.subjects.require,
        )
        self.people = People(
            store=store,
            agency=FaceCheck(outside.identity),
            phones=Phone(StableToken(client, appid=appid, secret=secret), appid=appid),
            openid_of=self.identity.openid_of,
            require_consent=self.consents.require,
        )
        self.credit_reports = CreditReports(
            store=self.reports,
            addresses=MongoFileAddresses(database),
            looks=looks,
            acting=self.subjects.require,
            require_consent=self.consents.require,
            session_holds=self.identity.session,
            wording=content.wording,
            reuse=timedelta(seconds=settings.report_reuse_seconds),
        )
        self.looks = Looks(book=looks)
        self.verification = Verification(
            papers=MongoIssuedPapers(database, hashes=hashes), looks=looks
        )


def _base(settings: Settings) -> str:
    return str(settings.public_url).rstrip("/")
