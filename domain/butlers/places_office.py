"""Places and their tenants: kept by the office, looked up by anybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.butlers.places import (
    Place,
    PlaceFacts,
    PlaceKind,
    Tenancy,
    changed,
    faults_of,
    normal,
    placed,
    tenancy_faults,
)
from domain.butlers.ports import PlaceStore, TenancyStore
from domain.errors import Invalid, NotFound, Stale
from domain.identifiers import parse_uscc
from domain.pages import Ask, Page
from domain.time import civil_date
from domain.transactions import Act, Unit

# Work for whoever has clocks that run by these hours; the object is the place's id.
HOURS_CHANGED = "place.hours_changed"


@dataclass(frozen=True, kw_only=True)
class TenantFacts:
    """What the office says of a tenant."""

    uscc: str
    name: str
    room: str
    since: date


class Places:
    """Each move against the state that was seen (``tag``)."""

    def __init__(self, *, store: PlaceStore, tenancies: TenancyStore) -> None:
        self._store = store
        self._tenancies = tenancies

    # -- looking up --------------------------------------------------------------

    async def search(
        self, *, text: str, kind: PlaceKind | None, ask: Ask, closed_too: bool = False
    ) -> Page[Place]:
        """Those with this text in name or address, or as the code; in the order they came."""
        wanted = " ".join(text.split())
        return await self._store.search(text=wanted, kind=kind, open_only=not closed_too, ask=ask)

    async def get(self, place_id: str) -> Place:
        """By id; raises NotFound."""
        place = await self._store.get(place_id)
        if place is None:
            raise NotFound("没有这个服务点。")
        return place

    async def all(self) -> Sequence[Place]:
        """Every place, by code."""
        return await self._store.all()

    async def names(self, place_ids: Sequence[str]) -> Mapping[str, str]:
        """How places are called, by id; who is none is left out."""
        found = await self._store.many(sorted(set(place_ids))) if place_ids else ()
        return {one.id: one.name for one in found}

    async def place_of(self, uscc: str, *, today: date) -> Place | None:
        """The place suggested for an enterprise: where it came last and still is."""
        for tenancy in await self._tenancies.of(uscc, today=today):
            place = await self._store.get(tenancy.place_id)
            if place is not None and place.open:
                return place
        return None

    async def tenancies(self, place_id: str, *, ask: Ask) -> Page[Tenancy]:
        """Who is or was a tenant of a place, newest first."""
        return await self._tenancies.in_place(place_id, ask=ask)

    # -- keeping -----------------------------------------------------------------

    async def add(self, act: Act, *, facts: PlaceFacts) -> Place:
        """A new place.

        Raises:
            Invalid: every faulty field is named.
            Conflict: the code is taken.
        """
        wanted = await self._checked(facts)
        place = placed(wanted, place_id=act.draw.id(), now=act.at)

        async def work(unit: Unit) -> Place:
            await self._store.add(unit, place)
            await unit.audit(act.event("place.added", place.id))
            return place

        return await act.commit(work)

    async def change(self, act: Act, *, place_id: str, tag: str, facts: PlaceFacts) -> Place:
        """Say it anew; raises NotFound, Invalid, Conflict, Stale."""
        was = await self.get(place_id)
        if was.tag != tag:
            raise Stale(f"{was.name}的登记刚刚有了变动，请核对后再操作。")
        after = changed(was, await self._checked(facts))

        async def work(unit: Unit) -> Place:
            await self._store.replace(unit, after, was=was)
            await unit.audit(act.event("place.changed", place_id))
            if after.hours != was.hours:
                await unit.send(act.message(HOURS_CHANGED, place_id))
            return after

        return await act.commit(work)

    async def bring(self, act: Act, *, wanted: Sequence[PlaceFacts]) -> None:
        """Those of the content whose code is not there yet; of these a parent is a code.

        What is there stays as the office keeps it.
        """

        async def work(unit: Unit) -> None:
            known = {one.code: one.id for one in await self._store.all()}
            new = [one for one in wanted if one.code not in known]
            ids = known | {one.code: act.draw.id() for one in new}
            for one in new:
                facts = replace(normal(one), parent=ids[one.parent] if one.parent else "")
                place = placed(facts, place_id=ids[one.code], now=act.at)
                await self._store.bring(unit, place)
                await unit.audit(act.event("place.brought", place.id))

        if {one.code for one in wanted} - {one.code for one in await self._store.all()}:
            await act.commit(work)

    async def add_tenancy(self, act: Act, *, place_id: str, facts: TenantFacts) -> Tenancy:
        """An enterprise is a tenant of a place.

        Raises:
            NotFound: there is no such place.
            Invalid: every faulty field is named.
            Conflict: it is in this room already.
        """
        place = await self.get(place_id)
        faults = tenancy_faults(**vars(facts), today=civil_date(act.at))
        if faults:
            raise Invalid(faults)
        tenancy = Tenancy(
            id=act.draw.id(),
            place_id=place.id,
            uscc=str(parse_uscc(facts.uscc)),
            name=facts.name.strip(),
            room=facts.room.strip(),
            since=facts.since,
            added_at=act.at,
        )

        async def work(unit: Unit) -> Tenancy:
            await self._tenancies.add(unit, tenancy)
            await unit.audit(act.event("tenancy.added", tenancy.id))
            return tenancy

        return await act.commit(work)

    async def end_tenancy(
        self, act: Act, *, place_id: str, tenancy_id: str, tag: str, on: date
    ) -> Tenancy:
        """Its last day is this; raises NotFound, Stale, Conflict."""
        was = await self._tenancies.get(tenancy_id)
        if was is None or was.place_id != place_id:
            raise NotFound("没有这条入驻。")
        if was.tag != tag:
            raise Stale("这条入驻刚刚有了变动，请刷新后再操作。")
        after = was.ended(on=on)
        event = act.event("tenancy.ended", tenancy_id)

        async def work(unit: Unit) -> Tenancy:
            await self._tenancies.replace(unit, after, was=was)
            await unit.audit(event)
            return after

        return await act.commit(work)

    async def _checked(self, facts: PlaceFacts) -> PlaceFacts:
        wanted = normal(facts)
        street = await self._store.get(wanted.parent) if wanted.parent else None
        faults = faults_of(wanted, street=street)
        if faults:
            raise Invalid(faults)
        return wanted
