"""Collections of the audit log's evidence: leaves, roots, and how far the sealer is."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    LIST,
    TEXT,
    WHOLE,
    Collection,
    optional,
    or_null,
)

COLLECTIONS = (
    Collection(
        "audit_leaves",
        {"_id": WHOLE, "event_id": TEXT, "hash": TEXT},
        (IndexModel([("event_id", ASCENDING)], unique=True),),
    ),
    Collection(
        "audit_roots",
        {
            "_id": WHOLE,
            "installation": TEXT,
            "at": INSTANT,
            "size": WHOLE,
            "head": TEXT,
            "previous": TEXT,
            "signer": TEXT,
            "signature": TEXT,
            "certificate": TEXT,
            "stamping": TEXT,
            "token": optional(TEXT),
        },
        (
            IndexModel([("stamping", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("size", ASCENDING), ("_id", ASCENDING)]),
        ),
    ),
    Collection("audit_heads", {"hash": TEXT}),
    Collection(
        "audit_sealer",
        {
            "installation": TEXT,
            "holder": TEXT,
            "until": INSTANT,
            "claimed_at": INSTANT,
            "fence": WHOLE,
            "size": WHOLE,
            "peaks": LIST,
            "roots": WHOLE,
            "previous": TEXT,
            "rooted_at": or_null(INSTANT),
            "root_wanted": FLAG,
            "authority": FLAG,
            "stamp_after": INSTANT,
        },
    ),
)
