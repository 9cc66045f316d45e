"""Promises in the console: who promised what, whether it is kept, and what is decided about it."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from domain.contributions import STATES as CONTRIBUTED
from domain.errors import Fault, Invalid
from domain.identifiers import BadIdentifier, mask_name, parse_uscc
from domain.promises import standing
from domain.promises.promises import STATES, Promise, State
from domain.promises.supervising import SUPERVISED, Finding
from domain.promises.supervision import ANSWERS, DEGREES, Degree, Finder
from domain.promises.templates import CATEGORIES
from domain.staff.roles import Right
from domain.time import civil_date, date_in_words, in_words, left_in_words
from handlers.console import ConsoleForm, ConsoleHandler, Typed, all_required, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery
from handlers.pages import HTML
from handlers.staff_looks import ground_of

MAY = frozenset({403, 404, 409, 412})
StateName = Literal["", "signed", "ordered", "proposed", "broken", "objected", "kept", "withdrawn"]


def _in_one_line(value: object) -> object:
    """What was typed over several lines is one."""
    return " ".join(value.split()) if isinstance(value, str) else value


Said = Annotated[OneLine, StringConstraints(max_length=500), BeforeValidator(_in_one_line)]
LongSaid = Annotated[OneLine, StringConstraints(max_length=4000), BeforeValidator(_in_one_line)]
UnitName = Annotated[OneLine, StringConstraints(max_length=200)]


class StateQuery(PageQuery):
    """In which state."""

    state: StateName = Field(default="", title="状态")


class SupervisionForm(ConsoleForm):
    """One move of the office."""

    move: Literal["order", "correct", "keep", "take", "hand_back", "propose"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    what: Said = Field(default="", title="需改正的内容")
    days: int = Field(default=10, ge=1, le=60, strict=False, title="改正期限（工作日）")
    degree: Literal["partly", "not_at_all"] = Field(default="not_at_all", title="履行状态")
    unperformed: LongSaid = Field(default="", title="未履行内容")
    consequence: LongSaid = Field(default="", title="违诺责任追究内容")
    finder: UnitName = Field(default="", title="认定单位")
    finder_code: OneLine = Field(default="", max_length=64, title="认定单位代码")
    reason: Said = Field(default="", title="退回理由")

    def found_by(self) -> Finder:
        """Who finds; raises Invalid."""
        all_required(self._finder())
        try:
            return Finder(name=self.finder, uscc=str(parse_uscc(self.finder_code)))
        except BadIdentifier as bad:
            fault = Fault(pointer="/finder_code", code=bad.code, detail=bad.detail)
            raise Invalid([fault]) from bad

    def finding(self) -> Finding:
        """Everything that the national template asks for; raises Invalid."""
        said = {
            "unperformed": (self.unperformed, "未履行内容"),
            "consequence": (self.consequence, "违诺责任追究内容"),
        }
        all_required({**said, **self._finder()})
        return Finding(
            degree=Degree(self.degree),
            unperformed=self.unperformed,
            consequence=self.consequence,
            finder=self.found_by(),
        )

    def _finder(self) -> dict[str, tuple[str, str]]:
        return {
            "finder": (self.finder, "认定单位"),
            "finder_code": (self.finder_code, "认定单位代码"),
        }


class ReviewForm(ConsoleForm):
    """One decision of the checker."""

    move: Literal["confirm", "return", "uphold", "dismiss"] = Field(title="决定")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    reason: Said = Field(default="", title="理由")


class ConsolePromisesHandler(ConsoleHandler):
    """All of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PROMISES,
        "Signed promises by state, as a page",
        query=StateQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """What changed last first, each with the day by which its promisor has to act."""
        query = self.query(StateQuery)
        states = [State(query.state)] if query.state else SUPERVISED
        of = f"console-promises:{query.state}"
        page = await self.house.supervising.all(states, ask=self.ask(query, of=of))
        self.page(
            HTTPStatus.OK,
            "console_promises.html",
            promises=page.items,
            name_of=name_of,
            states=STATES,
            shown=[state for state in State if state is not State.DRAFT],
            chosen=query.state,
            next=self.next_cursor(page, of=of),
            today=civil_date(self.now),
            standing=standing,
            left=left_in_words,
            in_words=in_words,
            day=date_in_words,
        )


