"""The schema's version: ordered steps, each once, and no step back."""

import asyncio
from datetime import UTC, datetime

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.database import Database
from adapters.mongo.migrations import STEPS, VERSION, NewerSchema, Step, migrate, version
from adapters.mongo.transactions import MongoTransactions
from adapters.mongo.watching import MongoProgress, read_progress
from domain.lectures.hours import Hours
from domain.transactions import Unit

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Steps:
    """Steps that note in which order they ran, and at which version of the database."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, int]] = []

    def step(self, name: str, *, fails: bool = False) -> Step:
        async def run(database: Database) -> None:
            self.ran.append((name, await version(database)))
            if fails:
                raise RuntimeError(name)

        return run


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def unversioned(io_loop: IOLoop, database: Database) -> Database:
    """With every collection, and version 0: what tells of steps need not make them anew."""
    io_loop.run_sync(lambda: database["schema"].delete_many({}))
    return database


async def test_an_empty_database_has_version_0_and_gets_the_programs(empty: Database) -> None:
    assert await version(empty) == 0
    assert await migrate(empty, now=AT) == VERSION
    assert await version(empty) == VERSION


async def test_only_the_missing_steps_run_and_in_order(unversioned: Database, steps: Steps) -> None:
    await migrate(unversioned, now=AT, steps=(steps.step("one"),))
    steps.ran.clear()
    later = tuple(steps.step(name) for name in ("one", "two", "three"))
    assert await migrate(unversioned, now=AT, steps=later) == 4
    assert steps.ran == [("two", 2), ("three", 3)]
    await migrate(unversioned, now=AT, steps=later)
    assert len(steps.ran) == 2


async def test_a_step_that_fails_is_run_again_and_those_before_it_are_not(
    unversioned: Database, steps: Steps
) -> None:
    await migrate(unversioned, now=AT, steps=())
    with pytest.raises(RuntimeError, match="two"):
        await migrate(unversioned, now=AT, steps=(steps.step("one"), steps.step("two", fails=True)))
    assert await version(unversioned) == 2
    await migrate(unversioned, now=AT, steps=(steps.step("one"), steps.step("two")))
    assert steps.ran == [("one", 1), ("two", 2), ("two", 2)]


async def test_a_newer_schema_is_refused_and_left_as_it_is(
    unversioned: Database, steps: Steps
) -> None:
    newer = (steps.step("one"), steps.step("two"))
    await migrate(unversioned, now=AT, steps=newer)
    with pytest.raises(NewerSchema, match=r"version 3, this program 2"):
        await migrate(unversioned, now=AT, steps=newer[:1])
    assert await version(unversioned) == 3


async def test_processes_that_start_together_agree(empty: Database) -> None:
    versions = await asyncio.gather(*(migrate(empty, now=AT) for _ in range(3)))
    assert set(versions) == {VERSION}
    assert await version(empty) == VERSION


async def test_what_was_there_before_delegations_gets_its_principal(empty: Database) -> None:
    await migrate(empty, now=AT, steps=())
    await empty["subjects"].insert_one(
        {
            **dict.fromkeys(("person_id", "uscc", "kind", "role"), "alice"),
            "_id": "subject",
            "v": 1,
            "name": b"ciphertext",
            "since": AT,
            "ended_at": None,
        }
    )
    await empty["credit_reports"].insert_one(
        {
            **dict.fromkeys(("number", "person_id", "purpose", "consent_id", "state"), "alice"),
            "_id": "report",
            "v": 1,
            "subject_id": "subject",
            "uscc": "91350100M000100Y43",
            "subject_name": b"ciphertext",
            "reason": b"ciphertext",
            "requested_at": AT,
            "superseded_by": None,
            "revoked_at": None,
            "changed_by": "alice",
            "revision": 0,
        }
    )
    look = {
        **dict.fromkeys(("person_id", "report_number", "action", "purpose", "trace_id"), "alice"),
        "v": 1,
        "at": AT,
        "subject_id": "subject",
        "report_id": "report",
        "authority": "",
    }
    await empty["looks"].insert_many(
        [{**look, "_id": "own", "viewer": "alice"}, {**look, "_id": "paper", "viewer": "anyone"}]
    )
    assert await migrate(empty, now=AT) == VERSION
    subject = await empty["subjects"].find_one({"_id": "subject"})
    report = await empty["credit_reports"].find_one({"_id": "report"})
    assert subject
    assert report
    assert (subject["principal_id"], subject["principal_person"]) == ("subject", "alice")
    assert (report["principal_id"], report["edition"]) == ("subject", "organisation-full")
    looks = [(row["about"], row["role"]) async for row in empty["looks"].find().sort("_id")]
    assert looks == [
        ("91350100M000100Y43", "legal_representative"),
        ("91350100M000100Y43", "holder"),
    ]


async def test_time_that_was_spent_on_one_lecture_is_spent_for_all(empty: Database) -> None:
    await migrate(empty, now=AT, steps=STEPS[:2])
    lectures = {"a": [[0, 10], [20, 30]], "b": [[5, 15]], "c": []}
    await empty.database.command("collMod", "lecture_progress", validationLevel="off")
    await empty["lecture_progress"].insert_many(
        {
            **dict.fromkeys(("person_id", "recording"), "alice"),
            **dict.fromkeys(("duration_ms", "position_ms", "revision", "slide_pages"), 5),
            **dict.fromkeys(("moved_at", "left_until"), None),
            "_id": lecture,
            "v": 1,
            "lecture_id": lecture,
            "changed_at": AT,
            "sittings": [],
            "seen": [[0, 5]],
            "spent": spent,
            "left_ms": 10 * len(spent),
            "playing": False,
            "speed": 1.0,
            "pages": [2],
        }
        for lecture, spent in lectures.items()
    )
    await empty.database.command("collMod", "lecture_progress", validationLevel="strict")
    # A step that was killed on the way runs again.
    for _ in range(2):
        await STEPS[2](empty)
    assert await migrate(empty, now=AT) == VERSION
    store = MongoProgress(empty)

    async def work(unit: Unit) -> Hours:
        return await store.hours(unit, "alice")

    commit = MongoTransactions(empty, hmac_key=b"k").plain()
    hours = await commit(work)
    assert hours == Hours(person_id="alice", spent=((0, 15), (20, 30)), left_ms=20, revision=1)
    row = await empty["lecture_progress"].find_one({"_id": "a"})
    assert row
    assert read_progress(row).seen == ((0, 5),)
    assert {"spent", "left_ms", "left_until"} & row.keys() == set()

    async def tell(unit: Unit) -> None:
        later = hours.went(AT, AT, now=AT)
        await store.keep_hours(unit, later, was=hours)

    await commit(tell)
    assert (await commit(work)).revision == 2


async def test_words_that_not_everybody_may_read_leave_the_search(empty: Database) -> None:
    await migrate(empty, now=AT, steps=())
    old = {
        **dict.fromkeys(("title", "speaker"), "甲"),
        "v": 1,
        "begins_at": AT,
        "grams": ["甲", "乙"],
        "texts": {"title": ["甲"], "subtitles": ["乙"]},
        "lines": {"title": ["甲"], "subtitles": ["乙"]},
        "moments": [],
        "spoken": [0],
    }
    rows = [{**old, "_id": name, "closed": name == "closed"} for name in ("closed", "open")]
    search = empty["lecture_search"]
    await search.insert_many(rows, bypass_document_validation=True)
    assert await migrate(empty, now=AT) == VERSION
    kept = [(row["grams"], row["told"], row["texts"]) async for row in search.find().sort("_id")]
    assert kept == [
        (["甲"], ["甲"], {"title": ["甲"]}),
        (sorted("甲乙"), ["甲"], {"title": ["甲"], "subtitles": ["乙"]}),
    ]
