"""Handing applications over to the partner's system, and taking one back to the desk.

A delivery is written in the transaction of what it tells; a worker sends it after.
"""

from collections.abc import Mapping

from domain.electricity.applications import OVER, Application, Channel, Proof, State
from domain.electricity.supplying import Supplying
from domain.errors import NotFound
from domain.grid.cases import UNSENT, Case, Delivery, DeliveryKind
from domain.grid.contents import content_of, files_of
from domain.grid.inbox import set_aside
from domain.grid.ports import Applications, Cases, Deliveries, Events
from domain.transactions import SYSTEM, Act, Conflict, Unit

DELIVER = "grid.deliver"
POLL = "grid.poll"
OVERTAKEN = "申请已撤回，不再送达。"


class HandingOver:
    """What goes out; ``channel`` is who drives what comes to the supplier from now on."""

    def __init__(
        self,
        *,
        cases: Cases,
        deliveries: Deliveries,
        grid_codes: Mapping[str, str],
        channel: Channel,
    ) -> None:
        self.channel = channel
        self._cases = cases
        self._deliveries = deliveries
        self._grid_codes = grid_codes

    async def __call__(self, unit: Unit, act: Act, *, was: Application, after: Application) -> None:
        """It came to the supplier, or its applicant changed it there; commits with the change."""
        if after.channel is not Channel.PARTNER:
            return
        case = await self._cases.get(after.id)
        kind = DeliveryKind.APPLICATION if case is None else kind_of(was, after)
        if kind is DeliveryKind.WITHDRAWN:
            await self._overtake(unit, act, after)
        if kind is not None:
            await self.deliver(unit, act, after, case, kind)

    async def _overtake(self, unit: Unit, act: Act, application: Application) -> None:
        """What was not sent before the withdrawal is not sent any more, and keeps it from nothing.

        Whether the last one arrived may be unknown, so that the withdrawal goes in any case.
        """
        for was in await self._deliveries.of(application.id):
            if was.state in UNSENT:
                after = was.given_up(by=SYSTEM, reason=OVERTAKEN, now=act.at)
                await self._deliveries.replace(unit, after, was=was)
                await unit.audit(act.event("grid.given_up", was.id))

    async def deliver(
        self, unit: Unit, act: Act, application: Application, case: Case | None, kind: DeliveryKind
    ) -> None:
        """The next delivery of an application."""
        after = (case or _new(act, application)).changed(
            act.at,
            place=(case.place if case else 0) + 1,
            open=application.channel is Channel.PARTNER and application.state not in OVER,
        )
        if case is None:
            await self._cases.add(unit, after)
            await unit.send(act.message(POLL, application.id))
        else:
            await self._cases.replace(unit, after, was=case)
        content = content_of(kind, application, grid_codes=self._grid_codes)
        delivery = Delivery(
            id=act.draw.id(),
            application_id=application.id,
            number=application.number,
            person_id=application.person_id,
            uscc=application.uscc,
            place=after.place,
            kind=kind,
            content=content,
            files=files_of(content),
            made_at=act.at,
            changed_at=act.at,
        )
        await self._deliveries.add(unit, delivery)
        await unit.audit(act.event("grid.delivery_made", delivery.id, kind=kind.value))
        await unit.send(act.message(DELIVER, application.id))


class TakingBack:
    """The office gives an application to the supplier's clerk at the desk."""

    def __init__(
        self,
        *,
        cases: Cases,
        events: Events,
        applications: Applications,
        supplying: Supplying,
        handing_over: HandingOver,
    ) -> None:
        self._cases = cases
        self._events = events
        self._applications = applications
        self._supplying = supplying
        self._handing_over = handing_over

    async def to_desk(self, act: Act, *, number: str, reason: str) -> Application:
        """The partner is told; of its events none is acted on any more.

        Raises:
            NotFound: no such application was handed over.
            Conflict: it is at the desk already, or over.
        """

        async def work(unit: Unit) -> Application:
            case = await self._cases.by_number(number)
            application = await self._applications.get(case.id) if case else None
            if case is None or application is None:
                raise NotFound("没有移交过这份申请。")
            if application.channel is not Channel.PARTNER or application.state in OVER:
                raise Conflict("这份申请已不在供电企业系统办理。")
            after = await self._supplying.to_desk(unit, act, application, reason=reason)
            await set_aside(self._events, unit, act, application_id=case.id)
            await self._handing_over.deliver(unit, act, after, case, DeliveryKind.TAKEN_BACK)
            return after

        return await act.commit(work)


def kind_of(was: Application, after: Application) -> DeliveryKind | None:
    """What there is to tell the partner of a change; None where it is nothing to it."""
    if after.state is State.WITHDRAWN:
        return DeliveryKind.WITHDRAWN
    if was.proof is not after.proof:
        lost = after.proof is Proof.TITLE
        return DeliveryKind.PROOF_LOST if lost else DeliveryKind.PROOF_STANDS
    if was.survey != after.survey:
        return DeliveryKind.SURVEY_ANSWER
    if (was.state is State.RETURNED and was.state is not after.state) or was.later != after.later:
        return DeliveryKind.MATERIALS
    if was.wanted.home_visit != after.wanted.home_visit:
        return DeliveryKind.VISIT_ASKED
    return None


def _new(act: Act, application: Application) -> Case:
    return Case(
        id=application.id,
        number=application.number,
        person_id=application.person_id,
        uscc=application.uscc,
        handed_at=act.at,
        changed_at=act.at,
    )
