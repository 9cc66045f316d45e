"""Writing the audit log out: everything committed before, under a root, in one pass."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from adapters.mongo.audit import MongoAudit
from domain.audit import archive
from domain.audit.archive import BLOCK, NO_LINK, Entry, Header
from domain.audit.proving import NotProven, Proof
from domain.audit.roots import SignedRoot
from domain.audit.sealing import Sealing
from domain.audit.tree import PathTo
from domain.timestamps import TimeStamp
from domain.transactions import Act, AuditEvent, Unit

PATIENCE = timedelta(seconds=120)
BREATH_SECONDS = 0.1
ACTION = "audit.exported"


class NotSealed(Exception):
    """The log does not get sealed; the sentence says for how long it was waited for."""


async def settle(act: Act, sealing: Sealing, store: MongoAudit) -> SignedRoot:
    """A root over everything that was committed before; the export itself is on record.

    Raises:
        NotSealed: another process holds the lease, and does not go on.
    """
    event = act.event(ACTION, act.draw.id())
    await _record(act, event)
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            return await _rooted(event.id, sealing, store)
    except TimeoutError as late:
        raise NotSealed(
            f"the audit log was not sealed within {PATIENCE.seconds} seconds: "
            "see the readiness and the log of the servers"
        ) from late
    finally:
        await sealing.end()


async def _rooted(event_id: str, sealing: Sealing, store: MongoAudit) -> SignedRoot:
    """Go on sealing, or wait for who does, until a root is over the event."""
    while (leaf := await store.leaf_of(event_id)) is None:
        if not await sealing.step():
            await asyncio.sleep(BREATH_SECONDS)
    await store.want_root()
    while (root := await store.last_root()) is None or root.root.size <= leaf:
        if not await sealing.step():
            await asyncio.sleep(BREATH_SECONDS)
    return root


async def _record(act: Act, event: AuditEvent) -> None:
    async def work(unit: Unit) -> None:
        await unit.audit(event)

    await act.commit(work)


async def export(store: MongoAudit, last: SignedRoot) -> AsyncIterator[bytes]:
    """The lines, up to that root; what somebody spoilt in the database stands as it is."""
    certificates = {}
    async for signed in store.roots():
        certificates[signed.root.signer] = signed.certificate_pem
    header = Header(installation=last.root.installation, certificates=certificates)
    yield archive.header_line(header)
    size, tie, roots = 0, NO_LINK, 0
    async for signed in store.roots():
        while size < signed.root.size:
            end = min(size + BLOCK, signed.root.size)
            entries = await _entries(store, size, end, tie)
            events = await store.events([entry.event_id for entry in entries])
            for line in archive.lines(entries, events):
                yield line
            size, tie = end, entries[-1].link
        yield archive.root_line(signed)
        roots += 1
        if signed.root.number >= last.root.number:
            break
    yield archive.end_line(leaves=size, roots=roots)


async def _entries(store: MongoAudit, first: int, end: int, tie: str) -> list[Entry]:
    """The list of a block; a leaf that is gone has neither event nor hash."""
    found = {number: (event_id, leaf) async for number, event_id, leaf in store.leaves(first, end)}
    entries = []
    for number in range(first, end):
        event_id, leaf = found.get(number, ("", ""))
        tie = archive.link(tie, event_id, leaf)
        entries.append(Entry(leaf=number, event_id=event_id, hash=leaf, link=tie))
    return entries


async def prove(store: MongoAudit, event_id: str) -> Proof:
    """The proof of an event, straight from the database.

    Raises:
        NotProven: there is none, or not yet.
    """
    event, leaf = await store.event(event_id), await store.leaf_of(event_id)
    if event is None:
        raise NotProven(f"there is no audit event {event_id!r}")
    signed = await _root_over(store, leaf) if leaf is not None else None
    if leaf is None or signed is None:
        raise NotProven("no root covers the event yet: within the hour, or after an export")
    path = PathTo()
    async for number, _, hashed in store.leaves(0, signed.root.size):
        path.push(bytes.fromhex(hashed), mine=number == leaf)
    proof = Proof(leaf=leaf, event=event.content, path=path.path(), signed=signed)
    if not proof.holds():
        raise NotProven("the log was altered: `audit export` and `audit verify` say where")
    return proof


async def _root_over(store: MongoAudit, leaf: int) -> SignedRoot | None:
    """The first stamped root over the leaf, or the first one when none is."""
    first = None
    async for signed in store.roots(over=leaf):
        first = first or signed
        if signed.stamping is TimeStamp.STAMPED:
            return signed
    return first
