"""Collections of what is told live: ids and kinds only, for a day; who is there, for seconds."""

from pymongo import ASCENDING, IndexModel

from adapters.mongo.declaring import INSTANT, LIST, TEXT, WHOLE, Collection, gone_after

A_DAY = 24 * 3600
A_MINUTE = 60
EVENT = {"at": INSTANT, "streams": LIST, "kind": TEXT, "about": TEXT, "revision": WHOLE}

COLLECTIONS = (
    # From the commit until they are numbered.
    Collection("live_events", EVENT, (gone_after("at", A_DAY),)),
    # Under their numbers, which are without a gap.
    Collection(
        "live_numbered",
        {"_id": WHOLE, "era": TEXT, **EVENT},
        (
            gone_after("at", A_DAY),
            IndexModel([("streams", ASCENDING), ("_id", ASCENDING)]),
        ),
    ),
    Collection(
        "live_sequencer",
        {
            "holder": TEXT,
            "until": INSTANT,
            "fence": WHOLE,
            "era": TEXT,
            "last": WHOLE,
            "at": INSTANT,
        },
    ),
    # One for each socket at each ticket.
    Collection(
        "live_presence",
        {"seat": TEXT, "about": TEXT, "side": TEXT, "who": TEXT, "doing": TEXT, "at": INSTANT},
        (gone_after("at", A_MINUTE),),
    ),
)
