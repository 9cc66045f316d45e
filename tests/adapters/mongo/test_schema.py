"""Collections as declared: applied any number of times, and the server itself refuses the rest."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError, WriteError

from adapters.mongo import applying, schema
from adapters.mongo.database import Database
from adapters.mongo.declaring import WHOLE, Collection

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
SECRETS = [
    (collection.name, field)
    for collection in schema.COLLECTIONS
    for field, kind in collection.fields.items()
    if kind["bsonType"] == "binData"
]
EXAMPLES: dict[str, Any] = {
    "string": "text",
    "date": AT,
    "bool": False,
    "double": 1.0,
    "object": {},
    "array": [],
    "binData": b"ciphertext",
}


def example(collection: Collection, **given: object) -> dict[str, Any]:
    """A document of the collection, every field filled."""
    fields = {
        name: EXAMPLES.get(kind["bsonType"]) if isinstance(kind["bsonType"], str) else None
        for name, kind in collection.fields.items()
    }
    whole = {
        name: 1 for name, kind in collection.fields.items() if kind["bsonType"] == WHOLE["bsonType"]
    }
    return {"_id": f"{collection.name}-{len(given)}", "v": 1, **fields, **whole, **given}


def named(name: str) -> Collection:
    return next(one for one in schema.COLLECTIONS if one.name == name)


async def state(database: Database) -> dict[str, Any]:
    """Everything that applying may change."""
    listed = await database.database.list_collections()
    collections = {one["name"]: one["options"] async for one in listed}
    return {
        name: (options, await database[name].index_information())
        for name, options in sorted(collections.items())
    }


async def test_applied_twice_changes_nothing(database: Database) -> None:
    before = await state(database)
    assert {collection.name for collection in schema.COLLECTIONS} <= set(before)
    await applying.apply(database)
    assert await state(database) == before


async def test_processes_may_apply_it_at_the_same_time(empty: Database) -> None:
    await asyncio.gather(*(applying.apply(empty) for _ in range(4)))
    assert await applying.undeclared_indexes(empty) == []
    assert len(await state(empty)) == len(schema.COLLECTIONS)


async def test_a_validator_that_was_loosened_is_tightened_again(database: Database) -> None:
    before = await state(database)
    loose: dict[str, Any] = {"validator": {}, "validationAction": "warn"}
    await database.database.command("collMod", "people", **loose)
    await applying.apply(database)
    assert await state(database) == before


@pytest.mark.parametrize("collection", schema.COLLECTIONS, ids=lambda one: one.name)
async def test_every_collection_takes_what_it_declares_and_no_other_field(
    database: Database, collection: Collection
) -> None:
    await database[collection.name].insert_one(example(collection))
    with pytest.raises(WriteError):
        await database[collection.name].insert_one(example(collection, nickname="阿云"))
    await database[collection.name].delete_many({})


@pytest.mark.parametrize(("collection", "field"), SECRETS)
async def test_personal_data_in_the_clear_are_refused_by_the_server(
    database: Database, collection: str, field: str
) -> None:
    with pytest.raises(WriteError, match="failed validation"):
        await database[collection].insert_one(example(named(collection), **{field: "样例姓名"}))


@pytest.mark.parametrize("collection", schema.COLLECTIONS, ids=lambda one: one.name)
async def test_every_document_has_a_version(database: Database, collection: Collection) -> None:
    document = example(collection)
    del document["v"]
    with pytest.raises(WriteError):
        await database[collection.name].insert_one(document)


async def test_a_field_that_may_be_missing_is_unique_only_where_it_is(database: Database) -> None:
    consent = example(named("consents"), standing="alice:privacy:")
    withdrawn = {**consent, "_id": "withdrawn"}
    del withdrawn["standing"]
    await database["consents"].insert_many([consent, withdrawn, {**withdrawn, "_id": "earlier"}])
    with pytest.raises(DuplicateKeyError):
        await database["consents"].insert_one({**consent, "_id": "second"})
    await database["consents"].delete_many({})


async def test_an_index_that_nobody_declared_is_listed(database: Database) -> None:
    assert await applying.undeclared_indexes(database) == []
    stray = IndexModel([("uscc", ASCENDING)], name="by_hand")
    await database["credit_reports"].create_indexes([stray])
    assert await applying.undeclared_indexes(database) == ["credit_reports.by_hand"]
    await database["credit_reports"].drop_index("by_hand")


async def test_a_database_without_collections_has_nothing_undeclared(empty: Database) -> None:
    assert await applying.undeclared_indexes(empty) == []
