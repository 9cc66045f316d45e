"""The power company's events over HTTP: in place, out of place, contradictory, and not its own."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.electricity import ways
from domain.electricity.applications import Application, State
from server.wiring import Installation
from tests.cast import Cast
from tests.conftest import Clock
from tests.gridding import GridWorld

Counted = Callable[[], Awaitable[dict[str, int]]]

SURVEY = {"begins_at": "2099-01-05T01:00:00Z", "ends_at": "2099-01-05T03:00:00Z"}
LIFE: list[tuple[str, dict[str, Any]]] = [
    ("accept", {}),
    ("survey", SURVEY),
    ("reply_plan", {"plan": "由公变台区低压供电"}),
    ("works", {}),
    ("energise", {"account": "0800000000123456"}),
    ("close", {}),
]


@pytest.fixture
def world(installation: Installation, cast: Cast) -> GridWorld:
    return GridWorld(installation.house, cast, installation)


async def with_company(world: GridWorld, **given: Any) -> Application:
    one = await world.handed_over(**given)
    await world.delivered(one)
    return one


async def held_back(world: GridWorld, one: Application, count: int = len(LIFE)) -> None:
    """The company's steps, of which it has told nothing yet."""
    for kind, detail in LIFE[:count]:
        await world.step(one, kind, detail=detail, hold=True)


async def test_a_whole_life_is_told_step_by_step(world: GridWorld) -> None:
    one = await with_company(world)
    for kind, detail in LIFE:
        told = await world.step(one, kind, detail=detail)
        assert [sent["body"]["state"] for sent in told["sent"]] == ["applied"]
    after = await world.now(one)
    assert (after.state, after.applied) == (State.CLOSED, len(LIFE))
    assert after.new_account == "0800000000123456"
    events = (await world.there(one))["events"]
    acted = after.steps[-len(LIFE) :]
    assert [f"{step.at:%Y-%m-%dT%H:%M:%SZ}" for step in acted] == [
        max(event["at"], f"{one.since:%Y-%m-%dT%H:%M:%SZ}") for event in events
    ]


async def test_what_comes_early_waits_and_goes_on_with_the_gap_filled(world: GridWorld) -> None:
    one = await with_company(world)
    await held_back(world, one, 3)
    early = await world.send(one, 3, 2)
    assert [sent["body"]["state"] for sent in early] == ["waiting", "waiting"]
    assert (await world.now(one)).state is State.PROMISE_SIGNED
    await world.send(one, 1)
    assert (await world.now(one)).state is State.PLAN_REPLIED
    assert {row.state.value for row in await world.received(one)} == {"applied"}


async def test_what_comes_again_changes_nothing(world: GridWorld, stored: Counted) -> None:
    one = await with_company(world)
    await held_back(world, one, 2)
    await world.send(one, 1, 2)
    before, rows = await world.now(one), await stored()
    again = await world.send(one, 2, 1, 1)
    assert [sent["body"]["state"] for sent in again] == ["applied"] * 3
    assert await world.now(one) == before
    # Of the requests themselves only the used nonces are remembered.
    after = await stored()
    assert after.pop("grid_nonces") == rows.pop("grid_nonces") + 3
    assert after == rows


async def test_an_impossible_step_is_kept_for_a_person_and_the_next_one_goes_on(
    world: GridWorld,
) -> None:
    one = await with_company(world)
    told = await world.step(one, "energise")
    assert told["sent"][0]["body"]["state"] == "kept"
    await world.step(one, "accept")
    assert (await world.now(one)).state is State.ACCEPTED
    (kept, _) = await world.received(one)
    assert "不能“装表接电”" in kept.why
    assert kept.event.kind == "energise"


@pytest.mark.parametrize(
    ("kind", "detail", "why"),
    [
        ("blow_up", {}, "没有约定过这种事件"),
        ("return", {"papers": ["birth_certificate"]}, "缺少哪些材料"),
        ("return", {}, "缺少哪些材料"),
        ("reject", {}, "理由"),
        ("survey", SURVEY, "不能“约定勘查时间”"),
    ],
)
async def test_what_nobody_can_act_on_is_kept_with_the_reason(
    world: GridWorld, kind: str, detail: dict[str, Any], why: str
) -> None:
    one = await with_company(world)
    told = await world.step(one, kind, detail=detail)
    assert told["sent"][0]["body"]["state"] == "kept"
    (kept,) = await world.received(one)
    assert why in kept.why
    assert (await world.now(one)).state is one.state


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"event_id": "another-event"}, "同一序号"),
        ({"kind": "reject", "detail": {"reason": "另一内容"}}, "同一事件编号"),
        ({"sequence": 7}, "同一事件编号"),
    ],
)
async def test_a_contradiction_is_kept_and_the_first_to_come_counts(
    world: GridWorld, fields: dict[str, Any], why: str
) -> None:
    one = await with_company(world)
    await world.step(one, "accept")
    before = await world.now(one)
    (sent,) = await world.send(one, 1, fields=fields)
    assert (sent["status"], sent["body"]["state"]) == (200, "kept")
    (sent,) = await world.send(one, 1, fields=fields)
    assert sent["body"]["state"] == "kept"
    _, kept = await world.received(one)
    assert why in kept.why
    assert await world.now(one) == before


