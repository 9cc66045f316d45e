"""Tickets that were resolved, butlers who resolved them, and what came of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.mongo.judging.judgements import MongoJudgements
from adapters.mongo.tickets import MongoTickets
from domain.butlers.items import Priority
from domain.butlers.keeping import ButlerFacts
from domain.judging import judgement_moves
from domain.judging.judgements import Judgement
from domain.judging.terms import Level
from domain.staff.roles import Role
from domain.tickets.events import By, Event, Happened
from domain.tickets.tickets import Asker, Origin, Reason, Resolution, Source, State, Ticket
from handlers.house import House
from tests.cast import Cast, Person
from tests.domain.judging import samples
from tests.staffing import PAGE, STEP, Colleague, act, at_work

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WORDS = "来了三次都没有人办理"


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """One resolution: by whom, when it was opened, answered and resolved, and whether in time."""

    resolver: str
    opened_at: datetime
    in_time: bool = True
    answered_after: timedelta = 10 * MINUTE
    resolved_after: timedelta = 30 * MINUTE


def house_of(cast: Cast) -> House:
    assert cast.house
    return cast.house


async def butler_at_work(cast: Cast) -> Colleague:
    """Somebody with the role who is enrolled as a butler, and signed in."""
    colleague = await at_work(cast, Role.BUTLER)
    house = house_of(cast)
    facts = ButlerFacts(agency="样例服务机构", places=(), skills=())
    await house.butlers.butlers.enrol(
        act(house, "office"), staff_id=colleague.account.id, facts=facts
    )
    return colleague


async def ticket(
    cast: Cast, *, of: str = "", butler: str = "", place: str = "", cycles: Sequence[Resolved] = ()
) -> str:
    """A ticket with its history, as the tickets' room keeps it; its number."""
    assert cast.database
    house, store = house_of(cast), MongoTickets(cast.database)
    opened_at = cycles[0].opened_at if cycles else house.clock()
    made = Ticket(
        id=house.draw.id(),
        number=f"GJ{opened_at:%y%m%d}{house.draw.pick('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', 6)}",
        asker=Asker(person_id=of, subject_id=of, principal_id=of, principal_person=of),
        origin=Origin(source=Source.MINI_PROGRAM),
        item="credit-consulting",
        place_id=place,
        priority=Priority.NORMAL,
        state=State.RESOLVED if cycles else State.OPEN,
        opened_at=opened_at,
        changed_at=opened_at,
        log=tuple(_log(of, opened_at, cycles)),
        butler_id=butler or (cycles[-1].resolver if cycles else ""),
        resolutions=tuple(_resolution(n, one) for n, one in enumerate(cycles, start=1)),
        in_time=all(one.in_time for one in cycles) if cycles else None,
    )
    await house.transactions.plain()(lambda unit: store.add(unit, made))
    return made.number


def _log(of: str, opened_at: datetime, cycles: Sequence[Resolved]) -> Iterator[Event]:
    yield Event(at=opened_at, what=Happened.OPENED, by=By.CITIZEN, actor=of)
    for number, one in enumerate(cycles):
        if number:
            yield Event(at=one.opened_at, what=Happened.REOPENED, by=By.CITIZEN, actor=of)
        staff: dict[str, Any] = {"by": By.STAFF, "actor": one.resolver}
        yield Event(at=one.opened_at + one.answered_after, what=Happened.ANSWERED, **staff)
        yield Event(at=one.opened_at + one.resolved_after, what=Happened.RESOLVED, **staff)


def _resolution(cycle: int, one: Resolved) -> Resolution:
    return Resolution(
        cycle=cycle,
        resolver=one.resolver,
        reason=Reason.ANSWERED,
        opened_at=one.opened_at,
        answered_at=one.opened_at + one.answered_after,
        resolved_at=one.opened_at + one.resolved_after,
        promise_met=one.in_time,
    )


