"""Opening and settling cases, from the phone."""

from domain.counter.cases import CaseKind, CounterCase, Reason
from domain.counter.ports import CaseStore, Office
from domain.errors import DomainError, Kind
from domain.time import civil_date
from domain.transactions import Act, Unit
from domain.values import VerifiedIdentity


class CounterRequired(DomainError):
    """The counter goes on where the phone cannot."""

    code = "counter_required"
    kind = Kind.FORBIDDEN
    title = "请到信用服务窗口办理"

    def __init__(self, case: CounterCase, office: Office) -> None:
        super().__init__(
            f"{case.reason.sentence}请携带有效身份证件到信用服务窗口办理，业务编号 {case.number}。"
            f"地址：{office.address}；办公时间：{office.hours}；电话：{office.telephone}。"
        )


class Counter:
    """What the phone asks of the counter."""

    def __init__(self, *, store: CaseStore, office: Office) -> None:
        self._store = store
        self._office = office

    async def standing(self, *, person_id: str) -> CounterCase | None:
        """The open case by which a person's name is to be proven."""
        return await self._store.standing(person_id)

    async def of_signing(self, *, promise_id: str) -> CounterCase | None:
        """The newest case about the signing of a promise."""
        return await self._store.of_object(promise_id)

    async def open(
        self,
        unit: Unit,
        act: Act,
        *,
        given: VerifiedIdentity,
        reason: Reason,
        promise_id: str = "",
    ) -> CounterCase:
        """The caller's case, the same while it is open; with a promise, for signing it."""
        case = await self._store.standing(promise_id or act.actor, unit=unit)
        if case is None:
            case = self._new(act, given=given, reason=reason, promise_id=promise_id)
            await self._store.add(unit, case)
            facts = {"kind": case.kind.value, "reason": reason.value}
            await unit.audit(act.event("counter_case.opened", case.id, **facts))
        elif (case.given, case.reason) != (given, reason):
            was, case = case, case.changed(given=given, reason=reason)
            await self._store.replace(unit, case, was=was)
            await unit.audit(act.event("counter_case.changed", case.id, reason=reason.value))
        return case

    def required(self, case: CounterCase) -> CounterRequired:
        """The refusal that names the case and where to go."""
        return CounterRequired(case, self._office)

    async def settle(self, unit: Unit, act: Act, *, of: str, led_to: str) -> None:
        """The case of a person or a promise needs nobody any more: the face was recognised.

        It belongs to who it led to from then on, and goes with them.
        """
        case = await self._store.standing(of, unit=unit)
        if case is not None:
            await self._store.replace(unit, case.settled(led_to=led_to), was=case)
            await unit.audit(act.event("counter_case.settled", case.id))

    def _new(
        self, act: Act, *, given: VerifiedIdentity, reason: Reason, promise_id: str
    ) -> CounterCase:
        day = civil_date(act.at)
        return CounterCase(
            id=act.draw.id(),
            number=f"GT{day:%y%m%d}{act.draw.pick('0123456789', 4)}",
            person_id=act.actor,
            reason=reason,
            given=given,
            opened_at=act.at,
            kind=CaseKind.SIGNING if promise_id else CaseKind.IDENTITY,
            object_id=promise_id,
        )
