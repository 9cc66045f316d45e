"""Sending deliveries: at least once, in the order of their places, ever more rarely while it fails.

The partner knows a delivery by its id, so that what was sent twice is one delivery there. What it
refuses for good waits for a person, and so does what comes after.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from domain.consent import ConsentRequired
from domain.electricity.applications import Application
from domain.errors import NotFound, Stale, Unavailable
from domain.grid.cases import TELLING, UNSENT, Delivery, DeliveryState
from domain.grid.handing_over import DELIVER
from domain.grid.ports import Applications, Deliveries, PowerGrid, RequireConsent
from domain.pages import Ask, Page
from domain.transactions import Act, Again, AuditEvent, Conflict, Unit, ever_more_rarely

SOON = timedelta(seconds=1)
MOVED_ON = "这次送达刚刚有了变动，请刷新后再操作。"
GONE = "申请已删除，无须送达。"


class Delivering:
    """What a worker does with the message of an application that has something to deliver."""

    def __init__(
        self,
        *,
        deliveries: Deliveries,
        applications: Applications,
        grid: PowerGrid,
        require_consent: RequireConsent,
    ) -> None:
        self._deliveries = deliveries
        self._applications = applications
        self._grid = grid
        self._require_consent = require_consent

    async def work(self, act: Act, *, application_id: str) -> Again | None:
        """Send the first that was not sent; ``Again`` while there is more to do."""
        unsent = [one for one in await self._deliveries.of(application_id) if one.state in UNSENT]
        if not unsent or unsent[0].state is DeliveryState.FAILED:
            return None
        first, *more = unsent
        try:
            await self._may_tell(first)
            await self._grid.deliver(first)
        except Unavailable as outage:
            permanent = outage.permanent
            missed = first.missed(outage.detail, act.at, permanent=permanent)
            if not await self._save(act, missed, was=first):
                return Again(after=SOON)
            return None if permanent else ever_more_rarely(first.tries)
        except (ConsentRequired, NotFound) as refusal:
            missed = first.missed(refusal.detail, act.at, permanent=True)
            return None if await self._save(act, missed, was=first) else Again(after=SOON)
        saved = await self._save(act, first.sent(act.at), was=first)
        return Again(after=timedelta()) if more or not saved else None

    async def _may_tell(self, delivery: Delivery) -> None:
        """Raise when it tells of somebody who has taken the consent back, or has left.

        What tells of nobody goes, so that the partner hears of a withdrawal whatever became of
        the application here.
        """
        if delivery.kind not in TELLING:
            return
        application = await self._applications.get(delivery.application_id)
        if application is None:
            raise NotFound(GONE)
        await consented(self._require_consent, application)

    async def _save(self, act: Act, delivery: Delivery, *, was: Delivery) -> bool:
        """False when another worker or a person was faster."""

        async def work(unit: Unit) -> None:
            await self._deliveries.replace(unit, delivery, was=was)
            if delivery.state is DeliveryState.SENT:
                await unit.audit(act.event("grid.delivered", delivery.id))
            elif delivery.state is DeliveryState.FAILED:
                await unit.audit(act.event("grid.delivery_failed", delivery.id))

        try:
            await act.commit(work)
        except Stale:
            return False
        return True


class DeliveryDesk:
    """What a person sees of deliveries, and does about them."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries

    async def all(self, states: Collection[DeliveryState], *, ask: Ask) -> Page[Delivery]:
        """Those in one of these states, newest first."""
        return await self._deliveries.in_state(states, ask=ask)

    async def of(self, application_id: str) -> Sequence[Delivery]:
        """All of an application, by place."""
        return await self._deliveries.of(application_id)

    async def get(self, delivery_id: str) -> Delivery:
        """One.

        Raises:
            NotFound.
        """
        delivery = await self._deliveries.get(delivery_id)
        if delivery is None:
            raise NotFound("没有这次送达。")
        return delivery

    async def again(self, act: Act, *, delivery_id: str, tag: str) -> Delivery:
        """Have it sent again, now, under the same id.

        Raises:
            NotFound, Stale.
        """
        was = await self._seen(delivery_id, tag)
        after = was.again(by=act.actor, now=act.at)
        return await self._decide(act, after, was, act.event("grid.redelivered", was.id))

    async def give_up(self, act: Act, *, delivery_id: str, tag: str, reason: str) -> Delivery:
        """Let it be: what comes after may go.

        Raises:
            NotFound, Stale.
            Conflict: it has arrived, or was given up already.
        """
        was = await self._seen(delivery_id, tag)
        if was.state not in UNSENT:
            raise Conflict("已送达或已放弃的，不能放弃。")
        after = was.given_up(by=act.actor, reason=reason, now=act.at)
        return await self._decide(act, after, was, act.event("grid.given_up", was.id))

    async def _decide(
        self, act: Act, after: Delivery, was: Delivery, event: AuditEvent
    ) -> Delivery:
        async def work(unit: Unit) -> Delivery:
            await self._deliveries.replace(unit, after, was=was)
            await unit.audit(event)
            await unit.send(act.message(DELIVER, was.application_id))
            return after

        return await act.commit(work)

    async def _seen(self, delivery_id: str, tag: str) -> Delivery:
        delivery = await self.get(delivery_id)
        if delivery.tag != tag:
            raise Stale(MOVED_ON)
        return delivery


async def consented(require_consent: RequireConsent, application: Application) -> str:
    """The id of the consent to providing it; raises ConsentRequired."""
    consent = await require_consent(
        person_id=application.principal_person, subject_id=application.principal_id
    )
    return consent.id
