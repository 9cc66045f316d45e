"""The credit service counter, for whoever the face check does not serve: never a dead end.

A counter case has a number to name at the counter, and keeps what the person gave, so that a
clerk can go on from there. A person has one case at a time, the same until it is settled.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Protocol

from domain.errors import DomainError, Kind
from domain.time import civil_date
from domain.transactions import Act, Unit
from domain.values import VerifiedIdentity


class Reason(Enum):
    """Why somebody is led to the counter."""

    DOCUMENT_NOT_SERVED = "document_not_served"
    CHECKS_FAILED = "checks_failed"

    @property
    def sentence(self) -> str:
        """As the person reads it."""
        return SENTENCES[self]


SENTENCES = {
    Reason.DOCUMENT_NOT_SERVED: "这种证件暂不支持人脸核验。",
    Reason.CHECKS_FAILED: "人脸核验 24 小时内已有三次未通过。",
}


class CaseState(Enum):
    """Whether the counter still has something to do."""

    OPEN = "open"
    SETTLED = "settled"


class Office(Protocol):
    """Where the counter is."""

    @property
    def telephone(self) -> str:
        """Who asks first."""

    @property
    def address(self) -> str:
        """Where to go."""

    @property
    def hours(self) -> str:
        """When."""


@dataclass(frozen=True, kw_only=True)
class CounterCase:
    """One case; ``given`` is the name and ID number as the person typed them last."""

    id: str
    number: str
    person_id: str
    reason: Reason
    given: VerifiedIdentity
    opened_at: datetime
    state: CaseState = CaseState.OPEN


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


class CaseStore(Protocol):
    """Counter cases."""

    async def standing(self, *, person_id: str, unit: Unit | None = None) -> CounterCase | None:
        """The open case of a person, as the transaction sees it if one is given."""

    async def save(self, unit: Unit, case: CounterCase) -> None:
        """Insert or replace.

        The transaction starts over when the number is taken or the person has a case by now.
        """


class Counter:
    """Opening and settling cases."""

    def __init__(self, *, store: CaseStore, office: Office) -> None:
        self._store = store
        self._office = office

    async def standing(self, *, person_id: str) -> CounterCase | None:
        """The open case of a person."""
        return await self._store.standing(person_id=person_id)

    async def open(
        self, unit: Unit, act: Act, *, given: VerifiedIdentity, reason: Reason
    ) -> CounterRequired:
        """The caller's case, the same while it is open, and the refusal that names it."""
        case = await self._store.standing(person_id=act.actor, unit=unit)
        if case is None:
            day = civil_date(act.at)
            case = CounterCase(
                id=act.draw.id(),
                number=f"GT{day:%y%m%d}{act.draw.pick('0123456789', 4)}",
                person_id=act.actor,
                reason=reason,
                given=given,
                opened_at=act.at,
            )
            await self._store.save(unit, case)
            await unit.audit(act.event("counter_case.opened", case.id, reason=reason.value))
        elif (case.given, case.reason) != (given, reason):
            case = replace(case, given=given, reason=reason)
            await self._store.save(unit, case)
            await unit.audit(act.event("counter_case.changed", case.id, reason=reason.value))
        return CounterRequired(case, self._office)

    async def settle(self, unit: Unit, act: Act) -> None:
        """The caller's case needs nobody any more: the face was recognised after all."""
        case = await self._store.standing(person_id=act.actor, unit=unit)
        if case is not None:
            await self._store.save(unit, replace(case, state=CaseState.SETTLED))
            await unit.audit(act.event("counter_case.settled", case.id))
