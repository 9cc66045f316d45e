"""Asking the partner for events that did not come: ever more rarely while its callbacks arrive."""

from datetime import timedelta

from domain.electricity.applications import OVER
from domain.errors import Unavailable
from domain.grid.cases import Case, DeliveryState
from domain.grid.events import EventState, Source
from domain.grid.inbox import Inbox
from domain.grid.ports import Applications, Cases, Deliveries, Events, PowerGrid
from domain.transactions import Act, Again, Unit, ever_more_rarely

EVERY = timedelta(minutes=10)
AT_LEAST_EVERY = timedelta(hours=12)
DOUBLINGS = 7


def pause(quiet: int) -> timedelta:
    """How long until an application is asked after again."""
    doubled: timedelta = EVERY * 2 ** min(quiet, DOUBLINGS)
    return min(doubled, AT_LEAST_EVERY)


class Polling:
    """What a worker does with the sleeping message of an application with the partner."""

    def __init__(
        self,
        *,
        cases: Cases,
        deliveries: Deliveries,
        events: Events,
        applications: Applications,
        inbox: Inbox,
        grid: PowerGrid,
    ) -> None:
        self._cases = cases
        self._deliveries = deliveries
        self._events = events
        self._applications = applications
        self._inbox = inbox
        self._grid = grid

    async def work(self, act: Act, *, application_id: str) -> Again | None:
        """Ask, and sleep; nothing once the application is over or at the desk."""
        case = await self._followed(application_id)
        if case is None:
            return None
        if not await self._arrived(application_id):
            return Again(after=EVERY)
        try:
            found = await self._ask(act, case)
        except Unavailable:
            return Again(after=EVERY)

        async def work(unit: Unit) -> timedelta:
            now = await self._cases.get(application_id) or case
            after = now.asked(found=found)
            await self._cases.replace(unit, after, was=now)
            return pause(after.quiet)

        return Again(after=await act.commit(work))

    async def fill(self, act: Act, *, application_id: str, attempt: int) -> Again | None:
        """Ask for what is missing, at once and until no event waits for one before it."""
        case = await self._followed(application_id)
        if case is None:
            return None
        try:
            await self._ask(act, case)
        except Unavailable:
            return ever_more_rarely(attempt)
        return ever_more_rarely(attempt) if await self._waits(application_id) else None

    async def _followed(self, application_id: str) -> Case | None:
        case = await self._cases.get(application_id)
        application = await self._applications.get(application_id)
        if case is None or not case.open or application is None or application.state in OVER:
            return None
        return case

    async def _arrived(self, application_id: str) -> bool:
        """Whether the partner knows it: before, there is nothing to ask after."""
        rows = await self._deliveries.of(application_id)
        return any(row.state is DeliveryState.SENT for row in rows)

    async def _ask(self, act: Act, case: Case) -> bool:
        """Whether something had not come."""
        news, after, more = False, case.applied, True
        while more:
            told = await self._grid.events(case.number, after=after)
            for event in told.items:
                receipt = await self._inbox.receive(act, event, source=Source.POLL)
                news = news or not receipt.repeated
                after = event.sequence
            more = bool(told.items) and after < told.last
        return news

    async def _waits(self, application_id: str) -> bool:
        rows = await self._events.of(application_id)
        return any(row.state is EventState.WAITING for row in rows)
