"""Generated lives of applications: told in order, and shuffled, doubled, late and contradicted.

Between what the company does the applicant acts; the company knows of that before it goes on, so
that its events are shuffled between the applicant's acts, and repeated at any time after.
"""

import asyncio
import os
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.electricity import ways
from domain.electricity.applications import SUPPLYING, TO_BE_TAKEN, Application, State
from domain.electricity.supply import FROM, MoveKind, moved
from domain.grid.events import Detail, Event, EventState, Received, Source
from domain.transactions import Conflict
from server.wiring import Installation
from tests.cast import Cast
from tests.electricity import DESK, application
from tests.gridding import GridWorld
from tests.proof import Proof

HISTORIES = 1000 if os.environ.get("CREDIT_TEST_PROFILE") == "prove" else 20
AT_ONCE = 8
BEGUN = datetime(2026, 10, 1, 1, tzinfo=UTC)
PAPERS = (("licence",), ("door_photo", "licence"), ("birth_certificate",), ())
LONGEST = 14


@dataclass
class Epoch:
    """Some of the company's events, and what the applicant does after them."""

    events: list[Event] = field(default_factory=list)
    act: str = ""
    at: datetime = BEGUN


@dataclass
class History:
    """A life as it happened, and what else was told of it."""

    epochs: list[Epoch]
    contradictions: list[list[Event]]
    seed: int


def history(seed: int) -> History:
    """Mostly possible steps, some impossible; a contradiction now and then."""
    chance = random.Random(seed)  # noqa: S311 - guards nothing
    one, now = application(since=BEGUN, changed_at=BEGUN, created_at=BEGUN), BEGUN
    epochs, contradictions, sequence = [], [], 0
    while one.state is not State.CLOSED and sequence < LONGEST:
        epoch, told = Epoch(), []
        for _ in range(chance.randint(1, 4)):
            now += timedelta(minutes=chance.randint(-30, 60 * 30))
            sequence += 1
            event = _event(chance, one, sequence, now)
            epoch.events.append(event)
            one = _after(one, event)
            if chance.random() < 0.1:
                told.append(_contradiction(chance, event))
        now = max(now, one.since) + timedelta(minutes=1)
        epoch.at, epoch.act = now, _possible_act(chance, one)
        one = acted(one, epoch)
        epochs.append(epoch)
        contradictions.append(told)
    return History(epochs=epochs, contradictions=contradictions, seed=seed)


def _event(chance: random.Random, one: Application, sequence: int, at: datetime) -> Event:
    possible = [
        kind for kind in MoveKind if one.state in FROM[kind] and kind is not MoveKind.REJECT
    ]
    kind = chance.choice(possible or list(MoveKind)).value
    if chance.random() < 0.25:
        kind = chance.choice([*(move.value for move in MoveKind), "explode"])
    begins = at + timedelta(days=chance.randint(-1, 20))
    detail = {
        "return": {"papers": chance.choice(PAPERS), "reason": "照片不清晰", "days": 5},
        "survey": {"begins_at": begins, "ends_at": begins + timedelta(hours=2)},
        "reply_plan": {"plan": chance.choice(["由公变台区低压供电", ""])},
        "energise": {"account": f"08{chance.randrange(10**10):010d}"},
        "reject": {"reason": chance.choice(["地址属已征收房屋", ""])},
    }.get(kind, {})
    return _told(sequence, kind, at, **detail)


def _told(sequence: int, kind: str, at: datetime, **detail: Any) -> Event:
    return Event(
        event_id=str(uuid.uuid4()),
        number="",
        sequence=sequence,
        kind=kind,
        at=at,
        detail=Detail(**detail),
    )


def _contradiction(chance: random.Random, event: Event) -> Event:
    """The same place with other content, or the same id with another body."""
    if chance.random() < 0.5:
        return replace(event, event_id=str(uuid.uuid4()), kind="accept", detail=Detail())
    return replace(event, detail=Detail(reason="另一内容"))


def _after(one: Application, event: Event) -> Application:
    try:
        return moved(one, event.move, desk=DESK, now=max(event.at, one.since))
    except Conflict:
        return one


def _possible_act(chance: random.Random, one: Application) -> str:
    if one.state is State.RETURNED:
        return "hand in"
    if one.state is State.SURVEY and one.survey and one.survey.agreed is None:
        return chance.choice(["agree", "wish", ""])
    if one.state in SUPPLYING | TO_BE_TAKEN and chance.random() < 0.03:
        return "withdraw"
    return ""


