"""Collections of the watching of lectures: addresses of replays, how far people are, how many."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    LIST,
    OBJECT,
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

FRACTION = {"bsonType": "double"}

COLLECTIONS = (
    Collection(
        "replay_addresses",
        {
            "lecture_id": TEXT,
            "person_id": TEXT,
            "session_id": TEXT,
            "made_at": INSTANT,
            "expires_at": INSTANT,
        },
        (IndexModel([("person_id", ASCENDING)]), gone_after("expires_at")),
    ),
    Collection(
        "lecture_progress",
        {
            "lecture_id": TEXT,
            "person_id": TEXT,
            "recording": TEXT,
            "duration_ms": WHOLE,
            "slide_pages": WHOLE,
            "changed_at": INSTANT,
            "sittings": LIST,
            "seen": LIST,
            "position_ms": WHOLE,
            "moved_at": or_null(INSTANT),
            "playing": FLAG,
            "speed": FRACTION,
            "pages": LIST,
            "revision": WHOLE,
        },
        (
            newest("person_id", by="changed_at"),
            IndexModel([("person_id", ASCENDING), ("lecture_id", ASCENDING)]),
        ),
    ),
    # By person: which time of the clock was counted for what was watched, over all lectures.
    Collection(
        "lecture_hours",
        {
            "spent": LIST,
            "left_ms": WHOLE,
            "looks_left_ms": WHOLE,
            "left_until": or_null(INSTANT),
            "revision": WHOLE,
        },
    ),
    Collection(
        "lecture_certificates",
        {
            "number": TEXT,
            "lecture_id": TEXT,
            "recording": TEXT,
            "person_id": TEXT,
            "holder": SECRET,
            "title": TEXT,
            "speaker": TEXT,
            "held_on": or_null(TEXT),
            "watched_minutes": WHOLE,
            "watched_percent": WHOLE,
            "issued_at": INSTANT,
            "sample": FLAG,
            "paper": optional(OBJECT),
            "revision": WHOLE,
        },
        (
            IndexModel([("number", ASCENDING)], unique=True),
            IndexModel([("person_id", ASCENDING), ("recording", ASCENDING)], unique=True),
            newest("person_id", by="issued_at"),
            IndexModel([("lecture_id", ASCENDING)]),
            unique_while("paper.code_hash"),
            unique_while("paper.check_hash"),
            unique_while("paper.file_sha256"),
            unique_while("paper.raised_sha256"),
        ),
    ),
    Collection("lecture_certificate_papers", {"content": SECRET}),
    # Who saw a lecture, once each, whatever recordings it had.
    Collection(
        "lecture_viewers",
        {"lecture_id": TEXT, "person_id": TEXT},
        (IndexModel([("person_id", ASCENDING)]),),
    ),
    # Of a lecture its viewers; of each of its recordings who watched which minute and page.
    Collection(
        "lecture_counts",
        {
            "lecture_id": TEXT,
            "views": optional(WHOLE),
            "minutes": optional(OBJECT),
            "pages": optional(OBJECT),
        },
        (IndexModel([("lecture_id", ASCENDING)]),),
    ),
)
