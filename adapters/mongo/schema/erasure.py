"""Collections of erasure: how each stands, and what a rule keeps until its day."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    optional,
    or_null,
    unique_while,
)

COLLECTIONS = (
    Collection(
        "erasures",
        {
            "number": TEXT,
            "requested_at": INSTANT,
            "because": TEXT,
            "state": TEXT,
            "leaver": optional(SECRET),
            "gone": WHOLE,
            "kept": WHOLE,
            "kept_until": or_null(INSTANT),
            "done_at": or_null(INSTANT),
        },
        (IndexModel([("number", ASCENDING)], unique=True),),
    ),
    Collection(
        "legal_hold",
        {
            "kind": TEXT,
            "rule": TEXT,
            "source": TEXT,
            "kept_at": INSTANT,
            "ends_at": INSTANT,
            "holder": TEXT,
            "content": SECRET,
            "code_hash": optional(TEXT),
            "check_hash": optional(TEXT),
            "file_sha256": optional(TEXT),
            "raised_sha256": optional(TEXT),
        },
        (
            gone_after("ends_at"),
            IndexModel([("holder", ASCENDING), ("kept_at", ASCENDING)]),
            unique_while("code_hash"),
            unique_while("check_hash"),
            unique_while("file_sha256"),
            unique_while("raised_sha256"),
        ),
    ),
)
