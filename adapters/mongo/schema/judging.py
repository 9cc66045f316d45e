"""Collections of what comes of the butlers' work: ratings, complaints, judgements, sheets."""

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
    gone_after,
    newest,
    optional,
    or_null,
)

COLLECTIONS = (
    Collection(
        "ratings",
        {
            "ticket_id": TEXT,
            "number": TEXT,
            "cycle": WHOLE,
            "resolver": TEXT,
            "place_id": TEXT,
            "item": TEXT,
            "person_id": or_null(TEXT),
            "resolved_at": INSTANT,
            # Of what was said last; every version, with its text, is in the content.
            "stars": WHOLE,
            "rated_at": INSTANT,
            "content": SECRET,
            "complaint_id": TEXT,
            "revision": WHOLE,
            "gone_at": INSTANT,
        },
        (
            IndexModel([("ticket_id", ASCENDING), ("cycle", ASCENDING)], unique=True),
            newest("resolver", by="resolved_at"),
            # Covers what is counted over a period.
            IndexModel(
                [
                    *(("resolved_at", ASCENDING), ("resolver", ASCENDING)),
                    *(("place_id", ASCENDING), ("stars", ASCENDING), ("rated_at", ASCENDING)),
                ]
            ),
            IndexModel([("person_id", ASCENDING)]),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "complaints",
        {
            "number": TEXT,
            "ticket_id": TEXT,
            "ticket_number": TEXT,
            "cycle": WHOLE,
            "place_id": TEXT,
            "item": TEXT,
            "about": TEXT,
            "person_id": or_null(TEXT),
            "cause": TEXT,
            "stars": optional(WHOLE),
            "state": TEXT,
            "open": optional(FLAG),
            "opened_at": INSTANT,
            "changed_at": INSTANT,
            "ended_at": or_null(INSTANT),
            "handler": TEXT,
            "decided_by": TEXT,
            # The butler concerned had a word.
            "stated": FLAG,
            "told": LIST,
            "content": SECRET,
            "revision": WHOLE,
            "gone_at": optional(INSTANT),
        },
        (
            IndexModel([("number", ASCENDING)], unique=True),
            # One is open of a ticket at a time.
            IndexModel(
                [("ticket_id", ASCENDING)],
                name="open_of_ticket",
                unique=True,
                partialFilterExpression={"open": True},
            ),
            IndexModel([("opened_at", ASCENDING)], partialFilterExpression={"open": True}),
            newest("ticket_id", by="opened_at"),
            newest("state", by="opened_at"),
            newest("about", by="opened_at"),
            # Cover what is counted over a period, and over a month.
            IndexModel([("state", ASCENDING), ("ended_at", ASCENDING), ("about", ASCENDING)]),
            IndexModel(
                [
                    *(("opened_at", ASCENDING), ("place_id", ASCENDING)),
                    *(("about", ASCENDING), ("state", ASCENDING)),
                ]
            ),
            IndexModel([("person_id", ASCENDING)]),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "judgements",
        {
            "staff_id": TEXT,
            "begins": INSTANT,
            "ends": INSTANT,
            "level": TEXT,
            "proposed": or_null(TEXT),
            "state": TEXT,
            "pending": optional(FLAG),
            "found_at": INSTANT,
            "changed_at": INSTANT,
            "proposer": TEXT,
            "decided_by": TEXT,
            "content": SECRET,
            "revision": WHOLE,
            "gone_at": optional(INSTANT),
        },
        (
            # What was judged once is not judged again; and one at a time.
            IndexModel([("staff_id", ASCENDING), ("ends", DESCENDING)], unique=True),
            IndexModel(
                [("staff_id", ASCENDING)],
                name="pending_of_butler",
                unique=True,
                partialFilterExpression={"pending": True},
            ),
            newest("state", by="changed_at"),
            gone_after("gone_at"),
        ),
    ),
    Collection(
        "monthly_sheets",
        {
            "month": TEXT,
            "version": WHOLE,
            "drawn_at": INSTANT,
            "drawn_by": TEXT,
            "reason": TEXT,
            "total": OBJECT,
            "places": LIST,
            "butlers": LIST,
        },
        (IndexModel([("month", DESCENDING), ("version", DESCENDING)], unique=True),),
    ),
)
