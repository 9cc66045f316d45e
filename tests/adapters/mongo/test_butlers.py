"""The butlers' room over the real database: places, tenants, leave, the roster, gaps told once."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from adapters.mongo.alerts import MongoAlerts
from adapters.mongo.butlers import MongoButlers, MongoGaps, MongoShifts
from adapters.mongo.database import Database
from adapters.mongo.live import MongoLiveOutbox
from adapters.mongo.places import MongoPlaces, MongoTenancies
from adapters.mongo.staff import MongoStaff
from adapters.mongo.transactions import MongoTransactions
from content.catalogue import FOLDER, load
from domain.alerts.alerts import Alert
from domain.alerts.telling import Telling
from domain.butlers.assigning import Assigning, Load
from domain.butlers.butlers import Butler, ButlerState
from domain.butlers.coverage import Shifts, Watching
from domain.butlers.keeping import LEFT, ButlerFacts, Butlers, LeaveAsked
from domain.butlers.places import PlaceFacts, PlaceKind
from domain.butlers.places_office import Places, TenantFacts
from domain.butlers.rostering import Roster
from domain.errors import Invalid, NotFound, Stale
from domain.live.events import Publishing
from domain.pages import Ask
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Role
from domain.transactions import Act, Conflict, Unit
from server.draw import SystemDraw
from tests.domain.butlers.team import BEGAN, CALENDAR, at

CONTENT = load(FOLDER, district="440104").butlers
NOW = at("2026-02-09", "10:00")
DAY = timedelta(days=1)
USCC = "91440104000000019T"


class Room:
    """The room over a database that tests of the file share: each in places of its own."""

    def __init__(self, database: Database, transactions: MongoTransactions) -> None:
        self.database, self.transactions = database, transactions
        self.draw = SystemDraw()
        self.store, self.staff = MongoButlers(database), MongoStaff(database)
        self.alerts, self.office = MongoAlerts(database), uuid.uuid4().hex
        tell = Telling(store=self.alerts, publish=Publishing(outbox=MongoLiveOutbox()))
        places, shifts = MongoPlaces(database), MongoShifts(database)
        self.gaps = MongoGaps(database)
        self.places = Places(store=places, tenancies=MongoTenancies(database))
        self.roster = Roster(
            places=places,
            butlers=self.store,
            shifts=shifts,
            calendar=CALENDAR,
            coverage=CONTENT.coverage,
        )
        self.butlers = Butlers(
            store=self.store,
            places=places,
            accounts=self.staff,
            items=CONTENT.items,
            tell_staff=tell,
            of_role=self.of_role,
        )
        self.shifts = Shifts(store=shifts, places=places, butlers=self.store)
        self.assigning = Assigning(roster=self.roster, items=CONTENT.items)
        self.watching = Watching(
            places=places,
            roster=self.roster,
            gaps=self.gaps,
            tell_staff=tell,
            of_role=self.of_role,
        )

    async def told(self, staff_id: str) -> list[Alert]:
        """What somebody was told, newest first."""
        return list(await self.alerts.unread_of(staff_id=staff_id, until=NOW + 1000 * DAY))

    async def of_role(self, _: Role, /) -> Sequence[str]:
        """One account is the office, of this test alone."""
        return [self.office]

    def act(self, actor: str = "office", now: object = NOW) -> Act:
        return Act(
            at=now,  # type: ignore[arg-type]
            actor=actor,
            trace_id="t",
            draw=self.draw,
            commit=self.transactions.plain(),
        )

    async def place(self, name: str = "样例大厦") -> str:
        """A building in a street of its own."""
        code = uuid.uuid4().hex[:12].upper()
        street = PlaceFacts(code=f"S{code}", name="样例街", kind=PlaceKind.STREET, address="")
        parent = await self.places.add(self.act(), facts=street)
        building = PlaceFacts(
            code=code, name=name, kind=PlaceKind.BUILDING, address="一号", parent=parent.id
        )
        return (await self.places.add(self.act(), facts=building)).id

    async def account(self, name: str, **given: object) -> str:
        """A staff account in use, with the role."""
        account = StaffAccount(
            id=self.draw.id(),
            login=f"b{uuid.uuid4().hex[:10]}",
            name=name,
            roles=(Role.BUTLER,),
            state=StaffState.ACTIVE,
            proposed_by="x",
            proposed_at=BEGAN,
        )
        account = replace(account, **given)  # type: ignore[arg-type]
        await self.act().commit(lambda unit: self.staff.add(unit, account))
        return account.id

    async def butler(self, name: str, *places: str) -> str:
        """Enrolled for these places."""
        staff_id = await self.account(name)
        facts = ButlerFacts(agency="样例机构", places=places, skills=("repair-guidance",))
        await self.butlers.enrol(self.act(), staff_id=staff_id, facts=facts)
        return staff_id

    async def away(self, staff_id: str, begins: str, ends: str, stand_in: str = "") -> Butler:
        """A leave that is asked for and granted."""
        asked = LeaveAsked(
            begins=at(begins, "00:00"), ends=at(ends, "00:00"), reason="家中有事", stand_in=stand_in
        )
        asking = await self.butlers.ask_leave(self.act(staff_id), staff_id=staff_id, asked=asked)
        return await self.butlers.grant_leave(
            self.act(), staff_id=staff_id, leave_id=asking.leaves[-1].id, tag=asking.tag
        )


async def idle(_: Sequence[str], /) -> Mapping[str, Load]:
    """Nobody has anything to do."""
    return {}


@pytest.fixture
def room(database: Database, transactions: MongoTransactions) -> Room:
    return Room(database, transactions)


# -- places and tenants ----------------------------------------------------------


async def test_a_place_is_read_back_as_it_was_kept_and_found_by_part_of_its_name(
    room: Room,
) -> None:
    place_id = await room.place("粤海天河城（样例）")
    place = await room.places.get(place_id)
    hours = {0: CONTENT.coverage.week[0]}
    facts = PlaceFacts(
        code=place.code,
        name=place.name,
        kind=place.kind,
        address="",
        parent=place.parent,
        hours=hours,
        open=False,
    )
    after = await room.places.change(room.act(), place_id=place_id, tag=place.tag, facts=facts)
    assert await room.places.get(place_id) == after
    with pytest.raises(Stale):
        await room.places.change(room.act(), place_id=place_id, tag=place.tag, facts=facts)
    found = await room.places.search(text="天河城（", kind=None, ask=Ask(), closed_too=True)
    assert [one.id for one in found.items] == [place_id]
    shown = await room.places.search(text="天河城（", kind=PlaceKind.BUILDING, ask=Ask())
    assert shown.items == ()


async def test_pages_of_a_search_go_on_where_the_last_ended(room: Room) -> None:
    made = [await room.place(f"连页大厦{number}") for number in range(3)]
    first = await room.places.search(text="连页", kind=None, ask=Ask(limit=2))
    rest = await room.places.search(text="连页", kind=None, ask=Ask(limit=2, after=first.next))
    assert [one.id for one in (*first.items, *rest.items)] == made


async def test_what_the_content_brings_is_there_once_and_stays_as_the_office_keeps_it(
    room: Room,
) -> None:
    """Of processes that start at one moment none is in another's way."""
    await asyncio.gather(*(room.places.bring(room.act(), wanted=CONTENT.places) for _ in range(3)))
    await room.places.bring(room.act(), wanted=CONTENT.places)
    brought = {one.code: one for one in await room.places.all() if one.code.startswith("NL")}
    assert len(brought) == len(CONTENT.places)
    building = brought["NL-HUILONG"]
    assert building.parent == brought["NL"].id
    facts = PlaceFacts(
        code=building.code,
        name="汇隆大厦东座",
        kind=building.kind,
        address="",
        parent=building.parent,
    )
    await room.places.change(room.act(), place_id=building.id, tag=building.tag, facts=facts)
    await room.places.bring(room.act(), wanted=CONTENT.places)
    assert (await room.places.get(building.id)).name == "汇隆大厦东座"


