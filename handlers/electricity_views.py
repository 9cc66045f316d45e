"""Applications for electricity as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from pydantic import Field

from domain.electricity.applications import (
    BREACHES,
    STATES,
    Application,
    Later,
    Premises,
    Proof,
    Returned,
)
from domain.electricity.guide import Likely, StepDays, steps_of
from domain.electricity.outlook import Next, Shown
from domain.electricity.terms import Business, Paper, Terms, papers_needed, proof_for
from handlers.fields import Instant, Output
from handlers.promise_views import DueView

StateName = Literal[
    "draft",
    "submitted",
    "identity_ok",
    "report_blocked",
    "report_ok",
    "promise_signed",
    "accepted",
    "returned",
    "survey",
    "plan_replied",
    "external_works",
    "energised",
    "closed",
    "withdrawn",
    "rejected",
]
PremisesName = Literal["no_title", "unconfirmed_title", "no_supply_proof", "titled"]
ProofName = Literal["credit", "title"]
ByName = Literal["applicant", "supplier", "office", "system"]
BreachName = Literal["open", "corrected", "confirmed"]


class PaperView(Output):
    """A paper; a deferrable one may follow later in the green channel."""

    code: str
    label: str
    hint: str
    required: bool
    deferrable: bool


class StepDaysView(Output):
    """A step of the supplier's, and how many working days it may take."""

    state: StateName
    title: str
    days: int


class WayView(Output):
    """What one way needs, and how long its steps take."""

    proof: ProofName
    papers: list[PaperView]
    steps: list[StepDaysView]


class BusinessView(Output):
    """What can be applied for, by whom, and both ways of it."""

    code: str
    label: str
    grid_code: str
    increase: bool
    categories: list[Literal["organisation", "individual_business", "person"]]
    most_watts: int
    ways: list[WayView]


class PremisesView(Output):
    """What the premises have to show for themselves, and the way that follows."""

    code: PremisesName
    label: str
    proof: ProofName


class GuideView(Output):
    """Everything to know beforehand."""

    businesses: list[BusinessView]
    premises: list[PremisesView]
    later_days: int
    later_counting: Literal["calendar", "working"]
    most_file_bytes: int
    most_files: int


class LikelyView(Output):
    """The likely way; it promises nothing."""

    proof: ProofName
    text: str
    papers: list[PaperView]
    steps: list[StepDaysView]


class NextView(Output):
    """What happens next, by whom, and by when where there is a day for it."""

    by: ByName | None
    by_label: str
    text: str
    due: DueView | None
    overdue: bool


class TimelineStepView(Output):
    """A step: when, to what state, by whom, in what words."""

    at: Instant
    state: StateName
    state_text: str
    by: ByName
    by_label: str
    text: str


class MaterialView(Output):
    """A file handed in; ``sha256`` is of what is kept, an image being made anew."""

    id: str
    paper: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: Instant


class LaterView(Output):
    """A paper that may follow by a day."""

    paper: str
    label: str
    due: DueView
    handed_in: bool


class AgainstView(Output):
    """A reason of the report against it: the record, who keeps it, what can be done."""

    code: str
    sentence: str
    report_id: str
    record_id: str
    section: str
    keeper: str
    advice: str


class ReturnedView(Output):
    """What is missing, and by when."""

    papers: list[str]
    labels: list[str]
    reason: str
    due: DueView


class SurveyView(Output):
    """The time proposed; ``agreed`` is null while it is not answered."""

    begins_at: Instant
    ends_at: Instant
    agreed: bool | None
    wish: str


class ManagerView(Output):
    """Who goes along with a good user the whole way."""

    name: str
    phone: str


class ApplicationView(Output):
    """An application as it stands; ``missing`` are codes of papers still to be uploaded."""

    id: str
    number: str
    subject_id: str
    applicant: str
    business: str
    business_label: str
    premises: PremisesName | None
    address: str
    account: str
    capacity: int = Field(description="The whole capacity wanted, in watts")
    use: str
    contact: str
    phone: str
    home_visit: bool
    state: StateName
    state_text: str
    proof: ProofName
    next: NextView
    steps: list[TimelineStepView]
    papers: list[PaperView]
    missing: list[str]
    materials: list[MaterialView]
    later: list[LaterView]
    report_id: str
    against: list[AgainstView]
    promise_id: str
    promise_code: str
    breach: BreachName | None
    breach_text: str
    green: bool
    manager: ManagerView | None
    returned: ReturnedView | None
    survey: SurveyView | None
    plan: str
    new_account: str
    energised_on: date | None
    created_at: Instant
    changed_at: Instant


