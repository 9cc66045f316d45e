"""Butlers at places of their own, and citizens who ask them: no test meets another's tickets."""

import re
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from typing import Any

from adapters.mongo.outbox import Outbox
from adapters.mongo.staff import MongoStaff
from adapters.mongo.tickets import MongoTickets
from domain.butlers.keeping import ButlerFacts
from domain.butlers.places import PlaceFacts, PlaceKind
from domain.butlers.weeks import Week
from domain.hours import Interval
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.tickets.on_behalf import Call
from domain.tickets.scheduling import STEP
from domain.tickets.tickets import Ticket
from domain.transactions import Unit
from handlers.house import House
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.staffing import STEP as STEP_SECONDS
from tests.staffing import Colleague, act, at_work

ITEM = "credit-consulting"
OFFICE = StaffAccount(
    id="",
    login="office",
    name="信用办",
    roles=(Role.OFFICE,),
    state=StaffState.ACTIVE,
    proposed_by="",
    proposed_at=datetime(2026, 1, 1, tzinfo=UTC),
)
# Somebody is always there, so that no test depends on the day it runs.
ALWAYS: Week = {day: (Interval(begins=time(), ends=time.max),) for day in range(7)}


@dataclass
class Tower:
    """One place, its butlers, and whoever asks there."""

    cast: Cast
    place_id: str
    butlers: list[Colleague] = field(default_factory=list)

    @property
    def butler(self) -> Colleague:
        return self.butlers[0]

    async def name(self) -> str:
        """What the place is called."""
        assert self.cast.house
        return (await self.cast.house.butlers.places.get(self.place_id)).name

    async def ask(self, person: Person, text: str = "怎样修复信用？", **given: Any) -> str:
        """A ticket; its number."""
        answer = await self.post(person, text, **given)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    async def post(self, person: Person, text: str = "怎样修复信用？", **given: Any) -> Any:
        body = await question(person, **{"place_id": self.place_id, "text": text, **given})
        key = body.pop("key", None)
        return await person.post("/v1/tickets", body, key=key)

    async def given(self, number: str) -> Ticket:
        """Once the background has given it out."""
        await self.cast.work()
        return await self.ticket(number)

    async def ticket(self, number: str) -> Ticket:
        assert self.cast.database is not None
        found = await MongoTickets(self.cast.database).by_number(number)
        assert found
        return found

    async def reply(
        self, number: str, text: str = "请看附件。", *, by: Colleague | None = None, **given: Any
    ) -> Any:
        """What a butler answers, against the ticket as it is now."""
        butler = by or self.butler
        tag = given.pop("tag", (await self.ticket(number)).tag)
        form = {"move": "reply", "tag": tag, "text": text, **given}
        return await butler.post(f"/console/tickets/{number}/reply", form)

    async def move(
        self, number: str, move: str, *, by: Colleague | None = None, **given: Any
    ) -> Any:
        butler = by or self.butler
        tag = given.pop("tag", (await self.ticket(number)).tag)
        form = {"move": move, "tag": tag, **given}
        return await butler.post(f"/console/tickets/{number}/moves", form)

    async def close(self) -> None:
        for butler in self.butlers:
            await butler.close()


async def place(cast: Cast, hours: Week | None = None) -> str:
    """A new place; its id."""
    assert cast.house
    return await new_place(cast.house, hours)


async def new_place(house: House, hours: Week | None = None) -> str:
    """A new place of this house; its id."""
    code = f"T{uuid.uuid4().hex[:10].upper()}"
    made = await house.butlers.places.add(
        act(house, "office"),
        facts=PlaceFacts(
            code=code,
            name=f"样例大厦{code}",
            kind=PlaceKind.STREET,
            address="样例路 1 号",
            hours=hours or ALWAYS,
        ),
    )
    return made.id


async def build(cast: Cast, *, butlers: int = 1, hours: Week | None = None) -> Tower:
    """A new place with so many butlers who can do everything, at work at every hour."""
    tower = Tower(cast, await place(cast, hours))
    for _ in range(butlers):
        colleague = await at_work(cast, Role.BUTLER)
        await enrol(cast, colleague, tower.place_id)
        tower.butlers.append(colleague)
    return tower


