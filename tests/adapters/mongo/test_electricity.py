"""Applications for electricity in the database: as they were, one revision after the other."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.errors import WriteError

from adapters.mongo.database import Database
from adapters.mongo.electricity import MongoElectricity
from adapters.mongo.transactions import MongoTransactions
from domain.electricity.applications import (
    Against,
    Application,
    Breach,
    Later,
    Manager,
    Material,
    State,
)
from domain.electricity.staff_view import due_day
from domain.electricity.supply import MoveKind, moved
from domain.errors import Stale
from domain.pages import Ask
from domain.transactions import Unit
from tests.electricity import BEGUN, CALENDAR, DESK, TERMS, application, move

Save = Callable[[Callable[[Unit], Awaitable[Any]]], Awaitable[Any]]


def fresh(**given: Any) -> Application:
    """One of its own."""
    number = f"YD{uuid.uuid4().int % 10**12:012d}"
    return application(**{"id": str(uuid.uuid4()), "number": number, **given})


@pytest.fixture
def store(database: Database) -> MongoElectricity:
    return MongoElectricity(
        database,
        drafts_last=timedelta(days=30),
        due_day=partial(due_day, terms=TERMS, calendar=CALENDAR),
    )


@pytest.fixture
def save(transactions: MongoTransactions) -> Save:
    return transactions.plain()


async def test_it_is_read_as_it_was_saved(store: MongoElectricity, save: Save) -> None:
    whole = fresh(
        materials=(
            Material(
                id="m1",
                paper="licence",
                name="执照.jpg",
                media_type="image/jpeg",
                size=9,
                sha256="0" * 64,
                added_at=BEGUN,
            ),
        ),
        later=(Later(paper="devices", due=BEGUN.date(), provisional=True),),
        against=(
            Against(
                code="c",
                sentence="s",
                report_id="r",
                record_id="x",
                section="n",
                keeper="k",
                advice="a",
            ),
        ),
        manager=Manager(name="样例客户经理甲", phone="020-00000001"),
        green=True,
        breach=Breach.OPEN,
        energised_on=BEGUN.date(),
        reminded=("later:devices:week",),
    )
    for kind in (MoveKind.ACCEPT, MoveKind.SURVEY, MoveKind.RETURN):
        whole = moved(whole, move(kind), desk=DESK, now=BEGUN)
    await save(lambda unit: store.add(unit, whole))
    assert await store.get(whole.id) == whole
    assert await store.by_number(whole.number) == whole


async def test_who_comes_late_is_told(store: MongoElectricity, save: Save) -> None:
    was = fresh()
    await save(lambda unit: store.add(unit, was))
    after = moved(was, move(MoveKind.ACCEPT), desk=DESK, now=BEGUN)
    await save(lambda unit: store.replace(unit, after, was=was))
    with pytest.raises(Stale):
        await save(lambda unit: store.replace(unit, after, was=was))


async def test_a_number_is_one_applications_own(store: MongoElectricity, save: Save) -> None:
    first, second = fresh(), fresh(number="", state=State.DRAFT)
    await save(lambda unit: store.add(unit, first))
    await save(lambda unit: store.add(unit, second))
    drawn = iter([first.number, "YD991231999999"])

    async def numbered(unit: Unit) -> Application:
        after = replace(second, number=next(drawn), state=State.SUBMITTED, revision=1)
        await store.replace(unit, after, was=second)
        return after

    assert (await save(numbered)).number == "YD991231999999"


async def test_desks_see_who_waited_longest_first(
    store: MongoElectricity, save: Save, database: Database
) -> None:
    await database["electricity_applications"].delete_many({})
    waiting = [fresh(since=BEGUN + timedelta(hours=hours)) for hours in (3, 1, 2)]
    for one in waiting:
        await save(lambda unit, one=one: store.add(unit, one))
    seen, ask = [], Ask(limit=2)
    while True:
        page = await store.in_state([State.PROMISE_SIGNED], ask=ask)
        seen += [one.since for one in page.items]
        if page.next is None:
            break
        ask = Ask(limit=2, after=page.next)
    assert seen == sorted(one.since for one in waiting)


async def test_a_draft_lapses_with_its_files_and_what_was_handed_in_does_not(
    store: MongoElectricity, save: Save, database: Database
) -> None:
    draft = fresh(number="", state=State.DRAFT)
    material = Material(
        id=str(uuid.uuid4()),
        paper="licence",
        name="a.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        added_at=BEGUN,
    )

    async def begin(unit: Unit) -> None:
        await store.add(unit, draft)
        await store.keep_file(unit, application=draft, material_id=material.id, content=b"x")

    await save(begin)
    kept = await database["electricity_files"].find_one({"_id": material.id})
    assert kept is not None
    assert kept["gone_at"] == BEGUN + timedelta(days=30)
    handed = replace(draft, state=State.SUBMITTED, number="YD1", materials=(material,), revision=1)
    await save(lambda unit: store.replace(unit, handed, was=draft))
    kept = await database["electricity_files"].find_one({"_id": material.id})
    assert kept is not None
    assert "gone_at" not in kept
    assert await store.file(application_id=draft.id, material_id=material.id) == b"x"
    assert await store.file(application_id="another", material_id=material.id) is None


async def test_what_it_says_cannot_be_kept_in_the_clear(database: Database) -> None:
    with pytest.raises(WriteError):
        await database["electricity_applications"].insert_one({"_id": "x", "v": 1, "content": "a"})
