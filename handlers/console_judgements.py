"""Judgements in the console: the butler has a word, the office proposes, a supervisor decides."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.judging.judgements import STATES, Judgement, State
from domain.judging.rules import figures_in_words
from domain.judging.terms import ORDER, Level
from domain.staff.roles import Right
from domain.time import date_in_words, day_in_words, in_words, last_day
from handlers.console import ConsoleForm, ConsoleHandler, Typed, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import PageQuery, Paragraphs
from handlers.pages import HTML

MAY = frozenset({403, 404, 409, 412})
Said = Annotated[Paragraphs, StringConstraints(max_length=500)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class JudgementsQuery(PageQuery):
    """In which state."""

    state: Literal["", "hearing", "proposed", "effective", "dropped", "restoring", "restored"] = (
        Field(default="", title="状态")
    )


class JudgementStatementForm(ConsoleForm):
    """What the butler has to say."""

    move: Literal["state"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    text: Said = Field(default="", title="陈述意见")


class ProposalForm(ConsoleForm):
    """What the office proposes: a level, nothing, or that service is restored."""

    move: Literal["propose", "restore"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    level: Literal["", "nothing", "warning", "suspension", "exit"] = Field(default="", title="处理")
    text: Said = Field(default="", title="理由")


class DecisionForm(ConsoleForm):
    """What the supervisor decides."""

    move: Literal["decide", "return"] = Field(title="决定")
    tag: Tag = Field(title="版本")
    text: Said = Field(default="", title="理由")


class _Judgements(ConsoleHandler):
    back = ("/console/judgements", "返回评价处理")

    @property
    def sees_all(self) -> bool:
        """A butler sees those of themself alone."""
        return self.work.account.may(Right.SUPERVISE_TICKETS)

    async def show_one(self, judgement_id: str, status: int, typed: Typed) -> None:
        """As it stands now, with the evidence of each figure."""
        judging = self.house.judging
        judgement = await self._seen(judgement_id)
        await self.read_alerts()
        desk, me = judging.judgement_desk, self.work.account
        acted = [step.by for step in judgement.steps]
        self.page(
            status,
            "console_judgement.html",
            judgement=judgement,
            typed=typed,
            states=STATES,
            levels=[one for one in ORDER if one.weight <= judgement.level.weight],
            words=figures_in_words(judgement.figures),
            until=desk.hearing_until(judgement),
            heard=desk.heard(judgement, self.now),
            is_mine=judgement.staff_id == me.id,
            names=await judging.names_of([judgement.staff_id, judgement.proposer, *acted]),
            last_day=date_in_words(last_day(judgement.ends)),
            day=date_in_words,
            day_in_words=day_in_words,
            in_words=in_words,
        )

    async def _seen(self, judgement_id: str) -> Judgement:
        desk = self.house.judging.judgement_desk
        if self.sees_all:
            return await desk.get(judgement_id)
        return await desk.of_me(judgement_id, staff_id=self.actor)


class ConsoleJudgementsHandler(_Judgements):
    """All of them, or one's own."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PERFORMANCE,
        "Judgements of butlers by state, as a page; to a butler their own",
        query=JudgementsQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """What changed last first."""
        query, judging = self.query(JudgementsQuery), self.house.judging
        of = f"console-judgements:{query.state}"
        ask, desk = self.ask(query, of=of), judging.judgement_desk
        states = [State(query.state)] if query.state else list(State)
        if self.sees_all:
            page = await desk.all(states, ask=ask)
        else:
            page = await desk.of(self.actor, ask=ask)
        self.page(
            HTTPStatus.OK,
            "console_judgements.html",
            judgements=page.items,
            chosen=query.state,
            sees_all=self.sees_all,
            next=self.next_cursor(page, of=of),
            states=STATES,
            names=await judging.names_of([one.staff_id for one in page.items]),
            in_words=in_words,
        )


class ConsoleJudgementHandler(_Judgements):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_PERFORMANCE,
        "One judgement of a butler with its evidence, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, judgement_id: str) -> None:
        """What was found, what was said to it, and what may be done now."""
        await self.show_one(judgement_id, HTTPStatus.OK, Typed())


class JudgementStatementHandler(_Judgements):
    """The hearing."""

    @endpoint(
        Audience.STAFF,
        Right.ANSWER_TICKETS,
        "Be heard on a judgement of oneself, once",
        form=JudgementStatementForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, judgement_id: str) -> None:
        """Until it is proposed."""

        async def do() -> None:
            form = self.read_form_of_mine(JudgementStatementForm)
            text = required("text", form.text, "陈述意见")
            desk = self.house.judging.judgement_desk
            await desk.state(self.act(), judgement_id=judgement_id, tag=form.tag, text=text)
            self.lead(f"/console/judgements/{judgement_id}")

        await self.attempt(do, lambda status, typed: self.show_one(judgement_id, status, typed))


class JudgementProposalHandler(_Judgements):
    """The office."""

    @endpoint(
        Audience.STAFF,
        Right.PROPOSE_JUDGEMENT,
        "Propose what is to be done about a judgement, or that service is restored",
        form=ProposalForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, judgement_id: str) -> None:
        """Once the butler was heard, and never graver than the rule found."""

        async def do() -> None:
            await self._propose(judgement_id, self.read_form_of_mine(ProposalForm))
            self.lead(f"/console/judgements/{judgement_id}")

        await self.attempt(do, lambda status, typed: self.show_one(judgement_id, status, typed))

    async def _propose(self, judgement_id: str, form: ProposalForm) -> None:
        desk, reason = self.house.judging.judgement_desk, required("text", form.text, "理由")
        if form.move == "restore":
            await desk.propose_restoration(
                self.act(), judgement_id=judgement_id, tag=form.tag, reason=reason
            )
            return
        chosen = required("level", form.level, "处理")
        await desk.propose(
            self.act(),
            judgement_id=judgement_id,
            tag=form.tag,
            level=None if chosen == "nothing" else Level(chosen),
            reason=reason,
        )


class JudgementDecisionHandler(_Judgements):
    """The supervisor."""

    @endpoint(
        Audience.STAFF,
        Right.DECIDE_JUDGEMENT,
        "Decide what another proposed about a butler, or hand it back",
        form=DecisionForm,
        answers={303: HTML},
        refusals=MAY,
    )
    async def post(self, judgement_id: str) -> None:
        """It takes effect with this."""

        async def do() -> None:
            form, desk = self.read_form_of_mine(DecisionForm), self.house.judging.judgement_desk
            move = desk.decide if form.move == "decide" else desk.give_back
            reason = required("text", form.text, "理由")
            await move(self.act(), judgement_id=judgement_id, tag=form.tag, reason=reason)
            self.lead(f"/console/judgements/{judgement_id}")

        await self.attempt(do, lambda status, typed: self.show_one(judgement_id, status, typed))


ROUTES = [
    Route("/console/judgements", ConsoleJudgementsHandler),
    Route("/console/judgements/{judgement_id}", ConsoleJudgementHandler),
    Route("/console/judgements/{judgement_id}/statement", JudgementStatementHandler),
    Route("/console/judgements/{judgement_id}/proposal", JudgementProposalHandler),
    Route("/console/judgements/{judgement_id}/decision", JudgementDecisionHandler),
]
