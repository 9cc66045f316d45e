"""Raising objections, and following them.

Who stands for a subject, and who helps, follows every objection about it; an agent those raised
under the agent's own right. What the record is and says is seen by whoever may read reports, while
the authorisation stands: an objection shows no more of the credit than a report would.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from domain.consent import ConsentRequired
from domain.content_checks import Judged, Scene, Verdict, refusal
from domain.errors import Fault, Invalid, NotFound
from domain.objections.objections import (
    TOLD,
    Objection,
    Shown,
    State,
    Step,
    annotation,
    bare,
    notes,
    show,
)
from domain.objections.ports import (
    Acting,
    Checks,
    FindRecord,
    ObjectedRecord,
    ObjectionStore,
    Representing,
    RequireConsent,
    RightsOf,
)
from domain.pages import Ask, Page
from domain.subjects.subjects import Duty, OutOfScope, Subject
from domain.time import in_words
from domain.transactions import Act, Conflict, NoticeKind, Tell, Unit
from domain.workdays import Calendar

HAND_IN = "objection.pass"
MOST = 100
NOT_IN_REPORT = "这份报告中没有这条信息，请从报告中选择要提出异议的信息。"


class AlreadyStanding(Conflict):
    """On one record one objection stands at a time."""

    code = "objection_standing"
    title = "该信息已有异议正在处理"


class Telling:
    """Tells who raised an objection, and who now stands for its subject, of each step."""

    def __init__(self, *, rights_of: RightsOf, representing: Representing, tell: Tell) -> None:
        self._rights_of = rights_of
        self._representing = representing
        self._tell = tell

    async def step(self, unit: Unit, act: Act, objection: Objection) -> None:
        """What just happened; the notice names no credit information."""
        standing = await self._representing(objection.uscc) if objection.uscc else ()
        now = (one.person_id for one in standing)
        for person_id in dict.fromkeys((objection.person_id, objection.principal_person, *now)):
            if await self._may_follow(person_id, objection, act.at):
                await self._tell(
                    unit,
                    act,
                    kind=NoticeKind.OBJECTION,
                    person_id=person_id,
                    title="异议办理进展",
                    text=f"报告 {objection.report_number}：{objection.steps[-1].text}",
                    link=f"/objections/{objection.id}",
                )

    async def _may_follow(self, person_id: str, objection: Objection, now: datetime) -> bool:
        try:
            follow(objection, await self._rights_of(person_id=person_id, now=now), now=now)
        except (NotFound, OutOfScope):
            return False
        return True


class Objections:
    """One person's way with objections; one that is not theirs to follow is not found."""

    def __init__(
        self,
        *,
        store: ObjectionStore,
        find_record: FindRecord,
        acting: Acting,
        rights_of: RightsOf,
        require_consent: RequireConsent,
        telling: Telling,
        calendar: Calendar,
        checks: Checks,
    ) -> None:
        self._checks = checks
        self._store = store
        self._find_record = find_record
        self._acting = acting
        self._rights_of = rights_of
        self._require_consent = require_consent
        self._telling = telling
        self._calendar = calendar

    async def raise_one(
        self, act: Act, *, report_id: str, record_id: str, section: str | None, reason: str
    ) -> Shown:
        """Object to a record in a report the caller may read; every later copy says so at once.

        Raises:
            NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading the report.
            Invalid: the record is not in that report, and the attempt is recorded; or records
                of several sections have its id, and ``section`` does not tell which is meant;
                or WeChat finds the reason risky. One it cannot judge now is taken.
            AlreadyStanding: one stands on this record.
            Conflict: too many stand about this subject.
        """
        record = await self._find_record(
            act, report_id=report_id, record_id=record_id, section=section
        )
        if record is None:
            fault = Fault(pointer="/record_id", code="not_in_report", detail=NOT_IN_REPORT)
            raise await _refused(act, report_id, fault)
        judged = await self._checks.text(person_id=act.actor, text=reason, scene=Scene.COMMENT)
        if judged.verdict is Verdict.RISKY:
            detail = refusal(judged, what="异议理由")
            fault = Fault(pointer="/reason", code="risky_content", detail=detail)
            raise await _refused(act, report_id, fault)
        objection = _raised(act, record, report_id=report_id, record_id=record_id, reason=reason)

        async def work(unit: Unit) -> Shown:
            _refuse(objection, await self._store.standing_about(objection.about))
            await self._store.add(unit, objection)
            await self._keep(unit, act, objection, judged)
            await unit.audit(act.event("objection.raised", objection.id, report=report_id))
            await unit.send(act.message(HAND_IN, objection.id))
            await self._telling.step(unit, act, objection)
            return show(objection, self._calendar, act.at)

        return await act.commit(work)

    async def _keep(self, unit: Unit, act: Act, objection: Objection, judged: Judged) -> None:
        await self._checks.keep(
            unit,
            act,
            object_id=objection.id,
            text=objection.reason,
            scene=Scene.COMMENT,
            judged=judged,
        )

    async def get(self, *, person_id: str, objection_id: str, now: datetime) -> Shown:
        """One objection as it stands, bare for who may not read the record.

        Raises:
            NotFound: none that the caller may follow.
            OutOfScope: the caller acts for its subject, but not in this.
        """
        objection = await self._store.get(objection_id)
        if objection is None:
            raise NotFound
        rights = follow(objection, await self._rights_of(person_id=person_id, now=now), now=now)
        shown = show(objection, self._calendar, now)
        return shown if await self._read_by(rights) else bare(shown, reader=person_id)

    async def of(self, *, person_id: str, subject_id: str, ask: Ask, now: datetime) -> Page[Shown]:
        """Those about a subject that the caller may follow, newest first; bare as for one.

        Raises:
            NotFound, OutOfScope: as for ``Subjects.require``.
        """
        subject = await self._acting(
            person_id=person_id, subject_id=subject_id, duty=Duty.FOLLOW, now=now
        )
        if subject.role == "agent":
            page = await self._store.of_subject(subject.id, ask)
        else:
            page = await self._store.of_about(subject.about, ask)
        shown = [show(one, self._calendar, now) for one in page.items]
        if not await self._read_by([subject]):
            shown = [bare(one, reader=person_id) for one in shown]
        return Page(items=tuple(shown), next=page.next)

    async def _read_by(self, rights: Iterable[Subject]) -> bool:
        """Whether one of the rights covers reading, and the authorisation behind it stands."""
        for one in rights:
            if one.may(Duty.READ):
                with suppress(ConsentRequired):
                    await self._require_consent(
                        person_id=one.principal_person, subject_id=one.principal_id
                    )
                    return True
        return False


