"""What all parts stand on: settings, content, keys, the database, the connections outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.agencies.signature import Signature
from adapters.documents.keys import DocumentKeys, KeyFiles
from adapters.documents.maker import DocumentMaker, PaperSettings
from adapters.keys import Keys, SecretHashes
from adapters.mongo.database import Database
from adapters.mongo.transactions import MongoTransactions
from adapters.outside import Outside, System
from content.catalogue import Content
from server.metrics import Metrics
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Outsiders:
    """Connections, each with its breaker."""

    wechat: Outside
    platform: Outside
    identity: Outside


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the services stand on."""

    settings: Settings
    content: Content
    keys: Keys
    paper_keys: DocumentKeys
    database: Database
    transactions: MongoTransactions
    outside: Outsiders
    metrics: Metrics
    maker: DocumentMaker
    hashes: SecretHashes
    clock: Callable[[], datetime]


def _outside(settings: Settings, metrics: Metrics) -> Outsiders:
    platform = Signature(
        app_id=settings.platform_app_id, secret=settings.platform_secret.get_secret_value()
    )
    identity = Signature(
        app_id=settings.identity_app_id, secret=settings.identity_secret.get_secret_value()
    )
    return Outsiders(
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


def lay(
    settings: Settings,
    content: Content,
    keys: Keys,
    paper_keys: DocumentKeys,
    database: Database,
    clock: Callable[[], datetime],
) -> Ground:
    """Everything but the services."""
    metrics = Metrics()
    papers = PaperSettings(
        template=content.report_template,
        keys=KeyFiles.in_folder(settings.keys),
        public_url=base_url(settings),
    )
    return Ground(
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


def base_url(settings: Settings) -> str:
    """Where people reach us, without the last slash."""
    return str(settings.public_url).rstrip("/")
