"""Collections of "my data": the texts agreed to, and exports of all that is a person's."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    LIST,
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

COLLECTIONS = (
    Collection(
        "agreement_texts",
        {"agreement": TEXT, "title": TEXT, "version": TEXT, "text": TEXT, "kept_at": INSTANT},
    ),
    Collection(
        "data_exports",
        {
            "person_id": TEXT,
            "requested_at": INSTANT,
            "expires_at": INSTANT,
            "state": TEXT,
            "reason": TEXT,
            "ready_at": or_null(INSTANT),
            "parts": WHOLE,
            "size": WHOLE,
            "sha256": TEXT,
            "reports": LIST,
            "revision": WHOLE,
            "held": optional(WHOLE),
            "open_key": optional(TEXT),
        },
        (
            unique_while("open_key"),
            newest("person_id", by="requested_at"),
            gone_after("expires_at"),
        ),
    ),
    Collection(
        "data_export_parts",
        {"export_id": TEXT, "ordinal": WHOLE, "content": SECRET, "expires_at": INSTANT},
        (
            IndexModel([("export_id", ASCENDING), ("ordinal", ASCENDING)], unique=True),
            gone_after("expires_at"),
        ),
    ),
    Collection(
        "data_export_addresses",
        {
            "export_id": TEXT,
            "person_id": TEXT,
            "session_id": TEXT,
            "made_at": INSTANT,
            "expires_at": INSTANT,
        },
        (gone_after("expires_at"), IndexModel([("person_id", ASCENDING)])),
    ),
)
