"""Collections of what the staff are told: alerts, messages that carry them, contacts."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    LIST,
    OBJECT,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    newest,
    optional,
    or_null,
    unique_while,
)

KEPT_SECONDS = 365 * 24 * 3600


def _while(field: str, *keys: str) -> IndexModel:
    """Over the documents that have the field."""
    return IndexModel(
        [(key, ASCENDING) for key in (field, *keys)],
        partialFilterExpression={field: {"$exists": True}},
    )


COLLECTIONS = (
    Collection(
        "alerts",
        {
            "staff_id": TEXT,
            "key": TEXT,
            "at": INSTANT,
            "title": TEXT,
            "text": SECRET,
            "link": TEXT,
            "urgency": TEXT,
            # The person whom the text speaks of, or empty.
            "about": TEXT,
            "read_at": or_null(INSTANT),
            "state": TEXT,
            "changed_at": or_null(INSTANT),
            "held": FLAG,
            "missed": LIST,
            "push_id": TEXT,
            "tries": WHOLE,
            "not_before": or_null(INSTANT),
            "by": or_null(TEXT),
            "settled_by": TEXT,
            "revision": WHOLE,
            "unread": optional(FLAG),
            "waiting_of": optional(TEXT),
            "undelivered": optional(FLAG),
        },
        (
            newest("staff_id", by="at"),
            IndexModel(
                [(key, ASCENDING) for key in ("staff_id", "unread", "at", "_id")],
                partialFilterExpression={"unread": True},
            ),
            _while("waiting_of", "at", "_id"),
            _while("undelivered", "changed_at", "_id"),
            IndexModel([("about", ASCENDING)], partialFilterExpression={"about": {"$gt": ""}}),
            gone_after("at", KEPT_SECONDS),
        ),
    ),
    Collection(
        "alert_pushes",
        {
            "staff_id": TEXT,
            "channel": TEXT,
            "alerts": LIST,
            "title": TEXT,
            "at": INSTANT,
            "changed_at": INSTANT,
            "digest": FLAG,
            "state": TEXT,
            "because": or_null(TEXT),
            "errcode": {"bsonType": ["int", "long", "null"]},
            "spent": WHOLE,
            "revision": WHOLE,
            "their_id": optional(TEXT),
            # The person, while a message to them is on its way: the index lets one through.
            "in_flight": optional(TEXT),
            "doubtful_of": optional(TEXT),
        },
        (
            unique_while("in_flight"),
            unique_while("their_id"),
            _while("doubtful_of", "at"),
            gone_after("at", KEPT_SECONDS),
        ),
    ),
    Collection("alert_paces", {"sent": LIST, "digest_on": TEXT, "revision": WHOLE}),
    Collection(
        "staff_contacts",
        {
            "phone": SECRET,
            "phone_at": or_null(INSTANT),
            "asking": or_null(OBJECT),
            "choice": or_null(OBJECT),
            "revision": WHOLE,
            "binding_id": optional(TEXT),
            "openid": optional(SECRET),
            "person_id": optional(TEXT),
            "bound_at": optional(INSTANT),
            "proving": optional(OBJECT),
            "proving_phone": optional(SECRET),
            "proving_code": optional(SECRET),
        },
        (
            unique_while("openid"),
            _while("person_id"),
            IndexModel(
                [("asking.secret_hash", ASCENDING)],
                partialFilterExpression={"asking.secret_hash": {"$exists": True}},
            ),
        ),
    ),
)
