"""Collections of cloud lectures: what is shown, every version of it, series."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    LIST,
    OBJECT,
    TEXT,
    WHOLE,
    Collection,
    newest,
    optional,
    or_null,
    unique_while,
)

# Of a lecture that is shown, or was.
EVER_SHOWN = {"$type": "date"}
SINCE_SHOWN = {"partialFilterExpression": {"shown_at": EVER_SHOWN}}

COLLECTIONS = (
    Collection(
        "lectures",
        {
            "created_at": INSTANT,
            "changed_at": INSTANT,
            "standing": TEXT,
            "version_id": TEXT,
            "programme": OBJECT,
            "shown_at": or_null(INSTANT),
            # While it is shown: when it begins, and of which series it is.
            "begins_at": optional(INSTANT),
            "series": optional(TEXT),
            "reason": TEXT,
            "revision": WHOLE,
        },
        (
            newest(by="created_at"),
            IndexModel(
                [("begins_at", DESCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"begins_at": {"$exists": True}},
            ),
            IndexModel(
                [("shown_at", DESCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"begins_at": {"$exists": True}},
            ),
            IndexModel(
                [("series", ASCENDING), ("begins_at", DESCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"series": {"$exists": True}},
            ),
            # For figures: of what was withdrawn too.
            newest(by="programme.begins_at", **SINCE_SHOWN),
            newest("programme.series", by="programme.begins_at", **SINCE_SHOWN),
        ),
    ),
    Collection(
        "lecture_versions",
        {
            "lecture_id": TEXT,
            "number": WHOLE,
            "programme": OBJECT,
            "state": TEXT,
            "editors": LIST,
            "changed_by": TEXT,
            "created_at": INSTANT,
            "changed_at": INSTANT,
            "made_from": TEXT,
            "reviewed_by": TEXT,
            "reason": TEXT,
            "publish_at": or_null(INSTANT),
            "published_at": or_null(INSTANT),
            "revision": WHOLE,
            # While it is not decided: the lecture's id, of which there is one at a time.
            "in_work": optional(TEXT),
            # Of what the content brought: its code, and the hash of what the file said.
            "brought": optional(TEXT),
            "fingerprint": optional(TEXT),
            # Its files, until it is withdrawn: none of them is removed.
            "files": optional(LIST),
        },
        (
            unique_while("in_work"),
            unique_while("brought"),
            IndexModel([("lecture_id", ASCENDING), ("number", DESCENDING)], unique=True),
            newest("lecture_id", by="created_at"),
            IndexModel([("files", ASCENDING)]),
            # For the first page of the console.
            IndexModel([("state", ASCENDING), ("changed_at", ASCENDING)]),
        ),
    ),
    Collection(
        "lecture_series",
        {
            "title": TEXT,
            "summary": TEXT,
            # Until a reviewer decides: title, summary, who said so and when.
            "proposed": optional(OBJECT),
            "revision": WHOLE,
        },
        (IndexModel([("title", ASCENDING)], unique=True),),
    ),
)