async def test_an_enterprise_is_suggested_the_place_where_it_came_last_and_still_is(
    room: Room,
) -> None:
    first, second = await room.place(), await room.place()
    today = date(2026, 2, 9)

    def tenant(since: date) -> TenantFacts:
        return TenantFacts(uscc=USCC, name="样例公司", room="801", since=since)

    await room.places.add_tenancy(
        room.act(), place_id=first, facts=tenant(today - timedelta(days=90))
    )
    later = await room.places.add_tenancy(room.act(), place_id=second, facts=tenant(today - DAY))
    with pytest.raises(Conflict, match="重复"):
        await room.places.add_tenancy(room.act(), place_id=second, facts=tenant(today))
    suggested = await room.places.place_of(USCC, today=today)
    assert suggested is not None
    assert suggested.id == second
    await room.places.end_tenancy(
        room.act(), place_id=second, tenancy_id=later.id, tag=later.tag, on=today - DAY
    )
    suggested = await room.places.place_of(USCC, today=today)
    assert suggested is not None
    assert suggested.id == first
    assert await room.places.place_of("91110000600037341L", today=today) is None
    with pytest.raises(NotFound):
        await room.places.end_tenancy(
            room.act(), place_id=first, tenancy_id=later.id, tag=later.tag, on=today
        )


# -- butlers and leave -------------------------------------------------------------


