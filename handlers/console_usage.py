"""Usage records in the console: reported by the power company's clerk, decided by somebody else."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StringConstraints

from domain.contributions import STATES as CONTRIBUTED
from domain.errors import Fault, Invalid
from domain.identifiers import mask_identity_number, mask_name
from domain.staff.roles import Right
from domain.time import civil_date, date_in_words, in_words, left_in_words
from domain.usage_records.records import STATES, State, UsageRecord
from domain.usage_records.reports import KINDS, Kind, Paper, Report, Whose, faults_of, normal
from handlers.console import ConsoleForm, ConsoleHandler, Typed, all_required, required
from handlers.console_promises import Said
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery
from handlers.pages import HTML

Value = TypeVar("Value")

MAY = frozenset({403, 404, 409, 412})
DayText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Line = Annotated[OneLine, StringConstraints(max_length=200)]
StateName = Literal[
    "",
    "watched",
    "to_serve",
    "noticed",
    "objected",
    "dismissed",
    "proposed",
    "entered",
    "revoking",
    "closed",
    "revoked",
]
KindName = Literal["arrears", "theft", "breach_of_use"]
FEN = Decimal("0.01")
LEFT = "已注销用户"


class UsageStateQuery(PageQuery):
    """In which state."""

    state: StateName = Field(default="", title="状态")


class ReportForm(ConsoleForm):
    """What the power company reports; dates and the amount as they were typed."""

    move: Literal["report"] = Field(title="办理")
    kind: KindName = Field(title="事项")
    reference: Line = Field(default="", title="案件或工单编号")
    name: Line = Field(default="", title="名称或姓名")
    uscc: Line = Field(default="", title="统一社会信用代码")
    id_number: Line = Field(default="", title="身份证件号码")
    account: Line = Field(default="", title="户号")
    paper_issuer: Line = Field(default="", title="出具单位")
    paper_number: Line = Field(default="", title="文书编号")
    paper_on: DayText = Field(default="", title="文书日期")
    amount: DayText = Field(default="", title="金额（元）")
    bill_due_on: DayText = Field(default="", title="缴纳期限")
    found: Said = Field(default="", title="查明情况")
    excuse: Said = Field(default="", title="正当理由")
    paid_on: DayText = Field(default="", title="缴清日期")

    def report(self, today: date) -> Report:
        """As the domain takes it.

        Raises:
            Invalid: every faulty field is named, what cannot be read with what breaks a rule.
        """
        faults: list[Fault] = []
        paper_on = _read(_day, self.paper_on, "paper_on", "文书日期", faults)
        report = Report(
            reference=self.reference,
            kind=Kind(self.kind),
            whose=Whose(name=self.name, uscc=self.uscc, id_number=self.id_number),
            account=self.account,
            paper=Paper(issuer=self.paper_issuer, number=self.paper_number, on=paper_on),
            amount=_read(_fen, self.amount, "amount", "金额（元）", faults),
            bill_due_on=_read(_day, self.bill_due_on, "bill_due_on", "缴纳期限", faults),
            found=self.found,
            excuse=self.excuse,
            paid_on=_read(_day, self.paid_on, "paid_on", "缴清日期", faults),
        )
        unread = {fault.pointer for fault in faults}
        others = faults_of(normal(report, today=today), today=today)
        faults += [fault for fault in others if fault.pointer not in unread]
        if faults:
            raise Invalid(faults)
        return report


class SupplyForm(ConsoleForm):
    """One move of the power company."""

    move: Literal["pay", "justify", "withdraw", "serve", "propose", "say_wrong"] = Field(
        title="办理"
    )
    tag: str = Field(min_length=1, max_length=40, title="版本")
    on: DayText = Field(default="", title="日期")
    proof: Line = Field(default="", title="送达文书编号")
    reason: Said = Field(default="", title="理由")

    def day(self) -> date:
        """The day that this move needs; raises Invalid."""
        faults: list[Fault] = []
        day = _read(_day, required("on", self.on, "日期"), "on", "日期", faults)
        if day is None:
            raise Invalid(faults)
        return day


class UsageReviewForm(ConsoleForm):
    """One decision of the checker."""

    move: Literal["enter", "return", "uphold", "dismiss", "revoke", "keep", "say_wrong"] = Field(
        title="决定"
    )
    tag: str = Field(min_length=1, max_length=40, title="版本")
    reason: Said = Field(default="", title="理由")


class ConsoleUsageRecordsHandler(ConsoleHandler):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_USAGE,
        "Usage records by state, as a page",
        query=UsageStateQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """What changed last first."""
        query = self.query(UsageStateQuery)
        states = [State(query.state)] if query.state else list(State)
        of = f"console-usage:{query.state}"
        page = await self.house.usage_desk.all(states, ask=self.ask(query, of=of))
        self.page(
            HTTPStatus.OK,
            "console_usage_records.html",
            records=page.items,
            states=STATES,
            chosen=query.state,
            next=self.next_cursor(page, of=of),
            name_of=name_of,
            in_words=in_words,
        )


class ConsoleUsageReportHandler(ConsoleHandler):
    """Reporting by hand."""

    back = ("/console/usage-records", "返回用电信用记录")

    @endpoint(
        Audience.STAFF,
        Right.REPORT_USAGE,
        "The form for a report of the power company, as a page",
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Empty."""
        await self.show_form(HTTPStatus.OK, Typed())

    @endpoint(
        Audience.STAFF,
        Right.REPORT_USAGE,
        "Report arrears, theft or breach of use",
        form=ReportForm,
        answers={303: HTML},
        refusals=frozenset({403, 409}),
    )
    async def post(self) -> None:
        """The same report under the same reference is taken once."""

        async def do() -> None:
            form = self.read_form_of_mine(ReportForm)
            report = form.report(civil_date(self.now))
            record = await self.house.usage_desk.report(self.act(), report=report)
            self.lead(f"/console/usage-records/{record.report.reference}")

        await self.attempt(do, self.show_form)

    async def show_form(self, status: int, typed: Typed) -> None:
        """With what was typed."""
        self.page(status, "console_usage_report.html", typed=typed, kinds=KINDS)


