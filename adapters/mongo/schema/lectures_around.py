"""Collections around a lecture: places, notices to many, followers, questions, search."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from adapters.mongo.declaring import (
    FLAG,
    INSTANT,
    LIST,
    OBJECT,
    SECRET,
    TEXT,
    WHOLE,
    Collection,
    newest,
    optional,
    or_null,
    unique_while,
)

COLLECTIONS = (
    Collection(
        "lecture_rooms",
        {"round": WHOLE, "confirmed": WHOLE, "waiting": WHOLE, "came": WHOLE, "revision": WHOLE},
    ),
    Collection(
        "lecture_registrations",
        {
            "lecture_id": TEXT,
            "person_id": TEXT,
            "state": TEXT,
            "round": WHOLE,
            "number": WHOLE,
            "registered_at": INSTANT,
            "changed_at": INSTANT,
            "revision": WHOLE,
        },
        (
            IndexModel([("lecture_id", ASCENDING), ("person_id", ASCENDING)], unique=True),
            # Who waits, and who is told, in the order in which they came.
            IndexModel(
                [
                    *(("lecture_id", ASCENDING), ("round", ASCENDING)),
                    *(("state", ASCENDING), ("number", ASCENDING)),
                ]
            ),
            IndexModel([("lecture_id", ASCENDING), ("round", ASCENDING), ("number", ASCENDING)]),
            newest("person_id", by="registered_at"),
        ),
    ),
    Collection(
        "lecture_tellings",
        {
            "lecture_id": TEXT,
            "what": TEXT,
            "title": TEXT,
            "speaker": TEXT,
            "begins_at": INSTANT,
            "begun_at": INSTANT,
            "round": WHOLE,
            # Those begun by an earlier program have none.
            "reason": optional(TEXT),
            "after": TEXT,
            "told": WHOLE,
            "over": FLAG,
            "revision": WHOLE,
        },
        (
            IndexModel(
                [("lecture_id", ASCENDING)],
                name="under_way",
                partialFilterExpression={"over": False},
            ),
        ),
    ),
    Collection("lecture_followers", {"since": INSTANT}),
    Collection(
        "lecture_questions",
        {
            "lecture_id": TEXT,
            "person_id": or_null(TEXT),
            "state": TEXT,
            "asked_at": INSTANT,
            "changed_at": INSTANT,
            # The question, the answer, and why there is none.
            "content": SECRET,
            "slot": WHOLE,
            # Lecture, person and slot, while it is open: so many are open at most.
            "open_of": optional(TEXT),
            "handled_by": TEXT,
            "revision": WHOLE,
        },
        (
            unique_while("open_of"),
            newest("lecture_id", "state", by="changed_at"),
            newest("lecture_id", "person_id", by="asked_at"),
            newest("state", by="asked_at"),
            newest("lecture_id", "state", by="asked_at"),
            IndexModel([("person_id", ASCENDING)]),
        ),
    ),
    Collection(
        "lecture_search",
        {
            "begins_at": INSTANT,
            "title": TEXT,
            "speaker": TEXT,
            "grams": LIST,
            # Those of what may be read before it begins.
            "told": LIST,
            "texts": OBJECT,
            "moments": LIST,
            "spoken": LIST,
            "lines": OBJECT,
        },
        (
            IndexModel(
                [("grams", ASCENDING), ("begins_at", DESCENDING), ("_id", DESCENDING)],
            ),
        ),
    ),
)
