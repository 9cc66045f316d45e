"""What staff look at beyond their case: the report, one masked field at a time, the evidence."""

from http import HTTPStatus
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_core import from_json

from domain.identifiers import mask_name
from domain.staff.accounts import StaffAccount
from domain.staff.roles import RIGHTS, Right
from domain.staff_looks.cases import Case
from domain.staff_looks.service import MOST_REASON
from handlers.console import ConsoleForm, ConsoleHandler
from handlers.endpoint import Audience, Route, endpoint
from handlers.exports import ZIP
from handlers.fields import OneLine
from handlers.pages import HTML
from handlers.share_pages import TITLE, TITLES, written_in_words
from handlers.signed_promises import answer_evidence

MAY = frozenset({403, 404, 503})
PAGES = {"promise": "/console/promises/", "counter": "/console/counter/"}


class ReasonForm(ConsoleForm):
    """Why; its subject reads it."""

    reason: Annotated[OneLine, StringConstraints(max_length=MOST_REASON * 2)] = Field(
        default="", title="理由"
    )


class UnmaskingForm(ReasonForm):
    """Which field, and why."""

    field: str = Field(min_length=1, max_length=64, title="信息")


def office_of(account: StaffAccount) -> str:
    """For what office somebody looks: their subject is told this, and not who it was."""
    return next(role.label for role in account.roles if Right.LOOK_AT_CREDIT in RIGHTS[role])


def page_of(case: Case) -> str:
    """Where its page is; the desk for a kind that has none."""
    return f"{PAGES[case.kind]}{case.number}" if case.kind in PAGES else "/console"


async def ground_of(handler: ConsoleHandler, *, kind: str, number: str) -> Case | None:
    """The case of a page, for who may look further from there."""
    if not handler.work.account.may(Right.LOOK_AT_CREDIT):
        return None
    return await handler.house.staff_looks.case(kind=kind, number=number)


class CaseReportHandler(ConsoleHandler):
    """The credit report behind a case."""

    @endpoint(
        Audience.STAFF,
        Right.LOOK_AT_CREDIT,
        "Look at the credit report of the subject of an open case; recorded first",
        answers={200: HTML},
        refusals=MAY,
        rate="staff-look",
    )
    async def get(self, case_kind: str, case_number: str) -> None:
        """Its subject sees who looked, when, and for which case."""
        seen = await self.house.staff_looks.credit(
            self.act(), kind=case_kind, number=case_number, office=office_of(self.work.account)
        )
        report = from_json(seen.snapshot)
        if "uscc" not in report["subject"]:
            report["subject"]["name"] = mask_name(report["subject"]["name"])
        await self.long_page(
            HTTPStatus.OK,
            "console_report.html",
            report=report,
            title=TITLES.get(report["edition"], TITLE),
            case=seen.case,
            at=page_of(seen.case),
            objections=seen.note,
            in_words=written_in_words,
        )


class CaseFieldsHandler(ConsoleHandler):
    """What is masked in a case."""

    @endpoint(
        Audience.STAFF,
        Right.LOOK_AT_CREDIT,
        "See one masked field of an open case whole, with a reason; recorded first, shown once",
        form=UnmaskingForm,
        answers={200: HTML},
        refusals=MAY,
        rate="unmask",
    )
    async def post(self, case_kind: str, case_number: str) -> None:
        """Its person sees when, which field, why, and for which case."""
        form = self.read_form_of_mine(UnmaskingForm)
        looks = self.house.staff_looks
        field = await looks.unmask(
            self.act(),
            kind=case_kind,
            number=case_number,
            code=form.field,
            reason=form.reason,
            office=office_of(self.work.account),
        )
        case = await looks.case(kind=case_kind, number=case_number)
        self.page(HTTPStatus.OK, "console_unmasked.html", field=field, case=case, at=page_of(case))


class ConsoleEvidenceHandler(ConsoleHandler):
    """The evidence of a promise."""

    @endpoint(
        Audience.STAFF,
        Right.LOOK_AT_CREDIT,
        "Fetch the evidence of a signed promise, with a reason; recorded first",
        form=ReasonForm,
        answers={200: ZIP},
        refusals=MAY | {409},
        rate="unmask",
    )
    async def post(self, promise_code: str) -> None:
        """A ZIP; its promisor sees who fetched it, when, and why."""
        form = self.read_form_of_mine(ReasonForm)
        office = office_of(self.work.account)
        await self.house.staff_looks.evidence(
            self.act(), code=promise_code, reason=form.reason, office=office
        )
        packed = await self.house.evidences.of_code(self.act(), code=promise_code)
        answer_evidence(self, packed)


ROUTES = [
    Route("/console/cases/{case_kind}/{case_number}/credit-report", CaseReportHandler),
    Route("/console/cases/{case_kind}/{case_number}/fields", CaseFieldsHandler),
    Route("/console/promises/{promise_code}/evidence", ConsoleEvidenceHandler),
]