async def resolved_by(cast: Cast, person: Person, butler: Colleague, *, cycles: int = 1) -> str:
    """A ticket of the person's that the butler resolved half an hour ago; its number."""
    now = house_of(cast).clock()
    each = [
        Resolved(resolver=butler.account.id, opened_at=now - (cycles - n) * 60 * MINUTE)
        for n in range(cycles)
    ]
    return await ticket(cast, of=await id_of(person), cycles=each)


async def id_of(person: Person) -> str:
    """The random id of a person who is signed in."""
    house = house_of(person.cast)
    token = person.tokens["access_token"]
    return house.tokens.read_access(token, house.clock()).person_id


async def rate(person: Person, number: str, stars: int, text: str = "") -> dict[str, Any]:
    """As the mini program does: read, then write against what was read."""
    path = f"/v1/tickets/{number}/rating"
    tag = (await person.get(path)).raise_for_status().headers["ETag"]
    answer = await person.send(
        "PUT", path, json={"stars": stars, "text": text}, headers={"If-Match": tag}
    )
    rated: dict[str, Any] = answer.raise_for_status().json()
    return rated


async def complained(person: Person, number: str, text: str = WORDS) -> dict[str, Any]:
    """A complaint with words."""
    answer = await person.post(f"/v1/tickets/{number}/complaints", {"text": text})
    made: dict[str, Any] = answer.raise_for_status().json()
    return made


async def press(colleague: Colleague, page: str, to: str, form: dict[str, str]) -> Any:
    """A form of a page, as the page stands now."""
    shown = await colleague.page(page)
    found = re.search(r'name="tag" value="([^"]*)"', shown)
    tag = found[1].replace("&quot;", '"') if found else '"0"'
    return await colleague.post(f"{page}/{to}", {"tag": tag, **form}, headers=PAGE)


async def back(colleague: Colleague, now: datetime) -> None:
    """Signed in again after a long while."""
    colleague.step = int(now.timestamp()) // STEP
    answer = await colleague.sign_in()
    assert answer.status_code == 303, answer.text


async def resolved_by_somebody(person: Person) -> str:
    """A ticket of the person's that nobody in particular resolved; its number."""
    begun = house_of(person.cast).clock() - 60 * MINUTE
    cycles = [Resolved(resolver="somebody", opened_at=begun)]
    return await ticket(person.cast, of=await id_of(person), cycles=cycles)


async def complaint_about(cast: Cast, staff_id: str) -> str:
    """One that somebody made about this butler; its number."""
    citizen = await cast.newcomer()
    begun = house_of(cast).clock() - 60 * MINUTE
    number = await ticket(
        cast, of=await id_of(citizen), cycles=[Resolved(resolver=staff_id, opened_at=begun)]
    )
    return str((await complained(citizen, number))["number"])


async def judgement_of(
    cast: Cast, staff_id: str, *, heard: bool = False, proposed: bool = False
) -> Judgement:
    """One that is pending, instead of any before it; proposed by nobody here."""
    assert cast.database
    house = house_of(cast)
    now = house.clock()
    made = replace(samples.judgement(), id=house.draw.id(), staff_id=staff_id, ends=now)
    if heard:
        made = judgement_moves.stated(made, by=staff_id, text="当月代班三栋楼", now=now)
    if proposed:
        made = judgement_moves.proposed(
            made,
            level=Level.WARNING,
            reason="数据属实",
            by="another-officer",
            terms=samples.TERMS,
            calendar=samples.CALENDAR,
            now=now,
        )
    await cast.database["judgements"].delete_many({"staff_id": staff_id})
    store = MongoJudgements(cast.database, kept_years=3)
    await house.transactions.plain()(lambda unit: store.add(unit, made))
    return made


async def sheet_of_a_month(cast: Cast) -> str:
    """A month long past that was drawn up, before those that tests name; as 2003-07."""
    house = house_of(cast)
    pick = house.draw.pick
    month = f"20{pick('01', 1)}{pick('01234567', 1)}-0{pick('123456789', 1)}"
    await house.judging.sheet_office.correct(act(house, "office"), of=month, reason="首次生成")
    return month
