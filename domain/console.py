"""The first page of the console: what awaits my decision, and the truth about the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.counter.clerks import Clerks
from domain.staff.accounts import StaffAccount, StaffState
from domain.staff.roles import Right
from domain.staff.service import Staff
from domain.time import day_ends, left_in_words
from domain.workdays import Calendar

HORIZON_DAYS = 45
# A department is reminded as early as the promisor.
DUE_SOON = 7
# Where what was found has a page, and who may open it.
PAGES: Mapping[str, tuple[str, Right]] = {
    "promises": ("/console/promises/", Right.FOLLOW_PROMISES),
    "electricity_applications": ("/console/electricity/", Right.FOLLOW_ELECTRICITY),
    "counter_cases": ("/console/counter/", Right.FOLLOW_COUNTER),
    "usage_records": ("/console/usage-records/", Right.FOLLOW_USAGE),
    "complaints": ("/console/complaints/", Right.HANDLE_COMPLAINTS),
    "tickets": ("/console/tickets/", Right.WORK_ON_TICKETS),
    "lecture_certificates": ("/console/lectures/", Right.READ_LECTURES),
}
# Found by none but who may open its page: what somebody learned is nobody else's work.
ONLY_OPENED = frozenset({"lecture_certificates"})


@dataclass(frozen=True, kw_only=True)
class Truth:
    """How many messages of a week were not delivered, jobs put aside, stamps still to be had.

    ``closed`` are the titles of the services that are closed. Of the tickets of 30 days
    ``in_time`` kept the promise of 24 hours each time, and of ``known`` it is known.
    """

    undelivered: int
    handovers: int
    stuck: int
    stamps: int
    closed: tuple[str, ...]
    in_time: int = 0
    known: int = 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something with the number that was looked for; its page is of ``of``, or of its number."""

    kind: str
    title: str
    number: str
    state: str
    of: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class Awaiting:
    """Something that waits for somebody's decision; ``due`` orders the list, if there is one."""

    title: str
    text: str
    link: str
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The first page."""

    awaiting: Sequence[Awaiting]
    truth: Truth
    horizon: date
    horizon_near: bool


@dataclass(frozen=True, kw_only=True)
class DuePromise:
    """A promise in which somebody has to act by a day; ``checkers``: not who proposed it."""

    code: str
    title: str
    due: date
    since: datetime
    checkers: bool = False


@dataclass(frozen=True, kw_only=True)
class UsageMatter:
    """A usage record that somebody has to go on with; ``due`` is the last day, if there is one."""

    reference: str
    text: str
    since: datetime
    due: date | None


@dataclass(frozen=True, kw_only=True)
class WaitingApplication:
    """An application for electricity in which the supplier has to act by ``due``.

    Or, until then, a paper has to follow: ``follows`` is the first such day, if there is one.
    """

    number: str
    text: str
    since: datetime
    due: date
    follows: date | None


@dataclass(frozen=True, kw_only=True)
class WaitingText:
    """A version of a text that waits for somebody."""

    id: str
    title: str
    version: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class GridMatter:
    """What the power company's system and ours could not settle: a delivery, or an event."""

    link: str
    number: str
    text: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something of another room that waits for somebody; ``due`` is an instant, if any."""

    link: str
    title: str
    text: str
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Uncontributed:
    """What the municipal platform refused for good."""

    link: str
    number: str
    since: datetime


class TruthBook(Protocol):
    """Counts and numbers."""

    async def tell(self, *, now: datetime) -> Truth:
        """As of now."""

    async def find(self, number: str) -> list[Found]:
        """Whatever has this number."""

    async def due(self, *, until: date) -> list[DuePromise]:
        """Promises whose promisors have to act by this day, earliest first, at most 100."""

    async def grid(self) -> list[GridMatter]:
        """Deliveries refused and events kept, earliest first, at most 100 of each."""

    async def uncontributed(self) -> list[Uncontributed]:
        """What the municipal platform refused for good, earliest first, at most 100."""

    async def to_decide(self) -> list[DuePromise]:
        """Promises in which the office has something to decide, earliest first, at most 100."""

    async def electricity(self, *, until: date | None, soon: date) -> list[WaitingApplication]:
        """Where the supplier acts by this day, earliest first, at most 100.

        Also those given back to the applicant where a paper has to follow: by ``until``, or where
        that is open, by ``soon``.
        """

    async def usage_to_review(self) -> list[UsageMatter]:
        """Usage records with an objection, an entry or a revocation to decide, at most 100."""

    async def usage_to_go_on(self, *, today: date) -> list[UsageMatter]:
        """Those to be told on paper, or that may be proposed by now, at most 100."""

    async def texts_to_review(self, *, staff_id: str) -> list[WaitingText]:
        """Versions of texts in review that somebody else wrote, at most 100."""

    async def texts_returned(self, *, staff_id: str) -> list[WaitingText]:
        """Versions of texts that this person wrote and a reviewer handed back, at most 100."""

    async def judging(self, me: StaffAccount) -> list[Matter]:
        """Complaints and judgements that wait for this person, at most 100 of each."""

    async def lectures(self, me: StaffAccount) -> list[Matter]:
        """Versions and questions of lectures that wait for this person, at most 100 of each."""


class Console:
    """What somebody sees who comes to work."""

    def __init__(
        self, *, staff: Staff, truth: TruthBook, calendar: Calendar, clerks: Clerks
    ) -> None:
        self._staff = staff
        self._truth = truth
        self._calendar = calendar
        self._clerks = clerks

    async def desk(self, me: StaffAccount, *, now: datetime, today: date) -> Desk:
        """What awaits this person's decision, earliest deadline first, and the truth."""
        horizon = self._calendar.horizon
        return Desk(
            awaiting=await self._awaiting(me, today),
            truth=await self._truth.tell(now=now),
            horizon=horizon,
            horizon_near=(horizon - today).days < HORIZON_DAYS,
        )

    async def find(self, me: StaffAccount, number: str) -> Sequence[Found]:
        """Whatever has this number, without anything of anybody; a link for who may open it."""
        return [
            replace(one, link=f"{page}{one.of or one.number}") if opens else one
            for one in await self._truth.find(number)
            for page, right in [PAGES.get(one.kind, ("", None))]
            for opens in [right is not None and me.may(right)]
            if opens or one.kind not in ONLY_OPENED
        ]

    async def _awaiting(self, me: StaffAccount, today: date) -> Sequence[Awaiting]:
        found: list[Awaiting] = []
        if me.may(Right.APPROVE_STAFF):
            found += await self._proposed(me)
        if me.may(Right.PROPOSE_STAFF):
            found += await self._to_invite()
        if me.may(Right.FOLLOW_PROMISES):
            found += await self._due(today)
        if me.may(Right.REVIEW_PROMISES) or me.may(Right.SUPERVISE_PROMISES):
            found += await self._to_decide(me, today)
        if me.may(Right.FOLLOW_ELECTRICITY):
            found += await self._electricity(me, today)
        if me.may(Right.MANAGE_DELIVERIES):
            found += [_grid(one) for one in await self._truth.grid()]
            found += [_uncontributed(one) for one in await self._truth.uncontributed()]
        if me.may(Right.REVIEW_USAGE):
            found += _usage("复核用电信用记录", await self._truth.usage_to_review())
        if me.may(Right.REPORT_USAGE):
            found += _usage("办理用电信用记录", await self._truth.usage_to_go_on(today=today))
        if me.may(Right.RELEASE_AT_COUNTER):
            found += await self._to_release(me)
        found += await self._texts(me)
        found += [_matter(one) for one in await self._truth.judging(me)]
        found += [_matter(one) for one in await self._truth.lectures(me)]
        return sorted(found, key=lambda one: (one.due or one.since, one.since))

    async def _texts(self, me: StaffAccount) -> list[Awaiting]:
        found: list[Awaiting] = []
        if me.may(Right.REVIEW_TEXTS):
            texts = await self._truth.texts_to_review(staff_id=me.id)
            found += [_text("审核承诺书文本", one) for one in texts]
        if me.may(Right.EDIT_TEXTS):
            texts = await self._truth.texts_returned(staff_id=me.id)
            found += [_text("修改退回的承诺书文本", one) for one in texts]
        return found

    async def _due(self, today: date) -> list[Awaiting]:
        promises = await self._truth.due(until=today + timedelta(days=DUE_SOON))
        return [
            Awaiting(
                title=f"核查承诺 {one.code}",
                text=f"{one.title}，{left_in_words(one.due, today)}",
                link=f"/console/promises/{one.code}",
                since=one.since,
                due=day_ends(one.due),
            )
            for one in promises
        ]

    async def _electricity(self, me: StaffAccount, today: date) -> list[Awaiting]:
        """The supplier's clerk acts on all of them; others see what is overdue."""
        acts = me.may(Right.HANDLE_ELECTRICITY)
        until = None if acts else today - timedelta(days=1)
        soon = today + timedelta(days=DUE_SOON)
        return [
            Awaiting(
                title=f"{'办理' if acts else '督促'}用电申请 {one.number}",
                text=f"{one.text}，{_left(one, today)}",
                link=f"/console/electricity/{one.number}",
                since=one.since,
                due=day_ends(one.due),
            )
            for one in await self._truth.electricity(until=until, soon=soon)
        ]

    async def _to_decide(self, me: StaffAccount, today: date) -> list[Awaiting]:
        return [
            Awaiting(
                title=f"{'复核承诺' if one.checkers else '核对补交'} {one.code}",
                text=f"{one.title}，{left_in_words(one.due, today)}",
                link=f"/console/promises/{one.code}",
                since=one.since,
                due=day_ends(one.due),
            )
            for one in await self._truth.to_decide()
            if me.may(Right.REVIEW_PROMISES if one.checkers else Right.SUPERVISE_PROMISES)
        ]

    async def _to_release(self, me: StaffAccount) -> list[Awaiting]:
        return [
            Awaiting(
                title=f"复核窗口业务 {case.number}",
                text=case.kind.label,
                link=f"/console/counter/{case.number}",
                since=case.confirmation.at,
                due=case.confirmation.until,
            )
            for case in await self._clerks.to_release(staff_id=me.id)
            if case.confirmation
        ]

    async def _proposed(self, me: StaffAccount) -> list[Awaiting]:
        return [
            Awaiting(
                title=f"批准账号 {account.login}",
                text="、".join(role.label for role in account.roles),
                link="/console/staff",
                since=account.proposed_at,
            )
            for account in await self._staff.all()
            if account.state is StaffState.PROPOSED and account.proposed_by != me.id
        ]

    async def _to_invite(self) -> list[Awaiting]:
        """Granted, and without the address by which their person sets them up."""
        return [
            Awaiting(
                title=f"生成启用链接 {account.login}",
                text="已批准，等待交给本人",
                link="/console/staff",
                since=account.proposed_at,
            )
            for account in await self._staff.all()
            if account.state is StaffState.INVITED
            and account.release_hash is not None
            and account.invitation_hash is None
        ]


