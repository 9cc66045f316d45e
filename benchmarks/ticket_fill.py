"""Tickets by the million, written straight into the collection.

Some are made by the rules, with their log, clocks and ciphertext; the rest are those again with
other ids, owners, places and times. Everything of one butler, one person, one caller and one
enterprise is measured, so that they have full pages in either size; nine in ten are of others.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import MongoClient

from adapters.mongo.butlers import MongoButlers
from adapters.mongo.schema.tickets import COLLECTIONS
from adapters.mongo.staff import MongoStaff
from adapters.mongo.tickets import MongoTickets
from domain.butlers.butlers import Butler
from domain.identifiers import parse_mobile
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.tickets import moves
from domain.tickets.events import By
from domain.tickets.keeping import Clocks
from domain.tickets.tickets import Asker, Origin, Reason, Source, State, Ticket
from domain.transactions import Act, Unit
from server.wiring import Installation
from tests.cast import new_uscc
from tests.staffing import act
from tests.ticketing import ITEM, new_place

BUTLERS, PLACES, MINE = 300, 60, 2
PHONE = str(parse_mobile("13800138000"))
BATCH = 10_000
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Of each so many are the measured butler's, person's, caller's and enterprise's.
FULL = {"butler": 600, "unassigned": 130, "person": 60, "phone": 45, "uscc": 45}
# How often each kind is: a new one, one that asks again, one that waits, one that is over.
KINDS = {"new": 45, "again": 25, "waiting": 20, "over": 10}

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One district: who works where, and whose pages are read."""

    parts: Installation
    butlers: tuple[StaffAccount, ...]
    supervisor: StaffAccount
    places: tuple[str, ...]
    person_id: str
    uscc: str

    @property
    def me(self) -> StaffAccount:
        """The butler whose pages are read."""
        return self.butlers[0]

    @property
    def clocks(self) -> Clocks:
        """By which tickets are due."""
        house = self.parts.house
        return Clocks(items=house.tickets.items, hours=house.butlers.roster.hours)


async def world(parts: Installation) -> World:
    """As many butlers and places as a large district has."""
    house = parts.house
    places = [await new_place(house) for _ in range(PLACES)]
    accounts = [_account(house.draw.id(), n, Role.BUTLER) for n in range(BUTLERS)]
    supervisor = _account(house.draw.id(), BUTLERS, Role.SUPERVISOR)
    staff, butlers = MongoStaff(parts.database), MongoButlers(parts.database)
    for begin in range(0, BUTLERS, 50):
        some = accounts[begin : begin + 50]

        async def work(unit: Unit, some: Sequence[StaffAccount] = some) -> None:
            for account in some:
                await staff.add(unit, account)
                await butlers.add(unit, _butler(account, places))

        await house.transactions.plain()(work)
    await house.transactions.plain()(lambda unit: staff.add(unit, supervisor))
    return World(
        parts=parts,
        butlers=tuple(accounts),
        supervisor=supervisor,
        places=tuple(places),
        person_id=house.draw.id(),
        uscc=new_uscc(),
    )


def _account(staff_id: str, number: int, role: Role) -> StaffAccount:
    return StaffAccount(
        id=staff_id,
        login=f"benchmark{number}",
        name="王敏",
        roles=(role,),
        state=StaffState.ACTIVE,
        proposed_by="benchmark",
        proposed_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )


def _butler(account: StaffAccount, places: Sequence[str]) -> Butler:
    first = int(account.login.removeprefix("benchmark")) * MINE % len(places)
    return Butler(
        staff_id=account.id,
        name=account.name,
        agency="样例机构",
        places=tuple(places[first : first + MINE]),
        skills=(),
        since=account.proposed_at,
    )


