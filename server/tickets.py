"""The parts of tickets, joined: the citizen's side, the desk, and what the background does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from adapters.mongo.butlers import MongoButlers
from adapters.mongo.outbox import Claimed, Outbox
from adapters.mongo.places import MongoPlaces
from adapters.mongo.staff import MongoStaff
from adapters.mongo.ticket_figures import MongoTicketFigures
from adapters.mongo.ticket_words import (
    MongoEscalations,
    MongoTicketDrafts,
    MongoTicketMessages,
    MongoTicketNotes,
)
from adapters.mongo.tickets import MongoTickets
from domain.alerts.ports import OfRole, TellStaff
from domain.butlers.assigning import Assigning, Choice
from domain.butlers.keeping import LEFT
from domain.butlers.places_office import HOURS_CHANGED
from domain.content_checks import ContentChecks
from domain.live.events import Publish
from domain.notices import Notices
from domain.staff.accounts import StaffAccount
from domain.staff.roles import Right
from domain.subjects.service import Subjects
from domain.tickets.asking import Asking
from domain.tickets.asking import Desk as CitizensDesk
from domain.tickets.board import Boards
from domain.tickets.changing import Changing
from domain.tickets.changing import Ground as DeskGround
from domain.tickets.desk import Desk
from domain.tickets.drafts import Drafts
from domain.tickets.handing_on import HandingOn
from domain.tickets.handing_out import ASSIGN, HandingOut
from domain.tickets.images import TicketImages
from domain.tickets.keeping import Clocks, Keeping
from domain.tickets.leaving import Leaving
from domain.tickets.listening import Listening
from domain.tickets.merging import Merging
from domain.tickets.notes import Notes
from domain.tickets.on_behalf import OnBehalf
from domain.tickets.owning import Owning
from domain.tickets.ports import Choose
from domain.tickets.queue import Queue
from domain.tickets.scheduling import STEP, Scheduling
from domain.tickets.showing import GONE, Showing
from domain.tickets.timing import RETIME, Timing
from domain.transactions import Act, Again, Unit
from handlers.ticket_house import TicketHouse
from server.attachments import AttachmentParts
from server.butlers import ButlerParts
from server.ground import Ground
from server.jobs import Topic

DISTRICT = "全区"


class TicketParts:
    """Everything that is done with tickets."""

    def __init__(
        self,
        ground: Ground,
        *,
        butlers: ButlerParts,
        subjects: Subjects,
        checks: ContentChecks,
        attaching: AttachmentParts,
        notices: Notices,
        publish: Publish,
        tell_staff: TellStaff,
        of_role: OfRole,
    ) -> None:
        database, items = ground.database, ground.content.butlers.items
        self._ground = ground
        self._people = people = _People(
            MongoStaff(database), MongoPlaces(database), MongoButlers(database)
        )
        self._checks, self._attached = checks, attaching.attachments
        self._messages = MongoTicketMessages(database)
        self._drafts = Drafts(store=MongoTicketDrafts(database))
        self.store = store = MongoTickets(database)
        self.escalations = MongoEscalations(database)
        clocks = Clocks(items=items, hours=butlers.roster.hours)
        self.keeping = keeping = Keeping(
            store=store, clocks=clocks, publish=publish, tell=notices.tell
        )
        self.owning = Owning(store=store, acting=subjects, serves=people.serves)
        self.listening = Listening(store=store, acting=subjects, serves=people.serves)
        self.asking = self._asking(subjects, butlers, tell_staff)
        self._desks(tell_staff)
        self._showing = Showing(names=people, clocks=clocks, items=items)
        self.leaving = Leaving(store=store, keeping=keeping)
        self._background(_Choosing(butlers.assigning, store), tell_staff, of_role)

    def _background(self, choose: Choose, tell_staff: TellStaff, of_role: OfRole) -> None:
        self._handing_out = HandingOut(
            store=self.store, keeping=self.keeping, choose=choose, tell_staff=tell_staff
        )
        self._timing = Timing(store=self.store, timed=self.store, keeping=self.keeping)
        self._scheduling = Scheduling(
            store=self.store,
            escalations=self.escalations,
            keeping=self.keeping,
            tell_staff=tell_staff,
            of_role=of_role,
        )

    def _asking(self, subjects: Subjects, butlers: ButlerParts, tell_staff: TellStaff) -> Asking:
        return Asking(
            CitizensDesk(
                store=self.store,
                messages=self._messages,
                keeping=self.keeping,
                owning=self.owning,
                acting=subjects,
                checks=self._checks,
                images=self._attached,
                drafts=self._drafts,
                serves=self._people.serves,
                tell_staff=tell_staff,
                is_place=self._people.is_place,
                place_of_tenant=butlers.places.place_of,
                items=self._ground.content.butlers.items,
            )
        )

    def _desks(self, tell_staff: TellStaff) -> None:
        """The staff's side: answering, and handing on."""
        ground = DeskGround(
            store=self.store,
            messages=self._messages,
            keeping=self.keeping,
            owning=self.owning,
            notes=Notes(store=MongoTicketNotes(self._ground.database)),
            drafts=self._drafts,
            images=self._attached,
            checks=self._checks,
            serves=self._people.serves,
            staff=self._people,
            tell_staff=tell_staff,
            items=self._ground.content.butlers.items,
        )
        change = Changing(ground)
        self._desk = Desk(ground, change=change)
        self._handing_on = HandingOn(ground, change=change)

    @property
    def house(self) -> TicketHouse:
        """What handlers use of it."""
        content = self._ground.content.butlers
        return TicketHouse(
            asking=self.asking,
            desk=self._desk,
            handing_on=self._handing_on,
            queue=Queue(store=self.store, owning=self.owning, places_of=self._people.places_of),
            merging=self._merging(),
            on_behalf=self._on_behalf(),
            showing=self._showing,
            images=TicketImages(self._attached),
            boards=self._boards(),
            choices=self._people,
            items=content.items,
            canned=content.replies,
        )

    def _boards(self) -> Boards:
        return Boards(
            store=self.store,
            figures=MongoTicketFigures(self._ground.database),
            steps=self.escalations,
            active=self._people.active,
        )

    def _merging(self) -> Merging:
        return Merging(
            store=self.store,
            owning=self.owning,
            keeping=self.keeping,
            serves=self._people.serves,
        )

    def _on_behalf(self) -> OnBehalf:
        return OnBehalf(
            messages=self._messages,
            keeping=self.keeping,
            is_place=self._people.is_place,
            serves=self._people.serves,
            items=self._ground.content.butlers.items,
        )

    async def stand(self) -> None:
        """The look at the clocks and at the calendar, which are always there."""
        outbox = Outbox(self._ground.database)
        await outbox.stand(STEP)
        await outbox.stand(RETIME)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {ASSIGN: self._assign, LEFT: self._left, STEP: self._step, **self._timing_topics}

    @property
    def _timing_topics(self) -> Mapping[str, Topic]:
        return {HOURS_CHANGED: self._of_place, RETIME: self._provisional}

    async def _of_place(self, act: Act, claimed: Claimed) -> None:
        await self._timing.of_place(act, place_id=claimed.object_id)

    async def _provisional(self, act: Act, _: Claimed) -> Again:
        return await self._timing.provisional(act)

    async def _assign(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._handing_out.assign(act, ticket_id=claimed.object_id)

    async def _left(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._handing_out.take_from(act, butler_id=claimed.object_id)

    async def _step(self, act: Act, _: Claimed) -> Again | None:
        return await self._scheduling.work(act)


@dataclass(frozen=True)
class _People:
    """Accounts, places and butlers, narrowed to what tickets ask of them."""

    accounts: MongoStaff
    at: MongoPlaces
    butlers_of: MongoButlers

    async def name(self, staff_id: str) -> str:
        return (await self.staff([staff_id])).get(staff_id, GONE)

    async def staff(self, ids: Collection[str]) -> Mapping[str, str]:
        return await self.accounts.names(sorted(ids)) if ids else {}

    async def named(self, ids: Collection[str]) -> Mapping[str, str]:
        """Places; the whole district where none is named."""
        found = await self.at.many(sorted(set(ids) - {""}))
        return {"": DISTRICT, **{one.id: one.name for one in found}}

    async def is_place(self, place_id: str) -> bool:
        place = await self.at.get(place_id) if place_id else None
        return not place_id or (place is not None and place.open)

    async def serves(self, *, staff_id: str, place_id: str) -> bool:
        """Whose place it is, or whose street it lies in."""
        butler = await self.butlers_of.get(staff_id)
        if butler is None or not butler.serves:
            return False
        if not place_id or place_id in butler.places:
            return True
        place = await self.at.get(place_id)
        return place is not None and place.parent in butler.places

    async def places_of(self, staff_id: str) -> tuple[str, ...]:
        """With the buildings of their streets, and what has no place."""
        butler = await self.butlers_of.get(staff_id)
        if butler is None or not butler.serves:
            return ()
        within = [one.id for one in await self.at.all() if one.parent in butler.places]
        return ("", *butler.places, *within)

    async def places(self, me: StaffAccount) -> Mapping[str, str]:
        """What a form offers: a butler's own, all to others."""
        everywhere = {one.id: one.name for one in await self.at.all() if one.open}
        if me.may(Right.SUPERVISE_TICKETS):
            return {"": DISTRICT, **everywhere}
        mine = await self.places_of(me.id)
        return {"": DISTRICT, **{one: everywhere[one] for one in mine if one in everywhere}}

    async def butlers(self, place_id: str) -> Mapping[str, str]:
        """Who serves a place, or its street; all of them where none is named."""
        place = await self.at.get(place_id) if place_id else None
        if place is None:
            found = await self.butlers_of.all()
        else:
            found = [
                one
                for each in (place.id, place.parent)
                if each
                for one in await self.butlers_of.of_place(each)
            ]
        return {one.staff_id: one.name for one in found if one.serves}

    async def active(self) -> Mapping[str, str]:
        """Names of all who serve."""
        return {one.staff_id: one.name for one in await self.butlers_of.all() if one.serves}


@dataclass(frozen=True)
class _Choosing:
    """Assignment with what everybody has to do by now."""

    assigning: Assigning
    tickets: MongoTickets

    async def __call__(
        self, unit: Unit, *, place_id: str, item: str, now: datetime, besides: frozenset[str]
    ) -> Choice:
        loads_of = partial(self.tickets.loads, unit)
        return await self.assigning.choose(
            place_id=place_id, item=item, now=now, loads_of=loads_of, besides=besides
        )