def acted(one: Application, epoch: Epoch) -> Application:
    """After what the applicant did."""
    match epoch.act:
        case "hand in":
            return ways.handed_in(one, now=epoch.at)
        case "agree" | "wish":
            yes = epoch.act == "agree"
            return ways.agreed(one, yes=yes, wish="" if yes else "周末", now=epoch.at)
        case "withdraw":
            return ways.withdrawn(one, reason="", now=epoch.at)
        case _:
            return one


def in_order(past: History) -> list[tuple[list[Event], Epoch]]:
    """As it happened, with what contradicts it."""
    return [
        ([*epoch.events, *more], epoch)
        for epoch, more in zip(past.epochs, past.contradictions, strict=True)
    ]


def scrambled(past: History) -> list[tuple[list[Event], Epoch]]:
    """Shuffled, doubled, and told again later; a contradiction after what it contradicts."""
    chance = random.Random(-past.seed)  # noqa: S311 - guards nothing
    told: list[Event] = []
    out = []
    for epoch, contradictions in zip(past.epochs, past.contradictions, strict=True):
        sending = [*epoch.events, *chance.choices([*epoch.events, *told], k=chance.randint(0, 4))]
        chance.shuffle(sending)
        told += [*epoch.events, *contradictions]
        out.append(([*sending, *contradictions, *chance.choices(told, k=2)], epoch))
    return out


async def lived(
    world: GridWorld, whose: dict[str, Any], told: Sequence[tuple[list[Event], Epoch]]
) -> tuple[Application, list[Received]]:
    """The application and all its events, once this was told."""
    one = await world.put(created_at=BEGUN, changed_at=BEGUN, since=BEGUN, **whose)
    for events, epoch in told:
        for event in events:
            sent = replace(event, number=one.number)
            await world.grid.inbox.receive(world.act(), sent, source=Source.CALLBACK)
        before = await world.now(one)
        after = acted(before, epoch)
        if after is not before:
            await world.changed(before, after)
    rows = await world.installation.database["grid_events"].count_documents(
        {"application_id": one.id}
    )
    received = list(await world.received(one))
    assert len(received) == rows
    return await world.now(one), received


def same(one: Application) -> Application:
    """Without what tells two lives apart: its names, and in how many steps it was saved."""
    return replace(one, id="", number="", revision=0)


def ends(rows: list[Received]) -> set[tuple[str, str, str]]:
    return {(row.event.event_id, row.event.kind, f"{row.state.value}: {row.why}") for row in rows}


async def test_lives_told_in_any_order_end_as_those_told_in_order(
    installation: Installation, cast: Cast, proof: Proof
) -> None:
    world = GridWorld(installation.house, cast, installation)
    owner = await cast.owner()
    me = (await owner.get("/v1/me")).json()["id"]
    whose = {"person_id": me, "principal_person": me, "subject_id": owner.subject_id}
    slots = asyncio.Semaphore(AT_ONCE)
    sent = kept = 0

    async def one(seed: int) -> None:
        nonlocal sent, kept
        past = history(seed)
        async with slots:
            first, ordered = await lived(world, whose, in_order(past))
            second, shuffled = await lived(world, whose, told := scrambled(past))
        assert same(first) == same(second), seed
        assert ends(ordered) == ends(shuffled), seed
        contradictions = [event for more in past.contradictions for event in more]
        everything = [event for epoch in past.epochs for event in epoch.events] + contradictions
        assert len(shuffled) == len(everything), seed
        assert {row.state for row in shuffled} <= {EventState.APPLIED, EventState.KEPT}, seed
        impossible = [row for row in shuffled if row.state is EventState.KEPT]
        assert all(row.why for row in impossible), seed
        assert len([row for row in impossible if not row.in_place]) == len(contradictions), seed
        sent += sum(len(events) for events, _ in told)
        kept += len(impossible)

    await asyncio.gather(*(one(seed) for seed in range(1, HISTORIES + 1)))
    assert kept
    proof(
        "lives of applications told by callbacks shuffled, doubled and late",
        HISTORIES,
        f"the end of those told in order; of {sent:,} callbacks {kept:,} impossible ones kept",
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_generated_life_has_impossible_steps_and_ends(seed: int) -> None:
    past = history(seed)
    sequences = [event.sequence for epoch in past.epochs for event in epoch.events]
    assert sequences == list(range(1, len(sequences) + 1))
    assert sorted(event.sequence for events, _ in scrambled(past) for event in events) != sequences
