"""Promises and their texts as JSON."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from domain.promises.eligibility import Reason as Against
from domain.promises.promises import STATES, Promise, Signature, State
from domain.promises.shown import Shown
from domain.promises.standing import may_hand_in, performance_of
from domain.promises.supervision import ANSWERS, HandedIn
from domain.promises.templates import Blank, Template
from domain.workdays import Deadline
from handlers.fields import Instant, Output

CategoryName = Literal["organisation", "individual_business", "person"]
KindName = Literal[
    "approval", "materials_later", "proof", "repair", "self_discipline", "voluntary", "other"
]
PublicityName = Literal["public", "circle", "private"]
StateName = Literal[
    "draft", "signed", "ordered", "proposed", "broken", "objected", "kept", "withdrawn"
]
FormName = Literal["text", "email", "phone", "electricity_account"]


class BlankView(Output):
    """What is to be filled in; a public one stands in the register."""

    code: str
    label: str
    form: FormName
    required: bool
    public: bool
    most: int
    hint: str


class PublicityView(Output):
    """Who may see a promise."""

    code: PublicityName
    label: str


class TemplateView(Output):
    """One text; ``text`` is everything that is read before signing, ``text_hash`` names it."""

    code: str
    version: str
    title: str
    kind: KindName
    kind_label: str
    promisors: list[CategoryName]
    department: str
    matter: str
    text: str
    text_hash: str
    blanks: list[BlankView]
    publicities: list[PublicityView]
    shown_days: int


class TemplateViews(Output):
    """In the office's order."""

    items: list[TemplateView]


class ReasonView(Output):
    """What stands against signing: the record in the report, and what can be done about it."""

    code: str
    sentence: str
    report_id: str
    record_id: str
    section: str
    keeper: str
    advice: str


class AnswerView(Output):
    """A blank that was filled in."""

    code: str
    label: str
    value: str


class LineView(Output):
    """A line of the register."""

    label: str
    value: str


class PublicationView(Output):
    """Who sees it, in words to be agreed to; ``text_hash`` is given back when signing."""

    publicity: PublicityName
    label: str
    text: str
    text_hash: str
    until: date | None
    lines: list[LineView]


class ConsentTextView(Output):
    """What is agreed to, and its SHA-256 (hex)."""

    text: str
    text_hash: str


class DueView(Output):
    """By when what was promised is to be done; provisional beyond the published calendar."""

    on: date
    provisional: bool


class SignatureView(Output):
    """The promise code (承诺编码), when, in what role, and by what proof it was signed."""

    code: str
    at: Instant
    role: str
    method: str
    due: DueView | None
    valid_until: date | None
    canonical_sha256: str


class StepView(Output):
    """What happened since it was signed, as the promisor was told."""

    at: Instant
    text: str


class HandedInView(Output):
    """What the promisor said to have done, on what day, and what the office says to it."""

    on: date
    note: str
    late: bool
    answer: Literal["waiting", "taken", "returned"]
    answer_text: str
    answer_by: DueView
    reason: str


class FindingView(Output):
    """How it was found to be performed: when, by whom, and of a breach what follows from it."""

    performance: str
    on: date
    finder: str
    finder_code: str
    unperformed: str
    consequence: str


class PromiseView(Output):
    """A promise as it stands. ``may`` names what can be done with it now."""

    id: str
    template: str
    version: str
    text_hash: str
    title: str
    kind: KindName
    kind_label: str
    department: str
    subject_id: str
    promisor: str
    category: CategoryName
    state: StateName
    state_text: str
    current: bool = Field(description="Whether its text is still the one in force")
    eligible: bool
    reasons: list[ReasonView]
    report_id: str
    report_number: str
    matter_id: str = Field(
        description="The application for electricity it is given for; empty for none"
    )
    answers: list[AnswerView]
    publication: PublicationView
    signature: SignatureView | None
    steps: list[StepView]
    correct_by: DueView | None = Field(description="By when what was ordered is to be corrected")
    object_by: DueView | None = Field(description="By when a finding may be objected to")
    finding: FindingView | None
    handed_in: HandedInView | None
    hand_in: bool = Field(description="Whether what was due can be said to be done now")
    letter: bool = Field(description="Whether the signed letter can be fetched already")
    created_at: Instant
    withdrawn_at: Instant | None
    reason: str


class PromiseViews(Output):
    """Newest first."""

    items: list[PromiseView]
    next: str | None


class CheckView(Output):
    """An identity check for one signing; the ticket opens the agency's camera."""

    id: str
    ticket: str
    expires_at: Instant