class Annotations:
    """What reports say of the objections that stand."""

    def __init__(self, *, store: ObjectionStore) -> None:
        self._store = store

    async def of(self, about: str) -> Mapping[tuple[str, str], str]:
        """The sentence beside each record of this subject objected to, by section and id."""
        standing = await self._store.standing_about(about)
        return {(one.section, one.record_id): annotation(one) for one in standing}

    async def notes(self, abouts: Sequence[str]) -> Mapping[str, str]:
        """What the reader of an earlier copy is told, by subject; only where one stands."""
        counts = await self._store.counts_about(abouts)
        return {about: notes(count) for about, count in counts.items()}

    async def changed_since(self, about: str, at: datetime) -> bool:
        """Whether a report of that time may say something else than one made now."""
        return await self._store.changed_since(about, at)


def follow(objection: Objection, among: Iterable[Subject], *, now: datetime) -> Sequence[Subject]:
    """The rights by which a person may follow this objection, at least one.

    Raises:
        NotFound: nothing among the person's rights has to do with it.
        OutOfScope: something has, but does not cover following.
    """
    rights = [
        one
        for one in among
        if one.holds(now)
        and (
            one.id == objection.subject_id or (one.role != "agent" and one.about == objection.about)
        )
    ]
    if not rights:
        raise NotFound
    following = [one for one in rights if one.may(Duty.FOLLOW)]
    if not following:
        raise OutOfScope
    return following


async def _refused(act: Act, report_id: str, fault: Fault) -> Invalid:
    """The refusal of an attempt, which is recorded."""
    event = act.event("objection.refused", report_id, because=fault.code)
    await act.record(lambda unit: unit.audit(event))
    return Invalid([fault])


def _refuse(objection: Objection, standing: Sequence[Objection]) -> None:
    for one in standing:
        if (one.section, one.record_id) == (objection.section, objection.record_id):
            raised = in_words(one.raised_at)
            raise AlreadyStanding(
                f"这条信息已有异议正在处理（{raised}提出，编号 {one.id}），办结前不能再次提出。"
            )
    if len(standing) >= MOST:
        raise Conflict(f"同一主体最多可有 {MOST} 件异议同时办理，请等待办结后再提出。")


def _raised(
    act: Act, record: ObjectedRecord, *, report_id: str, record_id: str, reason: str
) -> Objection:
    return Objection(
        id=act.draw.id(),
        report_id=report_id,
        report_number=record.report_number,
        about=record.about,
        uscc=record.uscc,
        person_id=act.actor,
        subject_id=record.subject_id,
        principal_person=record.principal_person,
        section=record.section,
        section_title=record.section_title,
        record_id=record_id,
        record_title=record.title,
        reason=reason,
        raised_at=act.at,
        state=State.RAISED,
        steps=(Step(at=act.at, text=TOLD[State.RAISED]),),
    )
