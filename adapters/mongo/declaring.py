"""The words that collections are declared in: kinds of fields, kinds of indexes.

A field declared ``SECRET`` must arrive as binary: the server refuses a clear name, phone or ID
number, whatever the program does.
"""

from dataclasses import dataclass

from pymongo import ASCENDING, DESCENDING, IndexModel

from adapters.mongo.database import Document

TEXT: Document = {"bsonType": "string"}
WHOLE: Document = {"bsonType": ["int", "long"]}
FLAG: Document = {"bsonType": "bool"}
INSTANT: Document = {"bsonType": "date"}
SECRET: Document = {"bsonType": "binData"}
OBJECT: Document = {"bsonType": "object"}
LIST: Document = {"bsonType": "array"}
SEVEN_DAYS = 7 * 24 * 3600


def or_null(kind: Document) -> Document:
    """The same, or null."""
    return {"bsonType": [kind["bsonType"], "null"]}


def optional(kind: Document) -> Document:
    """The same, or absent."""
    return {**kind, "optional": True}


def unique_while(field: str) -> IndexModel:
    """Unique among the documents that have the field."""
    return IndexModel(
        [(field, ASCENDING)], unique=True, partialFilterExpression={field: {"$exists": True}}
    )


def gone_after(field: str, seconds: int = 0) -> IndexModel:
    """Documents are removed so long after the time in the field."""
    return IndexModel([(field, ASCENDING)], expireAfterSeconds=seconds)


def newest(*owners: str, by: str, **options: object) -> IndexModel:
    """For lists of an owner, newest first."""
    keys = [(owner, ASCENDING) for owner in owners]
    return IndexModel([*keys, (by, DESCENDING), ("_id", DESCENDING)], **options)


@dataclass(frozen=True)
class Collection:
    """One collection."""

    name: str
    fields: dict[str, Document]
    indexes: tuple[IndexModel, ...] = ()

    def validator(self) -> Document:
        """Its closed JSON schema."""
        properties = {
            name: {key: value for key, value in kind.items() if key != "optional"}
            for name, kind in self.fields.items()
        }
        required = [
            name for name, kind in self.fields.items() if name != "_id" and not kind.get("optional")
        ]
        return {
            "$jsonSchema": {
                "bsonType": "object",
                "required": ["_id", "v", *required],
                "properties": {"_id": TEXT, "v": WHOLE, **properties},
                "additionalProperties": False,
            }
        }