class ApplicationViews(Output):
    """Newest first."""

    items: list[ApplicationView]
    next: str | None


def show_guide(terms: Terms) -> GuideView:
    """Everything the district wrote, as JSON."""
    return GuideView(
        businesses=[_business(one) for one in terms.businesses.values()],
        premises=[
            PremisesView(code=one.value, label=one.label, proof=proof_for(one).value)
            for one in Premises
        ],
        later_days=terms.later_days,
        later_counting="working" if terms.later_working else "calendar",
        most_file_bytes=terms.files.most_bytes,
        most_files=terms.files.most,
    )


def _business(one: Business) -> BusinessView:
    return BusinessView(
        code=one.code,
        label=one.label,
        grid_code=one.grid_code,
        increase=one.increase,
        categories=list(one.categories),
        most_watts=one.most_watts,
        ways=[
            WayView(
                proof=proof.value,
                papers=_papers(papers_needed(one, proof)),
                steps=_days(steps_of(one, proof)),
            )
            for proof in Proof
        ],
    )


def show_likely(likely: Likely) -> LikelyView:
    """What four answers come to."""
    return LikelyView(
        proof=likely.proof.value,
        text=likely.text,
        papers=_papers(likely.papers),
        steps=_days(likely.steps),
    )


def _papers(papers: Sequence[Paper]) -> list[PaperView]:
    return [
        PaperView(
            code=one.code,
            label=one.label,
            hint=one.hint,
            required=one.required,
            deferrable=one.deferrable,
        )
        for one in papers
    ]


def _days(steps: Sequence[StepDays]) -> list[StepDaysView]:
    return [StepDaysView(state=one.state.value, title=one.title, days=one.days) for one in steps]


def show_application(shown: Shown) -> ApplicationView:
    """An application as its applicant sees it."""
    one, wanted = shown.application, shown.application.wanted
    return ApplicationView(
        id=one.id,
        number=one.number,
        subject_id=one.subject_id,
        applicant=one.applicant,
        business=wanted.business,
        business_label=shown.business.label if shown.business else "",
        premises=wanted.premises.value if wanted.premises else None,
        address=wanted.address,
        account=wanted.account,
        capacity=wanted.capacity,
        use=wanted.use,
        contact=wanted.contact,
        phone=wanted.phone,
        home_visit=wanted.home_visit,
        state=one.state.value,
        state_text=STATES[one.state],
        proof=one.proof.value,
        next=_next(shown.next),
        papers=_papers(shown.papers),
        missing=list(shown.missing),
        report_id=one.report_id,
        promise_id=one.promise_id,
        promise_code=one.promise_code,
        green=one.green,
        plan=one.plan,
        new_account=one.new_account,
        energised_on=one.energised_on,
        created_at=one.created_at,
        changed_at=one.changed_at,
        **_parts(one, shown.labels),
    )


def _next(next_: Next) -> NextView:
    due = next_.clock.due if next_.clock else None
    return NextView(
        by=next_.by.value if next_.by else None,
        by_label=next_.by.label if next_.by else "",
        text=next_.text,
        due=DueView(on=due.day, provisional=due.provisional) if due else None,
        overdue=next_.overdue,
    )


def _parts(one: Application, labels: Mapping[str, str]) -> dict[str, Any]:
    """What there may be none or several of."""
    returned, survey, manager = one.returned, one.survey, one.manager
    return {
        "breach": one.breach.value if one.breach else None,
        "breach_text": BREACHES[one.breach] if one.breach else "",
        "steps": [
            TimelineStepView(
                at=step.at,
                state=step.state.value,
                state_text=STATES[step.state],
                by=step.by.value,
                by_label=step.by.label,
                text=step.text,
            )
            for step in one.steps
        ],
        "materials": [MaterialView(**asdict(material)) for material in one.materials],
        "later": [_later(later, labels) for later in one.later],
        "against": [AgainstView(**asdict(against)) for against in one.against],
        "manager": ManagerView(**asdict(manager)) if manager else None,
        "returned": _returned(returned, labels) if returned else None,
        "survey": SurveyView(**asdict(survey)) if survey else None,
    }


def _later(later: Later, labels: Mapping[str, str]) -> LaterView:
    return LaterView(
        paper=later.paper,
        label=labels.get(later.paper, later.paper),
        due=DueView(on=later.due, provisional=later.provisional),
        handed_in=later.handed_in,
    )


def _returned(returned: Returned, labels: Mapping[str, str]) -> ReturnedView:
    return ReturnedView(
        papers=list(returned.papers),
        labels=[labels.get(paper, paper) for paper in returned.papers],
        reason=returned.reason,
        due=DueView(on=returned.due, provisional=returned.provisional),
    )
