"""What all parts stand on: settings, content, keys, the database, the connections outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from adapters.documents.keys import DocumentKeys, KeyFiles
from adapters.documents.maker import DocumentMaker, PaperSettings
from adapters.keys import Keys, SecretHashes
from adapters.mongo.database import Database
from adapters.mongo.transactions import MongoTransactions
from content.catalogue import Content
from server.metrics import Metrics
from server.outside import Systems, systems
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the services stand on."""

    settings: Settings
    content: Content
    keys: Keys
    paper_keys: DocumentKeys
    database: Database
    transactions: MongoTransactions
    outside: Systems
    metrics: Metrics
    maker: DocumentMaker
    hashes: SecretHashes
    clock: Callable[[], datetime]


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
        templates=content.templates,
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
        outside=systems(settings, observe=metrics.called),
        metrics=metrics,
        maker=DocumentMaker(papers, workers=settings.paper_processes, clock=clock),
        hashes=SecretHashes(keys.derived("check-code")),
        clock=clock,
    )


def base_url(settings: Settings) -> str:
    """Where people reach us, without the last slash."""
    return str(settings.public_url).rstrip("/")
