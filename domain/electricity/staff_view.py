"""What staff see of applications: the supplier's clerk whole, all others masked.

The clerk sees what is with the supplier, as the applicant agreed, and nothing before; the office
follows all of it.
"""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from domain.electricity.applications import (
    OVER,
    POWERED,
    SUPPLYING,
    Application,
    Channel,
    Material,
    Proof,
    State,
)
from domain.electricity.filling import outstanding
from domain.electricity.supply import Move, MoveKind, possible
from domain.electricity.supplying import Supplying
from domain.electricity.terms import Business, Clock, Terms, clock_of
from domain.errors import Fault, Invalid, NotFound
from domain.identifiers import mask_identity_number, mask_name, mask_phone
from domain.pages import Ask, Page
from domain.transactions import Act, Unit
from domain.workdays import Calendar

# With the supplier: to be taken, being worked on, given back to the applicant, or done.
WITH_SUPPLIER = (
    State.PROMISE_SIGNED,
    State.IDENTITY_OK,
    State.ACCEPTED,
    State.SURVEY,
    State.PLAN_REPLIED,
    State.EXTERNAL_WORKS,
    State.RETURNED,
    State.ENERGISED,
    State.CLOSED,
    State.REJECTED,
    State.WITHDRAWN,
)
# Once it was worked on there, it stays to be seen, whatever came of it.
WORKED_ON = SUPPLYING | POWERED | {State.RETURNED, State.REJECTED}
BEFORE = (State.REPORT_BLOCKED, State.REPORT_OK)
# Of an address, as much as says in which district it is.
ADDRESS_HEAD = 6


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An application as somebody may see it; ``moves`` are what the supplier may do now.

    ``follows_by`` is the first day by which a paper has to follow.
    """

    application: Application
    business: Business | None
    clock: Clock | None
    moves: tuple[MoveKind, ...]
    by_system: bool
    follows_by: date | None = None
    report_number: str = ""


class ViewedStore(Protocol):
    """Applications, narrowly."""

    async def by_number(self, number: str) -> Application | None:
        """By number."""

    async def due_first(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """All in one of these states, the earliest deadline first; without one last."""

    async def in_state(self, states: Iterable[State], *, ask: Ask) -> Page[Application]:
        """All in one of these states, who has waited there longest first."""

    async def file(self, *, application_id: str, material_id: str) -> bytes | None:
        """A file of this application."""


ReportNumber = Callable[[str], Awaitable[str]]


class StaffView:
    """Lists and single applications for staff; ``whole`` for who has to do the work."""

    def __init__(
        self,
        *,
        store: ViewedStore,
        terms: Terms,
        calendar: Calendar,
        supplying: Supplying,
        report_number: ReportNumber,
    ) -> None:
        self._store = store
        self._terms = terms
        self._calendar = calendar
        self._supplying = supplying
        self._report_number = report_number

    def states(self, *, whole: bool) -> tuple[State, ...]:
        """Which states somebody may look for."""
        return WITH_SUPPLIER if whole else (*BEFORE, *WITH_SUPPLIER)

    async def all(self, state: State | None, *, ask: Ask, whole: bool) -> Page[Seen]:
        """Those in a state, or all that are not over, the earliest deadline first.

        What is over has no deadline: it comes by when it ended.
        """
        states = self.states(whole=whole)
        wanted = [one for one in states if one is state or (state is None and one not in OVER)]
        if state in OVER:
            page = await self._store.in_state(wanted, ask=ask)
        else:
            page = await self._store.due_first(wanted, ask=ask)
        items = (one for one in page.items if not whole or with_supplier(one))
        return Page(items=tuple(self._seen(one, whole) for one in items), next=page.next)

    async def get(self, number: str, *, whole: bool) -> Seen:
        """By number.

        Raises:
            NotFound: there is none, or it is not the supplier's to see.
        """
        application = await self._found(number, whole)
        seen = self._seen(application, whole)
        if not application.report_id:
            return seen
        return replace(seen, report_number=await self._report_number(application.report_id))

    async def material(self, act: Act, *, number: str, material_id: str) -> tuple[Material, bytes]:
        """A file that was handed in; that it was read is recorded first.

        Raises:
            NotFound: there is no such application with the supplier, or no such file.
        """
        application = await self._found(number, True)
        found = next((one for one in application.materials if one.id == material_id), None)
        if found is None:
            raise NotFound
        content = await self._store.file(application_id=application.id, material_id=material_id)
        if content is None:
            raise NotFound

        async def work(unit: Unit) -> None:
            event = act.event("electricity.material_read", application.id, material=material_id)
            await unit.audit(event)

        await act.commit(work)
        return found, content

    def papers(self, seen: Seen) -> tuple[tuple[str, str], ...]:
        """Papers that can be asked for, code and name: those of the business, each once."""
        papers = seen.business.papers if seen.business else ()
        return tuple((paper.code, paper.label) for paper in papers)

    @property
    def return_days(self) -> int:
        """Working days that an applicant usually has to hand in what is missing."""
        return self._terms.return_days

    def paper(self, code: str) -> str:
        """The name of a paper."""
        return self._terms.papers.get(code, code)

    async def move(self, act: Act, *, number: str, tag: str, move: Move) -> None:
        """A step by hand.

        Raises:
            NotFound: there is no such application with the supplier.
            Invalid: every field that the step lacks, or has in a wrong form.
            Stale, Conflict: as for ``Supplying.move``.
        """
        self._require_filled(await self._found(number, True), move)
        await self._supplying.move(act, number=number, tag=tag, move=move)

    def _require_filled(self, application: Application, move: Move) -> None:
        faults = [
            Fault(pointer=f"/{field}", code="missing", detail=f"请填写“{label}”。")
            for field, (value, label) in _needed(move).items()
            if not value
        ]
        business = self._terms.businesses.get(application.wanted.business)
        if move.kind is MoveKind.ENERGISE:
            new = business is not None and not business.increase
            if not move.account and new:
                detail = "请填写“新户号”。"
                faults.append(Fault(pointer="/account", code="missing", detail=detail))
            elif move.account and not re.fullmatch(self._terms.account, move.account):
                detail = "“新户号”的写法不对，请核对。"
                faults.append(Fault(pointer="/account", code="account", detail=detail))
        if faults:
            raise Invalid(faults)

    async def _found(self, number: str, whole: bool) -> Application:
        application = await self._store.by_number(number)
        if application is None or (whole and not with_supplier(application)):
            raise NotFound("没有这个申请编号。")
        return application

    def _seen(self, application: Application, whole: bool) -> Seen:
        business = self._terms.businesses.get(application.wanted.business)
        return Seen(
            application=application if whole else masked(application),
            business=business,
            clock=clock_of(application, business, self._calendar) if business else None,
            moves=possible(application),
            by_system=application.channel is Channel.PARTNER,
            follows_by=follows_by(application),
        )


def _needed(move: Move) -> dict[str, tuple[object, str]]:
    """What a step needs, by field, with its label."""
    match move.kind:
        case MoveKind.RETURN:
            return {"papers": (move.papers, "缺少的材料"), "reason": (move.reason, "退回原因")}
        case MoveKind.SURVEY:
            return {"begins": (move.begins_at, "开始时间"), "ends": (move.ends_at, "结束时间")}
        case MoveKind.REPLY_PLAN:
            return {"plan": (move.plan, "供电方案")}
        case MoveKind.ENERGISE:
            return {"on": (move.on, "接电日期")}
        case MoveKind.REJECT:
            return {"reason": (move.reason, "不予办理的理由")}
        case _:
            return {}


def with_supplier(application: Application) -> bool:
    """Whether it was handed to the supplier: signed or with a title, not on its way there."""
    if application.state in WORKED_ON or any(one.state in WORKED_ON for one in application.steps):
        return True
    if application.state is State.IDENTITY_OK:
        return application.proof is Proof.TITLE
    return application.state is State.PROMISE_SIGNED


def due_day(application: Application, terms: Terms, calendar: Calendar) -> date | None:
    """By when somebody has to act, or a paper to follow; None where nothing has to be."""
    business = terms.businesses.get(application.wanted.business)
    clock = clock_of(application, business, calendar) if business else None
    days = [clock.due.day if clock else None, follows_by(application)]
    return min((day for day in days if day is not None), default=None)


def follows_by(application: Application) -> date | None:
    """The first day by which a paper has to follow (容缺受理); None where none has to."""
    if application.state in OVER or application.state not in WITH_SUPPLIER:
        return None
    return min((one.due for one in outstanding(application)), default=None)


def masked(application: Application) -> Application:
    """As those see it who do not do the work: whose it is cannot be told from it."""
    wanted, person = application.wanted, application.uscc is None
    identifier = application.identifier
    return replace(
        application,
        applicant=mask_name(application.applicant) if person else application.applicant,
        identifier=mask_identity_number(identifier) if person else identifier,
        wanted=replace(
            wanted,
            address=_address(wanted.address),
            contact=mask_name(wanted.contact),
            phone=mask_phone(wanted.phone if wanted.phone.startswith("+") else f"+86{wanted.phone}")
            if wanted.phone
            else "",
        ),
    )


def _address(text: str) -> str:
    return text if len(text) <= ADDRESS_HEAD else f"{text[:ADDRESS_HEAD]}****"