def show_template(template: Template) -> TemplateView:
    """A text as JSON."""
    return TemplateView(
        code=template.code,
        version=template.version,
        title=template.title,
        kind=template.kind.value,
        kind_label=template.kind.label,
        promisors=list(template.promisors),
        department=template.department.name,
        matter=template.matter,
        text=template.text,
        text_hash=template.text_hash,
        blanks=[_blank(blank) for blank in template.blanks],
        publicities=[
            PublicityView(code=one.value, label=one.label) for one in template.publicities
        ],
        shown_days=template.shown_days,
    )


def _blank(blank: Blank) -> BlankView:
    return BlankView(
        code=blank.code,
        label=blank.label,
        form=blank.form,
        required=blank.required,
        public=blank.public,
        most=blank.most,
        hint=blank.hint,
    )


def show_promise(shown: Shown) -> PromiseView:
    """A promise as JSON."""
    promise = shown.promise
    return PromiseView(
        id=promise.id,
        template=promise.template,
        version=promise.version,
        text_hash=promise.text_hash,
        title=promise.title,
        kind=promise.kind.value,
        kind_label=promise.kind.label,
        department=promise.department,
        subject_id=promise.subject_id,
        promisor=promise.promisor,
        category=promise.category,
        state=promise.state.value,
        state_text=_state_text(promise),
        current=shown.current,
        eligible=not promise.basis.reasons,
        reasons=[_reason(reason) for reason in promise.basis.reasons],
        report_id=promise.basis.report_id,
        report_number=promise.basis.number,
        matter_id=promise.matter_id,
        answers=[
            AnswerView(code=one.code, label=one.label, value=one.value) for one in promise.answers
        ],
        publication=_publication(shown),
        signature=_signature(promise.signature) if promise.signature else None,
        **_supervision(promise),
        letter=promise.paper is not None,
        created_at=promise.created_at,
        withdrawn_at=promise.withdrawn_at,
        reason=promise.reason,
    )


def _supervision(promise: Promise) -> dict[str, Any]:
    said = promise.supervision
    order = said.order if said and promise.state is State.ORDERED else None
    breach = said.breach if said and promise.state is State.BROKEN else None
    return {
        "steps": [StepView(at=step.at, text=step.text) for step in said.steps] if said else [],
        "correct_by": _due(order.due) if order else None,
        "object_by": _due(breach.objection_until) if breach and not breach.final else None,
        "finding": _finding(promise),
        "handed_in": _handed_in(said.handed_in) if said and said.handed_in else None,
        "hand_in": may_hand_in(promise),
    }


def _finding(promise: Promise) -> FindingView | None:
    """None before anything is found, and while a finding is only proposed."""
    said = promise.supervision
    found = said.kept if said and promise.state is State.KEPT else None
    breach = said.breach if said else None
    if found is not None:
        return FindingView(
            performance=performance_of(promise),
            on=found.on,
            finder=found.finder.name,
            finder_code=found.finder.uscc,
            unperformed="",
            consequence="",
        )
    if breach is None or breach.found_on is None:
        return None
    return FindingView(
        performance=performance_of(promise),
        on=breach.found_on,
        finder=breach.finder.name,
        finder_code=breach.finder.uscc,
        unperformed=breach.unperformed,
        consequence=breach.consequence,
    )


def _handed_in(said: HandedIn) -> HandedInView:
    return HandedInView(
        on=said.on,
        note=said.note,
        late=said.late,
        answer=said.answer.value,
        answer_text=ANSWERS[said.answer],
        answer_by=DueView(on=said.answer_by.day, provisional=said.answer_by.provisional),
        reason=said.reason,
    )


def _due(due: Deadline | None) -> DueView | None:
    return DueView(on=due.day, provisional=due.provisional) if due else None


def _state_text(promise: Promise) -> str:
    words = STATES[promise.state]
    if promise.signature is None:
        return f"{words}。"
    return f"{words}，承诺编码 {promise.signature.code}。"


def _reason(reason: Against) -> ReasonView:
    return ReasonView(
        code=reason.code,
        sentence=reason.sentence,
        report_id=reason.report_id,
        record_id=reason.record_id,
        section=reason.under,
        keeper=reason.keeper,
        advice=reason.advice,
    )


def _publication(shown: Shown) -> PublicationView:
    promise = shown.promise
    signature = promise.signature
    return PublicationView(
        publicity=promise.publicity.value,
        label=promise.publicity.label,
        text=shown.publication,
        text_hash=shown.publication_hash,
        until=signature.publication.until if signature else None,
        lines=[LineView(label=line.label, value=line.value) for line in shown.register],
    )


def _signature(signature: Signature) -> SignatureView:
    return SignatureView(
        code=signature.code,
        at=signature.at,
        role=signature.role,
        method=signature.proof.method,
        due=_due(signature.due),
        valid_until=signature.valid_until,
        canonical_sha256=signature.canonical_sha256,
    )