async def enrol(cast: Cast, colleague: Colleague, *places: str) -> None:
    """They serve these places from now on, and can do everything."""
    house = cast.house
    assert house
    await house.butlers.butlers.enrol(
        act(house, "office"),
        staff_id=colleague.account.id,
        facts=ButlerFacts(agency="样例机构", places=places, skills=tuple(house.butlers.items)),
    )


async def signed_in_later(tower: Tower) -> None:
    """The butler signs in anew, since it has become later."""
    house, butler = tower.cast.house, tower.butler
    assert house
    await butler.close()
    step = int(house.clock().timestamp()) // STEP_SECONDS
    tower.butlers[0] = Colleague(tower.cast, butler.account, butler.totp, step)
    assert (await tower.butler.sign_in()).status_code == 303


async def let_others_rest(tower: Tower, *numbers: str) -> None:
    """Clocks of all but these tickets ask for nothing: other tests left many."""
    assert tower.cast.database is not None
    others = {"number": {"$nin": numbers}}
    tickets = tower.cast.database["tickets"]
    await tickets.update_many(others, {"$set": {"next_step_at": None}})


async def look_at_clocks(cast: Cast) -> None:
    """The look at the clocks of tickets is due now, whatever it said before."""
    await due_now(cast, STEP)


async def due_now(cast: Cast, topic: str) -> None:
    """What always stands in the outbox is worked on now."""
    assert cast.database is not None
    await cast.database["outbox"].delete_one({"_id": topic})
    await Outbox(cast.database).stand(topic)
    await cast.work()


async def employ(parts: Installation, *roles: Role) -> tuple[str, ...]:
    """An account in use for each of these roles, whom nobody signs in with; their ids."""
    house, staff = parts.house, MongoStaff(parts.database)
    accounts = [
        StaffAccount(
            id=house.draw.id(),
            login=f"t{uuid.uuid4().hex[:12]}",
            name="周敏",
            roles=(role,),
            state=StaffState.ACTIVE,
            proposed_by="test",
            proposed_at=house.clock(),
        )
        for role in roles
    ]

    async def work(unit: Unit) -> None:
        for account in accounts:
            await staff.add(unit, account)

    await house.transactions.plain()(work)
    return tuple(account.id for account in accounts)


async def team(parts: Installation, count: int) -> tuple[str, tuple[str, ...]]:
    """A new place and so many equal butlers of it: their ids."""
    house = parts.house
    place_id, butlers = await new_place(house), await employ(parts, *[Role.BUTLER] * count)
    skills = tuple(house.butlers.items)
    facts = ButlerFacts(agency="样例机构", places=(place_id,), skills=skills)
    for staff_id in butlers:
        await house.butlers.butlers.enrol(act(house, "office"), staff_id=staff_id, facts=facts)
    return place_id, butlers


def shown(page: str, test: str) -> str:
    """What stands in the element of that mark, without its tags."""
    found = re.search(rf'data-test="{test}"[^>]*>(.*?)</(?:dd|span|strong|ol|p)>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[1]).strip() if found else ""


def at(text: str) -> datetime:
    """An instant of an answer."""
    return datetime.fromisoformat(text)


async def question(person: Person, **given: Any) -> dict[str, Any]:
    """Of somebody for themself, at no place in particular."""
    subject = await person.own_subject()
    asks = {"subject_id": subject, "item": ITEM, "place_id": "", "text": "怎样修复信用？"}
    return {**asks, **given}


async def called(house: House) -> Ticket:
    """Somebody called about no place in particular, and the office wrote it down."""
    office = replace(OFFICE, id=str(uuid.uuid4()))
    call = Call(
        name="李来电",
        phone="13800138000",
        uscc="",
        item=ITEM,
        place_id="",
        text="想问怎样打印报告",
    )
    return await house.tickets.on_behalf.write_down(act(house, office.id), me=office, call=call)
