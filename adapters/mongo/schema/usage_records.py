"""Collections of usage records, and of what is contributed to the municipal platform."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    newest,
    optional,
    or_null,
)

COLLECTIONS = (
    Collection(
        "usage_records",
        {
            "reference": TEXT,
            "kind": TEXT,
            "state": TEXT,
            "number": or_null(SECRET),
            "holder": optional(TEXT),
            "person_id": or_null(TEXT),
            "reported_by": TEXT,
            "reported_at": INSTANT,
            "changed_at": INSTANT,
            "due_on": or_null(TEXT),
            "content": SECRET,
            "revision": WHOLE,
            "gone_at": optional(INSTANT),
        },
        (
            IndexModel([("reference", ASCENDING)], unique=True),
            newest("number", by="reported_at"),
            newest("state", by="changed_at"),
            IndexModel([("number", ASCENDING), ("state", ASCENDING)]),
            newest("holder", by="reported_at"),
            IndexModel([("holder", ASCENDING), ("state", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("due_on", ASCENDING)]),
            IndexModel([("person_id", ASCENDING)]),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "contributions",
        {
            "kind": TEXT,
            "version": WHOLE,
            "state": TEXT,
            "changed_at": INSTANT,
            "problem": TEXT,
        },
        (IndexModel([("state", ASCENDING), ("changed_at", ASCENDING)]),),
    ),
)
