"""No personal datum of anybody stands in the clear in any database, the oplog included."""

from typing import Any

import pytest
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from adapters.mongo.schema import COLLECTIONS
from tests.cast import Cast
from tests.proof import Proof

RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def found(client: MongoClient[dict[str, Any]], wanted: set[str]) -> tuple[dict[str, str], int]:
    """Which of the wanted values stand in the clear, and where; how many documents were read.

    Read as the bytes that are stored: keys, strings and binary values are in them as they are.
    """
    places: dict[str, str] = {}
    count = 0
    for database in client.list_database_names():
        for collection in client[database].list_collection_names():
            if client[database].get_collection(collection).options().get("viewOn"):
                continue
            for document in client[database].get_collection(collection, RAW).find():
                count += 1
                for value in wanted:
                    if value.encode() in document.raw:
                        places[value] = f"{database}.{collection}"
    return places, count


@pytest.fixture
def keyless(mongo_uri: str) -> Any:
    """A client without any key."""
    with MongoClient(mongo_uri) as client:
        yield client


async def test_no_personal_datum_is_in_the_clear_anywhere(
    keyless: MongoClient[dict[str, Any]], cast: Cast, proof: Proof
) -> None:
    planted = "440104199912319999-planted"
    keyless["planted"]["clear"].insert_one({"deep": [{"value": planted}]})
    assert planted in found(keyless, {planted})[0]
    keyless.drop_database("planted")

    personas = []
    for name in ("clean", "rare-names", "individual-business", "penalty-serious"):
        person = await cast.act_as(name)
        personas.append(person.persona)
    owner = await cast.owner(name="欧阳震华测试")
    personas.append(owner.persona)
    phone = await cast.sandbox.post("/sandbox/wx/phone", json={"openid": owner.persona["openid"]})
    (await owner.post("/v1/me/phone", {"code": phone.json()["code"]})).raise_for_status()
    report = await owner.report()
    await owner.content(report["id"])
    await owner.pdf(report["id"])

    wanted = {
        persona[field] for persona in personas for field in ("openid", "phone", "name", "id_number")
    }
    places, count = found(keyless, wanted)
    # The planted value stays in the oplog: so the search does read it.
    assert planted in found(keyless, {planted})[0]
    assert places == {}
    proof("documents searched for personal data in the clear", count, "none found")


# The public register shows what everybody may read: names of persons come masked. Places have
# names too, and tenants are enterprises; the files of lectures are the office's.
OF_NOBODY = {"promise_register", "places", "tenancies", "media_assets", "media_files"}


def test_every_field_that_is_personal_is_declared_secret() -> None:
    personal = {"name", "id_number", "phone", "openid", "session_key", "subject_name", "ticket"}
    for collection in COLLECTIONS:
        for field, kind in collection.fields.items():
            if field in personal and collection.name not in OF_NOBODY:
                assert kind["bsonType"] == "binData", f"{collection.name}.{field}"
