"""Applications for electricity as the tests need them, complete unless said otherwise."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from adapters.mongo.electricity import MongoElectricity
from content.catalogue import FOLDER, load
from domain.electricity.applications import Application, Material, Premises, State, Wanted
from domain.electricity.staff_view import due_day
from domain.electricity.supply import Desk, Move, MoveKind
from domain.transactions import Unit
from tests.cast import Cast

CONTENT = load(FOLDER, district="440104")
TERMS = CONTENT.electricity.terms
CALENDAR = CONTENT.calendar
DESK = Desk(calendar=CALENDAR, papers=TERMS.papers, return_days=TERMS.return_days)
BEGUN = datetime(2026, 11, 24, 2, tzinfo=UTC)
WANTED = Wanted(
    business="business-new",
    premises=Premises.NO_TITLE,
    address="广州市越秀区样例路 8 号首层之一",
    capacity=10_000,
    use="便利店经营",
    contact="样例联系人",
    phone="13800138000",
)
# What each move needs to be made, on the day the applications of the tests are begun.
NEEDS: dict[MoveKind, dict[str, Any]] = {
    MoveKind.RETURN: {"papers": ("licence",), "reason": "照片不清晰"},
    MoveKind.SURVEY: {
        "begins_at": datetime(2099, 1, 5, 1, tzinfo=UTC),
        "ends_at": datetime(2099, 1, 5, 3, tzinfo=UTC),
    },
    MoveKind.REPLY_PLAN: {"plan": "由公变台区低压供电"},
    MoveKind.REJECT: {"reason": "地址属已征收房屋"},
}


def move(kind: MoveKind, **given: Any) -> Move:
    """A move with all it needs."""
    return Move(kind=kind, **{**NEEDS.get(kind, {}), **given})


def application(**given: Any) -> Application:
    """An enterprise's, in the state given."""
    plain = {
        "id": "019a0000-0000-7000-8000-000000000001",
        "number": "YD261124000001",
        "person_id": "p1",
        "subject_id": "s1",
        "principal_id": "s1",
        "principal_person": "p1",
        "about": "91440104MA00000000",
        "uscc": "91440104MA00000000",
        "applicant": "样例便利店",
        "identifier": "91440104MA00000000",
        "wanted": WANTED,
        "created_at": BEGUN,
        "changed_at": BEGUN,
        "since": BEGUN,
        "state": State.PROMISE_SIGNED,
    }
    return Application(**{**plain, **given})


PHOTO = b"\x89PNG of a door"
MATERIAL = Material(
    id="019a0000-0000-7000-8000-00000000000a",
    paper="licence",
    name="营业执照.png",
    media_type="image/png",
    size=len(PHOTO),
    sha256="",
    added_at=BEGUN,
)


async def with_supplier(cast: Cast, **given: Any) -> Application:
    """One that is kept in the database of the run, with a file; signed just now unless said."""
    assert cast.database
    assert cast.house
    now = cast.house.clock()
    mine = {"id": str(uuid.uuid4()), "number": f"YD{uuid.uuid4().int % 10**12:012d}"}
    times = {"created_at": now, "changed_at": now, "since": now}
    material = replace(MATERIAL, id=str(uuid.uuid4()))
    made = application(**{**mine, **times, "materials": (material,), **given})
    store = MongoElectricity(
        cast.database,
        drafts_last=timedelta(days=TERMS.draft_days),
        due_day=partial(due_day, terms=TERMS, calendar=CALENDAR),
    )

    async def work(unit: Unit) -> None:
        await store.add(unit, made)
        await store.keep_file(unit, application=made, material_id=material.id, content=PHOTO)

    await cast.house.transactions.plain()(work)
    return made
