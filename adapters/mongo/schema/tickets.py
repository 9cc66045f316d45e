"""Collections of tickets: the tickets, what is written in them, and what their clocks did."""

from pymongo import ASCENDING, DESCENDING, IndexModel

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
)


def _queue(*owners: str) -> IndexModel:
    """For queues: what is due first."""
    keys = [(owner, ASCENDING) for owner in owners]
    return IndexModel([*keys, ("due_at", ASCENDING), ("_id", ASCENDING)])


COLLECTIONS = (
    Collection(
        "tickets",
        {
            "number": TEXT,
            "person_id": or_null(TEXT),
            "subject_id": TEXT,
            "principal_id": TEXT,
            "principal_person": TEXT,
            "about": TEXT,
            "uscc": or_null(TEXT),
            "phone": optional(SECRET),
            "words": SECRET,
            "source": TEXT,
            "reference": TEXT,
            "source_title": TEXT,
            "item": TEXT,
            "place_id": TEXT,
            "priority": TEXT,
            "state": TEXT,
            "reason": or_null(TEXT),
            "butler_id": TEXT,
            "log": LIST,
            "opened_at": INSTANT,
            "changed_at": INSTANT,
            "ended_at": or_null(INSTANT),
            "merged_into": TEXT,
            "resolutions": LIST,
            "stepped": LIST,
            "due_at": or_null(INSTANT),
            "due_provisional": FLAG,
            "next_step_at": or_null(INSTANT),
            "in_time": or_null(FLAG),
            "messages": WHOLE,
            "revision": WHOLE,
        },
        (
            IndexModel([("number", ASCENDING)], unique=True),
            newest("subject_id", by="opened_at"),
            newest("about", by="opened_at"),
            newest("phone", by="opened_at"),
            newest("merged_into", by="opened_at"),
            _queue("butler_id", "state"),
            _queue("state"),
            # Of a butler's places, what nobody has yet.
            IndexModel(
                [(name, ASCENDING) for name in ("state", "place_id", "due_at", "_id")],
                name="unassigned",
                partialFilterExpression={"butler_id": ""},
            ),
            newest("butler_id", "state", by="changed_at"),
            newest("state", by="changed_at"),
            newest("place_id", by="opened_at"),
            IndexModel([("opened_at", ASCENDING), ("in_time", ASCENDING)]),
            IndexModel([("next_step_at", ASCENDING)]),
            IndexModel([("place_id", ASCENDING), ("state", ASCENDING), ("_id", ASCENDING)]),
            IndexModel(
                [("due_provisional", ASCENDING), ("_id", ASCENDING)],
                partialFilterExpression={"due_provisional": True},
            ),
            # What was resolved in a time, by all and by one, is counted for those who judge.
            IndexModel([("resolutions.resolved_at", ASCENDING)]),
            IndexModel(
                [("resolutions.resolver", ASCENDING), ("resolutions.resolved_at", ASCENDING)]
            ),
            IndexModel([("person_id", ASCENDING)]),
            IndexModel([("principal_person", ASCENDING)]),
        ),
    ),
    Collection(
        "tickets_given",
        {"at": INSTANT, "held": optional(WHOLE)},
    ),
    Collection(
        "ticket_messages",
        {
            "ticket_id": TEXT,
            "n": WHOLE,
            "by": TEXT,
            "author": TEXT,
            "at": INSTANT,
            "text": SECRET,
            "images": LIST,
            "by_phone": FLAG,
            "verdict": TEXT,
        },
        (IndexModel([("ticket_id", ASCENDING), ("n", DESCENDING)], unique=True),),
    ),
    Collection(
        "ticket_notes",
        {"ticket_id": TEXT, "staff_id": TEXT, "at": INSTANT, "note": SECRET},
        (newest("ticket_id", by="at"),),
    ),
    Collection(
        "ticket_drafts",
        {
            "ticket_id": TEXT,
            "person_id": TEXT,
            "at": INSTANT,
            "text": SECRET,
            "gone_at": INSTANT,
        },
        (IndexModel([("person_id", ASCENDING)]), gone_after("gone_at")),
    ),
    Collection(
        "ticket_escalations",
        {
            "ticket_id": TEXT,
            "step": TEXT,
            "level": WHOLE,
            "due_at": INSTANT,
            "at": INSTANT,
            "told": LIST,
        },
        (
            IndexModel([("ticket_id", ASCENDING), ("at", ASCENDING)]),
            IndexModel([("at", DESCENDING)]),
        ),
    ),
)
