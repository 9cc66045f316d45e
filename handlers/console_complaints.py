"""Complaints in the console: handled by the office, with one word of the butler concerned."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.content_checks import Verdict
from domain.judging.complaint_moves import heard, heard_until
from domain.judging.complaints import ACTORS, OPEN, STATES, Complaint, State
from domain.live.streams import DESK, of_staff
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import PageQuery, Paragraphs
from handlers.pages import HTML

MAY = frozenset({403, 404, 409, 412})
Said = Annotated[Paragraphs, StringConstraints(max_length=500)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


UNCHECKED = "（文字内容待核验）"
CAUTIONS = {
    Verdict.PENDING: "尚未经微信内容安全检测，谨慎阅读",
    Verdict.REVIEW: "微信内容安全检测未能确定，谨慎阅读",
    Verdict.RISKY: "微信内容安全检测认为含有不宜内容，谨慎阅读",
}


class ComplaintsQuery(PageQuery):
    """In which state; without one the open ones, by when they are due."""

    state: Literal["", "opened", "taken", "upheld", "not_upheld", "withdrawn"] = Field(
        default="", title="状态"
    )


class HandlingForm(ConsoleForm):
    """One move of the office."""

    move: Literal["take", "give_back", "answer", "uphold", "dismiss"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    text: Said = Field(default="", title="内容")


class StatementForm(ConsoleForm):
    """The butler's word."""

    move: Literal["state"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    text: Said = Field(default="", title="回应")


class ConsoleComplaintsHandler(ConsoleHandler):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.HANDLE_COMPLAINTS,
        "Complaints by state, as a page; the open ones by when they are due",
        query=ComplaintsQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """Time left in words, beside each."""
        query, desk = self.query(ComplaintsQuery), self.house.judging.complaint_desk
        following = None
        if query.state:
            of = f"console-complaints:{query.state}"
            page = await desk.all([State(query.state)], ask=self.ask(query, of=of))
            found, following = list(page.items), self.next_cursor(page, of=of)
        else:
            found = list(await desk.due_first())
        self.page(
            HTTPStatus.OK,
            "console_complaints.html",
            live=True,
            streams=DESK,
            complaints=found,
            chosen=query.state,
            next=following,
            states=STATES,
            names=await self.house.judging.names_of([one.about for one in found]),
            now=self.now,
            in_words=in_words,
        )


class _ComplaintPage(ConsoleHandler):
    back = ("/console/performance", "返回服务评价")

    async def show_one(self, number: str, status: int, typed: Typed) -> None:
        """As it stands now: to the office, and to the butler concerned."""
        judging, me = self.house.judging, self.work.account
        complaint = await self._seen(number)
        await self.read_alerts()
        handles = me.may(Right.HANDLE_COMPLAINTS)
        checked, refused = await judging.complaint_desk.checked(complaint), ""
        if handles and complaint.is_open:
            refused = await judging.complaint_desk.may_handle(complaint, staff_id=me.id)
        self.page(
            status,
            "console_complaint.html",
            live=True,
            streams=DESK if handles else of_staff(me.id),
            complaint=complaint,
            typed=typed,
            handles=handles,
            words=_words(complaint, checked, handles=handles),
            rated=await judging.giving.behind(complaint, handles=handles),
            caution=CAUTIONS.get(checked, "") if handles else "",
            refused=refused,
            may_state=complaint.about == me.id and complaint.statement is None,
            heard=heard(complaint, terms=judging.terms, now=self.now),
            heard_until=heard_until(complaint, judging.terms),
            names=await judging.names_of([complaint.about, complaint.handler]),
            states=STATES,
            actors=ACTORS,
            open=complaint.state in OPEN,
            now=self.now,
            in_words=in_words,
        )

    async def _seen(self, number: str) -> Complaint:
        """A butler sees those about themself alone."""
        desk = self.house.judging.complaint_desk
        if self.work.account.may(Right.HANDLE_COMPLAINTS):
            return await desk.get(number)
        return await desk.about_me(number, staff_id=self.actor)


def _words(complaint: Complaint, checked: Verdict, *, handles: bool) -> str:
    """To whom they are about they are shown once they have passed; the office has to read them."""
    if not complaint.words:
        return "投诉人没有另外填写文字" if complaint.person_id else ""
    return complaint.words if handles or checked is Verdict.PASS else UNCHECKED


class ConsoleComplaintHandler(_ComplaintPage):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PERFORMANCE,
        "One complaint, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, complaint_number: str) -> None:
        """What it says, what happened, and what may be done now."""
        await self.show_one(complaint_number, HTTPStatus.OK, Typed())


class ComplaintHandlingHandler(_ComplaintPage):
    """The office's moves."""

    @endpoint(
        Audience.STAFF,
        Right.HANDLE_COMPLAINTS,
        "Take a complaint or give it back, answer it, uphold it or not",
        form=HandlingForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, complaint_number: str) -> None:
        """By nobody who took part in the ticket, and by no butler."""

        async def do() -> None:
            await self._move(complaint_number, self.read_form_of_mine(HandlingForm))
            self.lead(f"/console/complaints/{complaint_number}")

        await self.attempt(do, lambda status, typed: self.show_one(complaint_number, status, typed))

    async def _move(self, number: str, form: HandlingForm) -> None:
        desk, act, tag = self.house.judging.complaint_desk, self.act(), form.tag
        match form.move:
            case "take":
                await desk.take(act, number=number, tag=tag)
            case "give_back":
                reason = required("text", form.text, "理由")
                await desk.give_back(act, number=number, tag=tag, reason=reason)
            case "answer":
                text = required("text", form.text, "答复")
                await desk.answer(act, number=number, tag=tag, text=text)
            case "uphold" | "dismiss":
                reason = required("text", form.text, "理由")
                upheld = form.move == "uphold"
                await desk.decide(act, number=number, tag=tag, upheld=upheld, reason=reason)


class ComplaintStatementHandler(_ComplaintPage):
    """The butler's word."""

    @endpoint(
        Audience.STAFF,
        Right.ANSWER_TICKETS,
        "State one's own side of a complaint, once",
        form=StatementForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, complaint_number: str) -> None:
        """Before it is decided."""

        async def do() -> None:
            form = self.read_form_of_mine(StatementForm)
            text = required("text", form.text, "回应")
            desk = self.house.judging.complaint_desk
            await desk.state(self.act(), number=complaint_number, tag=form.tag, text=text)
            self.lead(f"/console/complaints/{complaint_number}")

        await self.attempt(do, lambda status, typed: self.show_one(complaint_number, status, typed))


ROUTES = [
    Route("/console/complaints", ConsoleComplaintsHandler),
    Route("/console/complaints/{complaint_number}", ConsoleComplaintHandler),
    Route("/console/complaints/{complaint_number}/handling", ComplaintHandlingHandler),
    Route("/console/complaints/{complaint_number}/statement", ComplaintStatementHandler),
]
