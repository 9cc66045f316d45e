"""Every collection: its fields, which of them are ciphertext, and its indexes.

A field declared ``SECRET`` must arrive as binary: the server refuses a clear name, phone or ID
number, whatever the program does.
"""

from dataclasses import dataclass

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import OperationFailure

from adapters.mongo.database import Database, Document

TEXT: Document = {"bsonType": "string"}
WHOLE: Document = {"bsonType": ["int", "long"]}
FLAG: Document = {"bsonType": "bool"}
INSTANT: Document = {"bsonType": "date"}
SECRET: Document = {"bsonType": "binData"}
OBJECT: Document = {"bsonType": "object"}
LIST: Document = {"bsonType": "array"}
SEVEN_DAYS = 7 * 24 * 3600
NAMESPACE_EXISTS = 48


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


def newest(*owners: str, by: str) -> IndexModel:
    """For lists of an owner, newest first."""
    keys = [(owner, ASCENDING) for owner in owners]
    return IndexModel([*keys, (by, DESCENDING), ("_id", DESCENDING)])


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
        required = [name for name, kind in self.fields.items() if not kind.get("optional")]
        return {
            "$jsonSchema": {
                "bsonType": "object",
                "required": ["_id", "v", *required],
                "properties": {"_id": TEXT, "v": WHOLE, **properties},
                "additionalProperties": False,
            }
        }


