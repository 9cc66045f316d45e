"""The parts of applications for electricity, joined: the supplier's side, and the applicant's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from adapters.documents.canonical import sha256_hex
from adapters.media.inspecting import Inspector, Limits
from adapters.mongo.electricity import MongoElectricity
from adapters.mongo.grid import MongoGridCases
from adapters.mongo.grid_deliveries import MongoGridDeliveries
from adapters.mongo.outbox import Claimed
from domain.consent import Consents
from domain.electricity.applications import Against, Channel, State
from domain.electricity.applying import AGREEMENT, Applying
from domain.electricity.continuing import Continuing
from domain.electricity.guide import Guide
from domain.electricity.keeping import Keeping
from domain.electricity.leaving import Leaving
from domain.electricity.materials import Materials
from domain.electricity.outlook import Outlook
from domain.electricity.owning import Acting, Owning
from domain.electricity.promised import Given, Promised, promise_answers
from domain.electricity.reminding import REMIND, Reminding
from domain.electricity.staff_view import ReportNumber, StaffView, due_day
from domain.electricity.supply import Desk
from domain.electricity.supplying import Supplying
from domain.electricity.telling import Telling
from domain.electricity.ways import require
from domain.grid.handing_over import HandingOver
from domain.notices import Notices
from domain.promises.drafting import Drafts
from domain.promises.eligibility import Reason
from domain.promises.in_force import TextsInForce
from domain.promises.promises import Promise
from domain.promises.shown import Filled, Shown
from domain.promises.templates import Publicity
from domain.subjects.subjects import Actors
from domain.transactions import Act, Again, Unit
from domain.usage_records.standing import Standing
from server.ground import Ground
from server.jobs import Topic


class ElectricityParts:
    """What stands without promises: the store, the supplier's side, what becomes of a matter."""

    def __init__(self, ground: Ground, *, notices: Notices, report_number: ReportNumber) -> None:
        terms, calendar = ground.content.electricity.terms, ground.content.calendar
        self.store = store = _store(ground)
        telling = Telling(notices.tell)
        self.handing_over = _handing_over(ground)
        self.desk = desk = Desk(
            calendar=calendar, papers=terms.papers, return_days=terms.return_days
        )
        self.keeping = Keeping(store=store, telling=telling, deliver=self.handing_over)
        self.supplying = Supplying(store=store, desk=desk, telling=telling)
        self.staff_view = StaffView(
            store=store,
            terms=terms,
            calendar=calendar,
            supplying=self.supplying,
            report_number=report_number,
        )
        self.guide = Guide(terms)
        self.outlook = Outlook(terms=terms, calendar=calendar)
        self.matters = _Matters(
            Promised(store=store, keeping=self.keeping, terms=terms, calendar=calendar)
        )
        self.leaving = Leaving(store=store, deliver=self.handing_over)
        self._reminding = Reminding(store=store, keeping=self.keeping, terms=terms)

    @property
    def topics(self) -> Mapping[str, Topic]:
        """What a worker does with each message."""
        return {REMIND: self._remind}

    async def _remind(self, act: Act, claimed: Claimed) -> Again | None:
        return await self._reminding.work(act, application_id=claimed.object_id)


class ApplyingParts:
    """The applicant's side, which rests on promises."""

    def __init__(
        self,
        ground: Ground,
        electricity: ElectricityParts,
        *,
        acting: Acting,
        people: Actors,
        drafts: Drafts,
        texts: TextsInForce,
        usage: Standing,
        consents: Consents,
    ) -> None:
        content = ground.content.electricity
        terms, store, keeping = content.terms, electricity.store, electricity.keeping
        owning = Owning(store=store, acting=acting)
        files = terms.files
        self.inspector = Inspector(Limits(pixels=files.most_pixels, pages=files.most_pages))
        self.promise = _PromiseFor(owning=owning, drafts=drafts, template=content.promise)
        self.applying = Applying(
            store=store,
            owning=owning,
            keeping=keeping,
            acting=acting,
            people=people,
            judge=_Judge(drafts=drafts, texts=texts, template=content.promise),
            good_user=_GoodUser(usage),
            require_consent=partial(consents.require, agreement=AGREEMENT),
            terms=terms,
            calendar=ground.content.calendar,
        )
        self.continuing = Continuing(owning=owning, keeping=keeping, terms=terms)
        self.materials = _materials(ground, electricity, owning, self.inspector)


def _materials(
    ground: Ground, electricity: ElectricityParts, owning: Owning, inspector: Inspector
) -> Materials:
    return Materials(
        store=electricity.store,
        owning=owning,
        keeping=electricity.keeping,
        inspect=inspector,
        digest=sha256_hex,
        terms=ground.content.electricity.terms,
    )


def _store(ground: Ground) -> MongoElectricity:
    terms = ground.content.electricity.terms
    return MongoElectricity(
        ground.database,
        drafts_last=timedelta(days=terms.draft_days),
        due_day=partial(due_day, terms=terms, calendar=ground.content.calendar),
    )


@dataclass(frozen=True)
class _GoodUser:
    """Records of usage, narrowed."""

    usage: Standing

    async def __call__(self, *, about: str, today: date) -> bool:
        good, _ = await self.usage.good_user(about, today=today)
        return good


@dataclass(frozen=True)
class _Matters:
    """What promises are given for: applications for electricity."""

    promised: Promised

    async def moved(self, unit: Unit, act: Act, promise: Promise) -> None:
        given = Given(
            id=promise.id,
            matter_id=promise.matter_id,
            state=promise.state.value,
            code=promise.signature.code if promise.signature else "",
            report_id=promise.basis.report_id,
            answers={answer.code: answer.value for answer in promise.answers},
        )
        await self.promised.moved(unit, act, given)


@dataclass(frozen=True, kw_only=True)
class _Judge:
    """The rules of the promise, judged against a report."""

    drafts: Drafts
    texts: TextsInForce
    template: str

    async def __call__(self, act: Act, *, report_id: str, about: str) -> Sequence[Against]:
        text = await self.texts.get(self.template, now=act.at)
        basis = await self.drafts.basis(act, template=text, report_id=report_id, about=about)
        return tuple(_against(reason) for reason in basis.reasons)


def _against(reason: Reason) -> Against:
    return Against(
        code=reason.code,
        sentence=reason.sentence,
        report_id=reason.report_id,
        record_id=reason.record_id,
        section=reason.under,
        keeper=reason.keeper,
        advice=reason.advice,
    )


@dataclass(frozen=True, kw_only=True)
class _PromiseFor:
    """Drafts the promise with what the application says."""

    owning: Owning
    drafts: Drafts
    template: str

    async def __call__(
        self, act: Act, *, application_id: str, text_hash: str, publicity: Publicity
    ) -> Shown:
        application = await self.owning.of_act(act, application_id)
        require(application, State.REPORT_OK)
        return await self.drafts.begin(
            act,
            template=self.template,
            subject_id=application.subject_id,
            filled=Filled(
                text_hash=text_hash,
                report_id=application.report_id,
                answers=promise_answers(application),
                publicity=publicity,
            ),
            matter_id=application.id,
        )


def _handing_over(ground: Ground) -> HandingOver:
    """What applications tell the power company's system; it goes there only if there is one."""
    database = ground.database
    businesses = ground.content.electricity.terms.businesses
    return HandingOver(
        cases=MongoGridCases(database),
        deliveries=MongoGridDeliveries(database),
        grid_codes={code: one.grid_code for code, one in businesses.items()},
        channel=Channel.DESK if ground.outside.grid is None else Channel.PARTNER,
    )
