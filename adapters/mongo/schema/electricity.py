"""Collections of applications for electricity: the applications, and the files handed in."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
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
        "electricity_applications",
        {
            "number": optional(TEXT),
            "person_id": TEXT,
            "subject_id": TEXT,
            "principal_id": TEXT,
            "principal_person": TEXT,
            "about": TEXT,
            "uscc": or_null(TEXT),
            "business": TEXT,
            "state": TEXT,
            "proof": TEXT,
            "channel": TEXT,
            "green": FLAG,
            "sample": FLAG,
            "report_id": TEXT,
            "promise_id": TEXT,
            "promise_code": TEXT,
            "breach": or_null(TEXT),
            "applied": WHOLE,
            "reminded": LIST,
            "created_at": INSTANT,
            "changed_at": INSTANT,
            "since": INSTANT,
            "due_at": INSTANT,
            "follows_on": optional(TEXT),
            "content": SECRET,
            "revision": WHOLE,
            "gone_at": optional(INSTANT),
        },
        (
            unique_while("number"),
            newest("subject_id", by="created_at"),
            newest("about", by="created_at"),
            IndexModel([("state", ASCENDING), ("since", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("follows_on", ASCENDING)]),
            IndexModel([("person_id", ASCENDING)]),
            IndexModel([("principal_person", ASCENDING)]),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "electricity_files",
        {
            "application_id": TEXT,
            "content": SECRET,
            "gone_at": optional(INSTANT),
        },
        (IndexModel([("application_id", ASCENDING)]), gone_after("gone_at")),
    ),
)