async def fill(world: World, count: int, *, due: int) -> None:
    """So many open tickets and a ninth that are over; of so many a clock asks for a step."""
    models = {kind: await _model(world, kind) for kind in KINDS}
    caller = await _model(world, "caller")
    with MongoClient[Row](uri_of(world), tz_aware=True) as client:
        tickets = client[world.parts.database.database.name]["tickets"]
        tickets.drop_indexes()
        batch: list[Row] = []
        for row in _copies(world, models, caller, count + count // 9, due):
            batch.append(row)
            if len(batch) == BATCH:
                tickets.insert_many(batch, ordered=False)
                batch = []
        if batch:
            tickets.insert_many(batch, ordered=False)
        [declared] = [one for one in COLLECTIONS if one.name == "tickets"]
        tickets.create_indexes(list(declared.indexes))


def uri_of(world: World) -> str:
    """Where its database is."""
    host, port = world.parts.database.client.delegate.address or ("", 0)
    return f"mongodb://{host}:{port}/?directConnection=true"


async def _model(world: World, kind: str) -> Row:
    """One by the rules, as its row."""
    house = world.parts.house
    now = house.clock().replace(second=0, microsecond=0)

    def at(hours: float, actor: str) -> Act:
        return replace(act(house, actor), at=now - hours * HOUR)

    person, butler = world.person_id, world.me.id
    asker = Asker(**dict.fromkeys(ASKER, person), name="林晓芸")
    if kind == "caller":
        asker = Asker(about=world.uscc, uscc=world.uscc, name="李来电", phone=PHONE)
    ticket = moves.opened(
        at(20, person),
        ticket_id=house.draw.id(),
        number="",
        asker=asker,
        origin=Origin(source=Source.MINI_PROGRAM),
        item=ITEM,
        place_id=world.places[0],
        by=By.CITIZEN,
        said="怎样修复行政处罚的公示信息？需要准备哪些材料，到哪里办理？",
    )
    ticket = moves.assigned(
        at(19.9, "system"), ticket, butler_id=butler, why=("此刻在岗", "在办 3 件")
    )
    ticket = await world.clocks.timed(_lived(kind, ticket, at(18, butler), at(1, person)), now=now)
    return dict(await MongoTickets(world.parts.database).document(ticket))


def _lived(kind: str, ticket: Ticket, answer: Act, asks: Act) -> Ticket:
    if kind in {"new", "caller"}:
        return ticket
    answered = moves.answered(answer, ticket, waits=kind == "waiting")
    if kind == "again":
        return moves.asked(asks, answered, said="还有一个问题：可以委托别人办理吗？")
    if kind == "over":
        return moves.ended(answer, answered, reason=Reason.ANSWERED, by=By.STAFF, promise_met=True)
    return answered


def _copies(
    world: World, models: Mapping[str, Row], caller: Row, count: int, due: int
) -> Iterator[Row]:
    chance = random.Random(1)  # noqa: S311 - the same rows each time
    now = world.parts.house.clock()
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=count)
    for number in range(count):
        of_caller = number < FULL["phone"]
        model = caller if of_caller else models[kinds[number]]
        row = _moved(model, timedelta(seconds=chance.uniform(-5 * 3600, 5 * 3600)))
        row |= {
            "_id": f"{number:08x}-0000-7000-8000-{chance.getrandbits(48):012x}",
            "number": f"GJ{number:012d}",
            "place_id": chance.choice(world.places),
            "butler_id": chance.choice(world.butlers[1:]).id,
        }
        if row["next_step_at"]:
            row["next_step_at"] = now + timedelta(minutes=chance.uniform(60, 7 * 1440))
        if not of_caller and number >= FULL["person"] + FULL["phone"]:
            stranger = f"person-{chance.randrange(count // 5)}"
            row |= dict.fromkeys(ASKER, stranger)
        if number < FULL["butler"] or number % BUTLERS == 0:
            row |= {"butler_id": world.me.id, "place_id": world.places[number % MINE]}
        elif number < FULL["butler"] + FULL["unassigned"] or number % 100 == 1:
            mine = number < FULL["butler"] + FULL["unassigned"]
            row["butler_id"] = ""
            row |= {"place_id": world.places[number % MINE]} if mine else {}
        elif due and row["state"] == State.OPEN.value:
            due -= 1
            row["next_step_at"] = now - timedelta(seconds=due)
        yield row


def _moved(row: Row, by: timedelta) -> Row:
    """The same so much later, with all that happened."""
    later = {name: row[name] + by for name in TIMES if row[name]}
    log = [{**event, "at": event["at"] + by} for event in row["log"]]
    return {**row, **later, "log": log}


ASKER = ("person_id", "subject_id", "principal_id", "principal_person", "about")
TIMES = ("opened_at", "changed_at", "ended_at", "due_at", "next_step_at")
