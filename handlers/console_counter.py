"""The counter in the console: cases in line, one compared with its document, another's released."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.counter.cases import ENDING, STANDING, STATES, CaseState, CounterCase
from domain.counter.clerks import queue
from domain.errors import Invalid
from domain.identifiers import mask_identity_number, mask_name
from domain.staff.roles import Right
from domain.time import in_words
from handlers.console import ConsoleForm, ConsoleHandler, required
from handlers.endpoint import Audience, Route, endpoint
from handlers.fields import Input, OneLine
from handlers.pages import HTML
from handlers.staff_looks import ground_of

MAY = frozenset({403, 404, 409, 412})
Said = Annotated[OneLine, StringConstraints(max_length=500)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CasesQuery(Input):
    """In which state; or whatever there is for this clerk to do."""

    state: Literal["", "open", "confirmed", "returned"] = Field(default="", title="状态")


class ConfirmationForm(ConsoleForm):
    """What was shown and compared, or why it ends here."""

    move: Literal["confirm", "refuse"] = Field(title="办理")
    tag: Tag = Field(title="版本")
    document: str = Field(default="", max_length=40, title="出示的证件")
    ending: str = Field(default="", max_length=ENDING * 2, title="证件号码最后几位")
    note: Said = Field(default="", title="备注")
    reason: Said = Field(default="", title="理由")


class ReleaseForm(ConsoleForm):
    """What another clerk decides."""

    move: Literal["release", "return", "refuse"] = Field(title="复核")
    tag: Tag = Field(title="版本")
    reason: Said = Field(default="", title="理由")


class ConsoleCasesHandler(ConsoleHandler):
    """Cases that are not ended."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_COUNTER,
        "Counter cases that wait, oldest first, as a page",
        query=CasesQuery,
        answers={200: HTML},
    )
    async def get(self) -> None:
        """At most a hundred; any other is found by its number."""
        chosen = self.query(CasesQuery).state
        me = self.work.account
        states = queue(
            confirming=me.may(Right.CONFIRM_AT_COUNTER),
            releasing=me.may(Right.RELEASE_AT_COUNTER),
        )
        self.page(
            HTTPStatus.OK,
            "console_cases.html",
            cases=await self.house.clerks.waiting([CaseState(chosen)] if chosen else states),
            states=STATES,
            shown=[state for state in CaseState if state in STANDING],
            chosen=chosen,
            mask_name=mask_name,
            in_words=in_words,
        )


class _CasePage(ConsoleHandler):
    back = ("/console/counter", "返回窗口业务")

    async def show_case(
        self,
        status: int,
        case: CounterCase,
        *,
        typed: ConfirmationForm | None = None,
        faults: dict[str, str] | None = None,
    ) -> None:
        """The page; what was typed stays where it was."""
        documents = self.house.clerks.terms.documents
        seen = case.confirmation
        self.page(
            status,
            "console_case.html",
            case=case,
            name=mask_name(case.given.name),
            id_number=mask_identity_number(case.given.id_number),
            states=STATES,
            documents=documents,
            shown=documents.get(seen.document, seen.document) if seen else "",
            mine=seen is not None and seen.by == self.actor,
            ending=ENDING,
            typed=typed,
            faults=faults or {},
            ground=await ground_of(self, kind="counter", number=case.number),
            in_words=in_words,
        )


class ConsoleCaseHandler(_CasePage):
    """One of them."""

    @endpoint(
        Audience.STAFF,
        Right.FOLLOW_COUNTER,
        "One counter case, as a page",
        answers={200: HTML},
        refusals=frozenset({404}),
    )
    async def get(self, case_number: str) -> None:
        """Masked, with what was told and what may be done now."""
        await self.show_case(HTTPStatus.OK, await self.house.clerks.get(case_number))


class ConfirmationHandler(_CasePage):
    """The first clerk."""

    @endpoint(
        Audience.STAFF,
        Right.CONFIRM_AT_COUNTER,
        "Confirm the document of a counter case, or end the case with a reason",
        form=ConfirmationForm,
        answers={303: HTML},
        refusals=MAY,
        rate="counter",
    )
    async def post(self, case_number: str) -> None:
        """What does not match is recorded, and said beside its field."""
        form = self.read_form_of_mine(ConfirmationForm)
        clerks, seen = self.house.clerks, {"number": case_number, "tag": form.tag}
        if form.move == "refuse":
            reason = required("reason", form.reason, "理由")
            await clerks.refuse(self.act(), **seen, reason=reason)
        else:
            try:
                await clerks.confirm(
                    self.act(),
                    **seen,
                    named=self.work.account.name,
                    document=form.document,
                    ending=form.ending,
                    note=form.note,
                )
            except Invalid as invalid:
                if HTML not in self.request.headers.get("Accept", ""):
                    raise
                faults = {fault.pointer[1:]: fault.detail for fault in invalid.faults}
                case = await clerks.get(case_number)
                await self.show_case(
                    HTTPStatus.UNPROCESSABLE_ENTITY, case, typed=form, faults=faults
                )
                return
        self.lead(f"/console/counter/{case_number}")


class ReleaseHandler(_CasePage):
    """The second clerk."""

    @endpoint(
        Audience.STAFF,
        Right.RELEASE_AT_COUNTER,
        "Release a confirmed counter case, return it, or end it with a reason",
        form=ReleaseForm,
        answers={303: HTML},
        refusals=MAY,
        rate="counter",
    )
    async def post(self, case_number: str) -> None:
        """Never by who confirmed it."""
        form = self.read_form_of_mine(ReleaseForm)
        clerks, act = self.house.clerks, self.act()
        seen = {"number": case_number, "tag": form.tag}
        if form.move == "release":
            await clerks.release(act, **seen, named=self.work.account.name)
        else:
            reason = required("reason", form.reason, "理由")
            decide = clerks.give_back if form.move == "return" else clerks.refuse
            await decide(act, **seen, reason=reason)
        self.lead(f"/console/counter/{case_number}")


ROUTES = [
    Route("/console/counter", ConsoleCasesHandler),
    Route("/console/counter/{case_number}", ConsoleCaseHandler),
    Route("/console/counter/{case_number}/confirmation", ConfirmationHandler),
    Route("/console/counter/{case_number}/release", ReleaseHandler),
]
