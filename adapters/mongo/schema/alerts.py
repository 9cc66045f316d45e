"""Collections of what the staff are told."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    SECRET,
    TEXT,
    Collection,
    gone_after,
    newest,
    optional,
    or_null,
)

KEPT_DAYS = 365

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
            "unread": optional(FLAG),
        },
        (
            newest("staff_id", by="at"),
            IndexModel(
                [("staff_id", ASCENDING), ("unread", ASCENDING)],
                partialFilterExpression={"unread": True},
            ),
            IndexModel([("about", ASCENDING)], partialFilterExpression={"about": {"$gt": ""}}),
            gone_after("at", KEPT_DAYS * 24 * 3600),
        ),
    ),
)
