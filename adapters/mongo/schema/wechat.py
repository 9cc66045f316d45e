"""Collections of the WeChat edge: the shared access token, checks of what people write."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    SECRET,
    SEVEN_DAYS,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    newest,
    optional,
    unique_while,
)

COLLECTIONS = (
    Collection(
        "wechat_tokens",
        {
            "token": optional(SECRET),
            "renew_at": optional(INSTANT),
            "ends_at": optional(INSTANT),
            "fetching_until": INSTANT,
            "fetched_by": TEXT,
        },
    ),
    Collection(
        "content_checks",
        {
            "kind": TEXT,
            "object_id": TEXT,
            "person_id": TEXT,
            "scene": WHOLE,
            "content": optional(SECRET),
            "verdict": TEXT,
            "reason": TEXT,
            "trace_id": optional(TEXT),
            "begun_at": INSTANT,
            "asked_at": optional(INSTANT),
            "decided_at": optional(INSTANT),
            "expires_at": INSTANT,
            "revision": WHOLE,
        },
        (
            IndexModel([("object_id", ASCENDING)]),
            newest("person_id", by="begun_at"),
            unique_while("trace_id"),
            gone_after("expires_at"),
        ),
    ),
    Collection(
        "content_check_results",
        {
            "suggestion": optional(TEXT),
            "reason": optional(TEXT),
            "check_id": optional(TEXT),
            "at": INSTANT,
        },
        (gone_after("at", SEVEN_DAYS),),
    ),
)
