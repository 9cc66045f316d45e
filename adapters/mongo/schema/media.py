"""Collections of media: what is known of each file, its parts on the way, what is given out."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from adapters.mongo.declaring import INSTANT, LIST, OBJECT, TEXT, WHOLE, Collection

COLLECTIONS = (
    Collection(
        "media_assets",
        {
            "of": TEXT,
            "kind": TEXT,
            "name": TEXT,
            "size": WHOLE,
            "state": TEXT,
            "added_by": TEXT,
            "added_at": INSTANT,
            "changed_at": INSTANT,
            "sha256": TEXT,
            "steps": LIST,
            "renditions": LIST,
            "found": OBJECT,
            "revision": WHOLE,
        },
        (
            IndexModel([("of", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("state", ASCENDING), ("changed_at", ASCENDING)]),
        ),
    ),
    Collection(
        "media_parts",
        {"asset_id": TEXT, "number": WHOLE, "size": WHOLE, "sha256": TEXT},
        (IndexModel([("asset_id", ASCENDING), ("number", ASCENDING)], unique=True),),
    ),
    Collection(
        "media_files",
        {
            "asset_id": TEXT,
            "rendition": TEXT,
            "name": TEXT,
            "media_type": TEXT,
            "size": WHOLE,
            "sha256": TEXT,
            "stored_at": INSTANT,
        },
        (
            IndexModel(
                [("asset_id", ASCENDING), ("rendition", ASCENDING), ("name", ASCENDING)],
                unique=True,
            ),
        ),
    ),
)