COLLECTIONS = (
    Collection("schema", {"migrated_at": INSTANT}),
    Collection(
        "audit_events",
        {
            "at": INSTANT,
            "actor": TEXT,
            "action": TEXT,
            "object_id": TEXT,
            "trace_id": TEXT,
            "facts": OBJECT,
        },
        (newest("object_id", by="at"), newest("actor", by="at")),
    ),
    Collection(
        "outbox",
        {
            "topic": TEXT,
            "object_id": TEXT,
            "trace_id": TEXT,
            "next_at": INSTANT,
            "attempts": WHOLE,
            "fence": WHOLE,
            "commits": WHOLE,
        },
        (IndexModel([("next_at", ASCENDING)]),),
    ),
    Collection(
        "idempotent_replies",
        {"content": TEXT, "at": INSTANT, "reply": optional(SECRET)},
        (gone_after("at", SEVEN_DAYS),),
    ),
    Collection("held_keys", {"until": INSTANT}, (gone_after("until"),)),
    Collection("rates", {"count": WHOLE, "over_at": INSTANT}, (gone_after("over_at"),)),
    Collection("services", {"sentence": TEXT, "closed_at": INSTANT}),
    Collection(
        "wechat_accounts",
        {
            "appid": TEXT,
            "openid": SECRET,
            "session_key": SECRET,
            "person_id": TEXT,
            "created_at": INSTANT,
        },
        (
            IndexModel([("appid", ASCENDING), ("openid", ASCENDING)], unique=True),
            IndexModel([("person_id", ASCENDING)]),
        ),
    ),
    Collection(
        "sessions",
        {
            "person_id": TEXT,
            "account_id": TEXT,
            "started_at": INSTANT,
            "generation": WHOLE,
            "rotated_at": INSTANT,
            "expires_at": INSTANT,
            "device": optional(TEXT),
            "until": optional(INSTANT),
            "ended_at": or_null(INSTANT),
            "ended_because": or_null(TEXT),
        },
        (newest("person_id", by="started_at"), gone_after("expires_at", SEVEN_DAYS)),
    ),
    Collection(
        "people",
        {
            "since": INSTANT,
            "revision": WHOLE,
            "name": optional(SECRET),
            "id_number": optional(SECRET),
            "phone": optional(SECRET),
            "verification": optional(OBJECT),
            "failures": optional(LIST),
            "reviewer": optional(FLAG),
            "sample_number": optional(SECRET),
        },
        (unique_while("id_number"),),
    ),
    Collection(
        "reviewers",
        {
            "appid": TEXT,
            "openid": SECRET,
            "added_at": INSTANT,
            "ends_at": INSTANT,
            "signed_in_at": or_null(INSTANT),
        },
        (newest("appid", "openid", by="added_at"),),
    ),
    Collection(
        "counter_cases",
        {
            "number": TEXT,
            "person_id": TEXT,
            "reason": TEXT,
            "name": SECRET,
            "id_number": SECRET,
            "opened_at": INSTANT,
            "state": TEXT,
            "standing": optional(TEXT),
        },
        (IndexModel([("number", ASCENDING)], unique=True), unique_while("standing")),
    ),
    Collection(
        "identity_checks",
        {
            "person_id": TEXT,
            "name": SECRET,
            "id_number": SECRET,
            "ticket": SECRET,
            "begun_at": INSTANT,
            "expires_at": INSTANT,
            "done": FLAG,
            "led_to": optional(TEXT),
            "failed": optional(FLAG),
        },
        (gone_after("expires_at", SEVEN_DAYS),),
    ),
    Collection(
        "identity_receipts",
        {"check_id": TEXT, "expires_at": INSTANT},
        (gone_after("expires_at", SEVEN_DAYS),),
    ),
    Collection(
        "subjects",
        {
            "person_id": TEXT,
            "kind": TEXT,
            "name": SECRET,
            "uscc": or_null(TEXT),
            "role": TEXT,
            "since": INSTANT,
            "ended_at": or_null(INSTANT),
            "standing": optional(TEXT),
            "principal_id": optional(TEXT),
            "principal_person": optional(TEXT),
            "scope": optional(LIST),
            "ends_at": optional(or_null(INSTANT)),
            "suspended_at": optional(or_null(INSTANT)),
        },
        (
            unique_while("standing"),
            IndexModel([("person_id", ASCENDING), ("since", ASCENDING)]),
            IndexModel([("principal_id", ASCENDING), ("since", ASCENDING)]),
            IndexModel([("uscc", ASCENDING), ("since", ASCENDING)]),
        ),
    ),
    Collection(
        "delegations",
        {
            "kind": TEXT,
            "about": TEXT,
            "principal_id": TEXT,
            "principal_person": TEXT,
            "uscc": or_null(TEXT),
            "subject_name": SECRET,
            "name": SECRET,
            "phone": SECRET,
            "scope": LIST,
            "ends_at": INSTANT,
            "created_at": INSTANT,
            "invitation_hash": TEXT,
            "invitation_expires_at": INSTANT,
            "accepted_by": or_null(TEXT),
            "accepted_at": or_null(INSTANT),
            "closed_at": or_null(INSTANT),
            "closed_because": or_null(TEXT),
            "revision": WHOLE,
        },
        (
            IndexModel([("invitation_hash", ASCENDING)], unique=True),
            newest("about", by="created_at"),
        ),
    ),
    Collection(
        "consents",
        {
            "person_id": TEXT,
            "agreement": TEXT,
            "title": TEXT,
            "version": TEXT,
            "text_hash": TEXT,
            "subject_id": or_null(TEXT),
            "given_at": INSTANT,
            "withdrawn_at": or_null(INSTANT),
            "standing": optional(TEXT),
        },
        (unique_while("standing"), newest("person_id", by="given_at")),
    ),
    Collection(
        "looks",
        {
            "at": INSTANT,
            "viewer": TEXT,
            "person_id": TEXT,
            "subject_id": TEXT,
            "report_id": TEXT,
            "report_number": TEXT,
            "action": TEXT,
            "purpose": TEXT,
            "authority": TEXT,
            "trace_id": TEXT,
            "role": optional(TEXT),
            "about": optional(TEXT),
            "viewer_name": optional(SECRET),
        },
        (newest("person_id", "subject_id", by="at"), newest("about", by="at")),
    ),
    Collection(
        "credit_reports",
        {
            "number": TEXT,
            "person_id": TEXT,
            "subject_id": TEXT,
            "subject_name": SECRET,
            "uscc": or_null(TEXT),
            "purpose": TEXT,
            "consent_id": TEXT,
            "requested_at": INSTANT,
            "state": TEXT,
            "reason": SECRET,
            "superseded_by": or_null(TEXT),
            "revoked_at": or_null(INSTANT),
            "changed_by": TEXT,
            "revision": WHOLE,
            "open_key": optional(TEXT),
            "issue": optional(OBJECT),
            "principal_id": optional(TEXT),
            "edition": optional(TEXT),
            "period": optional(OBJECT),
            "fields": optional(LIST),
        },
        (
            IndexModel([("number", ASCENDING)], unique=True),
            unique_while("open_key"),
            unique_while("issue.code_hash"),
            unique_while("issue.check_hash"),
            unique_while("issue.file_sha256"),
            newest("person_id", by="requested_at"),
            newest("person_id", "subject_id", by="requested_at"),
            newest("person_id", "subject_id", "purpose", by="requested_at"),
            newest("principal_id", by="requested_at"),
        ),
    ),
    Collection(
        "notices",
        {
            "person_id": TEXT,
            "at": INSTANT,
            "title": TEXT,
            "text": SECRET,
            "link": TEXT,
            "read_at": or_null(INSTANT),
            "unread": optional(FLAG),
        },
        (
            newest("person_id", by="at"),
            IndexModel(
                [("person_id", ASCENDING)],
                name="unread",
                partialFilterExpression={"unread": True},
            ),
        ),
    ),
    Collection("credit_report_snapshots", {"content": SECRET}),
    Collection("credit_report_papers", {"content": SECRET}),
    Collection(
        "file_addresses",
        {
            "report_id": TEXT,
            "person_id": TEXT,
            "session_id": TEXT,
            "made_at": INSTANT,
            "expires_at": INSTANT,
        },
        (gone_after("expires_at"),),
    ),
    Collection(
        "shares",
        {
            "secret_hash": TEXT,
            "report_id": TEXT,
            "ordinal": WHOLE,
            "person_id": TEXT,
            "subject_id": TEXT,
            "recipient": SECRET,
            "purpose": SECRET,
            "once": FLAG,
            "created_at": INSTANT,
            "ends_at": INSTANT,
            "openings": WHOLE,
            "opened_at": or_null(INSTANT),
            "revoked_at": or_null(INSTANT),
            "revision": WHOLE,
        },
        (
            IndexModel([("secret_hash", ASCENDING)], unique=True),
            IndexModel([("report_id", ASCENDING), ("ordinal", DESCENDING)], unique=True),
        ),
    ),
    Collection(
        "share_openings",
        {"share_id": TEXT, "name": SECRET, "at": INSTANT, "expires_at": INSTANT},
        (gone_after("expires_at"),),
    ),
)


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
