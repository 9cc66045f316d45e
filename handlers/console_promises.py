"""Promises in the console: who promised what, whether it is kept, and what is decided about it."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.identifiers import mask_name
from domain.promises.promises import STATES, Promise, State
from domain.promises.supervising import SUPERVISED
from domain.promises.supervision import DEGREES, Degree
from domain.staff.roles import Right
from domain.time import date_in_words, in_words
from handlers.console import ConsoleForm, ConsoleHandler, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import OneLine, PageQuery
from handlers.pages import HTML

MAY = frozenset({403, 404, 409, 412})
Said = Annotated[OneLine, StringConstraints(max_length=500)]
StateName = Literal["", "signed", "ordered", "proposed", "broken", "objected", "kept", "withdrawn"]


class StateQuery(PageQuery):
    """In which state."""

    state: StateName = Field(default="", title="状态")


class SupervisionForm(ConsoleForm):
    """One move of the office."""

    move: Literal["order", "correct", "keep", "propose"] = Field(title="办理")
    tag: str = Field(min_length=1, max_length=40, title="版本")
    what: Said = Field(default="", title="需改正的内容")
    days: int = Field(default=10, ge=1, le=60, strict=False, title="改正期限（工作日）")
    degree: Literal["partly", "not_at_all"] = Field(default="not_at_all", title="履行状态")
    unperformed: Said = Field(default="", title="未履行内容")


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
        """What changed last first."""
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
            in_words=in_words,
        )


class ConsolePromiseHandler(ConsoleHandler):
    """One of them."""

    back = ("/console/promises", "返回承诺列表")

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PROMISES,
        "One signed promise, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, promise_code: str) -> None:
        """What was promised, what happened since, and what may be done now."""
        promise = await self.house.supervising.get(promise_code)
        self.page(
            HTTPStatus.OK,
            "console_promise.html",
            promise=promise,
            name=name_of(promise),
            states=STATES,
            degrees=DEGREES,
            in_words=in_words,
            day=date_in_words,
        )


class _MovePage(ConsoleHandler):
    back = ("/console/promises", "返回承诺列表")

    def done(self, promise: Promise) -> None:
        code = promise.signature.code if promise.signature else ""
        self.lead(f"/console/promises/{code}")


class SupervisionHandler(_MovePage):
    """The office's moves."""

    @endpoint(
        Audience.STAFF,
        Right.SUPERVISE_PROMISES,
        "Order a correction, take it as corrected or kept, or propose to find it broken",
        form=SupervisionForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, promise_code: str) -> None:
        """Each told to the promisor."""
        form = self.read_form_of_mine(SupervisionForm)
        supervising, act = self.house.supervising, self.act()
        seen = {"code": promise_code, "tag": form.tag}
        match form.move:
            case "order":
                what = required("what", form.what, "需改正的内容")
                promise = await supervising.order(act, **seen, what=what, days=form.days)
            case "correct":
                promise = await supervising.correct(act, **seen)
            case "keep":
                promise = await supervising.keep(act, **seen)
            case "propose":
                promise = await supervising.propose(
                    act,
                    **seen,
                    degree=Degree(form.degree),
                    unperformed=required("unperformed", form.unperformed, "未履行内容"),
                )
        self.done(promise)


class ReviewHandler(_MovePage):
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
        form = self.read_form_of_mine(ReviewForm)
        supervising, act = self.house.supervising, self.act()
        seen = {"code": promise_code, "tag": form.tag}
        if form.move == "confirm":
            promise = await supervising.confirm(act, **seen)
        else:
            reason = required("reason", form.reason, "理由")
            if form.move == "return":
                promise = await supervising.give_back(act, **seen, reason=reason)
            else:
                upheld = form.move == "uphold"
                promise = await supervising.decide(act, **seen, upheld=upheld, reason=reason)
        self.done(promise)


def name_of(promise: Promise) -> str:
    """The promisor as staff see them: a natural person masked."""
    return promise.promisor if promise.uscc else mask_name(promise.promisor)


ROUTES = [
    Route("/console/promises", ConsolePromisesHandler),
    Route("/console/promises/{promise_code}", ConsolePromiseHandler),
    Route("/console/promises/{promise_code}/supervision", SupervisionHandler),
    Route("/console/promises/{promise_code}/review", ReviewHandler),
]
