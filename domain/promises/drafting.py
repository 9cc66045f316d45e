"""Drafting: choosing a text, filling it in, and being told what a fresh report says against it."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.errors import Fault, Invalid, NotFound, Stale
from domain.identifiers import Uscc
from domain.pages import Ask, Page
from domain.promises.eligibility import judged
from domain.promises.in_force import READ_AGAIN, TextsInForce
from domain.promises.own_records import OwnRecords
from domain.promises.ports import Acting, FindReport, PromiseStore
from domain.promises.promises import Basis, NotAsRead, Promise, State
from domain.promises.public_words import PublicWords
from domain.promises.register import consent_hash, consent_text, lines_of
from domain.promises.shown import Filled, Shown
from domain.promises.templates import (
    CATEGORIES,
    Answer,
    Category,
    Publicity,
    Template,
    answered,
)
from domain.report_facts import ReportFacts
from domain.subjects.subjects import (
    OWN_RIGHT,
    Actors,
    Duty,
    NotVerified,
    OutOfScope,
    Subject,
)
from domain.time import civil_date
from domain.transactions import Act, Conflict, Unit

MOST_DRAFTS = 20


class Drafts:
    """One person's drafts and promises; one that is not theirs is not found."""

    def __init__(
        self,
        *,
        store: PromiseStore,
        texts: TextsInForce,
        acting: Acting,
        people: Actors,
        find_report: FindReport,
        words: PublicWords,
        own_records: OwnRecords,
        fresh: timedelta,
    ) -> None:
        self._store = store
        self._texts = texts
        self._acting = acting
        self._people = people
        self._find_report = find_report
        self._words = words
        self._own_records = own_records
        self._fresh = fresh

    async def begin(
        self, act: Act, *, template: str, subject_id: str, filled: Filled, matter_id: str = ""
    ) -> Shown:
        """A draft, with every reason that stands against signing it.

        ``matter_id`` is what it is given for, where that is something done here.

        Raises:
            NotFound, OutOfScope: the caller does not act for the subject, or not in this.
            NotVerified: for oneself, before the real name is proven.
            NotAsRead: another text is in force.
            Invalid: blanks, publicity or report do not fit; every fault is named.
            Conflict: not for such a promisor, or too many drafts.
        """
        text = await self._texts.get(template, now=act.at, fresh=True)
        subject = await self._subject(act, subject_id)
        category = category_of(subject)
        if category not in text.promisors:
            whom = "、".join(CATEGORIES[one] for one in text.promisors)
            raise Conflict(f"《{text.title}》由{whom}签署，请切换办理主体。")
        drafted = await self._drafted(act, text, subject, filled)
        promise = replace(drafted, matter_id=matter_id)
        checked = await self._words.judge(act, promise)

        async def work(unit: Unit) -> Shown:
            if await self._store.drafts(subject.id) >= MOST_DRAFTS:
                raise Conflict(f"最多可有 {MOST_DRAFTS} 份待签署的承诺书，请先签署或删除一些。")
            await self._store.add(unit, promise)
            await self._words.keep(unit, act, promise, checked)
            await unit.audit(act.event("promise.drafted", promise.id, template=text.code))
            return await self.show(promise, now=act.at)

        return await act.commit(work)

    async def change(self, act: Act, *, promise_id: str, filled: Filled, tag: str) -> Shown:
        """The draft filled in anew and judged anew.

        Raises:
            NotFound: no draft of the caller's.
            Stale: it changed since it was read.
            AlreadySigned, Conflict: it is no draft any more.
            NotAsRead, Invalid: as for ``begin``.
        """
        promise = await self.own(act, promise_id)
        promise.require_draft()
        if promise.tag != tag:
            raise Stale("这份承诺书刚刚在别处修改过，请刷新后再操作。")
        text = await self._texts.get(promise.template, now=act.at, fresh=True)
        subject = await self._subject(act, promise.subject_id)
        answers, publicity, basis = await self._judged(act, text, subject, filled)
        after = promise.changed(
            answers=answers,
            publicity=publicity,
            basis=basis,
            text_hash=text.text_hash,
            version=text.version,
            now=act.at,
        )
        checked = await self._words.judge(act, after)

        async def work(unit: Unit) -> Shown:
            await self._store.replace(unit, after, was=promise)
            await self._words.keep(unit, act, after, checked)
            await unit.audit(act.event("promise.changed", promise.id))
            return await self.show(after, now=act.at)

        return await act.commit(work)

    async def discard(self, act: Act, *, promise_id: str) -> None:
        """The draft goes.

        Raises:
            NotFound: no draft of the caller's.
            AlreadySigned, Conflict: it is no draft any more.
        """
        promise = await self.own(act, promise_id)
        promise.require_draft()

        async def work(unit: Unit) -> None:
            await self._store.remove(unit, promise)
            await unit.audit(act.event("promise.discarded", promise.id))

        await act.commit(work)

    async def get(self, *, person_id: str, promise_id: str, now: datetime) -> Shown:
        """One promise: a draft for who drafted it, a signed one for the promisor too.

        Raises:
            NotFound: the caller has nothing to do with it.
            OutOfScope: the caller acts for the promisor, but not in this.
        """
        promise = await self._store.get(promise_id)
        if promise is None:
            raise NotFound
        await self._require(promise, person_id=person_id, now=now)
        return await self.show(promise, now=now)

    async def of(self, *, person_id: str, subject_id: str, ask: Ask, now: datetime) -> Page[Shown]:
        """Those of a subject, newest first: an agent's own; without the drafts of others.

        Raises:
            NotFound, OutOfScope: the caller does not act for the subject, or not in this.
        """
        subject = await self._acting.require(
            person_id=person_id, subject_id=subject_id, duty=Duty.PROMISE, now=now
        )
        if subject.role in OWN_RIGHT:
            page = await self._store.of_about(subject.about, ask=ask)
        else:
            page = await self._store.of_subject(subject.id, ask=ask)
        mine = [
            await self.show(one, now=now)
            for one in page.items
            if one.state is not State.DRAFT or one.person_id == person_id
        ]
        return Page(items=tuple(mine), next=page.next)

    async def letter(self, *, person_id: str, promise_id: str, now: datetime) -> tuple[str, bytes]:
        """The promise code, and the signed letter.

        Raises:
            NotFound, OutOfScope: as for ``get``.
            Conflict: it is not signed, or its letter is just being made.
        """
        promise = (await self.get(person_id=person_id, promise_id=promise_id, now=now)).promise
        pdf = await self._store.pdf(promise_id)
        if promise.signature is None:
            raise Conflict("承诺书签署后才能下载。")
        if pdf is None:
            raise Conflict("承诺书文件正在生成，请稍候再下载。", retry_after=3)
        return promise.signature.code, pdf

    async def own(self, act: Act, promise_id: str) -> Promise:
        """A draft of the caller's, or a signed promise of whom the caller acts for.

        Raises:
            NotFound: none of theirs.
            OutOfScope: the caller acts for the promisor, but not in this.
        """
        promise = await self._store.get(promise_id)
        if promise is None:
            raise NotFound
        await self._require(promise, person_id=act.actor, now=act.at)
        return promise

    async def _require(self, promise: Promise, *, person_id: str, now: datetime) -> None:
        """A promise is its promisor's: also of who represents the enterprise by now."""
        if promise.state is State.DRAFT and promise.person_id != person_id:
            raise NotFound
        rights = [
            one
            for one in await self._acting.of(person_id=person_id, now=now)
            if one.holds(now) and _concerns(one, promise)
        ]
        if not rights:
            raise NotFound
        if not any(one.may(Duty.PROMISE) for one in rights):
            raise OutOfScope

    async def show(self, promise: Promise, *, now: datetime) -> Shown:
        """With what the promisor is to agree to, or has; what is signed, by its own text."""
        template = await self._texts.find(promise.template, now=now)
        current = template is not None and template.text_hash == promise.text_hash
        if promise.signature is not None:
            template = await self.text_of(promise, now=now)
            publication = promise.signature.publication
            text, text_hash = publication.text, publication.text_hash
        else:
            text = consent_text(promise, template) if template else ""
            text_hash = consent_hash(text)
        public = template is not None and promise.publicity is Publicity.PUBLIC
        return Shown(
            promise=promise,
            template=template,
            publication=text,
            publication_hash=text_hash,
            register=lines_of(promise, template) if template and public else (),
            current=current,
        )

    async def text_of(self, promise: Promise, *, now: datetime) -> Template | None:
        """The text that was read for a promise; the one in force where it is not known any more."""
        code = promise.template
        own = await self._texts.as_read(code, text_hash=promise.text_hash, now=now)
        return own or await self._texts.find(code, now=now)

    async def basis(self, act: Act, *, template: Template, report_id: str, about: str) -> Basis:
        """What a fresh report of the promisor says, judged by the rules of the text.

        Raises:
            Invalid: the report is of another promisor, of chosen parts only, or too old.
            SignInAgain, NotFound, OutOfScope, ConsentRequired, NotIssued: as for reading it.
        """
        report = await self._find_report(act, report_id=report_id)
        detail = self._unfit(report, about, act.at)
        if detail:
            raise Invalid([Fault(pointer="/report_id", code="unfit", detail=detail)])
        today = civil_date(act.at)
        said = judged(template.rules, report, today=today)
        reasons = await self._own_records.against(template, said, about=about, today=today)
        return Basis(
            report_id=report.id,
            number=report.number,
            issued_at=report.issued_at,
            canonical_sha256=report.canonical_sha256,
            sample=report.sample,
            reasons=tuple(reasons),
        )

    def _unfit(self, report: ReportFacts, about: str, now: datetime) -> str:
        if report.about != about:
            return "这份信用报告不是承诺人的，请为承诺人申请一份。"
        if not report.whole:
            return "请使用完整版信用报告，无违法违规证明版不能用于信用承诺。"
        if not report.valid:
            return "这份信用报告已失效，请重新申请一份。"
        if now - report.issued_at > self._fresh:
            hours = int(self._fresh.total_seconds() // 3600)
            return f"信用承诺须依据 {hours} 小时内出具的信用报告，请重新申请一份。"
        return ""

    async def _judged(
        self, act: Act, text: Template, subject: Subject, filled: Filled
    ) -> tuple[tuple[Answer, ...], Publicity, Basis]:
        if filled.text_hash != text.text_hash:
            raise NotAsRead(READ_AGAIN)
        faults: list[Fault] = []
        if filled.publicity not in text.publicities:
            names = "、".join(one.label for one in text.publicities)
            detail = f"《{text.title}》的公开方式只能是：{names}。"
            faults.append(Fault(pointer="/publicity", code="publicity", detail=detail))
        answers: tuple[Answer, ...] = ()
        basis = None
        try:
            answers = answered(text, filled.answers)
        except Invalid as invalid:
            faults.extend(invalid.faults)
        try:
            basis = await self.basis(
                act, template=text, report_id=filled.report_id, about=subject.about
            )
        except Invalid as invalid:
            faults.extend(invalid.faults)
        if faults or basis is None:
            raise Invalid(faults)
        return answers, filled.publicity, basis

    async def _drafted(self, act: Act, text: Template, subject: Subject, filled: Filled) -> Promise:
        answers, publicity, basis = await self._judged(act, text, subject, filled)
        return Promise(
            id=act.draw.id(),
            template=text.code,
            version=text.version,
            text_hash=text.text_hash,
            kind=text.kind,
            title=text.title,
            department=text.department.name,
            person_id=act.actor,
            subject_id=subject.id,
            principal_id=subject.principal_id,
            principal_person=subject.principal_person,
            about=subject.about,
            uscc=subject.uscc,
            category=category_of(subject),
            promisor=subject.name,
            identifier=subject.uscc or await self._id_number(subject),
            answers=answers,
            publicity=publicity,
            basis=basis,
            created_at=act.at,
            changed_at=act.at,
        )

    async def _subject(self, act: Act, subject_id: str) -> Subject:
        subject = await self._acting.require(
            person_id=act.actor, subject_id=subject_id, duty=Duty.PROMISE, now=act.at
        )
        if not subject.name:
            raise NotVerified
        return subject

    async def _id_number(self, subject: Subject) -> str:
        identity = (await self._people.get(subject.person_id)).identity
        if identity is None:
            raise NotVerified
        return identity.id_number


def _concerns(right: Subject, promise: Promise) -> bool:
    """Whether it is the very right the promise was made under, or that of its promisor."""
    if right.id == promise.subject_id:
        return True
    return right.role in OWN_RIGHT and right.about == promise.about


def category_of(subject: Subject) -> Category:
    """The promisor's category in the national template."""
    if subject.uscc is None:
        return "person"
    return "individual_business" if Uscc(subject.uscc).is_individual_business else "organisation"
