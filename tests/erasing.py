"""An account erased, as its person does it, and every document of every database searched."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from adapters.mongo.database import Database
from domain.transactions import SYSTEM, Act
from server.draw import SystemDraw, now
from server.wiring import Installation
from tests.cast import Person

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WORD = "注销"
SWEEP = "erasure.sweep"
# The server's own book-keeping: it holds no document of anybody.
INTERNALS = {"admin", "config"}


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


async def documents(database: Database) -> Any:
    """Every document of every database, decrypted by the client; (place, document)."""
    client = database.client
    for name in await client.list_database_names():
        if name in INTERNALS:
            continue
        async for place, document in documents_of(client, name):
            yield place, document


async def documents_of(client: Any, name: str) -> Any:
    """Every document of one database; a collection that tests add is read as well."""
    for collection in await client[name].list_collection_names():
        options = await client[name][collection].options()
        if options.get("viewOn"):
            continue
        async for document in client[name][collection].find():
            yield f"{name}.{collection}", document


async def found(database: Database, wanted: Iterable[str]) -> tuple[dict[str, list[Any]], int]:
    """Where these values stand: documents by collection; how many documents were read."""
    values = [value for value in wanted if value]
    places: dict[str, list[Any]] = {}
    count = 0
    async for place, document in documents(database):
        count += 1
        everything = "\n".join(texts(document))
        if any(value in everything for value in values):
            places.setdefault(place, []).append(document)
    return places, count
