"""Where the parts are joined: by constructor, once, from here."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from adapters.check_files import CheckFiles
from adapters.documents import qr
from adapters.documents.key_ring import KeyRing
from adapters.documents.maker import DocumentMaker
from adapters.keys import Keys
from adapters.media.inspecting import Inspector
from adapters.mongo.database import Database, connect
from adapters.mongo.errors import translate
from adapters.mongo.exporting.words import ACTS
from adapters.mongo.jobs import MongoJobs
from adapters.mongo.migrations import migrate
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.rates import MongoRates
from adapters.mongo.services import MongoServices
from adapters.outside import Outside
from adapters.token_keys import TokenKeys
from adapters.tokens import Tokens
from content.catalogue import FOLDER, Content, load
from domain.credit_reports.service import FETCH
from domain.services import Services
from domain.transactions import SYSTEM, Act, Again
from domain.workdays import Calendar
from handlers.house import House
from server import personal_data, production
from server.audit import AuditParts
from server.draw import SystemDraw, now
from server.erasure import ErasureParts
from server.ground import Ground, base_url, lay
from server.jobs import Topic, Workers
from server.live import LiveRunner
from server.masters import masters
from server.parts import Parts
from server.readiness import ReadinessChecks
from server.settings import Settings
from server.stamps import published, raising


@dataclass(frozen=True, kw_only=True)
class Installation:
    """Everything that runs, and how to end it."""

    house: House
    workers: Workers
    audit: AuditParts
    live: LiveRunner
    database: Database
    maker: DocumentMaker
    outside: tuple[Outside, ...]
    calendar: Calendar
    erasure: ErasureParts
    inspectors: tuple[Inspector, ...]

    async def close(self) -> None:
        """End the workers, then let every connection go."""
        await self.live.stop()
        await self.workers.stop()
        await self.audit.sealer.stop()
        await self.maker.aclose()
        await asyncio.gather(*(inspector.aclose() for inspector in self.inspectors))
        await asyncio.gather(*(system.aclose() for system in self.outside))
        await self.database.close()


async def build(
    settings: Settings, *, mongo_uri: str, clock: Callable[[], datetime] = now
) -> Installation:
    """Join everything over a database that answers; brings its schema up to date."""
    keys = Keys(settings.keys)
    content = content_of(settings)
    paper_keys = KeyRing(settings.keys, development=settings.development)
    database = connect(mongo_uri, name=settings.database, master_key=masters(settings, keys))
    await migrate(database, now=clock())
    await database.cipher.prepare()
    ground = lay(settings, content, keys, paper_keys, database, clock)
    services, audit = Parts(ground), AuditParts(ground, stamps=ground.stamps)
    await services.consents.keep_texts(now=clock())
    await services.promising.text_office.bring(_start(ground))
    await services.grid.stand()
    await services.desk.begin(_start(ground))
    await services.lecturing.media.stand()
    return Installation(
        house=_house(ground, services, audit),
        workers=_workers(ground, services),
        audit=audit,
        live=services.listening.runner,
        database=database,
        maker=ground.maker,
        outside=ground.outside.all,
        calendar=content.calendar,
        erasure=services.erasure,
        inspectors=(
            services.applying.inspector,
            services.attaching.inspector,
            *services.lecturing.media.inspectors,
        ),
    )


def _start(ground: Ground) -> Act:
    draw = SystemDraw()
    return Act(
        at=ground.clock(),
        actor=SYSTEM,
        trace_id=draw.id().replace("-", ""),
        draw=draw,
        commit=ground.transactions.plain(),
    )


def content_of(settings: Settings) -> Content:
    """The district's content, fit for production, or marked as the sample that development makes.

    Raises:
        ContentError, DocumentKeyError, NotProduction: the start is refused.
    """
    content = load(settings.content_folder or FOLDER, district=settings.district)
    personal_data.check(content.personal_data)
    if settings.development:
        return replace(content, wording=replace(content.wording, sample=True))
    production.check(settings, content)
    return content


def _house(ground: Ground, services: Parts, audit: AuditParts) -> House:
    settings, content, keys = ground.settings, ground.content, ground.keys
    jobs = MongoJobs(ground.database)

    async def metrics() -> bytes:
        return ground.metrics.text(
            backlog=await jobs.backlog(), audit=await audit.store.health(), now=ground.clock()
        )

    return House(
        appid=settings.wechat_appid,
        public_url=base_url(settings),
        pages=content.pages,
        sample=content.wording.sample,
        office=content.office,
        min_client_version=content.min_client_version,
        banner=content.banner,
        personal_data=content.personal_data,
        purposes=content.wording.purposes,
        fields=content.wording.fields,
        longest_years=content.wording.longest_years,
        rates_table=settings.rates_table,
        trusted_proxies=tuple(settings.trusted_proxies),
        operator_token=_secret(settings.metrics_token),
        public_keys=published(ground.paper_keys, settings),
        clock=ground.clock,
        draw=SystemDraw(),
        transactions=ground.transactions,
        tokens=_tokens(ground),
        rates=MongoRates(ground.database, hmac_key=keys.derived("rates")),
        login=services.wechat.login,
        identity=services.identity,
        people=services.people,
        subjects=services.subjects,
        delegations=services.delegations,
        handing_over=services.handing_over,
        consents=services.consents,
        credit_reports=services.reporting.credit_reports,
        reading=services.reporting.reading,
        sharing=services.reporting.sharing,
        openings=services.reporting.openings,
        qr_svg=lambda content: qr.picture(content).svg,
        looks=services.looks,
        exports=services.my_data.exports,
        notices=services.notices,
        alerts=services.desk.alerting.alerts,
        contacting=services.alert_channels.contacting,
        pushes=services.pushes.inbox,
        messages=services.messaging.messages,
        objections=services.objecting.objections,
        drafts=services.promising.drafts,
        texts_in_force=services.promising.texts,
        text_office=services.promising.text_office,
        signing=services.promising.signing,
        signing_at_counter=services.promising.at_counter,
        after_signing=services.promising.after_signing,
        register=services.promising.register,
        supervising=services.promising.supervising,
        applying=services.applying.applying,
        continuing=services.applying.continuing,
        materials=services.applying.materials,
        supplying=services.electricity.supplying,
        electricity_view=services.electricity.staff_view,
        usage_desk=services.usage.handling,
        usage_records=services.usage.following,
        contributions=services.contributing.contributions,
        evidences=services.promising.evidences,
        electricity_guide=services.electricity.guide,
        electricity_outlook=services.electricity.outlook,
        electricity_promise=services.applying.promise,
        grid=services.grid.house,
        butlers=services.desk.serving.house,
        tickets=services.desk.ticketing.house,
        judging=services.desk.judging.house,
        around=services.lecturing.around.house,
        lectures=services.lecturing.house,
        watching=services.watching.house,
        live=services.listening.live,
        attachments=services.attaching.attachments,
        image_checks=services.attaching.checking,
        media=services.lecturing.media.house,
        verification=services.verification,
        erasing=services.erasure.erasing,
        staff=services.working.staff,
        console=services.working.console,
        clerks=services.counter.clerks,
        staff_looks=services.staff_looks,
        audit_search=audit.search,
        audit_words=ACTS,
        promise_cases=services.promising.cases,
        console_cookie=services.working.cookie,
        services=Services(MongoServices(ground.database)),
        readiness=ReadinessChecks(
            ground.database,
            folder=settings.data_folder,
            keys=ground.paper_keys,
            calendar=content.calendar,
            development=settings.development,
            backlog=jobs.backlog,
            late=timedelta(minutes=settings.jobs_late_minutes),
            behind=_behind(audit, services),
        ),
        check_files=CheckFiles(settings.domain_check_folder),
        metrics=metrics,
        observe=ground.metrics.observe,
        translate=translate,
    )


def _behind(audit: AuditParts, services: Parts) -> Callable[[datetime], Awaitable[list[str]]]:
    """What readiness says of what runs beside the workers."""

    async def warnings(now: datetime) -> list[str]:
        return [*await audit.warnings(now), *await services.listening.warnings()]

    return warnings


def _tokens(ground: Ground) -> Tokens:
    return Tokens(
        TokenKeys(ground.keys, clock=ground.clock),
        lasting=timedelta(minutes=ground.settings.access_minutes),
    )


def _workers(ground: Ground, services: Parts) -> Workers:
    return Workers(
        outbox=Outbox(ground.database),
        transactions=ground.transactions,
        topics=_topics(ground, services),
        clock=ground.clock,
        draw=SystemDraw(),
        count=ground.settings.workers,
        give_way=_giving_way(services),
        longest=services.lecturing.media.longest,
    )


def _topics(ground: Ground, services: Parts) -> Mapping[str, Topic]:
    """What a worker does with each message of every room."""

    async def fetch(act: Act, claimed: Claimed) -> Again | None:
        return await services.reporting.issuing.work(
            act, report_id=claimed.object_id, attempt=claimed.attempt
        )

    return {
        FETCH: fetch,
        **services.objecting.topics,
        **services.promising.topics,
        **services.usage.topics,
        **services.contributing.topics,
        **services.counter.topics,
        **services.electricity.topics,
        **services.grid.topics,
        **services.desk.topics,
        **services.lecturing.topics,
        **services.watching.topics,
        **services.my_data.topics,
        **services.pushes.topics,
        **services.erasure.topics,
        **services.wechat.topics,
        **services.messaging.topics,
        **services.alert_channels.topics,
        **raising(services.reports, ground.papers),
    }


def _giving_way(services: Parts) -> dict[str, Callable[[], bool]]:
    """What waits while many wait to sign: nobody waits for it."""
    topics = (*services.promising.topics, *services.contributing.topics, *services.messaging.topics)
    return dict.fromkeys(topics, services.promising.crowded)


def _secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
