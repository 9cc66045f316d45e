"""The schema's version: ordered steps, each once, and no step back."""

import asyncio
from datetime import UTC, datetime

import pytest
from tornado.ioloop import IOLoop

from adapters.mongo.database import Database
from adapters.mongo.migrations import VERSION, NewerSchema, Step, migrate, version

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
