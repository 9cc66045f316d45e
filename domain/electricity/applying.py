"""Applying: a draft resumed anywhere, handed in whole, judged by the report of the day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from domain.electricity import ways
from domain.electricity.applications import (
    Against,
    Application,
    By,
    Later,
    Manager,
    Proof,
    State,
    Wanted,
)
from domain.electricity.filling import incomplete, malformed, missing
from domain.electricity.keeping import Keeping
from domain.electricity.owning import Acting, Owning, mine
from domain.electricity.ports import ApplicationStore
from domain.electricity.reminding import REMIND
from domain.electricity.terms import Terms, proof_for
from domain.errors import Fault, Invalid, Stale
from domain.pages import Ask, Page
from domain.subjects.subjects import OWN_RIGHT, Actors, Duty, NotVerified, Subject
from domain.time import civil_date, date_in_words
from domain.transactions import Act, AuditEvent, Conflict, Unit
from domain.workdays import Calendar, Deadline

# What an applicant agrees to before anything of theirs goes to the supplier.
AGREEMENT = "power-supply"
MOST_DRAFTS = 20
DIGITS = "0123456789"
CHOICES = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Judge(Protocol):
    """The rules of the promise that takes the place of the title proof, narrowly."""

    async def __call__(self, act: Act, *, report_id: str, about: str) -> Sequence[Against]:
        """What a fresh report says against it; empty when nothing.

        Raises:
            Invalid: the report does not fit, with its pointer ``/report_id``.
            NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading the report.
        """


class GoodUser(Protocol):
    """Records of usage, narrowly."""

    async def __call__(self, *, about: str, today: date) -> bool:
        """Whether it is known of somebody that there was nothing for so many years."""


class RequireConsent(Protocol):
    """The consent to providing an application to the supplier, narrowly."""

    async def __call__(self, *, person_id: str, subject_id: str) -> object:
        """Raise ConsentRequired when none stands."""


class Applying:
    """One person's applications until they are with the supplier."""

    def __init__(
        self,
        *,
        store: ApplicationStore,
        owning: Owning,
        keeping: Keeping,
        acting: Acting,
        people: Actors,
        judge: Judge,
        good_user: GoodUser,
        require_consent: RequireConsent,
        terms: Terms,
        calendar: Calendar,
    ) -> None:
        self._require_consent = require_consent
        self._store = store
        self._owning = owning
        self._keeping = keeping
        self._acting = acting
        self._people = people
        self._judge = judge
        self._good_user = good_user
        self._terms = terms
        self._calendar = calendar

    async def begin(self, act: Act, *, subject_id: str, wanted: Wanted) -> Application:
        """A draft; it may leave anything open.

        Raises:
            NotFound, OutOfScope: the caller does not act for the subject, or not in this.
            NotVerified: before the real name is proven.
            Invalid: something filled in cannot be so; every fault is named.
            Conflict: too many drafts.
        """
        subject = await self._acting.require(
            person_id=act.actor, subject_id=subject_id, duty=Duty.ELECTRICITY, now=act.at
        )
        if not subject.name:
            raise NotVerified
        self._require_well_formed(wanted, subject.uscc)
        draft = _draft(act, subject, wanted, identifier=await self._identifier(subject))

        async def work(unit: Unit) -> Application:
            if await self._store.drafts(subject.id) >= MOST_DRAFTS:
                raise Conflict(f"最多可有 {MOST_DRAFTS} 份填写中的申请，请先提交或删除一些。")
            await self._store.add(unit, draft)
            await unit.audit(act.event("electricity.begun", draft.id))
            return draft

        return await act.commit(work)

    async def fill(self, act: Act, *, application_id: str, wanted: Wanted, tag: str) -> Application:
        """The draft filled in anew, on whatever device.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Stale: it changed since it was read.
            Conflict: it is with the supplier already.
            Invalid: something filled in cannot be so.
        """
        was = await self._seen(act, application_id, tag)
        after = ways.filled(was, wanted, now=act.at)
        self._require_well_formed(wanted, was.uscc)
        return await self._save(act, was, after, act.event("electricity.filled", was.id))

    async def discard(self, act: Act, *, application_id: str) -> None:
        """A draft that was never handed in goes, with its files.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: it was handed in; it is withdrawn instead.
        """
        application = await self._owning.of_act(act, application_id)
        if application.state is not State.DRAFT or application.number:
            raise Conflict("已提交过的申请不能删除，可以撤回。")

        async def work(unit: Unit) -> None:
            await self._store.remove(unit, application)
            await unit.audit(act.event("electricity.discarded", application.id))

        await act.commit(work)

    async def get(self, *, person_id: str, application_id: str, now: datetime) -> Application:
        """One application; raises NotFound, OutOfScope as for ``Owning.get``."""
        return await self._owning.get(person_id=person_id, application_id=application_id, now=now)

    async def of(
        self, *, person_id: str, subject_id: str, ask: Ask, now: datetime
    ) -> Page[Application]:
        """Those of a subject, newest first: an agent's own; without the drafts of others.

        Raises:
            NotFound, OutOfScope: the caller does not act for the subject, or not in this.
        """
        subject = await self._acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.ELECTRICITY, now=now
        )
        if subject.role in OWN_RIGHT:
            page = await self._store.of_about(subject.about, ask=ask)
        else:
            page = await self._store.of_subject(subject.id, ask=ask)
        items = tuple(one for one in page.items if mine(one, person_id))
        return Page(items=items, next=page.next)

    async def submit(self, act: Act, *, application_id: str, report_id: str | None) -> Application:
        """Hand it in: by credit it is judged at once, by title proof it goes to the supplier.

        A report that speaks against it is no error: the answer says why, reason by reason.

        Raises:
            NotFound, OutOfScope: none of the caller's, or its report is not.
            Conflict: it was handed in already.
            ConsentRequired: nothing of theirs may go to the supplier yet.
            Invalid: every faulty field, missing paper, and what is wrong with the report.
            NotRepresentative, NotInBusiness: the registry names another representative.
        """
        was = await self._owning.of_act(act, application_id)
        ways.require(was, *ways.TO_BE_SUBMITTED)
        good = was.green or await self._good_user(about=was.about, today=civil_date(act.at))
        against = await self._judged(act, was, report_id, green=good)
        await self._require_consent(person_id=was.principal_person, subject_id=was.principal_id)
        await self._represented(act, was)

        async def work(unit: Unit) -> Application:
            after = ways.submitted(was, number=_number(act), now=act.at)
            after = self._green(act, after) if good else after
            if report_id and was.proof is Proof.CREDIT:
                after = ways.judged(after, report_id=report_id, against=against, now=act.at)
            await unit.audit(act.event("electricity.submitted", was.id, state=after.state.value))
            if after.later and not was.later:
                await unit.send(act.message(REMIND, was.id))
            return await self._keeping.put(unit, act, was=was, after=after)

        return await act.commit(work)

    async def ordinary(self, act: Act, *, application_id: str) -> Application:
        """By title proof from here, with everything that was filled in and handed in.

        Raises:
            NotFound, OutOfScope: none of the caller's.
            Conflict: it is with the supplier already.
        """
        was = await self._owning.of_act(act, application_id)
        after = ways.ordinary(was, now=act.at)
        return await self._save(act, was, after, act.event("electricity.made_ordinary", was.id))

    async def _seen(self, act: Act, application_id: str, tag: str) -> Application:
        application = await self._owning.of_act(act, application_id)
        if application.tag != tag:
            raise Stale("这份申请刚刚在别处修改过，请刷新后再操作。")
        return application

    async def _save(
        self, act: Act, was: Application, after: Application, event: AuditEvent
    ) -> Application:
        async def work(unit: Unit) -> Application:
            await unit.audit(event)
            return await self._keeping.put(unit, act, was=was, after=after)

        return await act.commit(work)

    async def _judged(
        self, act: Act, application: Application, report_id: str | None, *, green: bool
    ) -> tuple[Against, ...]:
        """What the report says against it; every fault of the application is named with its."""
        faults = incomplete(application, terms=self._terms, green=green)
        against: Sequence[Against] = ()
        if application.proof is Proof.CREDIT and not report_id:
            detail = "以信用报告和承诺代替产权证明的，请先申请一份公共信用信息报告。"
            faults.append(Fault(pointer="/report_id", code="missing", detail=detail))
        elif application.proof is Proof.CREDIT and report_id:
            try:
                against = await self._judge(act, report_id=report_id, about=application.about)
            except Invalid as invalid:
                faults += invalid.faults
        if faults:
            raise Invalid(faults)
        return tuple(against)

    async def _represented(self, act: Act, application: Application) -> None:
        """That the registry still names whom the enterprise is represented by."""
        if application.uscc is not None:
            # What it ends it ends by itself: the answer of this request is the submission's.
            apart = replace(act, commit=act.apart or act.commit)
            await self._acting.match_again(apart, principal_id=application.principal_id)

    def _green(self, act: Act, application: Application) -> Application:
        """The green channel: a manager the whole way, a visit at home, papers later."""
        business = self._terms.businesses[application.wanted.business]
        known = {one.paper for one in application.later}
        papers = [
            paper
            for paper in missing(application, business)
            if paper.deferrable and paper.code not in known
        ]
        due = self._later(civil_date(act.at))
        later = tuple(
            Later(paper=paper.code, due=due.day, provisional=due.provisional) for paper in papers
        )
        if application.manager is not None and not later:
            return application
        manager = application.manager or self._manager(act)
        text = f"绿色通道：客户经理{manager.name}（{manager.phone}）全程跟进，可以预约上门服务。"
        if later:
            names = "、".join(paper.label for paper in papers)
            text += f"{names}可在{date_in_words(due.day)}前补交。"
        return application.noted(
            By.SYSTEM,
            text,
            act.at,
            green=True,
            manager=manager,
            later=(*application.later, *later),
        )

    def _later(self, today: date) -> Deadline:
        if self._terms.later_working:
            return self._calendar.after(today, self._terms.later_days)
        return self._calendar.within(today, self._terms.later_days)

    def _manager(self, act: Act) -> Manager:
        managers = self._terms.managers
        return managers[CHOICES.index(act.draw.pick(CHOICES[: len(managers)], 1))]

    async def _identifier(self, subject: Subject) -> str:
        if subject.uscc is not None:
            return subject.uscc
        identity = (await self._people.get(subject.person_id)).identity
        if identity is None:
            raise NotVerified
        return identity.id_number

    def _require_well_formed(self, wanted: Wanted, uscc: str | None) -> None:
        faults = malformed(wanted, uscc=uscc, terms=self._terms)
        if faults:
            raise Invalid(faults)


def _draft(act: Act, subject: Subject, wanted: Wanted, *, identifier: str) -> Application:
    return Application(
        id=act.draw.id(),
        number="",
        person_id=act.actor,
        subject_id=subject.id,
        principal_id=subject.principal_id,
        principal_person=subject.principal_person,
        about=subject.about,
        uscc=subject.uscc,
        applicant=subject.name,
        identifier=identifier,
        wanted=wanted,
        proof=proof_for(wanted.premises),
        created_at=act.at,
        changed_at=act.at,
        since=act.at,
    )


def _number(act: Act) -> str:
    """YD, the day, six digits drawn; drawn anew when somebody has it already."""
    return f"YD{civil_date(act.at):%y%m%d}{act.draw.pick(DIGITS, 6)}"
