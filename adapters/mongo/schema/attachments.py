"""Collections of images: what is known of each, the bytes, the addresses that open them."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    optional,
)

# What is over is not shown any more, and goes a while later: who attached it in the last moment,
# by another clock than the database's, still finds all of it.
A_WHILE = 3600

COLLECTIONS = (
    Collection(
        "attachments",
        {
            "owner": TEXT,
            "by": TEXT,
            "place": optional(WHOLE),
            "bound_to": optional(TEXT),
            "media_type": TEXT,
            "size": WHOLE,
            "width": WHOLE,
            "height": WHOLE,
            "sha256": SECRET,
            "state": TEXT,
            "reason": TEXT,
            "added_at": INSTANT,
            "gone_at": optional(INSTANT),
            "revision": WHOLE,
        },
        (
            IndexModel(
                [("owner", ASCENDING), ("place", ASCENDING)],
                unique=True,
                partialFilterExpression={"place": {"$exists": True}},
            ),
            IndexModel([("owner", ASCENDING)]),
            IndexModel([("bound_to", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("_id", ASCENDING)]),
            gone_after("gone_at", A_WHILE),
        ),
    ),
    Collection(
        "attachment_contents",
        {"content": SECRET, "gone_at": optional(INSTANT)},
        (gone_after("gone_at", A_WHILE),),
    ),
    Collection(
        "attachment_addresses",
        {
            "attachment_id": TEXT,
            "purpose": TEXT,
            "viewer": TEXT,
            "made_at": INSTANT,
            "expires_at": INSTANT,
        },
        (
            IndexModel([("attachment_id", ASCENDING), ("purpose", ASCENDING)]),
            IndexModel([("viewer", ASCENDING)]),
            gone_after("expires_at"),
        ),
    ),
)
