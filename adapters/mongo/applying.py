"""The declared schema brought into a database, and what is in it beside."""

from pymongo.errors import OperationFailure

from adapters.mongo.database import Database, Document
from adapters.mongo.declaring import Collection
from adapters.mongo.schema import COLLECTIONS

NAMESPACE_EXISTS = 48


async def apply(database: Database) -> None:
    """Make every collection, validator and index that is missing or different."""
    for collection in COLLECTIONS:
        await _hold(database, collection)
        if collection.indexes:
            await database[collection.name].create_indexes(list(collection.indexes))


async def _hold(database: Database, collection: Collection) -> None:
    """Make the collection, or tighten the one that is there, made by another process or before."""
    options: Document = {
        "validator": collection.validator(),
        "validationLevel": "strict",
        "validationAction": "error",
    }
    try:
        await database.database.create_collection(collection.name, check_exists=False, **options)
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        await database.database.command("collMod", collection.name, **options)


async def undeclared_indexes(database: Database) -> list[str]:
    """Indexes in the database that no collection here declares, as ``collection.index``."""
    found = []
    for collection in COLLECTIONS:
        declared = {"_id_"} | {index.document["name"] for index in collection.indexes}
        try:
            actual = await database[collection.name].index_information()
        except OperationFailure:
            continue
        found += [f"{collection.name}.{name}" for name in actual if name not in declared]
    return found