async def refused(installation: Installation) -> list[str]:
    """Why requests were refused, as it is recorded."""
    rows = installation.database["audit_events"].find({"action": "grid.refused"})
    return [row["facts"]["because"] async for row in rows.sort("_id", 1)]


@pytest.mark.parametrize(
    ("defects", "status", "because"),
    [
        ({"secret": "sandbox-grid-secret"}, 401, "signature"),
        ({"tampered": True}, 401, "signature"),
        ({"seconds_off": -301}, 401, "time"),
        ({"seconds_off": 310}, 401, "time"),
        ({"nonce": "not-hexadecimal"}, 401, "nonce"),
        ({"fields": {"application": "YD261124NOBODYS"}}, 404, "unknown_application"),
        ({"fields": {"at": "2099-01-01T00:00:00Z"}}, 422, "future"),
    ],
)
async def test_what_is_not_rightly_told_is_refused_recorded_and_changes_nothing(
    world: GridWorld,
    installation: Installation,
    stored: Counted,
    defects: dict[str, Any],
    status: int,
    because: str,
) -> None:
    one = await with_company(world)
    await held_back(world, one, 1)
    known, rows = await refused(installation), await stored()
    (sent,) = await world.send(one, 1, **defects)
    assert sent["status"] == status
    assert await refused(installation) == [*known, because]
    after = await stored()
    for name in ("audit_events", "audit_leaves", "audit_roots", "grid_nonces"):
        after.pop(name), rows.pop(name)
    assert after == rows
    # The same, rightly told, is taken.
    (sent,) = await world.send(one, 1)
    assert sent["body"]["state"] == "applied"


async def test_a_nonce_serves_once(world: GridWorld, installation: Installation) -> None:
    one = await with_company(world)
    await held_back(world, one, 2)
    nonce = uuid.uuid4().hex
    (first,) = await world.send(one, 1, nonce=nonce)
    (second,) = await world.send(one, 2, nonce=nonce)
    assert (first["status"], second["status"]) == (200, 401)
    assert (await refused(installation))[-1] == "replayed"
    assert (await world.now(one)).state is State.ACCEPTED


async def test_another_applications_event_is_not_taken_for_this_one(world: GridWorld) -> None:
    """Its own place and id are of that application: nothing of the other changes."""
    mine, theirs = await with_company(world), await with_company(world)
    await held_back(world, mine, 1)
    at_desk = await world.handed_over_by_hand()
    (sent,) = await world.send(mine, 1, fields={"application": at_desk.number})
    assert sent["status"] == 404
    assert await world.now(theirs) == theirs
    assert await world.now(at_desk) == at_desk


@pytest.mark.parametrize(
    "fields",
    [
        {"sequence": 0},
        {"at": "yesterday"},
        {"at": "2026-11-23T08:00:00"},
        {"detail": {"surprise": 1}},
        {"kind": "NOT A KIND"},
        {"event_id": ""},
    ],
)
async def test_what_cannot_be_read_is_refused_by_field(
    world: GridWorld, fields: dict[str, Any]
) -> None:
    one = await with_company(world)
    await held_back(world, one, 1)
    (sent,) = await world.send(one, 1, fields=fields)
    assert sent["status"] == 422
    pointer = sent["body"]["errors"][0]["pointer"]
    assert pointer.startswith(f"/{next(iter(fields))}")
    assert await world.received(one) == []


async def test_an_event_long_after_its_time_is_taken_at_its_time(
    world: GridWorld, clock: Clock
) -> None:
    one = await with_company(world)
    await held_back(world, one, 1)
    clock.ahead += timedelta(days=3)
    # The company's clock stands: it signs with the time of now.
    shift = int(timedelta(days=3).total_seconds())
    (sent,) = await world.send(one, 1, seconds_off=shift)
    assert sent["body"]["state"] == "applied"
    assert (await world.now(one)).since < datetime.now(UTC) + timedelta(minutes=1)


async def test_after_the_applicant_withdrew_a_step_is_kept(world: GridWorld) -> None:
    one = await with_company(world)
    withdrawn = ways.withdrawn(one, reason="", now=one.since)
    await world.changed(one, withdrawn)
    told = await world.step(one, "accept")
    assert told["sent"][0]["body"]["state"] == "kept"
    assert (await world.now(one)).state is State.WITHDRAWN


async def test_all_at_once_end_as_one_after_another(world: GridWorld) -> None:
    """Each is sent until it is taken, as the company does."""
    one = await with_company(world)
    await held_back(world, one)

    async def until_taken(sequence: int) -> None:
        while True:
            (*_, sent) = await world.send(one, sequence)
            if sent["status"] == 200:
                return
            assert sent["status"] == 409, sent

    await asyncio.gather(*(until_taken(sequence) for sequence in range(len(LIFE), 0, -1)))
    after = await world.now(one)
    assert (after.state, after.applied) == (State.CLOSED, len(LIFE))
    assert {row.state.value for row in await world.received(one)} == {"applied"}