def _left(one: WaitingApplication, today: date) -> str:
    """How long there is, for the step or for a paper that is to follow before."""
    what = "容缺材料待补交，" if one.follows == one.due else ""
    return f"{what}{left_in_words(one.due, today)}"


def _usage(what: str, matters: Sequence[UsageMatter]) -> list[Awaiting]:
    return [
        Awaiting(
            title=f"{what} {one.reference}",
            text=one.text,
            link=f"/console/usage-records/{one.reference}",
            since=one.since,
            due=day_ends(one.due) if one.due else None,
        )
        for one in matters
    ]


def _text(title: str, waiting: WaitingText) -> Awaiting:
    return Awaiting(
        title=f"{title} {waiting.version}",
        text=waiting.title,
        link=f"/console/text-versions/{waiting.id}",
        since=waiting.since,
    )


def _grid(one: GridMatter) -> Awaiting:
    return Awaiting(
        title=f"处理用电申请 {one.number}", text=one.text, link=one.link, since=one.since
    )


def _matter(one: Matter) -> Awaiting:
    return Awaiting(title=one.title, text=one.text, link=one.link, since=one.since, due=one.due)


def _uncontributed(one: Uncontributed) -> Awaiting:
    return Awaiting(
        title=f"处理报送 {one.number}", text="市平台未接收", link=one.link, since=one.since
    )
