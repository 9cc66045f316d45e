"""Collections of what is told live: ids and kinds only, for a day."""

from adapters.mongo.declaring import INSTANT, LIST, TEXT, WHOLE, Collection, gone_after

A_DAY = 24 * 3600

COLLECTIONS = (
    Collection(
        "live_events",
        {"at": INSTANT, "streams": LIST, "kind": TEXT, "about": TEXT, "revision": WHOLE},
        (gone_after("at", A_DAY),),
    ),
)