class DecisionsHandler(ConsoleHandler):
    """What the office has to decide."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PROMISES,
        "Findings to be confirmed, objections to be decided, what was handed in, as a page",
        query=PageQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """The earliest deadline first."""
        query, of = self.query(PageQuery), "console-decisions"
        page = await self.house.supervising.to_decide(ask=self.ask(query, of=of))
        self.page(
            HTTPStatus.OK,
            "console_decisions.html",
            promises=page.items,
            name_of=name_of,
            decision_of=standing.decision_of,
            next=self.next_cursor(page, of=of),
            today=civil_date(self.now),
            left=left_in_words,
            day=date_in_words,
        )


class _PromisePage(ConsoleHandler):
    back = ("/console/promises", "返回承诺列表")

    async def show_one(self, code: str, status: int, typed: Typed) -> None:
        """The promise as it stands now."""
        promise = await self.house.supervising.get(code)
        self.page(
            status,
            "console_promise.html",
            promise=promise,
            usual=await self.house.supervising.usual(promise, now=self.now),
            contribution=await self.house.contributions.of(promise.id),
            contributed=CONTRIBUTED,
            happened=await self.house.evidences.happened(promise),
            typed=typed,
            name=name_of(promise),
            masked=self.house.promise_cases.masked(promise),
            ground=await ground_of(self, kind="promise", number=code),
            categories=CATEGORIES,
            states=STATES,
            degrees=DEGREES,
            answers=ANSWERS,
            standing=standing,
            today=civil_date(self.now),
            left=left_in_words,
            in_words=in_words,
            day=date_in_words,
        )

    def done(self, code: str) -> None:
        """Back to what was decided about."""
        self.lead(f"/console/promises/{code}")


class ConsolePromiseHandler(_PromisePage):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PROMISES,
        "One signed promise, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, promise_code: str) -> None:
        """What was promised, what happened since, and what may be done now."""
        await self.show_one(promise_code, HTTPStatus.OK, Typed())


class SupervisionHandler(_PromisePage):
    """The office's moves."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_PROMISES,
        "Order a correction, take it as corrected or kept, answer what was handed in, or propose "
        "to find it broken",
        form=SupervisionForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, promise_code: str) -> None:
        """Each told to the promisor."""

        async def do() -> None:
            await self._move(promise_code, self.read_form_of_mine(SupervisionForm))
            self.done(promise_code)

        await self.attempt(do, lambda status, typed: self.show_one(promise_code, status, typed))

    async def _move(self, code: str, form: SupervisionForm) -> None:
        supervising, act = self.house.supervising, self.act()
        tag = form.tag
        match form.move:
            case "order":
                what = required("what", form.what, "需改正的内容")
                await supervising.order(act, code=code, tag=tag, what=what, days=form.days)
            case "correct":
                await supervising.correct(act, code=code, tag=tag)
            case "keep":
                await supervising.keep(act, code=code, tag=tag, finder=form.found_by())
            case "take":
                await supervising.take(act, code=code, tag=tag)
            case "hand_back":
                reason = required("reason", form.reason, "退回理由")
                await supervising.hand_back(act, code=code, tag=tag, reason=reason)
            case "propose":
                await supervising.propose(act, code=code, tag=tag, finding=form.finding())


class ReviewHandler(_PromisePage):
    """The checker's decisions."""

    @endpoint(
        Audience.STAFF,
        Right.REVIEW_PROMISES,
        "Confirm or return a proposed finding, or decide an objection to one",
        form=ReviewForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, promise_code: str) -> None:
        """Never by who proposed it."""

        async def do() -> None:
            await self._decide(promise_code, self.read_form_of_mine(ReviewForm))
            self.done(promise_code)

        await self.attempt(do, lambda status, typed: self.show_one(promise_code, status, typed))

    async def _decide(self, code: str, form: ReviewForm) -> None:
        supervising, act = self.house.supervising, self.act()
        if form.move == "confirm":
            await supervising.confirm(act, code=code, tag=form.tag)
            return
        reason = required("reason", form.reason, "理由")
        if form.move == "return":
            await supervising.give_back(act, code=code, tag=form.tag, reason=reason)
        else:
            upheld = form.move == "uphold"
            await supervising.decide(act, code=code, tag=form.tag, upheld=upheld, reason=reason)


class PromiseContributionHandler(_PromisePage):
    """Telling the municipal platform again."""

    @endpoint(
        Audience.STAFF,
        Right.MANAGE_DELIVERIES,
        "Contribute a promise again that the municipal platform refused for good",
        form=ConsoleForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, promise_code: str) -> None:
        """As it stands now."""

        async def do() -> None:
            self.read_form_of_mine(ConsoleForm)
            promise = await self.house.supervising.get(promise_code)
            await self.house.contributions.again(self.act(), thing_id=promise.id)
            self.done(promise_code)

        await self.attempt(do, lambda status, typed: self.show_one(promise_code, status, typed))


def name_of(promise: Promise) -> str:
    """The promisor as staff see them: a natural person masked."""
    return promise.promisor if promise.uscc else mask_name(promise.promisor)


ROUTES = [
    Route("/console/promises", ConsolePromisesHandler),
    Route("/console/promises/{promise_code}", ConsolePromiseHandler),
    Route("/console/promises/{promise_code}/supervision", SupervisionHandler),
    Route("/console/promises/{promise_code}/review", ReviewHandler),
    Route("/console/promises/{promise_code}/contribution", PromiseContributionHandler),
    Route("/console/decisions", DecisionsHandler),
]
