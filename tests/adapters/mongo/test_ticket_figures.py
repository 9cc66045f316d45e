"""What is counted over all tickets: by day and by butler, and of many not anew at each look."""

import asyncio
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.mongo.database import Database
from adapters.mongo.ticket_figures import MongoTicketFigures
from adapters.mongo.tickets import MongoTickets
from adapters.mongo.transactions import MongoTransactions
from domain.butlers.items import Priority
from domain.tickets.board import Held, Opened
from domain.tickets.tickets import Asker, Origin, Source, State, Ticket

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def ticket(
    butler: str,
    *,
    at: datetime = NOON,
    state: State = State.OPEN,
    due_in: timedelta | None = timedelta(hours=1),
    in_time: bool | None = None,
) -> Ticket:
    return Ticket(
        id=str(uuid.uuid4()),
        number=uuid.uuid4().hex[:14],
        asker=Asker(person_id="somebody"),
        origin=Origin(source=Source.MINI_PROGRAM),
        item="credit-consulting",
        place_id="",
        priority=Priority.NORMAL,
        state=state,
        opened_at=at,
        changed_at=at,
        log=(),
        butler_id=butler,
        due_at=NOON + due_in if due_in is not None else None,
        in_time=in_time,
    )


async def keep(database: Database, transactions: MongoTransactions, *tickets: Ticket) -> None:
    store = MongoTickets(database)
    for one in tickets:
        await transactions.plain()(lambda unit, one=one: store.add(unit, one))


@pytest.fixture
def butler() -> str:
    return uuid.uuid4().hex


async def test_what_a_butler_has_is_counted_by_how_it_presses(
    database: Database, transactions: MongoTransactions, butler: str
) -> None:
    await keep(
        database,
        transactions,
        ticket(butler),
        ticket(butler, due_in=-timedelta(minutes=1)),
        ticket(butler, due_in=None),
        ticket(butler, state=State.WAITING, due_in=None),
        ticket(butler, state=State.CLOSED, due_in=None),
        ticket(""),
    )
    held = await MongoTicketFigures(database).held(NOON)
    assert held[butler] == Held(open=3, overdue=1, waiting=1)
    assert "" not in held


async def test_a_day_is_a_day_in_china_and_what_nobody_knows_yet_is_neither(
    database: Database, transactions: MongoTransactions
) -> None:
    first = datetime(2030, 5, 6, 15, 59, tzinfo=UTC)
    await keep(
        database,
        transactions,
        ticket("", at=first, in_time=True),
        ticket("", at=first, in_time=False),
        ticket("", at=first + timedelta(minutes=1)),
        ticket("", at=first + 2 * DAY),
    )
    opened = await MongoTicketFigures(database).opened(first, first + DAY)
    assert opened == {
        date(2030, 5, 6): Opened(opened=2, in_time=1, late=1),
        date(2030, 5, 7): Opened(opened=1),
    }


async def test_many_are_counted_once_for_whoever_looks_in_half_a_minute(
    database: Database,
    transactions: MongoTransactions,
    butler: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    figures = MongoTicketFigures(database)
    await keep(database, transactions, ticket(butler))
    await figures.held(NOON)
    await keep(database, transactions, ticket(butler))
    assert (await figures.held(NOON))[butler].open == 2, "few are counted at each look"

    monkeypatch.setattr("adapters.mongo.ticket_figures.MANY", 0)
    first, second = await asyncio.gather(figures.held(NOON), figures.held(NOON))
    assert first is second, "counted for both at once"
    await keep(database, transactions, ticket(butler))
    assert (await figures.held(NOON))[butler].open == 2, "as it was"

    monkeypatch.setattr("adapters.mongo.ticket_figures.KEPT_SECONDS", 0)
    again = MongoTicketFigures(database)
    await again.held(NOON)
    await keep(database, transactions, ticket(butler))
    assert (await again.held(NOON))[butler].open == 4
