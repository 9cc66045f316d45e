"""An account erased, as its person does it, and every document of every database searched."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bson.binary import Binary
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import AsyncIOMotorClient

from adapters.mongo.database import VAULT, Database
from domain.transactions import SYSTEM, Act
from server.draw import SystemDraw, now
from server.wiring import Installation
from tests.cast import Person

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WORD = "注销"
SWEEP = "erasure.sweep"
# The server's own book-keeping: it holds no document of anybody.
INTERNALS = {"admin", "config"}
LOCAL = "local"
CIPHERTEXT = 6


async def erase(person: Person) -> str:
    """A fresh sign-in, the word; the reference number."""
    await person.sign_in()
    answer = await person.post("/v1/me/erasure", {"confirm": WORD})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["number"])


def heard(installation: Installation) -> Act:
    """The act in which a worker hears of a push."""
    return Act(
        at=now(),
        actor=SYSTEM,
        trace_id="push",
        draw=SystemDraw(),
        commit=installation.house.transactions.plain(),
    )


async def due(installation: Installation) -> None:
    """Let the rest between the two sweeps be over."""
    await installation.database["outbox"].update_many(
        {"topic": SWEEP}, {"$set": {"next_at": LONG_AGO}}
    )


def texts(value: object) -> Iterator[str]:
    """Every string and byte string in a decrypted document, keys too, as text."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, bytes):
        yield bytes(value).decode("utf-8", "ignore")
    elif isinstance(value, str):
        yield value


async def documents(database: Database) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    """Every document of every database with its place; a collection that tests add is read too.

    Decrypted wherever the key is this installation's. The journal of replication (local) holds
    past writes as encrypted as they were written, and is read as whoever holds the disk would:
    as the bytes that are there.
    """
    ours = database.database.name
    async for place, document in within(database.client, ours):
        yield place, document
    host, port = database.client.address
    keyless: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        host, port, directConnection=True
    )
    vault = database[VAULT].find({}, {"_id": 1})
    keys = {bytes(row["_id"]) async for row in vault}
    for name in await keyless.list_database_names():
        if name in {*INTERNALS, ours}:
            continue
        if name == LOCAL:
            async for place, raw in within(keyless, name, RawBSONDocument):
                yield place, raw
            continue
        async for place, document in within(keyless, name):
            yield place, await opened(database, keys, document)
    keyless.close()


async def within(client: Any, name: str, kind: type[Any] = dict) -> AsyncIterator[tuple[str, Any]]:
    """Every document of one database."""
    read_as: CodecOptions[Any] = CodecOptions(document_class=kind, tz_aware=kind is dict)
    for collection in await client[name].list_collection_names():
        options = await client[name][collection].options()
        if options.get("viewOn"):
            continue
        whole = client[name].get_collection(collection, codec_options=read_as)
        async for document in whole.find():
            yield f"{name}.{collection}", document


async def opened(database: Database, keys: set[bytes], value: Any) -> Any:
    """The value with every ciphertext of this installation decrypted."""
    if isinstance(value, dict):
        return {key: await opened(database, keys, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [await opened(database, keys, inner) for inner in value]
    if isinstance(value, Binary) and value.subtype == CIPHERTEXT and value[1:17] in keys:
        return await database.cipher._encryption.decrypt(value)
    return value


Places = dict[str, list[Any]]


async def each_found(database: Database, wanted: Iterable[str]) -> tuple[dict[str, Places], int]:
    """Where each of these values stands: documents by collection; how many documents were read."""
    found: dict[str, Places] = {value: {} for value in wanted if value}
    count = 0
    async for place, document in documents(database):
        count += 1
        raw = isinstance(document, RawBSONDocument)
        everything = document.raw if raw else "\n".join(texts(document)).encode()
        for value, places in found.items():
            if value.encode() in everything:
                places.setdefault(place, []).append(document)
    return found, count


async def found(database: Database, *wanted: str) -> Places:
    """Where any of these values stands: documents by collection."""
    each, _ = await each_found(database, wanted)
    return {
        place: [document for places in each.values() for document in places.get(place, ())]
        for place in {place for places in each.values() for place in places}
    }
