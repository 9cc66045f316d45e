"""The audit log: sealing many events, and writing events while reports are read.

Events are written straight through the transactions, some hundreds in each; sealing runs in this
process, as it would beside a server's requests. Run: ``.venv/bin/python -m benchmarks audit``
"""

import asyncio
import resource
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Self

from adapters.documents.audit_roots import RootSigner, signature_check
from adapters.documents.keys import KeyFiles, load_keys
from adapters.keys import Keys
from adapters.mongo.audit import MongoAudit
from adapters.mongo.database import Database, connect
from adapters.mongo.embedded import EmbeddedMongo
from adapters.mongo.migrations import migrate
from adapters.mongo.transactions import MongoTransactions
from benchmarks.report_read import rate
from benchmarks.table import print_table
from domain.audit.checking import check
from domain.audit.sealing import Sealing
from domain.transactions import Act, Unit
from server import audit_export, development
from server.draw import SystemDraw, now
from tests.served import ready_report, served

EVENTS = 100_000
AT_ONCE = 500
CONNECTIONS = (1, 8, 32, 128)
MIB = 1024


def act(transactions: MongoTransactions) -> Act:
    """Of an operator."""
    return Act(
        at=now(),
        actor=str(uuid.uuid4()),
        trace_id=uuid.uuid4().hex,
        draw=SystemDraw(),
        commit=transactions.plain(),
    )


async def write(transactions: MongoTransactions, count: int) -> None:
    """So many events."""
    for _ in range(0, count, AT_ONCE):
        one = act(transactions)

        async def work(unit: Unit, one: Act = one) -> None:
            for _ in range(AT_ONCE):
                await unit.audit(
                    one.event("credit_report.issued", str(uuid.uuid4()), canonical="0")
                )

        await transactions.plain()(work)


def peak() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


class Clock:
    """Rows of a table: what, how long it took, how much memory more than before."""

    def __init__(self, events: int) -> None:
        self.rows: list[tuple[str, ...]] = []
        self._events = events
        self._before = peak()
        self._begun = time.perf_counter()

    def row(self, what: str) -> None:
        """So long since the row before."""
        seconds = time.perf_counter() - self._begun
        pace, more = f"{self._events / seconds:,.0f}", f"{peak() - self._before:.0f} MiB"
        self.rows.append((what, f"{self._events:,}", f"{seconds:.1f} s", pace, more))
        self._begun = time.perf_counter()


async def sealing(database: Database, folder: Path, events: int) -> list[tuple[str, ...]]:
    """Seal, export and verify them; rows of the table."""
    await migrate(database, now=now())
    transactions = MongoTransactions(database, hmac_key=b"k" * 32)
    store = MongoAudit(database)
    sealer = Sealing(
        store=store,
        commit=transactions.plain(),
        signer=lambda: RootSigner(load_keys(KeyFiles.in_folder(folder))),
        holder=SystemDraw().id(),
    )
    await write(transactions, events)
    clock = Clock(events)
    while await sealer.step():
        pass
    clock.row("sealing")
    last = await audit_export.settle(act(transactions), sealer, store)
    file = folder / "audit.jsonl"
    with file.open("wb") as out:
        async for line in audit_export.export(store, last):
            out.write(line)
    clock.row("export")
    signature = signature_check(KeyFiles.in_folder(folder).root_certificate.read_bytes())
    with file.open("rb") as lines:
        assert check(iter(lines), signature=signature).count == 0
    clock.row("verify, offline")
    return clock.rows


class Writer:
    """Writes events one by one, in a thread, for as long as the context lasts."""

    def __init__(self, uri: str, master_key: bytes) -> None:
        self._uri, self._master_key = uri, master_key
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._write()))
        self.pace = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    async def _write(self) -> None:
        database = connect(self._uri, name="credit_yuexiu", master_key=self._master_key)
        transactions = MongoTransactions(database, hmac_key=b"k" * 32)
        begun, written = time.perf_counter(), 0
        while not self._over.is_set():
            one = act(transactions)

            async def work(unit: Unit, one: Act = one) -> None:
                await unit.audit(one.event("credit_report.issued", str(uuid.uuid4())))

            await transactions.plain()(work)
            written += 1
        self.pace = written / (time.perf_counter() - begun)
        await database.close()


def beside() -> None:
    """Reports read, without and with events written and sealed at the same time."""
    rows = []
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as place:
        path, token, _ = ready_report(place)
        keys = Keys(Path(name) / "keys")
        for connections in CONNECTIONS:
            alone = rate(place.api + path, connections, token)
            with Writer(place.mongo_uri, keys.master) as writer:
                both = rate(place.api + path, connections, token)
            rows.append((str(connections), f"{alone:,.0f}", f"{both:,.0f}", f"{writer.pace:,.0f}"))
    print_table(
        "Reading a stored report while events are written one by one, and sealed",
        ("connections", "reads a second", "beside writing", "events a second"),
        rows,
    )


def run(events: int = EVENTS) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        development.prepare_keys(folder)

        async def measured(uri: str) -> list[tuple[str, ...]]:
            keys = Keys(folder)
            database = connect(uri, name="audit", master_key=keys.master)
            try:
                return await sealing(database, folder, events)
            finally:
                await database.close()

        with EmbeddedMongo(folder / "mongo") as uri:
            rows = asyncio.run(measured(uri))
    print_table(
        "Sealing the audit log, one process",
        ("what", "events", "time", "events a second", "memory more than before"),
        rows,
    )
    beside()
