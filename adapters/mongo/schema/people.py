"""Collections of people: accounts, sessions, and how a name is proven."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    LIST,
    OBJECT,
    SECRET,
    SEVEN_DAYS,
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
        "wechat_accounts",
        {
            "appid": TEXT,
            "openid": SECRET,
            "session_key": SECRET,
            "person_id": TEXT,
            "created_at": INSTANT,
        },
        (
            IndexModel([("appid", ASCENDING), ("openid", ASCENDING)], unique=True),
            IndexModel([("person_id", ASCENDING)]),
        ),
    ),
    Collection(
        "sessions",
        {
            "person_id": TEXT,
            "account_id": TEXT,
            "started_at": INSTANT,
            "generation": WHOLE,
            "rotated_at": INSTANT,
            "expires_at": INSTANT,
            "device": optional(TEXT),
            "until": optional(INSTANT),
            "ended_at": or_null(INSTANT),
            "ended_because": or_null(TEXT),
        },
        (newest("person_id", by="started_at"), gone_after("expires_at", SEVEN_DAYS)),
    ),
    Collection(
        "people",
        {
            "since": INSTANT,
            "revision": WHOLE,
            "name": optional(SECRET),
            "id_number": optional(SECRET),
            "phone": optional(SECRET),
            "verification": optional(OBJECT),
            "failures": optional(LIST),
            "reviewer": optional(FLAG),
            "sample_number": optional(SECRET),
            "leaving": optional(FLAG),
        },
        (unique_while("id_number"),),
    ),
    Collection(
        "reviewers",
        {
            "appid": TEXT,
            "openid": SECRET,
            "added_at": INSTANT,
            "ends_at": INSTANT,
            "signed_in_at": or_null(INSTANT),
        },
        (newest("appid", "openid", by="added_at"),),
    ),
    Collection(
        "counter_cases",
        {
            "number": TEXT,
            "person_id": TEXT,
            "reason": TEXT,
            "name": SECRET,
            "id_number": SECRET,
            "opened_at": INSTANT,
            "state": TEXT,
            "standing": optional(TEXT),
        },
        (
            IndexModel([("number", ASCENDING)], unique=True),
            unique_while("standing"),
            newest("person_id", by="opened_at"),
        ),
    ),
    Collection(
        "identity_checks",
        {
            "person_id": TEXT,
            "name": SECRET,
            "id_number": SECRET,
            "ticket": SECRET,
            "begun_at": INSTANT,
            "expires_at": INSTANT,
            "done": FLAG,
            "led_to": optional(TEXT),
            "failed": optional(FLAG),
        },
        (
            gone_after("expires_at", SEVEN_DAYS),
            newest("person_id", by="begun_at"),
            IndexModel([("led_to", ASCENDING)]),
            IndexModel([("id_number", ASCENDING)]),
        ),
    ),
    Collection(
        "identity_receipts",
        {"check_id": TEXT, "expires_at": INSTANT},
        (gone_after("expires_at", SEVEN_DAYS), IndexModel([("check_id", ASCENDING)])),
    ),
)