async def test_a_butler_is_an_account_in_use_with_the_role_and_only_once(room: Room) -> None:
    place = await room.place()
    staff_id = await room.butler("张三", place)
    kept = await room.butlers.get(staff_id)
    assert (kept.name, kept.places, kept.serves) == ("张三", (place,), True)
    facts = ButlerFacts(agency="样例机构", places=(place,), skills=())
    with pytest.raises(Conflict, match="已经登记"):
        await room.butlers.enrol(room.act(), staff_id=staff_id, facts=facts)
    for given in ({"roles": (Role.OFFICE,)}, {"state": StaffState.INVITED}):
        other = await room.account("李四", **given)
        with pytest.raises(Conflict, match="只有在用的"):
            await room.butlers.enrol(room.act(), staff_id=other, facts=facts)


async def test_unknown_places_and_skills_are_refused_by_field(room: Room) -> None:
    staff_id = await room.account("王五")
    facts = ButlerFacts(agency="", places=("nowhere",), skills=("magic",), hours={})
    with pytest.raises(Invalid) as refused:
        await room.butlers.enrol(room.act(), staff_id=staff_id, facts=facts)
    pointers = {fault.pointer for fault in refused.value.faults}
    assert pointers == {"/agency", "/places", "/skills", "/hours"}


async def test_why_somebody_is_away_is_never_stored_in_clear(room: Room) -> None:
    staff_id = await room.butler("赵六", await room.place())
    await room.away(staff_id, "2026-03-01", "2026-03-02")
    pipeline = [{"$match": {"_id": staff_id}}, {"$project": {"kind": {"$type": "$content"}}}]
    raw = await room.database["butlers"].aggregate(pipeline).to_list(1)
    assert raw[0]["kind"] == "binData"
    assert (await room.butlers.get(staff_id)).leaves[0].reason == "家中有事"


async def test_leave_is_told_to_the_office_and_its_decision_to_who_asked(room: Room) -> None:
    place = await room.place()
    asking, stand_in = await room.butler("张三", place), await room.butler("李四", place)
    await room.away(asking, "2026-03-09", "2026-03-11", stand_in)
    whom = {room.office: "有请假待批准", asking: "请假已批准", stand_in: "请您代班"}
    assert {one: [told.title for told in await room.told(one)] for one in whom} == {
        one: [title] for one, title in whom.items()
    }
    assert [one.name for one in await room.roster.on_duty(place, at("2026-03-09"))] == ["李四"]


async def test_of_two_that_would_stand_in_for_each_other_one_is_refused(room: Room) -> None:
    """Both are asked for before either is granted, and granted at the same moment."""
    place = await room.place()
    first, second = await room.butler("张三", place), await room.butler("李四", place)
    asked = {}
    for one, other in ((first, second), (second, first)):
        wanted = LeaveAsked(
            begins=at("2026-03-09"), ends=at("2026-03-10"), reason="家中有事", stand_in=other
        )
        asked[one] = await room.butlers.ask_leave(room.act(one), staff_id=one, asked=wanted)
    done = await asyncio.gather(
        *(
            room.butlers.grant_leave(
                room.act(), staff_id=one, leave_id=butler.leaves[-1].id, tag=butler.tag
            )
            for one, butler in asked.items()
        ),
        return_exceptions=True,
    )
    granted = [one for one in done if isinstance(one, Butler)]
    [refused] = [one for one in done if isinstance(one, Exception)]
    assert len(granted) == 1
    assert isinstance(refused, Invalid)
    assert "互相代班" in refused.detail or "无人代班" in refused.detail


async def test_who_leaves_gets_no_tickets_and_their_open_ones_are_handed_over(room: Room) -> None:
    place = await room.place()
    staff_id = await room.butler("张三", place)
    act = room.act("supervisor")

    async def leave(unit: Unit) -> None:
        await room.butlers.exit(unit, act, staff_id=staff_id, reason="评价退出")

    await act.commit(leave)
    assert (await room.butlers.get(staff_id)).state is ButlerState.EXITED
    sent = await room.database["outbox"].find_one({"topic": LEFT, "object_id": staff_id})
    assert sent is not None
    choice = await room.assigning.choose(
        place_id=place, item="credit-consulting", now=NOW, loads_of=idle
    )
    assert choice.staff_id == ""
    assert await room.butlers.serves(staff_id=staff_id, place_id=place) is False
    assert staff_id not in await room.butlers.serving()


# -- roster, gaps, assignment --------------------------------------------------------


