"""Collections of the butlers' room: places, tenants, butlers, shifts, gaps that were told."""

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

COLLECTIONS = (
    Collection(
        "places",
        {
            "code": TEXT,
            "name": TEXT,
            "kind": TEXT,
            "address": TEXT,
            "parent": TEXT,
            "hours": or_null(OBJECT),
            "agency": TEXT,
            "open": FLAG,
            "added_at": INSTANT,
            "revision": WHOLE,
        },
        (
            IndexModel([("code", ASCENDING)], unique=True),
            IndexModel([("added_at", ASCENDING), ("_id", ASCENDING)]),
        ),
    ),
    Collection(
        "tenancies",
        {
            "place_id": TEXT,
            "uscc": TEXT,
            "name": TEXT,
            "room": TEXT,
            "since": TEXT,
            "until": or_null(TEXT),
            "added_at": INSTANT,
            "standing": optional(TEXT),
            "revision": WHOLE,
        },
        (
            unique_while("standing"),
            newest("place_id", by="added_at"),
            IndexModel([("uscc", ASCENDING), ("since", ASCENDING)]),
        ),
    ),
    Collection(
        "butlers",
        {
            "agency": TEXT,
            "places": LIST,
            "skills": LIST,
            "hours": or_null(OBJECT),
            "state": TEXT,
            "since": INSTANT,
            "content": SECRET,
            "held": WHOLE,
            "revision": WHOLE,
        },
        (IndexModel([("places", ASCENDING)]),),
    ),
    Collection(
        "roster_shifts",
        {
            "place_id": TEXT,
            "staff_id": TEXT,
            "begins": INSTANT,
            "ends": INSTANT,
            "note": SECRET,
            "put_by": TEXT,
            "put_at": INSTANT,
            "gone_at": INSTANT,
        },
        (
            IndexModel([("place_id", ASCENDING), ("ends", ASCENDING)]),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "roster_gaps",
        {
            "place_id": TEXT,
            "begins": INSTANT,
            "ends": INSTANT,
            "since_before": FLAG,
            "goes_on": FLAG,
            "found_at": INSTANT,
        },
        (
            IndexModel([("place_id", ASCENDING), ("begins", ASCENDING)]),
            IndexModel([("begins", ASCENDING)]),
        ),
    ),
)