class _UsagePage(ConsoleHandler):
    back = ("/console/usage-records", "返回用电信用记录")

    async def show_one(self, reference: str, status: int, typed: Typed) -> None:
        """The record as it stands now."""
        record = await self.house.usage_desk.get(reference)
        self.page(
            status,
            "console_usage_record.html",
            record=record,
            shown=self.house.usage_records.show(record, self.now),
            contribution=await self.house.contributions.of(record.id),
            contributed=CONTRIBUTED,
            typed=typed,
            name=name_of(record),
            number=number_of(record),
            states=STATES,
            today=civil_date(self.now),
            left=left_in_words,
            in_words=in_words,
            day=date_in_words,
        )


class ConsoleUsageRecordHandler(_UsagePage):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_USAGE,
        "One usage record, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, reference: str) -> None:
        """What was reported, what happened since, and what may be done now."""
        await self.show_one(reference, HTTPStatus.OK, Typed())


class UsageSupplyHandler(_UsagePage):
    """The power company's moves."""

    @endpoint(
        Audience.STAFF,
        Right.REPORT_USAGE,
        "Note that arrears are paid or justified, take a report back, prove a notice on paper, or "
        "propose an entry or its revocation",
        form=SupplyForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, reference: str) -> None:
        """Told to whom it is about, once they know of it."""

        async def do() -> None:
            await self._move(reference, self.read_form_of_mine(SupplyForm))
            self.lead(f"/console/usage-records/{reference}")

        await self.attempt(do, lambda status, typed: self.show_one(reference, status, typed))

    async def _move(self, reference: str, form: SupplyForm) -> None:
        desk, act, tag = self.house.usage_desk, self.act(), form.tag
        match form.move:
            case "pay":
                await desk.pay(act, reference=reference, tag=tag, on=form.day())
            case "justify":
                excuse = required("reason", form.reason, "正当理由")
                await desk.justify(act, reference=reference, tag=tag, excuse=excuse)
            case "withdraw":
                reason = required("reason", form.reason, "理由")
                await desk.withdraw(act, reference=reference, tag=tag, reason=reason)
            case "serve":
                all_required({"proof": (form.proof, "送达文书编号"), "on": (form.on, "送达日期")})
                await desk.serve(act, reference=reference, tag=tag, proof=form.proof, on=form.day())
            case "propose":
                await desk.propose(act, reference=reference, tag=tag)
            case "say_wrong":
                reason = required("reason", form.reason, "理由")
                await desk.propose_revocation(act, reference=reference, tag=tag, reason=reason)


