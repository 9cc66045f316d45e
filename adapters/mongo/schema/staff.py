"""Collections of the staff: accounts and signed-in browsers."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import (
    INSTANT,
    LIST,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    gone_after,
    or_null,
    unique_while,
)

COLLECTIONS = (
    Collection(
        "staff",
        {
            "login": TEXT,
            "name": SECRET,
            "roles": LIST,
            "state": TEXT,
            "proposed_by": TEXT,
            "proposed_at": INSTANT,
            "approved_by": or_null(TEXT),
            "release_hash": or_null(TEXT),
            "invitation_hash": or_null(TEXT),
            "invitation_ends_at": or_null(INSTANT),
            "password_hash": SECRET,
            "totp_secret": SECRET,
            "last_code": WHOLE,
            "signed_in_at": or_null(INSTANT),
            "revision": WHOLE,
        },
        (
            IndexModel([("login", ASCENDING)], unique=True),
            IndexModel([("invitation_hash", ASCENDING)]),
        ),
    ),
    Collection(
        "staff_sessions",
        {
            "staff_id": TEXT,
            "secret_hash": TEXT,
            "xsrf": SECRET,
            "started_at": INSTANT,
            "seen_at": INSTANT,
            "ends_at": INSTANT,
            "before": or_null(INSTANT),
        },
        (
            unique_while("secret_hash"),
            IndexModel([("staff_id", ASCENDING)]),
            gone_after("ends_at"),
        ),
    ),
)
