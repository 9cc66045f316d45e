"""Looks of staff: at a credit report or at one masked field, under an open case and no other way.

Each is recorded durably before it is answered, on the authority of the case, and shown to the
subject with the office and the reason; what was looked at stands nowhere but in the answer.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from domain.errors import DomainError, Fault, Invalid, Kind, NotFound
from domain.looks import CASE, STAFF, Action, Look, LookBook
from domain.staff_looks.cases import Case, Ground, MaskedField
from domain.transactions import Act, AuditEvent

LEAST_REASON, MOST_REASON = 5, 200
NEEDED = "办理业务需要"


class NoOpenCase(DomainError):
    """Nothing that is being dealt with gives staff a ground to look."""

    code = "no_open_case"
    kind = Kind.FORBIDDEN
    title = "没有办理中的业务"

    def __init__(self) -> None:
        super().__init__("这件业务不在办理中，不能查看当事人的信用报告或完整信息。")


@dataclass(frozen=True, kw_only=True)
class SeenReport:
    """A report, as far as a look at it is recorded."""

    id: str
    number: str
    about: str
    person_id: str
    subject_id: str


class ReportDesk(Protocol):
    """Credit reports, narrowly."""

    async def by_id(self, report_id: str) -> SeenReport | None:
        """One that was issued and not revoked."""

    async def latest(self, about: str) -> SeenReport | None:
        """The newest about a subject that was issued and not revoked."""

    async def snapshot(self, report_id: str) -> bytes | None:
        """Its content as JSON bytes."""


Notes = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A report with what is to be known of it: ``note`` tells of objections that stand now."""

    case: Case
    snapshot: bytes
    note: str


class StaffLooks:
    """What staff may look at; ``grounds`` are the kinds of cases."""

    def __init__(
        self, *, grounds: Mapping[str, Ground], reports: ReportDesk, looks: LookBook, notes: Notes
    ) -> None:
        self._grounds = grounds
        self._reports = reports
        self._looks = looks
        self._notes = notes

    async def case(self, *, kind: str, number: str) -> Case:
        """A case, with its fields masked.

        Raises:
            NotFound: there is none.
        """
        ground = self._grounds.get(kind)
        case = await ground(number) if ground else None
        if case is None:
            raise NotFound("没有这个编号的业务。")
        return case

    async def credit(self, act: Act, *, kind: str, number: str, office: str) -> Seen:
        """The report that a case rests on, or else the latest of its subject.

        Raises:
            NotFound: no such case, or no report.
            NoOpenCase: it is not being dealt with; recorded.
            Unavailable: the look could not be recorded.
        """
        case = await self._open(act, kind, number)
        report = await self._report(case)
        snapshot = await self._reports.snapshot(report.id) if report else None
        if report is None or snapshot is None:
            raise NotFound("当事人没有可以查看的信用报告。")
        look = replace(
            _look(act, case, office),
            person_id=report.person_id,
            subject_id=report.subject_id,
            report_id=report.id,
            report_number=report.number,
        )
        await self._looks.record(look)
        await self._audit(act, act.event("staff.looked", look.id))
        notes = await self._notes([case.about])
        return Seen(case=case, snapshot=snapshot, note=notes.get(case.about, ""))

    async def unmask(
        self, act: Act, *, kind: str, number: str, code: str, reason: str, office: str
    ) -> MaskedField:
        """One masked field of a case, whole, for a reason that its person reads.

        Raises:
            NotFound: no such case, or no such field.
            Invalid: the reason says too little or too much.
            NoOpenCase: it is not being dealt with; recorded.
            Unavailable: the look could not be recorded.
        """
        case = await self._open(act, kind, number)
        _judge(reason)
        found = next((one for one in case.fields if one.code == code), None)
        if found is None:
            raise NotFound("没有这一项信息。")
        look = replace(
            _look(act, case, office),
            action=Action.UNMASK,
            viewer_purpose=reason,
            field=found.label,
        )
        await self._looks.record(look)
        await self._audit(act, act.event("staff.unmasked", look.id))
        return found

    async def evidence(self, act: Act, *, code: str, reason: str, office: str) -> None:
        """Before the evidence of a promise is given out, which shows all that was signed.

        A dispute may begin when the case is over: it needs a reason, and no open case.

        Raises:
            NotFound: no such promise.
            Invalid: the reason says too little or too much.
            Unavailable: the look could not be recorded.
        """
        case = await self.case(kind="promise", number=code)
        _judge(reason)
        look = replace(_look(act, case, office), action=Action.EVIDENCE, viewer_purpose=reason)
        await self._looks.record(look)
        await self._audit(act, act.event("staff.looked", look.id))

    async def _open(self, act: Act, kind: str, number: str) -> Case:
        case = await self.case(kind=kind, number=number)
        if not case.open:
            event = act.event("staff.look_refused", case.number)
            await act.record(lambda unit: unit.audit(event))
            raise NoOpenCase
        return case

    async def _report(self, case: Case) -> SeenReport | None:
        own = await self._reports.by_id(case.report_id) if case.report_id else None
        if own is not None and own.about == case.about:
            return own
        return await self._reports.latest(case.about)

    async def _audit(self, act: Act, event: AuditEvent) -> None:
        """After the look: whatever fails, the subject knows at least as much as staff."""
        await act.commit(lambda unit: unit.audit(event))


def _judge(reason: str) -> None:
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        detail = f"“理由”应为 {LEAST_REASON} 至 {MOST_REASON} 个字，当事人会看到。"
        raise Invalid([Fault(pointer="/reason", code="reason", detail=detail)])


def _look(act: Act, case: Case, office: str) -> Look:
    return Look(
        id=act.draw.id(),
        at=act.at,
        viewer=act.actor,
        role=STAFF,
        about=case.about,
        person_id=case.person_id,
        subject_id=case.subject_id,
        report_id="",
        report_number=case.number,
        action=Action.READ,
        purpose=CASE,
        authority=f"{CASE}:{case.title}",
        trace_id=act.trace_id,
        viewer_name=office,
        viewer_purpose=NEEDED,
    )
