"""Collections of WeChat's pushes: which came, and what of them is still to be heard."""

from adapters.mongo.declaring import INSTANT, SECRET, TEXT, Collection, gone_after

COLLECTIONS = (
    # By the keyed hash of what is in a push, so that a repeat is known; nothing of it is kept.
    Collection(
        "wechat_pushes",
        {"kind": TEXT, "at": INSTANT, "gone_at": INSTANT},
        (gone_after("gone_at"),),
    ),
    # Gone in the transaction in which it is heard.
    Collection("wechat_tellings", {"kind": TEXT, "at": INSTANT, "told": SECRET}),
)
