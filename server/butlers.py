"""The parts of the butlers' room, joined: places, butlers, roster, assignment, the watch."""

from collections.abc import Mapping

from adapters.mongo.butlers import MongoButlers, MongoGaps, MongoShifts
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.places import MongoPlaces, MongoTenancies
from adapters.mongo.staff import MongoStaff
from domain.alerts.ports import OfRole, TellStaff
from domain.butlers.assigning import Assigning
from domain.butlers.coverage import WATCH, Shifts, Watching
from domain.butlers.keeping import Butlers
from domain.butlers.on_duty import OnDuty
from domain.butlers.places_office import Places
from domain.butlers.rostering import Roster
from domain.transactions import Act, Again
from handlers.house import ButlersHouse
from server.ground import Ground
from server.jobs import Topic


class ButlerParts:
    """Who serves where, and who gets a ticket."""

    def __init__(self, ground: Ground, *, tell_staff: TellStaff, of_role: OfRole) -> None:
        self._ground, content = ground, ground.content.butlers
        store, places = MongoButlers(ground.database), MongoPlaces(ground.database)
        shifts = MongoShifts(ground.database)
        self._outbox = Outbox(ground.database)
        self.places = Places(store=places, tenancies=MongoTenancies(ground.database))
        self.roster = Roster(
            places=places,
            butlers=store,
            shifts=shifts,
            calendar=ground.content.calendar,
            coverage=content.coverage,
        )
        self.assigning = Assigning(roster=self.roster, items=content.items)
        self.shifts = Shifts(store=shifts, places=places, butlers=store)
        self.butlers = Butlers(
            store=store,
            places=places,
            accounts=MongoStaff(ground.database),
            items=content.items,
            tell_staff=tell_staff,
            of_role=of_role,
        )
        self._watching = Watching(
            places=places,
            roster=self.roster,
            gaps=MongoGaps(ground.database),
            tell_staff=tell_staff,
            of_role=of_role,
        )

    @property
    def on_duty(self) -> OnDuty:
        """Who of them is at work."""
        return OnDuty(find=self.butlers.find, there=self.roster.on_duty)

    @property
    def house(self) -> ButlersHouse:
        """What handlers use of it."""
        return ButlersHouse(
            places=self.places,
            butlers=self.butlers,
            roster=self.roster,
            shifts=self.shifts,
            watching=self._watching,
            items=self._ground.content.butlers.items,
            replies=self._ground.content.butlers.replies,
        )

    async def begin(self, act: Act) -> None:
        """The places of the content are there, and so is the message of the watch."""
        await self.places.bring(act, wanted=self._ground.content.butlers.places)
        await self._outbox.stand(WATCH)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {WATCH: self._watch}

    async def _watch(self, act: Act, _: Claimed) -> Again:
        return await self._watching.work(act)