async def test_a_gap_is_told_seven_days_before_once_and_no_more_when_closed(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await room.place("守岁大厦")
    staff_id = await room.butler("张三", place)
    weekday = at("2026-02-06", "10:00")
    await room.watching.work(room.act(now=weekday))
    known = await room.gaps.of_place(place)
    # The next weekend; Spring Festival begins eight days on.
    assert [one.begins for one in known] == [at("2026-02-06", "18:00")]
    monday = at("2026-02-09", "10:00")
    for later in range(3):
        await room.watching.work(room.act(now=monday + later * timedelta(hours=1)))
    assert place in {gap.place_id for gap in await room.watching.standing(monday)}
    told = await room.told(room.office)
    festival = [one.text for one in told if "2月14日 18:00 至 2月24日 9:00" in one.text]
    assert len(festival) == 1
    for day in range(15, 24):
        begins = at(f"2026-02-{day}", "09:00")
        await room.shifts.put(
            room.act(),
            place_id=place,
            staff_id=staff_id,
            begins=begins,
            ends=begins + timedelta(hours=9),
        )
    # Who looks sees at once that it is closed; the next look at the roster forgets it.
    assert place not in {gap.place_id for gap in await room.watching.standing(monday)}
    with monkeypatch.context() as more_places:
        more_places.setattr("domain.butlers.coverage.MOST_LOOKED_AT", 0)
        assert place in {gap.place_id for gap in await room.watching.standing(monday)}
    await room.watching.work(room.act(now=monday + timedelta(hours=9)))
    assert await room.gaps.of_place(place) == []
    assert await room.told(room.office) == told


async def test_what_is_left_of_a_gap_after_a_shift_is_not_told_again(room: Room) -> None:
    place = await room.place("半岁大厦")
    staff_id = await room.butler("李四", place)
    await room.watching.work(room.act())
    [before] = await room.gaps.of_place(place)
    told = await room.told(room.office)
    begins = at("2026-02-19", "09:00")
    await room.shifts.put(
        room.act(), place_id=place, staff_id=staff_id, begins=begins, ends=begins + DAY
    )
    await room.watching.work(room.act())
    after = await room.gaps.of_place(place)
    assert [one.found_at for one in after] == [before.found_at]
    assert [one.ends for one in after] == [begins]
    assert await room.told(room.office) == told


async def test_a_building_without_butlers_is_covered_by_its_street(room: Room) -> None:
    """So its roster and its gaps are those of who gets its tickets."""
    place = await room.place("空楼")
    street = (await room.places.get(place)).parent
    [always] = await room.roster.gaps(place, NOW, NOW + DAY)
    assert always.span == "一直"
    staff_id = await room.butler("街道管家", street)
    assert [one.staff_id for one in await room.roster.on_duty(place, NOW)] == [staff_id]
    assert list(await room.roster.gaps(place, NOW, NOW + DAY)) == []
    [day] = (await room.roster.sheet(place, first=date(2026, 2, 9), count=1)).days
    assert [line.name for line in day.lines] == ["街道管家"]
    chosen = await room.assigning.choose(
        place_id=place, item="credit-consulting", now=NOW, loads_of=idle
    )
    assert chosen.reasons[:2] == ("空楼没有在岗服务的信用管家", "负责样例街")


async def test_a_shift_is_refused_field_by_field(room: Room) -> None:
    place = await room.place()
    with pytest.raises(Invalid) as refused:
        await room.shifts.put(
            room.act(),
            place_id=place,
            staff_id="nobody",
            begins=NOW,
            ends=NOW + 2 * DAY,
            note="长" * 101,
        )
    pointers = {fault.pointer for fault in refused.value.faults}
    assert pointers == {"/staff_id", "/ends", "/note"}


async def test_a_ticket_goes_to_who_is_there_by_what_the_stores_say(room: Room) -> None:
    place = await room.place()
    first, second = await room.butler("张三", place), await room.butler("李四", place)
    asked: list[Sequence[str]] = []

    async def loads(staff_ids: Sequence[str], /) -> Mapping[str, Load]:
        asked.append(staff_ids)
        return {first: Load(open=2), second: Load(open=1)}

    chosen = await room.assigning.choose(
        place_id=place, item="repair-guidance", now=NOW, loads_of=loads
    )
    assert chosen.staff_id == second
    assert "擅长信用修复指导" in chosen.reasons
    assert asked == [sorted([first, second])]
    passed = await room.assigning.choose(
        place_id=place, item="repair-guidance", now=NOW, loads_of=loads, besides=frozenset({second})
    )
    assert passed.staff_id == first
    with pytest.raises(NotFound):
        await room.assigning.choose(place_id=place, item="magic", now=NOW, loads_of=idle)
    with pytest.raises(NotFound):
        await room.assigning.choose(
            place_id="nowhere", item="repair-guidance", now=NOW, loads_of=idle
        )


async def test_without_a_place_the_whole_district_is_asked(room: Room) -> None:
    staff_id = await room.butler("全区", await room.place())
    others = await room.butlers.serving() - {staff_id}
    chosen = await room.assigning.choose(
        place_id="", item="credit-consulting", now=NOW, loads_of=idle, besides=others
    )
    assert chosen.staff_id == staff_id
    assert chosen.reasons[0] == "未指明服务点，从全区信用管家中分派"
    assert (await room.roster.hours("")).week == CONTENT.coverage.week
