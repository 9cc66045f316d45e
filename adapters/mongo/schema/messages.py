"""Collections of messages to people: each message, the consent ledger, preferences."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    OBJECT,
    TEXT,
    WHOLE,
    Collection,
    optional,
    or_null,
    unique_while,
)

COLLECTIONS = (
    Collection(
        "messages",
        {
            "person_id": TEXT,
            "kind": TEXT,
            "told_at": INSTANT,
            "state": TEXT,
            "changed_at": INSTANT,
            "because": or_null(TEXT),
            "template": or_null(TEXT),
            "account_id": or_null(TEXT),
            "spent_era": optional(WHOLE),
            "wechat_id": optional(TEXT),
            "errcode": optional(WHOLE),
            "into": or_null(TEXT),
            "count": WHOLE,
            "tries": WHOLE,
            "revision": WHOLE,
            # The account, while a message to it is on its way: the index lets one through.
            "in_flight": optional(TEXT),
            "pending_of": optional(TEXT),
            "open_of": optional(TEXT),
        },
        (
            unique_while("in_flight"),
            unique_while("wechat_id"),
            IndexModel(
                [("pending_of", ASCENDING), ("told_at", ASCENDING)],
                partialFilterExpression={"pending_of": {"$exists": True}},
            ),
            IndexModel(
                [("open_of", ASCENDING), ("template", ASCENDING), ("changed_at", ASCENDING)],
                partialFilterExpression={"open_of": {"$exists": True}},
            ),
            IndexModel([("person_id", ASCENDING)]),
        ),
    ),
    Collection(
        "message_consents",
        {
            "account_id": TEXT,
            "template_id": TEXT,
            "left": WHOLE,
            "refused_at": or_null(INSTANT),
            "changed_at": INSTANT,
            "era": WHOLE,
            "revision": WHOLE,
        },
        (IndexModel([("account_id", ASCENDING)]),),
    ),
    Collection(
        "message_preferences",
        {"ways": OBJECT, "quiet": or_null(OBJECT), "digest_at": TEXT, "revision": WHOLE},
    ),
)
