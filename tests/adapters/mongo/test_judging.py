"""What is counted over tickets, ratings and complaints; and what two at once cannot do."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from pymongo import ASCENDING

from adapters.mongo.database import Database
from adapters.mongo.judging.complaints import MongoComplaints
from adapters.mongo.judging.facts import MongoTicketFacts
from adapters.mongo.judging.judgements import MongoJudgements
from adapters.mongo.judging.ratings import MongoRatings
from adapters.mongo.judging.sheets import MongoSheets
from adapters.mongo.tickets import MongoTickets
from adapters.mongo.transactions import MongoTransactions
from domain.butlers.items import Priority
from domain.errors import NotFound, Stale
from domain.judging import complaint_moves, judgement_moves, ratings
from domain.judging.complaints import Complaint, State
from domain.judging.facts import Evidence, LateTicket, RatedTicket, UpheldComplaint, median
from domain.judging.ratings import Rating
from domain.judging.sheets import Row, Sheet
from domain.pages import Ask
from domain.tickets.events import By, Event, Happened
from domain.tickets.tickets import Asker, Origin, Reason, Resolution, Source, Ticket
from domain.tickets.tickets import State as TicketState
from domain.transactions import InFlight, Unit
from server.draw import SystemDraw
from tests.domain.judging.samples import (
    AT,
    BUTLER,
    CITIZEN,
    HOUR,
    OFFICER,
    TERMS,
    complaint,
    judgement,
    rating,
)

DRAW = SystemDraw()
MINUTE = timedelta(minutes=1)
BEGIN, END = datetime(2026, 1, 31, 16, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)
BUTLERS, PLACES = ("a", "b", "c"), ("p", "q", "")


def ticket(
    chance: random.Random,
    *,
    cycles: Sequence[Resolution],
    opened_at: datetime = BEGIN,
    butler: str = "",
) -> Ticket:
    """As tickets are kept, with the history of these resolutions."""
    log = [Event(at=opened_at, what=Happened.OPENED, by=By.CITIZEN, actor=CITIZEN)]
    for number, one in enumerate(cycles):
        if number:
            log.append(Event(at=one.opened_at, what=Happened.REOPENED, by=By.CITIZEN))
        by: dict[str, Any] = {"by": By.STAFF, "actor": one.resolver}
        assert one.answered_at
        log.append(Event(at=one.answered_at, what=Happened.ANSWERED, **by))
        log.append(Event(at=one.resolved_at, what=Happened.RESOLVED, **by))
    return Ticket(
        id=DRAW.id(),
        number=f"GD{DRAW.pick('0123456789', 12)}",
        asker=Asker(person_id=CITIZEN),
        origin=Origin(source=Source.MINI_PROGRAM),
        item="credit-consulting",
        place_id=chance.choice(PLACES),
        priority=Priority.NORMAL,
        state=TicketState.RESOLVED if cycles else TicketState.OPEN,
        opened_at=opened_at,
        changed_at=opened_at,
        log=tuple(log),
        butler_id=butler or chance.choice(BUTLERS),
        resolutions=tuple(cycles),
        in_time=chance.choice((True, False, None)),
    )


def cycle(chance: random.Random, number: int, since: datetime) -> Resolution:
    answered = since + chance.randrange(2000) * MINUTE
    return Resolution(
        cycle=number,
        resolver=chance.choice(BUTLERS),
        reason=Reason.ANSWERED,
        opened_at=since,
        answered_at=answered,
        resolved_at=answered + chance.randrange(1, 3000) * MINUTE,
        promise_met=chance.random() < 0.7,
    )


def generated(chance: random.Random, count: int) -> list[Ticket]:
    """Tickets around the month, reopened now and then."""
    made = []
    for _ in range(count):
        opened_at = since = BEGIN + chance.randrange(-10 * 24, 38 * 24) * HOUR
        cycles: list[Resolution] = []
        for number in range(1, chance.choice((0, 1, 1, 1, 2, 3)) + 1):
            cycles.append(cycle(chance, number, since))
            since = cycles[-1].resolved_at + chance.randrange(1, 6 * 24) * HOUR
        made.append(ticket(chance, cycles=cycles, opened_at=opened_at))
    return made


async def kept(database: Database, transactions: MongoTransactions, *tickets: Ticket) -> None:
    store = MongoTickets(database)

    async def work(unit: Unit) -> None:
        for one in tickets:
            await store.add(unit, one)

    await transactions.plain()(work)


def within(at: datetime) -> bool:
    return BEGIN <= at < END


async def test_figures_of_generated_tickets_are_those_counted_one_by_one(
    database: Database, transactions: MongoTransactions
) -> None:
    chance = random.Random(20260228)  # noqa: S311 - any will do, nobody guards it
    tickets = generated(chance, 300)
    await database["tickets"].delete_many({})
    await kept(database, transactions, *tickets)
    facts = MongoTicketFacts(database)
    resolved = [(one, each) for one in tickets for each in one.resolutions]
    resolved = [(one, each) for one, each in resolved if within(each.resolved_at)]
    worked = {one.staff_id: one async for one in facts.worked(BEGIN, END)}
    assert set(worked) == {each.resolver for _, each in resolved}
    for name, figures in worked.items():
        mine = [each for _, each in resolved if each.resolver == name]
        late = [each.resolved_at for each in mine if not each.promise_met]
        assert (figures.counted, figures.in_time) == (len(mine), len(mine) - len(late))
        assert figures.late_at == max(late)
        [own] = [one async for one in facts.worked(BEGIN, END, by=name)]
        assert own == figures
        found = await facts.late(name, BEGIN, END, limit=1000)
        assert [one.at for one in found] == sorted(late, reverse=True)
    await same_tallies(facts, tickets, resolved)


async def same_tallies(
    facts: MongoTicketFacts, tickets: list[Ticket], resolved: list[tuple[Ticket, Resolution]]
) -> None:
    counted: Counter[tuple[str, str, str]] = Counter()
    minutes: Counter[int] = Counter()
    for one in tickets:
        if within(one.opened_at):
            counted[one.place_id, one.butler_id, "opened"] += 1
            counted[one.place_id, one.butler_id, "in_time"] += one.in_time is True
            for each in one.resolutions[:1]:
                assert each.answered_at
                minutes[(each.answered_at - one.opened_at) // MINUTE] += 1
        for before, after in pairwise(one.resolutions):
            if within(after.opened_at):
                counted[one.place_id, before.resolver, "reopened"] += 1
    for one, each in resolved:
        counted[one.place_id, each.resolver, "resolved"] += 1
    told: Counter[tuple[str, str, str]] = Counter()
    told_minutes: Counter[int] = Counter()
    async for tally in facts.tallies(BEGIN, END):
        for name in ("opened", "in_time", "resolved", "reopened"):
            told[tally.place_id, tally.staff_id, name] += getattr(tally, name)
        told_minutes.update(tally.minutes)
    assert +told == +counted
    assert told_minutes == minutes
    assert median(told_minutes) == sorted(minutes.elements())[minutes.total() // 2]


async def test_only_the_citizens_own_ticket_is_known_and_who_took_part_in_it(
    database: Database, transactions: MongoTransactions
) -> None:
    chance = random.Random(1)  # noqa: S311 - any will do, nobody guards it
    facts, last = MongoTicketFacts(database), cycle(chance, 1, BEGIN)
    one = ticket(chance, cycles=[last], butler="later")
    given = Event(at=END, what=Happened.TRANSFERRED, by=By.STAFF, actor="o", facts={"to": "later"})
    one = replace(one, log=(*one.log, given))
    await kept(database, transactions, one)
    known = await facts.resolution(one.number, person_id=CITIZEN)
    assert known
    assert (known.resolver, known.resolved_at, known.cycle) == (last.resolver, last.resolved_at, 1)
    concerned = await facts.concerned(one.number, person_id=CITIZEN)
    assert (concerned.butler, concerned.cycle) == (last.resolver, 1)
    assert await facts.took_part(one.id) == {last.resolver, "later"}
    assert await facts.took_part("none") == set()
    for ask in (facts.resolution, facts.concerned):
        with pytest.raises(NotFound):
            await ask(one.number, person_id="another")


async def test_before_it_is_resolved_a_complaint_concerns_who_has_it(
    database: Database, transactions: MongoTransactions
) -> None:
    chance = random.Random(2)  # noqa: S311 - any will do, nobody guards it
    facts, one = MongoTicketFacts(database), ticket(chance, cycles=[], butler=BUTLER)
    await kept(database, transactions, one)
    assert await facts.resolution(one.number, person_id=CITIZEN) is None
    concerned = await facts.concerned(one.number, person_id=CITIZEN)
    assert (concerned.butler, concerned.cycle) == (BUTLER, 0)


# -- what judging keeps itself -------------------------------------------------------------------


def a_rating(stars: int, *, resolver: str = BUTLER, at: datetime = AT) -> Rating:
    given = rating(stars, resolver=resolver, resolved_at=at, ticket_id=DRAW.id(), now=at)
    return replace(given, id=DRAW.id())


def a_complaint(about: str = BUTLER, *, at: datetime = AT) -> Complaint:
    was = replace(complaint(butler=about), id=DRAW.id(), ticket_id=DRAW.id(), opened_at=at)
    return replace(was, number=f"TS{DRAW.pick('0123456789', 12)}")


def upheld(was: Complaint, at: datetime) -> Complaint:
    nobody: frozenset[str] = frozenset()
    taken = moves_taken(was)
    return complaint_moves.decided(
        taken,
        upheld=True,
        reason="核实",
        by=OFFICER,
        is_butler=False,
        took_part=nobody,
        terms=TERMS,
        now=at,
    )


def moves_taken(was: Complaint) -> Complaint:
    nobody: frozenset[str] = frozenset()
    return complaint_moves.taken(
        was, by=OFFICER, is_butler=False, took_part=nobody, now=was.opened_at
    )


async def test_what_is_kept_is_read_back_as_it_was(
    database: Database, transactions: MongoTransactions
) -> None:
    given = ratings.changed(a_rating(5), stars=2, text="后来没有人管了", now=AT + HOUR)
    made = complaint_moves.stated(a_complaint(), by=BUTLER, text="在外勤", now=AT + HOUR)
    ended = upheld(made, AT + 9 * HOUR)
    evidence = Evidence(
        late=(LateTicket(number="GD1", cycle=1, at=AT),),
        rated=(RatedTicket(number="GD2", cycle=2, stars=1, at=AT),),
        upheld=(UpheldComplaint(number="TS1", ticket_number="GD3", at=AT),),
    )
    found = replace(judgement(), id=DRAW.id(), staff_id=DRAW.id(), evidence=evidence)
    heard = judgement_moves.stated(found, by=found.staff_id, text="代班三栋楼", now=AT)
    row = Row(key="p", opened=3, minutes=7)
    sheet = Sheet(
        month=f"1999-{DRAW.id()[-2:]}",
        version=1,
        drawn_at=AT,
        drawn_by="",
        reason="",
        total=row,
        places=(row,),
        butlers=(replace(row, minutes=None),),
    )
    stores = _stores(database)

    async def work(unit: Unit) -> None:
        await stores[0].add(unit, given)
        await stores[1].add(unit, ended)
        await stores[2].add(unit, heard)
        await stores[3].add(unit, sheet)

    await transactions.plain()(work)
    assert await stores[0].of_cycle(given.ticket_id, 1) == given
    assert await stores[1].by_number(ended.number) == ended
    assert await stores[2].get(heard.id) == heard
    assert await stores[3].get(sheet.month, 1) == sheet


async def test_ratings_and_upheld_complaints_are_counted_by_butler(
    database: Database, transactions: MongoTransactions
) -> None:
    kept_ratings, kept_complaints, *_ = _stores(database)
    mine, other = DRAW.id(), DRAW.id()
    rated = [
        *(a_rating(stars, resolver=mine, at=AT + stars * HOUR) for stars in (1, 1, 4, 5)),
        a_rating(1, resolver=mine, at=AT + 48 * HOUR),
        a_rating(5, resolver=other),
    ]
    about = [a_complaint(mine, at=AT), a_complaint(mine, at=AT - 24 * HOUR), a_complaint(other)]

    async def work(unit: Unit) -> None:
        for one in rated:
            await kept_ratings.add(unit, one)
        for was, after in zip(about, (9, 48, None), strict=True):
            ended = upheld(was, AT + after * HOUR) if after else was
            await kept_complaints.add(unit, ended)

    await transactions.plain()(work)
    end = AT + 24 * HOUR
    [counted] = [one async for one in kept_ratings.rated(AT, end, of=mine)]
    assert (counted.ratings, counted.stars) == (4, 11)
    assert counted.last_at == {1: AT + HOUR, 4: AT + 4 * HOUR}
    below = await kept_ratings.below_five(mine, AT, end, limit=10)
    assert [one.stars for one in below] == [4, 1, 1]
    by_butler = {one.staff_id: one async for one in kept_complaints.upheld(AT, end)}
    assert (by_butler[mine].upheld, by_butler[mine].upheld_at) == (1, AT + 9 * HOUR)
    assert other not in by_butler
    [shown] = await kept_complaints.upheld_about(mine, AT, end, limit=10)
    assert shown.number == about[0].number
    tallied = [
        (one.state, one.count)
        async for one in kept_complaints.tallied(AT - 24 * HOUR, end)
        if one.staff_id == mine
    ]
    assert tallied == [(State.UPHELD.value, 2)]


async def test_one_rating_of_a_cycle_one_open_complaint_one_pending_judgement(
    database: Database, transactions: MongoTransactions
) -> None:
    """The transaction starts over each time, and in the end somebody else is before it."""
    kept_ratings, kept_complaints, kept_judgements, _ = _stores(database)
    given, made = a_rating(4), a_complaint()
    found = replace(judgement(), id=DRAW.id(), staff_id=DRAW.id())
    later = replace(found, id=DRAW.id(), ends=found.ends + HOUR)

    async def first(unit: Unit) -> None:
        await kept_ratings.add(unit, given)
        await kept_complaints.add(unit, made)
        await kept_judgements.add(unit, found)

    await transactions.plain()(first)
    again = replace(a_complaint(), ticket_id=made.ticket_id)
    for add in (
        lambda unit: kept_ratings.add(unit, replace(given, id=DRAW.id())),
        lambda unit: kept_complaints.add(unit, again),
        lambda unit: kept_judgements.add(unit, later),
    ):
        with pytest.raises(InFlight):
            await transactions.plain()(add)
    for replaced in (
        lambda unit: kept_ratings.replace(unit, given, was=replace(given, revision=9)),
        lambda unit: kept_complaints.replace(unit, made, was=replace(made, revision=9)),
        lambda unit: kept_judgements.replace(unit, found, was=replace(found, revision=9)),
    ):
        with pytest.raises(Stale):
            await transactions.plain()(replaced)


async def test_lists_are_in_their_order(
    database: Database, transactions: MongoTransactions
) -> None:
    _, complaints, judged, sheets = _stores(database)
    about, month = DRAW.id(), f"1998-{DRAW.id()[-2:]}"
    made = [a_complaint(about, at=AT + n * HOUR) for n in range(3)]
    found = [
        replace(judgement(), id=DRAW.id(), staff_id=about, ends=AT + n * HOUR) for n in range(3)
    ]
    dropped = [replace(one, state=type(one.state).DROPPED) for one in found]

    async def work(unit: Unit) -> None:
        for one in made:
            await complaints.add(unit, one)
        for one in dropped:
            await judged.add(unit, one)
        for version in (1, 2):
            await sheets.add(unit, _sheet(month, version, about))

    await transactions.plain()(work)
    page = await complaints.about(about, ask=Ask(limit=2))
    assert [one.id for one in page.items] == [made[2].id, made[1].id]
    rest = await complaints.about(about, ask=Ask(limit=2, after=page.next))
    assert [one.id for one in rest.items] == [made[0].id]
    due = [one.id for one in await complaints.due_first(limit=1000)]
    assert [name for name in due if name in {one.id for one in made}] == [one.id for one in made]
    last = await judged.last_of(about)
    assert last == dropped[2]
    latest = await sheets.last(month)
    assert latest
    assert (latest.version, latest.is_corrected) == (2, True)
    [own] = [one for one in await sheets.of_butler(about, limit=200) if one.month == month]
    assert [(one.key, one.opened) for one in own.butlers] == [(about, 2)]


async def test_counting_reads_no_more_than_the_period_has(database: Database) -> None:
    """Each count over a period begins at an index."""
    chosen = {
        "ratings": {"resolved_at": {"$gte": AT, "$lt": AT + HOUR}},
        "complaints": {
            "state": State.UPHELD.value,
            "ended_at": {"$gte": AT, "$lt": AT + HOUR},
            "about": {"$gt": ""},
        },
        "judgements": {"staff_id": BUTLER},
        "tickets": {"resolutions": {"$elemMatch": {"resolved_at": {"$gte": AT, "$lt": END}}}},
    }
    for name, query in chosen.items():
        plan = await database[name].find(query).sort("_id", ASCENDING).explain()
        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"]), name


def _sheet(month: str, version: int, butler: str) -> Sheet:
    row = Row(key=butler, opened=version)
    other = Row(key="another", opened=9)
    return Sheet(
        month=month,
        version=version,
        drawn_at=AT,
        drawn_by="",
        reason="补录" if version > 1 else "",
        total=row,
        places=(),
        butlers=(other, row),
    )


def _stores(
    database: Database,
) -> tuple[MongoRatings, MongoComplaints, MongoJudgements, MongoSheets]:
    return (
        MongoRatings(database, kept_years=3),
        MongoComplaints(database, kept_years=3),
        MongoJudgements(database, kept_years=3),
        MongoSheets(database),
    )
