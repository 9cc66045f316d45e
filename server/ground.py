"""What all parts stand on: settings, content, keys, the database, the connections outside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adapters.agencies.timestamps import Timestamps
from adapters.documents.key_ring import KeyRing
from adapters.documents.maker import DocumentMaker, PaperSettings
from adapters.keys import Keys, SecretHashes
from adapters.mongo.database import Database
from adapters.mongo.transactions import MongoTransactions
from content.catalogue import Content
from domain.papers import Papers
from server.metrics import Metrics
from server.outside import Systems, systems
from server.settings import Settings
from server.stamps import stamps_of


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the services stand on."""

    settings: Settings
    content: Content
    keys: Keys
    paper_keys: KeyRing
    database: Database
    transactions: MongoTransactions
    outside: Systems
    stamps: Timestamps | None
    metrics: Metrics
    maker: DocumentMaker
    hashes: SecretHashes
    papers: Papers
    clock: Callable[[], datetime]


def lay(
    settings: Settings,
    content: Content,
    keys: Keys,
    paper_keys: KeyRing,
    database: Database,
    clock: Callable[[], datetime],
) -> Ground:
    """Everything but the services."""
    metrics = Metrics()
    outside = systems(settings, observe=metrics.called)
    stamps = stamps_of(settings, outside.timestamps, clock=clock)
    maker = _maker(settings, content.templates, paper_keys, stamps, clock)
    hashes = SecretHashes(keys.derived("check-code"))
    return Ground(
        settings=settings,
        content=content,
        keys=keys,
        paper_keys=paper_keys,
        database=database,
        transactions=MongoTransactions(database, hmac_key=keys.derived("idempotency")),
        outside=outside,
        stamps=stamps,
        metrics=metrics,
        maker=maker,
        hashes=hashes,
        papers=Papers(maker=maker, hashes=hashes),
        clock=clock,
    )


def _maker(
    settings: Settings,
    templates: Path,
    keys: KeyRing,
    stamps: Timestamps | None,
    clock: Callable[[], datetime],
) -> DocumentMaker:
    return DocumentMaker(
        PaperSettings(templates=templates, keys=keys.material, public_url=base_url(settings)),
        keys=lambda: keys.material,
        stamps=stamps,
        workers=settings.paper_processes,
        clock=clock,
    )


def base_url(settings: Settings) -> str:
    """Where people reach us, without the last slash."""
    return str(settings.public_url).rstrip("/")
