"""Collections of the foundation: audit, messages, replies, and what counts and closes."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    OBJECT,
    SECRET,
    SEVEN_DAYS,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    newest,
    optional,
)

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
            "sealed": optional(FLAG),
        },
        (
            newest("object_id", by="at"),
            newest("actor", by="at"),
            newest("action", by="at"),
            newest(by="at"),
            IndexModel([("sealed", ASCENDING), ("_id", ASCENDING)]),
        ),
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
            "sent_at": optional(INSTANT),
            "held_at": optional(INSTANT),
            "failures": optional(WHOLE),
            "error": optional(TEXT),
            "failed_at": optional(INSTANT),
            "stuck_at": optional(INSTANT),
        },
        (
            IndexModel([("next_at", ASCENDING)]),
            # Each topic is a queue of its own: what one is behind with, others do not read.
            IndexModel([("topic", ASCENDING), ("next_at", ASCENDING)]),
        ),
    ),
    Collection(
        "idempotent_replies",
        {"content": TEXT, "at": INSTANT, "reply": optional(SECRET), "caller": optional(TEXT)},
        (gone_after("at", SEVEN_DAYS), IndexModel([("caller", ASCENDING)])),
    ),
    Collection("held_keys", {"until": INSTANT, "by": optional(TEXT)}, (gone_after("until"),)),
    Collection("turns", {"holder": TEXT, "until": INSTANT}, (gone_after("until"),)),
    Collection("rates", {"count": WHOLE, "over_at": INSTANT}, (gone_after("over_at"),)),
    Collection("services", {"sentence": TEXT, "closed_at": INSTANT}),
)