class UsageReviewHandler(_UsagePage):
    """The checker's decisions."""

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_USAGE,
        "Enter or return what was proposed, decide an objection, revoke or keep an entry",
        form=UsageReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, reference: str) -> None:
        """Never by who proposed it."""

        async def do() -> None:
            await self._decide(reference, self.read_form_of_mine(UsageReviewForm))
            self.lead(f"/console/usage-records/{reference}")

        await self.attempt(do, lambda status, typed: self.show_one(reference, status, typed))

    async def _decide(self, reference: str, form: UsageReviewForm) -> None:
        desk, act, tag = self.house.usage_desk, self.act(), form.tag
        if form.move == "enter":
            await desk.enter(act, reference=reference, tag=tag)
            return
        if form.move == "revoke":
            await desk.revoke(act, reference=reference, tag=tag)
            return
        reason = required("reason", form.reason, "理由")
        match form.move:
            case "return":
                await desk.give_back(act, reference=reference, tag=tag, reason=reason)
            case "keep":
                await desk.keep(act, reference=reference, tag=tag, reason=reason)
            case "say_wrong":
                await desk.propose_revocation(act, reference=reference, tag=tag, reason=reason)
            case "uphold" | "dismiss":
                upheld = form.move == "uphold"
                await desk.decide(act, reference=reference, tag=tag, upheld=upheld, answer=reason)


class UsageContributionHandler(_UsagePage):
    """Telling the municipal platform again."""

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Contribute a usage record again that the municipal platform refused for good",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, reference: str) -> None:
        """As it stands now."""

        async def do() -> None:
            self.read_form_of_mine(ConsoleForm)
            record = await self.house.usage_desk.get(reference)
            await self.house.contributions.again(self.act(), thing_id=record.id)
            self.lead(f"/console/usage-records/{reference}")

        await self.attempt(do, lambda status, typed: self.show_one(reference, status, typed))


def name_of(record: UsageRecord) -> str:
    """Whose it is as staff see it: a natural person masked, and one who has left not at all."""
    whose = record.report.whose
    if record.holder:
        return LEFT
    return whose.name if whose.uscc else mask_name(whose.name)


def number_of(record: UsageRecord) -> str:
    """The uscc, or the ID number masked."""
    whose = record.report.whose
    if record.holder:
        return "姓名和证件号码已封存"
    return whose.uscc or mask_identity_number(whose.id_number)


def _read(
    parse: Callable[[str], Value], text: str, field: str, label: str, faults: list[Fault]
) -> Value | None:
    """What was typed, or None if nothing was; what cannot be read is a fault."""
    if not text:
        return None
    try:
        return parse(text)
    except (ValueError, InvalidOperation):
        faults.append(Fault(pointer=f"/{field}", code=field, detail=f"“{label}”格式不正确。"))
        return None


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _fen(text: str) -> int:
    """Yuan with at most two decimals, in fen."""
    yuan = Decimal(text)
    if not yuan.is_finite() or yuan != yuan.quantize(FEN):
        raise ValueError(text)
    return int(yuan / FEN)


ROUTES = [
    Route("/console/usage-records", ConsoleUsageRecordsHandler),
    Route("/console/usage-reports", ConsoleUsageReportHandler),
    Route("/console/usage-records/{reference}", ConsoleUsageRecordHandler),
    Route("/console/usage-records/{reference}/supply", UsageSupplyHandler),
    Route("/console/usage-records/{reference}/review", UsageReviewHandler),
    Route("/console/usage-records/{reference}/contribution", UsageContributionHandler),
]
